package dev.portcullis.admin.service;

import dev.portcullis.admin.model.ServiceException;
import dev.portcullis.admin.service.NewToken.Limits;
import dev.portcullis.core.access.Cidr;
import dev.portcullis.core.access.Fingerprint;
import dev.portcullis.core.access.Principal;
import dev.portcullis.core.access.Restrictions;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** From restrictions as a caller writes them to what they mean. */
final class LimitsReader {
    /** The most applications, and the most ranges of addresses, of one credential. */
    static final int COUNT_MAX = 100;

    /** The most certificates. */
    static final int CERTIFICATES_MAX = 16;

    private static final String APPLICATIONS = "restrictions.applications";
    private static final String CIDRS = "restrictions.cidrs";
    private static final String CERTIFICATES = "restrictions.certificates";

    private LimitsReader() {}

    /**
     * The restrictions.
     *
     * @param limits null stands for none
     * @throws ServiceException {@code INVALID_ARGUMENT}, which names the element
     */
    static Restrictions read(Limits limits) {
        if (limits == null) {
            return Restrictions.NONE;
        }
        return new Restrictions(
                limits.maxRole(), applications(limits.applications()), cidrs(limits.cidrs()),
                certificates(limits.certificates()));
    }

    private static Set<String> applications(List<String> names) {
        Set<String> read = new LinkedHashSet<>();
        for (int i = 0; i < count(APPLICATIONS, names, COUNT_MAX); i++) {
            String field = APPLICATIONS + "[" + i + "]";
            String name = Names.application(field, names.get(i));
            if (name.equals(Principal.ALL_APPLICATIONS)) {
                throw ServiceException.invalid(
                        field, "must be one application; without any, there is no restriction");
            }
            read.add(name);
        }
        return read;
    }

    private static List<Cidr> cidrs(List<String> texts) {
        Set<Cidr> read = new LinkedHashSet<>();
        for (int i = 0; i < count(CIDRS, texts, COUNT_MAX); i++) {
            try {
                read.add(Cidr.parse(texts.get(i) == null ? "" : texts.get(i)));
            } catch (IllegalArgumentException e) {
                throw ServiceException.invalid(CIDRS + "[" + i + "]", e.getMessage());
            }
        }
        return List.copyOf(read);
    }

    private static Set<Fingerprint> certificates(List<String> texts) {
        Set<Fingerprint> read = new LinkedHashSet<>();
        for (int i = 0; i < count(CERTIFICATES, texts, CERTIFICATES_MAX); i++) {
            read.add(fingerprint(CERTIFICATES + "[" + i + "]", texts.get(i)));
        }
        return read;
    }

    /**
     * The fingerprint of a certificate.
     *
     * @throws ServiceException {@code INVALID_ARGUMENT}, which names the field
     */
    static Fingerprint fingerprint(String field, String text) {
        try {
            return Fingerprint.parse(text == null ? "" : text);
        } catch (IllegalArgumentException e) {
            throw ServiceException.invalid(field,
                    "must be a SHA-256 fingerprint: 64 hexadecimal digits");
        }
    }

    private static int count(String field, List<String> elements, int max) {
        int count = elements == null ? 0 : elements.size();
        if (count > max) {
            throw ServiceException.invalid(field, "must be at most " + max);
        }
        return count;
    }
}
