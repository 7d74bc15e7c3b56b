package dev.portcullis.gateway.http2;

import io.netty.buffer.ByteBuf;
import io.netty.util.AsciiString;

/** What field lines of HTTP/2 may look like (RFC 9113, section 8.2), and how they are written. */
final class Fields {
    static final AsciiString TRAILERS = AsciiString.cached("trailers");
    static final AsciiString HOST = AsciiString.cached("host");
    static final AsciiString COOKIE = AsciiString.cached("cookie");
    static final AsciiString CONTENT_LENGTH = AsciiString.cached("content-length");
    static final AsciiString TRANSFER_ENCODING = AsciiString.cached("transfer-encoding");
    static final AsciiString SEC_WEBSOCKET_KEY = AsciiString.cached("sec-websocket-key");
    static final AsciiString SEC_WEBSOCKET_ACCEPT = AsciiString.cached("sec-websocket-accept");
    static final AsciiString UPGRADE = AsciiString.cached("upgrade");
    static final AsciiString TE = AsciiString.cached("te");
    static final AsciiString WEBSOCKET = AsciiString.cached("websocket");

    private static final AsciiString CONNECTION = AsciiString.cached("connection");
    private static final AsciiString KEEP_ALIVE = AsciiString.cached("keep-alive");
    private static final AsciiString PROXY_CONNECTION = AsciiString.cached("proxy-connection");

    /** What names are made of: {@code tchar} without upper case. */
    private static final boolean[] NAME = new boolean[256];
    private static final boolean[] METHOD = new boolean[256];
    /** HTAB, SP, VCHAR, obs-text. */
    private static final boolean[] VALUE = new boolean[256];

    static {
        for (int c = 0; c < 256; c++) {
            boolean lower = c >= 'a' && c <= 'z';
            boolean upper = c >= 'A' && c <= 'Z';
            boolean other = c >= '0' && c <= '9' || "!#$%&'*+-.^_`|~".indexOf(c) >= 0;
            NAME[c] = lower || other;
            METHOD[c] = lower || upper || other;
            VALUE[c] = c == '\t' || c >= ' ' && c != 0x7f;
        }
    }

    private Fields() {}

    /** Whether a name is one that a field, not a pseudo-header field, may have. */
    static boolean isName(AsciiString name) {
        return isAllOf(NAME, name);
    }

    static boolean isMethod(AsciiString text) {
        return isAllOf(METHOD, text);
    }

    private static boolean isAllOf(boolean[] allowed, AsciiString text) {
        byte[] bytes = text.array();
        int to = text.arrayOffset() + text.length();
        for (int i = text.arrayOffset(); i < to; i++) {
            if (!allowed[bytes[i] & 0xff]) {
                return false;
            }
        }
        return !text.isEmpty();
    }

    /** No control characters, no white space around it. */
    static boolean isValue(AsciiString value) {
        byte[] bytes = value.array();
        int from = value.arrayOffset();
        int to = from + value.length();
        for (int i = from; i < to; i++) {
            if (!VALUE[bytes[i] & 0xff]) {
                return false;
            }
        }
        return from == to || !isWhitespace(bytes[from]) && !isWhitespace(bytes[to - 1]);
    }

    private static boolean isWhitespace(byte octet) {
        return octet == ' ' || octet == '\t';
    }

    static boolean isPseudo(AsciiString name) {
        return !name.isEmpty() && name.byteAt(0) == ':';
    }

    /** Whether a field may stand in a message, by its name and its value alone. */
    static boolean isAllowed(AsciiString name, AsciiString value) {
        return isName(name) && isValue(value) && !isConnectionSpecific(name);
    }

    /** Fields that have no place in HTTP/2 (RFC 9113, section 8.2.2). */
    static boolean isConnectionSpecific(AsciiString name) {
        return switch (name.length()) {
            case 7 -> name.equals(UPGRADE);
            case 10 -> name.equals(CONNECTION) || name.equals(KEEP_ALIVE);
            case 16 -> name.equals(PROXY_CONNECTION);
            case 17 -> name.equals(TRANSFER_ENCODING);
            default -> false;
        };
    }

    static void write(ByteBuf out, AsciiString text) {
        out.writeBytes(text.array(), text.arrayOffset(), text.length());
    }

    static void writeLine(ByteBuf out, AsciiString name, AsciiString value) {
        write(out, name);
        out.writeByte(':').writeByte(' ');
        write(out, value);
        out.writeByte('\r').writeByte('\n');
    }
}
