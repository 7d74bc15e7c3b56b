package dev.portcullis.gateway.http1;

/** The syntax of Host: {@code uri-host [ ":" port ]} (RFC 9110, section 7.2; RFC 3986, 3.2.2). */
final class Authority {
    private static final int PORT_DIGITS_MAX = 5;
    private static final boolean[] NAME = new boolean[256];

    static {
        for (int c = '!'; c <= '~'; c++) {
            // percent-encoding is legal in a registered name, but two parsers may read it in two
            // ways
            NAME[c] = "\"#%/:<>?@[\\]^`{|}".indexOf(c) < 0;
        }
    }

    private Authority() {}

    static boolean isWellFormed(byte[] bytes, int from, int to) {
        int at = from;
        if (from < to && bytes[from] == '[') {
            at++;
            while (at < to
                    && (Octets.hex(bytes[at]) >= 0 || bytes[at] == ':' || bytes[at] == '.')) {
                at++;
            }
            if (at == to || at == from + 1 || bytes[at++] != ']') {
                return false;
            }
        } else {
            while (at < to && NAME[bytes[at] & 0xff]) {
                at++;
            }
        }
        return at > from && (at == to || bytes[at] == ':' && isPort(bytes, at + 1, to));
    }

    private static boolean isPort(byte[] bytes, int from, int to) {
        for (int i = from; i < to; i++) {
            if (!Octets.isDigit(bytes[i])) {
                return false;
            }
        }
        return to - from <= PORT_DIGITS_MAX;
    }
}
