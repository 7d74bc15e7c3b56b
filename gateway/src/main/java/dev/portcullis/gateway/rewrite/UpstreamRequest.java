package dev.portcullis.gateway.rewrite;

import io.netty.buffer.ByteBuf;

/**
 * A request head ready to be sent upstream, where nothing else is sent. Only {@link
 * RequestRewriter} makes one, and only with a permit; but for health checks, whose {@link
 * HealthRequest} carries nothing of any caller.
 */
public final class UpstreamRequest {
    private final ByteBuf head;
    private final boolean chunkedBody;
    private final boolean headMethod;
    private final boolean trailers;
    private final byte[] webSocketKey;

    UpstreamRequest(
            ByteBuf head, boolean chunkedBody, boolean headMethod, boolean trailers,
            byte[] webSocketKey) {
        this.head = head;
        this.chunkedBody = chunkedBody;
        this.headMethod = headMethod;
        this.trailers = trailers;
        this.webSocketKey = webSocketKey;
    }

    /** The octets of the head. Who sends them owns them; else {@link #release}. */
    public ByteBuf head() {
        return head;
    }

    /** Whether the body goes in chunks. */
    public boolean chunkedBody() {
        return chunkedBody;
    }

    /** Whether the method is HEAD, so that the response has no body. */
    public boolean headMethod() {
        return headMethod;
    }

    /**
     * Whether the client has said {@code TE: trailers}. The head does not say so: TE belongs to one
     * connection, and only HTTP/2 has a place for it (RFC 9113, section 8.2.2).
     */
    public boolean takesTrailers() {
        return trailers;
    }

    /** The key of a WebSocket handshake; null when it is none. */
    public byte[] webSocketKey() {
        return webSocketKey;
    }

    /** Gives the octets up unsent. */
    public void release() {
        head.release();
    }
}
