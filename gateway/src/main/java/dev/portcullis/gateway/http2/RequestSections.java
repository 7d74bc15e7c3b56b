package dev.portcullis.gateway.http2;

import static dev.portcullis.gateway.http1.HeadWriter.ascii;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Headers.PseudoHeaderName;
import io.netty.handler.codec.http2.ReadOnlyHttp2Headers;
import io.netty.util.AsciiString;
import java.util.function.Supplier;

/**
 * Requests: the field section of HTTP/2 to the head of HTTP/1.1, and back (RFC 9113, section 8.3.1;
 * RFC 8441). Not thread-safe: one for each event loop.
 */
public final class RequestSections {
    private static final AsciiString CONNECT = AsciiString.cached("CONNECT");
    private static final AsciiString OPTIONS = AsciiString.cached("OPTIONS");
    private static final AsciiString GET = AsciiString.cached("GET");
    private static final AsciiString HTTP = AsciiString.cached("http");
    private static final AsciiString HTTPS = AsciiString.cached("https");

    private static final byte[] VERSION = ascii(" HTTP/1.1\r\nHost: ");
    private static final byte[] CRLF = ascii("\r\n");
    private static final byte[] CHUNKED = ascii("Transfer-Encoding: chunked\r\n");
    private static final byte[] COOKIE = ascii("Cookie: ");
    private static final byte[] UPGRADE =
            ascii("Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: ");

    private AsciiString method;
    private AsciiString scheme;
    private AsciiString authority;
    private AsciiString path;
    private AsciiString protocol;
    private AsciiString host;
    private int cookies;
    private int lengths;

    /**
     * Writes the head of HTTP/1.1 that means the same. A body of unknown length is announced as
     * chunked; an extended CONNECT for a WebSocket becomes a request to upgrade.
     *
     * @param ended whether the request ends with this section
     * @param webSocketKey makes one for a request to upgrade: 16 random octets in Base64
     * @return false when the section is malformed; what was written then means nothing
     */
    public boolean toHead(
            FieldSection section, boolean ended, Supplier<String> webSocketKey, ByteBuf out) {
        if (!read(section)) {
            return false;
        }
        boolean connect = method.equals(CONNECT);
        boolean webSocket = connect && protocol != null && protocol.equals(Fields.WEBSOCKET);
        Fields.write(out, webSocket ? GET : method);
        out.writeByte(' ');
        Fields.write(out, webSocket || !connect ? path : authority);
        out.writeBytes(VERSION);
        Fields.write(out, authority == null ? host : authority);
        out.writeBytes(CRLF);
        if (webSocket) {
            out.writeBytes(UPGRADE).writeBytes(ascii(webSocketKey.get())).writeBytes(CRLF);
        }
        fields(section, webSocket, out);
        if (!ended && lengths == 0 && !connect) {
            out.writeBytes(CHUNKED);
        }
        out.writeBytes(CRLF);
        return true;
    }

    private boolean read(FieldSection section) {
        clear();
        int line = 0;
        int lines = section.size();
        while (line < lines && Fields.isPseudo(section.name(line))) {
            if (!pseudo(section.name(line), section.value(line))) {
                return false;
            }
            line++;
        }
        for (; line < lines; line++) {
            if (!field(section.name(line), section.value(line))) {
                return false;
            }
        }
        return check();
    }

    private void clear() {
        method = null;
        scheme = null;
        authority = null;
        path = null;
        protocol = null;
        host = null;
        cookies = 0;
        lengths = 0;
    }

    /** Takes a pseudo-header field; false when it is unknown, doubled or empty. */
    private boolean pseudo(AsciiString name, AsciiString value) {
        if (value.isEmpty() || !Fields.isValue(value)) {
            return false;
        }
        PseudoHeaderName known = PseudoHeaderName.getPseudoHeader(name);
        if (known == null) {
            return false;
        }
        AsciiString before;
        switch (known) {
            case METHOD -> {
                before = method;
                method = value;
            }
            case SCHEME -> {
                before = scheme;
                scheme = value;
            }
            case AUTHORITY -> {
                before = authority;
                authority = value;
            }
            case PATH -> {
                before = path;
                path = value;
            }
            case PROTOCOL -> {
                before = protocol;
                protocol = value;
            }
            default -> {
                return false;
            }
        }
        return before == null;
    }

    private boolean field(AsciiString name, AsciiString value) {
        if (!Fields.isAllowed(name, value)) {
            return false;
        }
        switch (name.length()) {
            case 2 -> {
                return !name.equals(Fields.TE) || value.contentEqualsIgnoreCase(Fields.TRAILERS);
            }
            case 4 -> {
                if (name.equals(Fields.HOST)) {
                    boolean first = host == null;
                    host = value;
                    return first && !value.isEmpty();
                }
            }
            case 6 -> cookies += name.equals(Fields.COOKIE) ? 1 : 0;
            case 14 -> lengths += name.equals(Fields.CONTENT_LENGTH) ? 1 : 0;
            default -> { }
        }
        return true;
    }

