package dev.portcullis.core.access;

/**
 * Reads addresses as text, and nothing that could be a name: no resolver is ever asked. IPv4 is
 * four decimal numbers without leading zeros, for a zero in front means octal to some; IPv6 is RFC
 * 4291, section 2.2, without zones.
 */
public final class AddressText {
    /** An IPv6 address with an IPv4 address in it. */
    private static final int TEXT_LENGTH_MAX = 45;

    private static final int V4_OCTETS = 4;
    private static final int V6_OCTETS = 16;
    private static final int GROUP_DIGITS_MAX = 4;

    private AddressText() {}

    /**
     * The 4 or 16 octets that a text stands for, or null when it is no address.
     *
     * @param text as an address is written, without a port, brackets or white space
     */
    public static byte[] read(String text) {
        try {
            return text.length() > TEXT_LENGTH_MAX ? null : parse(text);
        } catch (IllegalArgumentException notAnAddress) {
            return null;
        }
    }

    /**
     * The 4 or 16 octets that a text stands for.
     *
     * @throws IllegalArgumentException when it is no address; the message says why and does not
     *     repeat the text
     */
    static byte[] parse(String text) {
        return text.indexOf(':') < 0 ? parseV4(text) : parseV6(text);
    }

    private static byte[] parseV4(String text) {
        String[] parts = text.split("\\.", -1);
        if (parts.length != V4_OCTETS) {
            throw new IllegalArgumentException(
                    "an address is four numbers with dots between (IPv4), or IPv6");
        }
        byte[] octets = new byte[V4_OCTETS];
        for (int i = 0; i < V4_OCTETS; i++) {
            octets[i] = (byte) decimal(parts[i], 255, "a number of an IPv4 address");
        }
        return octets;
    }

    /** A number of one to three ASCII digits, without leading zeros. */
    static int decimal(String text, int max, String what) {
        boolean digits = !text.isEmpty() && text.length() <= 3;
        int value = 0;
        for (int i = 0; digits && i < text.length(); i++) {
            char c = text.charAt(i);
            digits = c >= '0' && c <= '9';
            value = value * 10 + c - '0';
        }
        if (!digits || value > max) {
            throw new IllegalArgumentException(what + " is 0 to " + max);
        }
        if (text.length() > 1 && text.charAt(0) == '0') {
            throw new IllegalArgumentException(what + " has no leading zeros");
        }
        return value;
    }

    private static byte[] parseV6(String text) {
        if (text.indexOf('%') >= 0) {
            throw new IllegalArgumentException("an address with a zone is of one machine only");
        }
        int gap = text.indexOf("::");
        if (gap >= 0 && text.indexOf("::", gap + 1) >= 0) {
            throw new IllegalArgumentException("'::' stands in an IPv6 address once at most");
        }
        byte[] head = groups(gap < 0 ? text : text.substring(0, gap), gap < 0);
        byte[] tail = groups(gap < 0 ? "" : text.substring(gap + 2), true);
        int given = head.length + tail.length;
        // '::' stands for one group of zeros at least
        if (gap < 0 ? given != V6_OCTETS : given > V6_OCTETS - 2) {
            throw new IllegalArgumentException("an IPv6 address is eight groups, or '::' among"
                    + " at most seven");
        }
        byte[] octets = new byte[V6_OCTETS];
        System.arraycopy(head, 0, octets, 0, head.length);
        System.arraycopy(tail, 0, octets, V6_OCTETS - tail.length, tail.length);
        return octets;
    }

    /** The octets of groups with colons between; the last may be an IPv4 address, where it ends. */
    private static byte[] groups(String text, boolean atTheEnd) {
        if (text.isEmpty()) {
            return new byte[0];
        }
        String[] parts = text.split(":", -1);
        String last = parts[parts.length - 1];
        boolean dotted = atTheEnd && last.indexOf('.') >= 0;
        int plain = dotted ? parts.length - 1 : parts.length;
        byte[] octets = new byte[plain * 2 + (dotted ? V4_OCTETS : 0)];
        for (int i = 0; i < plain; i++) {
            int value = group(parts[i]);
            octets[i * 2] = (byte) (value >>> Byte.SIZE);
            octets[i * 2 + 1] = (byte) value;
        }
        if (dotted) {
            System.arraycopy(parseV4(last), 0, octets, plain * 2, V4_OCTETS);
        }
        return octets;
    }

    private static int group(String text) {
        boolean digits = !text.isEmpty() && text.length() <= GROUP_DIGITS_MAX;
        int value = 0;
        for (int i = 0; digits && i < text.length(); i++) {
            char c = text.charAt(i);
            // Character.digit takes digits of every script
            int digit = c < 128 ? Character.digit(c, 16) : -1;
            digits = digit >= 0;
            value = value << 4 | digit;
        }
        if (!digits) {
            throw new IllegalArgumentException(
                    "a group of an IPv6 address is 1 to 4 hexadecimal digits");
        }
        return value;
    }
}
