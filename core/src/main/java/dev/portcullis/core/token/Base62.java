package dev.portcullis.core.token;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** The alphabet of credentials: digits, upper case, lower case, in that order of value. */
final class Base62 {
    private static final byte[] DIGITS =
            "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz".getBytes(
                    StandardCharsets.US_ASCII);

    private static final byte[] VALUES = new byte[256];

    static {
        Arrays.fill(VALUES, (byte) -1);
        for (int value = 0; value < DIGITS.length; value++) {
            VALUES[DIGITS[value]] = (byte) value;
        }
    }

    private Base62() {}

    /** The value of one character, or -1 when it is none of the alphabet. */
    static int valueOf(byte character) {
        return VALUES[character & 0xff];
    }

    static byte digit(int value) {
        return DIGITS[value];
    }

    static boolean isBase62(byte[] text, int from, int to) {
        int seen = 0;
        for (int i = from; i < to; i++) {
            seen |= VALUES[text[i] & 0xff];
        }
        return seen >= 0;
    }
}
