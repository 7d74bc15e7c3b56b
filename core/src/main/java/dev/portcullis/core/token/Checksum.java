package dev.portcullis.core.token;

/**
 * CRC-32 (the polynomial of IEEE 802.3) of the characters before it, as six base62 characters, most
 * significant first. It finds mistakes, not forgeries: its use is that a made-up or mistyped token is
 * refused without any look-up.
 */
final class Checksum {
    static final int LENGTH = 6;

    private static final int[] TABLE = new int[256];

    static {
        for (int i = 0; i < TABLE.length; i++) {
            int crc = i;
            for (int bit = 0; bit < 8; bit++) {
                crc = (crc & 1) != 0 ? crc >>> 1 ^ 0xEDB88320 : crc >>> 1;
            }
            TABLE[i] = crc;
        }
    }

    private Checksum() {}

    /** Whether the six characters at {@code to} are the checksum of those from {@code from}. */
    static boolean matches(byte[] text, int from, int to) {
        long rest = crc(text, from, to);
        int difference = 0;
        for (int i = to + LENGTH - 1; i >= to; i--) {
            difference |= text[i] ^ Base62.digit((int) (rest % 62));
            rest /= 62;
        }
        return difference == 0;
    }

    /** Writes the checksum of the characters from {@code from} at {@code to}. */
    static void write(byte[] text, int from, int to) {
        long rest = crc(text, from, to);
        for (int i = to + LENGTH - 1; i >= to; i--) {
            text[i] = Base62.digit((int) (rest % 62));
            rest /= 62;
        }
    }

    /** A table of our own, since {@link java.util.zip.CRC32} would cost an object for each call. */
    private static long crc(byte[] text, int from, int to) {
        int crc = ~0;
        for (int i = from; i < to; i++) {
            crc = crc >>> 8 ^ TABLE[(crc ^ text[i]) & 0xff];
        }
        return ~crc & 0xFFFFFFFFL;
    }
}
