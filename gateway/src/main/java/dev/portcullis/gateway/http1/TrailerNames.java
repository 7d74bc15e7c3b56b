package dev.portcullis.gateway.http1;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Field names that mean nothing to a gateway and yet have no place in trailers (RFC 9110, section
 * 6.5.1): whoever merges trailers into the head of a message would be told, behind a body that was
 * judged without them, how it was to be routed, permitted, cached or read. Names count in every
 * spelling that a careless server might fold to them.
 */
final class TrailerNames {
    /** Whole names: of requests' modifiers, of authentication, of what controls a response. */
    private static final byte[][][] NAMES = byLength(
            "accept", "accept-charset", "accept-encoding", "accept-language", "cache-control",
            "early-data", "if-match", "if-modified-since", "if-none-match", "if-range",
            "if-unmodified-since", "max-forwards", "origin", "pragma", "prefer", "range",
            "client-cert", "client-cert-chain", "cookie", "cookie2", "proxy-authentication-info",
            "set-cookie", "set-cookie2", "www-authenticate",
            "age", "allow", "alt-svc", "clear-site-data", "date", "expires", "location",
            "permissions-policy", "referrer-policy", "refresh", "retry-after",
            "strict-transport-security", "vary", "warning", "x-content-type-options",
            "x-frame-options", "x-sendfile");

    private static final byte[][] PREFIXES = {
        ascii("access-control-"), ascii("content-"), ascii("cross-origin-"), ascii("sec-"),
        // instructions to a server in front
        ascii("x-accel-"),
    };

    /** Of all names that begin with {@code content-}, those that are made for trailers. */
    private static final byte[][] DIGESTS = {ascii("content-digest"), ascii("content-md5")};
    /** What names of gRPC's binary metadata end with. */
    private static final byte[] BINARY = ascii("-bin");

    private TrailerNames() {}

    /** Whether no trailer may have that name. */
    static boolean forbid(byte[] bytes, int from, int to) {
        int length = to - from;
        if (length < NAMES.length && isAny(NAMES[length], bytes, from, length)) {
            return true;
        }
        return begins(PREFIXES, bytes, from, length) && !isAny(DIGESTS, bytes, from, length)
                && !isBinary(bytes, from, to);
    }

    private static boolean isBinary(byte[] bytes, int from, int to) {
        return to - from > BINARY.length && isFolded(BINARY, bytes, to - BINARY.length);
    }

    private static boolean isAny(byte[][] names, byte[] bytes, int from, int length) {
        for (byte[] name : names) {
            if (name.length == length && isFolded(name, bytes, from)) {
                return true;
            }
        }
        return false;
    }

    private static boolean begins(byte[][] prefixes, byte[] bytes, int from, int length) {
        for (byte[] prefix : prefixes) {
            if (prefix.length <= length && isFolded(prefix, bytes, from)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isFolded(byte[] folded, byte[] bytes, int from) {
        for (int i = 0; i < folded.length; i++) {
            if (Octets.folded(bytes[from + i]) != folded[i]) {
                return false;
            }
        }
        return true;
    }

    private static byte[][][] byLength(String... names) {
        int longest = 0;
        for (String name : names) {
            longest = Math.max(longest, name.length());
        }
        byte[][][] sorted = new byte[longest + 1][][];
        for (int length = 0; length <= longest; length++) {
            int wanted = length;
            sorted[length] = Arrays.stream(names)
                    .filter(name -> name.length() == wanted)
                    .map(TrailerNames::ascii)
                    .toArray(byte[][]::new);
        }
        return sorted;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
