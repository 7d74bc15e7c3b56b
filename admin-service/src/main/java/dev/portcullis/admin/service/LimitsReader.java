package dev.portcullis.admin.service;

import dev.portcullis.admin.model.ServiceException;
import dev.portcullis.admin.service.NewToken.Limits;
import dev.portcullis.core.access.Cidr;
import dev.portcullis.core.access.Principal;
import dev.portcullis.core.access.Restrictions;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** From restrictions as a caller writes them to what they mean. */
final class LimitsReader {
    /** The most applications, and the most ranges of addresses, of one credential. */
    static final int COUNT_MAX = 100;

    private static final String APPLICATIONS = "restrictions.applications";
    private static final String CIDRS = "restrictions.cidrs";

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
                limits.maxRole(), applications(limits.applications()), cidrs(limits.cidrs()));
    }

    private static Set<String> applications(List<String> names) {
        Set<String> read = new LinkedHashSet<>();
        for (int i = 0; i < count(APPLICATIONS, names); i++) {
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
        for (int i = 0; i < count(CIDRS, texts); i++) {
            try {
                read.add(Cidr.parse(texts.get(i) == null ? "" : texts.get(i)));
            } catch (IllegalArgumentException e) {
                throw ServiceException.invalid(CIDRS + "[" + i + "]", e.getMessage());
            }
        }
        return List.copyOf(read);
    }

    private static int count(String field, List<String> elements) {
        int count = elements == null ? 0 : elements.size();
        if (count > COUNT_MAX) {
            throw ServiceException.invalid(field, "must be at most " + COUNT_MAX);
        }
        return count;
    }
}
