package dev.portcullis.gateway.http1;

/**
 * What the fields of one message say about where its body ends and whether the connection goes on,
 * kept strict: one Content-Length or one Transfer-Encoding, never both, the latter {@code chunked}
 * and nothing else (RFC 9112, sections 6.1 to 6.3).
 */
final class Framing {
    private static final int LENGTH_DIGITS_MAX = 18;
    private static final String CHUNKED = "chunked";

    private long contentLength;
    private boolean chunked;
    private boolean close;
    private boolean keepAlive;
    private boolean upgrade;
    private boolean nominates;

    void clear() {
        contentLength = -1;
        chunked = false;
        close = false;
        keepAlive = false;
        upgrade = false;
        nominates = false;
    }

    /** The length, or -1 when none is given. */
    long contentLength() {
        return contentLength;
    }

    boolean chunked() {
        return chunked;
    }

    boolean close() {
        return close;
    }

    boolean keepAlive() {
        return keepAlive;
    }

    /** Whether Connection lists {@code upgrade}. */
    boolean upgrade() {
        return upgrade;
    }

    /** Whether Connection names fields of this message that go no further. */
    boolean nominates() {
        return nominates;
    }

    /** Takes a Content-Length value; false when it is malformed or not the only one. */
    boolean contentLength(byte[] bytes, int from, int to) {
        if (contentLength >= 0 || from == to || to - from > LENGTH_DIGITS_MAX) {
            return false;
        }
        long value = 0;
        for (int i = from; i < to; i++) {
            if (!Octets.isDigit(bytes[i])) {
                return false;
            }
            value = value * 10 + bytes[i] - '0';
        }
        contentLength = value;
        return true;
    }

    /** Takes a Transfer-Encoding value; false when it is anything but the one {@code chunked}. */
    boolean transferEncoding(byte[] bytes, int from, int to) {
        boolean first = !chunked;
        chunked = true;
        return first && Octets.equalsIgnoreCase(bytes, from, to, CHUNKED);
    }

    /** Takes a Connection value; false when it is no list of tokens. */
    boolean connection(byte[] bytes, int from, int to) {
        int at = from;
        while (at < to) {
            while (at < to && (Octets.isWhitespace(bytes[at]) || bytes[at] == ',')) {
                at++;
            }
            int optionFrom = at;
            while (at < to && Octets.isToken(bytes[at])) {
                at++;
            }
            option(bytes, optionFrom, at);
            while (at < to && Octets.isWhitespace(bytes[at])) {
                at++;
            }
            if (at < to && bytes[at] != ',') {
                return false;
            }
        }
        return true;
    }

    private void option(byte[] bytes, int from, int to) {
        if (Octets.equalsIgnoreCase(bytes, from, to, "close")) {
            close = true;
        } else if (Octets.equalsIgnoreCase(bytes, from, to, "keep-alive")) {
            keepAlive = true;
        } else if (Octets.equalsIgnoreCase(bytes, from, to, "upgrade")) {
            upgrade = true;
            // it names Upgrade, which goes no further anyway
            nominates = true;
        } else if (from < to) {
            nominates = true;
        }
    }

    boolean bodyIsAmbiguous() {
        return chunked && contentLength >= 0;
    }
}
