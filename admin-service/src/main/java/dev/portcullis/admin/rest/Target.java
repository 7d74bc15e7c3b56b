package dev.portcullis.admin.rest;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A request target (RFC 9112, section 3.2) taken apart: the path's segments and the query's
 * parameters, percent-decoded once. What is ambiguous is refused instead of repaired: it gets 400.
 *
 * @param segments of the path, at least one, possibly empty ones
 */
record Target(List<String> segments, Map<String, String> query) {
    private static final int PARAMETERS_MAX = 16;

    Target {
        segments = List.copyOf(segments);
        query = Map.copyOf(query);
    }

    /** Takes apart the origin form, or the absolute form, which servers must accept as well. */
    static Target parse(String target) {
        String origin = withoutAuthority(target);
        if (!origin.startsWith("/") || origin.indexOf('#') >= 0) {
            throw new RestException(400, "the request target is not a path");
        }
        int question = origin.indexOf('?');
        String path = question < 0 ? origin : origin.substring(0, question);
        String query = question < 0 ? "" : origin.substring(question + 1);
        List<String> segments = new ArrayList<>();
        for (String segment : path.substring(1).split("/", -1)) {
            segments.add(decode(segment));
        }
        return new Target(segments, parameters(query));
    }

    private static String withoutAuthority(String target) {
        if (!target.regionMatches(true, 0, "http://", 0, 7)) {
            return target;
        }
        int slash = target.indexOf('/', 7);
        return slash < 0 ? "/" : target.substring(slash);
    }

    private static Map<String, String> parameters(String query) {
        Map<String, String> parameters = new LinkedHashMap<>();
        if (query.isEmpty()) {
            return parameters;
        }
        for (String pair : query.split("&", -1)) {
            int equals = pair.indexOf('=');
            String name = decode(equals < 0 ? pair : pair.substring(0, equals));
            String value = equals < 0 ? "" : decode(pair.substring(equals + 1).replace('+', ' '));
            if (parameters.put(name, value) != null) {
                throw new RestException(400, "a query parameter is given twice");
            }
            if (parameters.size() > PARAMETERS_MAX) {
                throw new RestException(400, "too many query parameters");
            }
        }
        return parameters;
    }

    /**
     * Percent-decodes (RFC 3986, section 2.1) into well-formed UTF-8 without control characters.
     */
    static String decode(String text) {
        byte[] octets = new byte[text.length()];
        int length = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '%') {
                octets[length++] = hexOctet(text, i + 1);
                i += 2;
            } else if (c > ' ' && c < 0x7f || c == ' ') {
                octets[length++] = (byte) c;
            } else {
                throw badEncoding();
            }
        }
        String decoded = utf8(octets, length);
        if (decoded.chars().anyMatch(Character::isISOControl)) {
            throw badEncoding();
        }
        return decoded;
    }

    private static byte hexOctet(String text, int at) {
        int high = at + 1 < text.length() ? Character.digit(text.charAt(at), 16) : -1;
        int low = at + 1 < text.length() ? Character.digit(text.charAt(at + 1), 16) : -1;
        if (high < 0 || low < 0) {
            throw badEncoding();
        }
        return (byte) (high << 4 | low);
    }

    private static String utf8(byte[] octets, int length) {
        try {
            // a fresh decoder reports malformed input, where new String() would repair it
            return StandardCharsets.UTF_8.newDecoder()
                    .decode(ByteBuffer.wrap(octets, 0, length)).toString();
        } catch (CharacterCodingException e) {
            throw badEncoding();
        }
    }

    private static RestException badEncoding() {
        return new RestException(400, "the request target is not well encoded");
    }
}
