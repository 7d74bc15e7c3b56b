package dev.portcullis.gateway.route;

import java.nio.charset.StandardCharsets;

/** A path, or with {@code *} at its end all paths that begin so. Immutable. */
final class PathPattern {
    private final byte[] octets;
    private final boolean prefix;

    PathPattern(String text) {
        prefix = text.endsWith("*");
        String plain = prefix ? text.substring(0, text.length() - 1) : text;
        octets = plain.getBytes(StandardCharsets.US_ASCII);
    }

    /** How many octets stand before the end, or before the star. */
    int length() {
        return octets.length;
    }

    boolean matches(byte[] path, int from, int to) {
        int length = to - from;
        if (prefix ? length < octets.length : length != octets.length) {
            return false;
        }
        for (int i = 0; i < octets.length; i++) {
            if (path[from + i] != octets[i]) {
                return false;
            }
        }
        return true;
    }
}
