package dev.portcullis.gateway.route;

import java.util.Arrays;

/**
 * The normal form of a path (RFC 3986, section 6.2.2), so that an application is chosen by the same
 * path that the upstream serves: escaped unreserved characters are unescaped, the rest of the
 * escapes is in upper case, dot segments are removed, empty segments are merged.
 *
 * <p>Refused, since servers read them in different ways: a path that climbs above its root, NUL,
 * and dot segments that hide behind a path parameter ({@code ..;x}). Escaped slashes and
 * backslashes are kept as they are and reported.
 */
final class PathNormalizer {
    private final byte[] path;
    private final byte[] out;
    private int length;
    private boolean escapedSeparator;

    private PathNormalizer(byte[] path) {
        this.path = path;
        this.out = new byte[path.length + 1];
    }

    /**
     * What a path came to.
     *
     * @param path the normal form; null when the path is refused
     * @param escapedSeparator whether it holds {@code %2F} or {@code %5C}
     */
    record Normalized(byte[] path, boolean escapedSeparator) {}

    private static final Normalized REFUSED = new Normalized(null, false);

    /** Normalises a path that begins with a slash and whose escapes are well-formed. */
    static Normalized normalize(byte[] bytes, int from, int to) {
        PathNormalizer it = new PathNormalizer(Arrays.copyOfRange(bytes, from, to));
        return it.unescape() && it.removeDotSegments()
                ? new Normalized(Arrays.copyOf(it.out, it.length), it.escapedSeparator)
                : REFUSED;
    }

    /**
     * A path in normal form as a server reads it that drops the parameters of each segment, from
     * {@code ;} or {@code %3B} on; null when there are none.
     */
    static byte[] withoutParameters(byte[] path) {
        byte[] bare = new byte[path.length];
        int length = 0;
        boolean parameter = false;
        for (int i = 0; i < path.length; i++) {
            boolean escaped = path[i] == '%' && path[i + 1] == '3' && path[i + 2] == 'B';
            parameter = path[i] != '/' && (parameter || path[i] == ';' || escaped);
            if (!parameter) {
                bare[length++] = path[i];
            }
        }
        return length == path.length ? null : normalize(bare, 0, length).path();
    }

    /** A path in normal form as a server reads it that unescapes all of it at once. */
    static byte[] unescaped(byte[] path) {
        byte[] plain = new byte[path.length];
        int length = 0;
        for (int i = 0; i < path.length; i++) {
            if (path[i] == '%') {
                plain[length++] = (byte)
                        (Character.digit(path[i + 1], 16) << 4 | Character.digit(path[i + 2], 16));
                i += 2;
            } else {
                plain[length++] = path[i];
            }
        }
        return Arrays.copyOf(plain, length);
    }

    /** Unescapes in place what needs no escape; false when something may not be in a path. */
    private boolean unescape() {
        int to = 0;
        for (int i = 0; i < path.length; i++) {
            if (path[i] != '%') {
                path[to++] = path[i];
                continue;
            }
            int octet = Character.digit(path[i + 1], 16) << 4 | Character.digit(path[i + 2], 16);
            i += 2;
            if (octet == 0) {
                return false;
            }
            escapedSeparator |= octet == '/' || octet == '\\';
            if (isUnreserved(octet)) {
                path[to++] = (byte) octet;
            } else {
                path[to++] = '%';
                path[to++] = upper(path[i - 1]);
                path[to++] = upper(path[i]);
            }
        }
        length = to;
        return true;
    }

    private boolean removeDotSegments() {
        int end = length;
        length = 0;
        int at = 0;
        while (at < end) {
            int segment = at + 1;
            int next = segment;
            while (next < end && path[next] != '/') {
                next++;
            }
            boolean last = next == end;
            switch (dots(segment, next)) {
                case HIDDEN -> {
                    return false;
                }
                case CURRENT -> appendSlashIf(last);
                case PARENT -> {
                    if (!climb()) {
                        return false;
                    }
                    appendSlashIf(last);
                }
                case NONE -> appendSegment(segment, next, last);
            }
            at = next;
        }
        return true;
    }

    private enum Dots {
        NONE,
        CURRENT,
        PARENT,
        HIDDEN
    }

    private Dots dots(int from, int to) {
        int dots = from;
        while (dots < to && path[dots] == '.') {
            dots++;
        }
        int count = dots - from;
        if (count == 0 || count > 2) {
            return Dots.NONE;
        }
        if (dots < to) {
            boolean separator = path[dots] == ';'
                    || to - dots >= 3 && path[dots] == '%' && isSeparatorEscape(dots);
            return separator ? Dots.HIDDEN : Dots.NONE;
        }
        return count == 1 ? Dots.CURRENT : Dots.PARENT;
    }

    /** {@code %2F}, {@code %5C} and {@code %3B}, which some servers unescape before they split. */
    private boolean isSeparatorEscape(int at) {
        int octet = Character.digit(path[at + 1], 16) << 4 | Character.digit(path[at + 2], 16);
        return octet == '/' || octet == '\\' || octet == ';';
    }

    /** Drops the last segment; false when there is none. */
    private boolean climb() {
        if (length == 0) {
            return false;
        }
        do {
            length--;
        } while (out[length] != '/');
        return true;
    }

    private void appendSegment(int from, int to, boolean last) {
        if (from == to && !last) {
            return; // an empty segment: merged with what follows
        }
        out[length++] = '/';
        System.arraycopy(path, from, out, length, to - from);
        length += to - from;
    }

    private void appendSlashIf(boolean last) {
        if (last) {
            out[length++] = '/';
        }
    }

    private static boolean isUnreserved(int octet) {
        return octet >= 'a' && octet <= 'z' || octet >= 'A' && octet <= 'Z'
                || octet >= '0' && octet <= '9'
                || octet == '-' || octet == '.' || octet == '_' || octet == '~';
    }

    private static byte upper(byte hex) {
        return (byte) (hex >= 'a' ? hex - 0x20 : hex);
    }
}
