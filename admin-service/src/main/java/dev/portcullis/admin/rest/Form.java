package dev.portcullis.admin.rest;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The parameters of a form-encoded body, as OAuth reads them (RFC 6749, section 3.2): one without a
 * value counts as absent, one that is there twice is refused. Nothing of it is ever repeated in an
 * error. Immutable.
 */
final class Form {
    private static final int PARAMETERS_MAX = 32;

    private final Map<String, String> parameters;

    private Form(Map<String, String> parameters) {
        this.parameters = parameters;
    }

    /** @throws OauthException {@code invalid_request} */
    static Form parse(byte[] body) {
        Map<String, String> parameters = new LinkedHashMap<>();
        String text = new String(body, StandardCharsets.ISO_8859_1);
        for (String pair : text.split("&", -1)) {
            if (pair.isEmpty()) {
                continue;
            }
            int equals = pair.indexOf('=');
            String name = decode(equals < 0 ? pair : pair.substring(0, equals));
            String value = equals < 0 ? "" : decode(pair.substring(equals + 1));
            if (parameters.put(name, value) != null) {
                throw OauthException.invalidRequest("a parameter is given twice");
            }
            if (parameters.size() > PARAMETERS_MAX) {
                throw OauthException.invalidRequest("too many parameters");
            }
        }
        return new Form(parameters);
    }

    /** A parameter's value, or null. */
    String get(String name) {
        String value = parameters.get(name);
        return value == null || value.isEmpty() ? null : value;
    }

    /** @throws OauthException when it is not there */
    String require(String name) {
        String value = get(name);
        if (value == null) {
            throw OauthException.invalidRequest(name + " is required");
        }
        return value;
    }

    /**
     * What form encoding means (RFC 6749, appendix B).
     *
     * @throws OauthException when it is not well encoded, or not UTF-8
     */
    static String decode(String text) {
        try {
            return Target.decode(text.replace('+', ' '));
        } catch (RestException e) {
            throw OauthException.invalidRequest("the form is not well encoded");
        }
    }
}
