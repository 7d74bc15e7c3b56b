package dev.portcullis.gateway.http1;

/** Fields that Connection names, which belong to one hop (RFC 9110, section 7.6.1). */
public final class ConnectionOptions {
    private ConnectionOptions() {}

    /** Whether some Connection field of the head names this field. */
    public static boolean nominate(MessageHead head, int field) {
        return nominate(head, head, field);
    }

    /** Whether some Connection field of the head names this field of the message's trailers. */
    static boolean nominate(MessageHead head, MessageHead of, int field) {
        for (int i = 0; i < head.fields(); i++) {
            if (head.name(i) == FieldName.CONNECTION && lists(head, i, of, field)) {
                return true;
            }
        }
        return false;
    }

    /** Whether a TE field lists {@code trailers} (RFC 9110, section 10.1.4). */
    public static boolean listsTrailers(MessageHead head, int field) {
        byte[] bytes = head.bytes();
        int to = head.valueTo(field);
        int at = head.valueFrom(field);
        while (at < to) {
            int from = at;
            while (at < to && bytes[at] != ',') {
                at++;
            }
            int end = at;
            while (from < end && Octets.isWhitespace(bytes[from])) {
                from++;
            }
            while (end > from && Octets.isWhitespace(bytes[end - 1])) {
                end--;
            }
            if (Octets.equalsIgnoreCase(bytes, from, end, "trailers")) {
                return true;
            }
            at++;
        }
        return false;
    }

    private static boolean lists(MessageHead head, int connection, MessageHead of, int field) {
        byte[] bytes = head.bytes();
        int to = head.valueTo(connection);
        int at = head.valueFrom(connection);
        while (at < to) {
            int from = at;
            while (at < to && Octets.isToken(bytes[at])) {
                at++;
            }
            if (isSame(bytes, from, at, of, field)) {
                return true;
            }
            at++;
        }
        return false;
    }

    private static boolean isSame(byte[] bytes, int from, int to, MessageHead of, int field) {
        byte[] named = of.bytes();
        int nameFrom = of.nameFrom(field);
        int length = of.nameTo(field) - nameFrom;
        if (to - from != length) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            if (Octets.folded(bytes[from + i]) != Octets.folded(named[nameFrom + i])) {
                return false;
            }
        }
        return true;
    }
}
