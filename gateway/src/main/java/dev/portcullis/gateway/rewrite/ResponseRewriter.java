package dev.portcullis.gateway.rewrite;

import static dev.portcullis.gateway.http1.HeadWriter.ascii;

import dev.portcullis.gateway.http1.ConnectionOptions;
import dev.portcullis.gateway.http1.FieldMatcher;
import dev.portcullis.gateway.http1.FieldName;
import dev.portcullis.gateway.http1.HeadWriter;
import dev.portcullis.gateway.http1.ResponseHead;
import dev.portcullis.gateway.route.HeaderEdits;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;

/**
 * Writes the head that goes downstream: what belonged to the upstream connection is removed, what
 * belongs to the client's connection is set. An application neither speaks in the gateway's name
 * nor leads clients around it. Not thread-safe: one for each event loop.
 */
public final class ResponseRewriter {
    /** A small body is sent in one write with its head. */
    private static final int BODY_ROOM_MAX = 8192;

    private static final int CHUNK_ROOM = 512;
    private static final int ROOM = 32;
    private static final byte[] HTTP_1_1 = ascii("HTTP/1.1 ");
    private static final byte[] CHUNKED = ascii("Transfer-Encoding: chunked\r\n");
    private static final byte[] CLOSE = ascii("Connection: close\r\n");
    private static final byte[] UPGRADED = ascii("Connection: Upgrade\r\nUpgrade: websocket\r\n");
    private static final byte[] KEEP_ALIVE = ascii("Connection: keep-alive\r\n");

    /** Leads clients past the gateway, to an address where it does not stand (RFC 7838). */
    private static final FieldMatcher ALT_SVC = FieldMatcher.of("alt-svc");

    private final HeadWriter out;
    private final ByteBufAllocator allocator;

    public ResponseRewriter(HeadWriter out, ByteBufAllocator allocator) {
        this.out = out;
        this.allocator = allocator;
    }

    /** What the client's connection adds to a response. */
    public enum Connection {
        /** HTTP/1.1, and it goes on. */
        KEPT,
        /** HTTP/1.0, and it goes on, which has to be said. */
        KEPT_EXPLICITLY,
        CLOSED,
        /** It is a WebSocket from here on. */
        UPGRADED
    }

    /**
     * A final response; {@code chunkedBody} when its body goes in chunks.
     *
     * @param edits what the route changes; null for nothing
     */
    public ByteBuf rewrite(
            ResponseHead head, boolean chunkedBody, Connection connection, HeaderEdits edits) {
        statusLine(head);
        fields(head, edits);
        if (edits != null) {
            out.put(edits.lines());
        }
        if (chunkedBody) {
            out.put(CHUNKED);
        }
        switch (connection) {
            case CLOSED -> out.put(CLOSE);
            case UPGRADED -> out.put(UPGRADED);
            case KEPT_EXPLICITLY -> out.put(KEEP_ALIVE);
            case KEPT -> { }
        }
        out.endLine();
        long body = Math.max(head.contentLength(), chunkedBody ? CHUNK_ROOM : 0);
        return out.take(allocator, (int) Math.min(body + ROOM, BODY_ROOM_MAX));
    }

    /**
     * An interim response (1xx). Nothing is set in it, but what the route takes away is not in it
     * either.
     *
     * @param edits what the route changes; null for nothing
     */
    public ByteBuf rewriteInterim(ResponseHead head, HeaderEdits edits) {
        statusLine(head);
        fields(head, edits);
        out.endLine();
        return out.take(allocator, 0);
    }

    private void statusLine(ResponseHead head) {
        out.put(HTTP_1_1).putDecimal(head.status()).put(' ');
        out.put(head.bytes(), head.reasonFrom(), head.reasonTo()).endLine();
    }

    /** What the application says goes on; what only the gateway may say is dropped here. */
    private void fields(ResponseHead head, HeaderEdits edits) {
        boolean nominates = head.nominatesFields();
        for (int field = 0; field < head.fields(); field++) {
            boolean passes = switch (head.name(field)) {
                case CONNECTION, KEEP_ALIVE, PROXY_CONNECTION, TE, UPGRADE, TRANSFER_ENCODING,
                        PROXY_AUTHENTICATE, HTTP2_SETTINGS, X_PORTCULLIS -> false;
                case OTHER -> !ALT_SVC.matches(head, field);
                case CONTENT_LENGTH -> head.isExact(field) && !head.isInterim()
                        && head.status() != 204;
                default -> true;
            };
            boolean nominated = nominates && head.name(field) == FieldName.OTHER
                    && ConnectionOptions.nominate(head, field);
            if (passes && !nominated && (edits == null || !edits.remove(head, field))) {
                out.putField(head, field);
            }
        }
        if (head.added() != null) {
            out.put(head.added());
        }
    }
}
