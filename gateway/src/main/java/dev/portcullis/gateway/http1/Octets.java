package dev.portcullis.gateway.http1;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Tables and searches over octets, shared by the parsers. */
final class Octets {
    static final byte CR = '\r';
    static final byte LF = '\n';
    static final byte SP = ' ';
    static final byte HTAB = '\t';

    /** {@code tchar} of RFC 9110, section 5.6.2: what methods and field names are made of. */
    private static final boolean[] TOKEN = new boolean[256];
    /** What a field value may hold: HTAB, SP, VCHAR, obs-text (RFC 9110, section 5.5). */
    private static final boolean[] VALUE = new boolean[256];
    /**
     * Lower case, and whatever is neither letter nor digit as {@code -}: how careless servers fold
     * names. Most fold {@code _} and {@code .}; CGI servers fold all of {@code !#$%&'*+^`|~}, too.
     */
    private static final byte[] FOLDED = new byte[256];

    private static final VarHandle LONGS =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long ONES = 0x0101010101010101L;
    private static final long HIGHS = 0x8080808080808080L;

    static {
        for (int c = 0; c < 256; c++) {
            boolean letter = c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z';
            TOKEN[c] = letter || c >= '0' && c <= '9' || "!#$%&'*+-.^_`|~".indexOf(c) >= 0;
            VALUE[c] = c == HTAB || c >= SP && c != 0x7f;
            FOLDED[c] = (byte) (letter ? c | 0x20 : TOKEN[c] && (c < '0' || c > '9') ? '-' : c);
        }
    }

    private Octets() {}

    static boolean isToken(byte octet) {
        return TOKEN[octet & 0xff];
    }

    static byte folded(byte octet) {
        return FOLDED[octet & 0xff];
    }

    /** Whether folding makes a hyphen of an octet that is none. */
    static boolean foldsToHyphen(byte octet) {
        return octet != '-' && FOLDED[octet & 0xff] == '-';
    }

    static boolean isDigit(byte octet) {
        return octet >= '0' && octet <= '9';
    }

    /** The value of a hexadecimal digit, or -1. */
    static int hex(byte octet) {
        if (isDigit(octet)) {
            return octet - '0';
        }
        int lower = octet | 0x20;
        return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
    }

    static boolean isWhitespace(byte octet) {
        return octet == SP || octet == HTAB;
    }

    /** Whether all octets may stand in a field value. Eight at a time where no rare one is. */
    static boolean isFieldValue(byte[] bytes, int from, int to) {
        int i = from;
        while (to - i >= Long.BYTES) {
            long eight = (long) LONGS.get(bytes, i);
            // high bit set where an octet is below 0x20, or is 0x7f; obs-text takes the slow way
            long below = (eight - ONES * 0x20) & ~eight;
            long delete = (eight ^ ONES * 0x7f) - ONES;
            if (((below | delete | eight) & HIGHS) != 0) {
                break;
            }
            i += Long.BYTES;
        }
        for (; i < to; i++) {
            if (!VALUE[bytes[i] & 0xff]) {
                return false;
            }
        }
        return true;
    }

    /** The index of the first LF, or -1. */
    static int indexOfLf(byte[] bytes, int from, int to) {
        int i = from;
        for (; to - i >= Long.BYTES; i += Long.BYTES) {
            long different = (long) LONGS.get(bytes, i) ^ ONES * LF;
            long found = (different - ONES) & ~different & HIGHS;
            if (found != 0) {
                return i + (Long.numberOfTrailingZeros(found) >>> 3);
            }
        }
        for (; i < to; i++) {
            if (bytes[i] == LF) {
                return i;
            }
        }
        return -1;
    }

    /** Whether the octets spell {@code lower} (ASCII, lower case), in any case. */
    static boolean equalsIgnoreCase(byte[] bytes, int from, int to, String lower) {
        if (to - from != lower.length()) {
            return false;
        }
        for (int i = 0; i < lower.length(); i++) {
            int c = bytes[from + i];
            if ((c >= 'A' && c <= 'Z' ? c | 0x20 : c) != lower.charAt(i)) {
                return false;
            }
        }
        return true;
    }
}