    private boolean check() {
        if (method == null || !Fields.isMethod(method) || !hostIsOne()) {
            return false;
        }
        boolean connect = method.equals(CONNECT);
        if (connect && protocol == null) {
            return authority != null && isWord(authority)
                    && scheme == null && path == null && lengths == 0;
        }
        boolean schemeGood = scheme != null && (scheme.contentEqualsIgnoreCase(HTTPS)
                || scheme.contentEqualsIgnoreCase(HTTP));
        boolean extended = connect && authority != null && lengths == 0;
        return schemeGood && pathGood() && (protocol == null || extended);
    }

    /** Exactly one authority, in whichever of the two places, and the same where it is in both. */
    private boolean hostIsOne() {
        if (authority == null) {
            return host != null;
        }
        return isWord(authority) && (host == null || host.contentEqualsIgnoreCase(authority));
    }

    /** Begins with a slash, or is the asterisk of OPTIONS: no other form of a target comes in. */
    private boolean pathGood() {
        if (path == null || !isWord(path)) {
            return false;
        }
        boolean asterisk = path.length() == 1 && path.byteAt(0) == '*' && method.equals(OPTIONS);
        return path.byteAt(0) == '/' || asterisk;
    }

    /** No white space: in a request line it would be the end of the target. */
    private static boolean isWord(AsciiString text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.byteAt(i) == ' ' || text.byteAt(i) == '\t') {
                return false;
            }
        }
        return true;
    }

    private void fields(FieldSection section, boolean webSocket, ByteBuf out) {
        for (int line = 0; line < section.size(); line++) {
            AsciiString name = section.name(line);
            boolean apart = switch (name.length()) {
                case 4 -> name.equals(Fields.HOST);
                case 6 -> name.equals(Fields.COOKIE);
                case 17 -> webSocket && name.equals(Fields.SEC_WEBSOCKET_KEY);
                default -> false;
            };
            if (!apart && !Fields.isPseudo(name)) {
                Fields.writeLine(out, name, section.value(line));
            }
        }
        if (cookies > 0) {
            cookies(section, out);
        }
    }

    /** Cookies may come in crumbs, and go on as one field (RFC 9113, section 8.2.3). */
    private static void cookies(FieldSection section, ByteBuf out) {
        out.writeBytes(COOKIE);
        boolean first = true;
        for (int line = 0; line < section.size(); line++) {
            if (section.name(line).equals(Fields.COOKIE)) {
                if (!first) {
                    out.writeByte(';').writeByte(' ');
                }
                first = false;
                Fields.write(out, section.value(line));
            }
        }
        out.writeBytes(CRLF);
    }

    /**
     * The section of HTTP/2 that means the same as a head that the gateway has written. A request
     * to upgrade to a WebSocket becomes an extended CONNECT.
     *
     * @param head of a request with a Host; it is read to its end, and remains the caller's
     * @param secure whether it goes over TLS, which the scheme says
     */
    public Http2Headers fromHead(ByteBuf head, boolean secure) {
        return fromHead(head, secure, false);
    }

    /**
     * The same, for a client that has said whether it takes trailers. A head does not say it: in
     * HTTP/1.1, TE belongs to one connection (RFC 9110, section 10.1.4).
     */
    public Http2Headers fromHead(ByteBuf head, boolean secure, boolean takesTrailers) {
        HeadLines lines = new HeadLines(head);
        byte[] bytes = lines.bytes();
        int methodTo = lines.lineFrom();
        while (bytes[methodTo] != ' ') {
            methodTo++;
        }
        int targetTo = lines.lineTo() - " HTTP/1.1".length();
        AsciiString verb = lines.text(lines.lineFrom(), methodTo);
        AsciiString target = lines.text(methodTo + 1, targetTo);
        AsciiString to = null;
        boolean webSocket = false;
        while (lines.nextField()) {
            AsciiString name = lines.name();
            if (name.equals(Fields.HOST)) {
                to = lines.value();
            } else if (name.equals(Fields.UPGRADE)) {
                webSocket = lines.value().contentEqualsIgnoreCase(Fields.WEBSOCKET);
            } else if (goesOn(name, lines)) {
                lines.keep(name, lines.value());
            }
        }
        if (takesTrailers) {
            lines.drop(Fields.TE);
            lines.keep(Fields.TE, Fields.TRAILERS);
        }
        if (webSocket) {
            lines.drop(Fields.SEC_WEBSOCKET_KEY);
            lines.keepFirst(PseudoHeaderName.PROTOCOL.value(), Fields.WEBSOCKET);
        }
        return ReadOnlyHttp2Headers.clientHeaders(
                false, webSocket ? CONNECT : verb, target, secure ? HTTPS : HTTP, to,
                lines.kept());
    }

    private static boolean goesOn(AsciiString name, HeadLines lines) {
        if (name.equals(Fields.TE)) {
            return lines.value().contentEqualsIgnoreCase(Fields.TRAILERS);
        }
        return !Fields.isConnectionSpecific(name);
    }
}
