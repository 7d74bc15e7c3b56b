package dev.portcullis.gateway.http2;

import static dev.portcullis.gateway.http1.HeadWriter.ascii;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Headers.PseudoHeaderName;
import io.netty.handler.codec.http2.ReadOnlyHttp2Headers;
import io.netty.util.AsciiString;

/**
 * Responses: the field section of HTTP/2 to the head of HTTP/1.1, and back (RFC 9113, section
 * 8.3.2). Nothing is kept between two calls.
 */
public final class ResponseSections {
    private static final int STATUS_DIGITS = 3;
    private static final int SWITCHING_PROTOCOLS = 101;
    private static final int STATUS_AT = "HTTP/1.1 ".length();
    private static final AsciiString OK = AsciiString.cached("200");

    private static final byte[] VERSION = ascii("HTTP/1.1 ");
    private static final byte[] END_OF_LINE = ascii(" \r\n");
    private static final byte[] CRLF = ascii("\r\n");
    private static final byte[] CHUNKED = ascii("transfer-encoding: chunked\r\n");
    private static final byte[] EMPTY = ascii("content-length: 0\r\n");

    private ResponseSections() {}

    /**
     * Writes the head of HTTP/1.1 that means the same. A body of unknown length is announced as
     * chunked, no body at all as one of no octets.
     *
     * @param ended whether the response ends with this section
     * @param headMethod whether it answers HEAD, so that it never has a body
     * @return false when the section is malformed; what was written then means nothing
     */
    public static boolean toHead(
            FieldSection section, boolean ended, boolean headMethod, ByteBuf out) {
        int status = statusOf(section);
        boolean interim = status < 200;
        if (status < 0 || status == SWITCHING_PROTOCOLS || interim && ended) {
            return false;
        }
        out.writeBytes(VERSION);
        Fields.write(out, section.value(0));
        out.writeBytes(END_OF_LINE);
        boolean length = false;
        for (int line = 1; line < section.size(); line++) {
            AsciiString name = section.name(line);
            // a pseudo-header field is no name either: there is one, and it comes first
            if (!Fields.isAllowed(name, section.value(line))) {
                return false;
            }
            length |= name.equals(Fields.CONTENT_LENGTH);
            Fields.writeLine(out, name, section.value(line));
        }
        boolean hasBody = !interim && !headMethod && status != 204 && status != 304;
        if (hasBody && !length) {
            out.writeBytes(ended ? EMPTY : CHUNKED);
        }
        out.writeBytes(CRLF);
        return true;
    }

    /** The status, or -1 when the section does not begin with a good one. */
    private static int statusOf(FieldSection section) {
        if (section.isEmpty() || !section.name(0).equals(PseudoHeaderName.STATUS.value())) {
            return -1;
        }
        AsciiString text = section.value(0);
        if (text.length() != STATUS_DIGITS) {
            return -1;
        }
        int status = 0;
        for (int i = 0; i < STATUS_DIGITS; i++) {
            int digit = text.byteAt(i) - '0';
            if (digit < 0 || digit > 9) {
                return -1;
            }
            status = status * 10 + digit;
        }
        return status >= 100 && status < 600 ? status : -1;
    }

    /**
     * The section of HTTP/2 that means the same as a head that the gateway has written. The consent
     * to upgrade to a WebSocket becomes the 200 of an extended CONNECT (RFC 8441, section 5).
     *
     * @param head is read to its end, and remains the caller's
     */
    public static Http2Headers fromHead(ByteBuf head) {
        HeadLines lines = new HeadLines(head);
        int at = lines.lineFrom() + STATUS_AT;
        AsciiString status = lines.text(at, at + STATUS_DIGITS);
        boolean switched = status.contentEquals("101");
        while (lines.nextField()) {
            AsciiString name = lines.name();
            boolean apart = switched && name.equals(Fields.SEC_WEBSOCKET_ACCEPT);
            if (!apart && !Fields.isConnectionSpecific(name)) {
                lines.keep(name, lines.value());
            }
        }
        return ReadOnlyHttp2Headers.serverHeaders(
                false, switched ? OK : status, lines.kept());
    }
}
