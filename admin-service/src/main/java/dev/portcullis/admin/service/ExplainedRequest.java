package dev.portcullis.admin.service;

import dev.portcullis.admin.model.ServiceException;
import dev.portcullis.core.access.Access;
import dev.portcullis.core.access.AccessRules.Answer;
import dev.portcullis.core.access.Cidr;
import dev.portcullis.core.access.Fingerprint;
import dev.portcullis.core.access.Principal;
import dev.portcullis.core.access.Source;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.regex.Pattern;

/**
 * A request that is to be explained, validated.
 *
 * @param path may be empty
 * @param source what is known of where it comes from
 * @param rule what the application's route says; null: not known, the method alone counts
 */
record ExplainedRequest(
        String application, String method, String path, Source source, Answer rule) {
    private static final int PATH_MAX = 8_192;

    /** RFC 9110, section 9.1: a token; the longest registered one has 17 characters. */
    private static final Pattern METHOD = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]{1,32}");

    static ExplainedRequest of(ExplainQuery query) {
        String application = Names.application("application", query.application());
        if (application.equals(Principal.ALL_APPLICATIONS)) {
            throw ServiceException.invalid("application", "must be one, not all");
        }
        String path = query.path() == null ? "" : query.path();
        if (path.length() > PATH_MAX) {
            throw ServiceException.invalid("path", "must have at most 8,192 characters");
        }
        return new ExplainedRequest(application, method(query.method()), path,
                new Source(address(query.source()), certificate(query.certificate())), null);
    }

    private static Fingerprint certificate(String text) {
        return text == null || text.isEmpty()
                ? null : LimitsReader.fingerprint("certificate", text);
    }

    /** The same, of which the route's rules are known. */
    ExplainedRequest ruledBy(Answer known) {
        return new ExplainedRequest(application, method, path, source, known);
    }

    private static String method(String method) {
        if (method == null || method.isEmpty()) {
            return "GET";
        }
        if (!METHOD.matcher(method).matches()) {
            throw ServiceException.invalid("method", "is not a method of HTTP");
        }
        return method;
    }

    private static InetAddress address(String source) {
        if (source == null || source.isEmpty()) {
            return null;
        }
        try {
            if (source.indexOf('/') >= 0) {
                throw ServiceException.invalid("source", "must be an address, not a range");
            }
            // refuses what is no address, so that no name is ever looked up
            Cidr.parse(source);
            return InetAddress.getByName(source);
        } catch (IllegalArgumentException | UnknownHostException e) {
            throw ServiceException.invalid("source", "is not an IP address");
        }
    }

    /** What it needs; null: nothing, or it is refused whoever sends it. */
    Access access() {
        return rule == null ? Access.of(method) : rule.access();
    }

    /** Whether gateways refuse the method, whoever comes with it. */
    boolean refusedByItsMethod() {
        return method.equals("TRACE") || method.equals("CONNECT");
    }
}
