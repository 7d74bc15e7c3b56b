package dev.portcullis.gateway.http1;

/**
 * What the fields of one message say about switching to WebSocket (RFC 6455, sections 4.1 and 4.2),
 * kept strict: each of them exactly once, and nothing else asked for besides.
 */
final class WebSocketFields {
    private static final String PROTOCOL = "websocket";
    private static final String VERSION = "13";
    /** 16 octets in base64: 22 digits and two pads. */
    private static final int KEY_DIGITS = 22;

    private static final int KEY_LENGTH = 24;

    private int upgrades;
    private int keys;
    private int versions;
    private int accepts;
    private boolean good;
    private int valueFrom;
    private int valueTo;

    void clear() {
        upgrades = 0;
        keys = 0;
        versions = 0;
        accepts = 0;
        good = true;
    }

    void upgrade(byte[] bytes, int from, int to) {
        upgrades++;
        good &= Octets.equalsIgnoreCase(bytes, from, to, PROTOCOL);
    }

    void key(byte[] bytes, int from, int to) {
        keys++;
        good &= isKey(bytes, from, to);
        valueFrom = from;
        valueTo = to;
    }

    void version(byte[] bytes, int from, int to) {
        versions++;
        good &= Octets.equalsIgnoreCase(bytes, from, to, VERSION);
    }

    void accept(int from, int to) {
        accepts++;
        valueFrom = from;
        valueTo = to;
    }

    private static boolean isKey(byte[] bytes, int from, int to) {
        boolean good = to - from == KEY_LENGTH && bytes[to - 1] == '=' && bytes[to - 2] == '=';
        for (int i = from; good && i < from + KEY_DIGITS; i++) {
            int lower = bytes[i] | 0x20;
            good = lower >= 'a' && lower <= 'z' || Octets.isDigit(bytes[i])
                    || bytes[i] == '+' || bytes[i] == '/';
        }
        return good;
    }

    /** Whether the fields of a request are those of a handshake. */
    boolean ask() {
        return upgrades == 1 && keys == 1 && versions == 1 && good;
    }

    /** Whether the fields of a response are those of an answer to one. */
    boolean answer() {
        return upgrades == 1 && accepts == 1 && good;
    }

    /** Where the key of a request, or what a response accepts, begins. */
    int valueFrom() {
        return valueFrom;
    }

    int valueTo() {
        return valueTo;
    }
}
