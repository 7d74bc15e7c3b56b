package dev.portcullis.core.token;

import java.util.zip.CRC32;

/**
 * CRC-32 (the polynomial of IEEE 802.3) of the characters before it, as six base62 characters, most
 * significant first. It finds mistakes, not forgeries: its use is that a made-up or mistyped token
 * is refused without any look-up.
 */
final class Checksum {
    static final int LENGTH = 6;

    private Checksum() {}

    /** Whether the six base62 characters at {@code to} say the checksum of those before them. */
    static boolean matches(byte[] text, int from, int to) {
        long written = 0;
        for (int i = to; i < to + LENGTH; i++) {
            written = written * 62 + Base62.valueOf(text[i]);
        }
        return written == crc(text, from, to);
    }

    /** Writes the checksum of the characters from {@code from} at {@code to}. */
    static void write(byte[] text, int from, int to) {
        long rest = crc(text, from, to);
        for (int i = to + LENGTH - 1; i >= to; i--) {
            text[i] = Base62.digit((int) (rest % 62));
            rest /= 62;
        }
    }

    /** The object does not escape, so it costs no allocation once compiled. */
    private static long crc(byte[] text, int from, int to) {
        CRC32 crc = new CRC32();
        crc.update(text, from, to - from);
        return crc.getValue();
    }
}
