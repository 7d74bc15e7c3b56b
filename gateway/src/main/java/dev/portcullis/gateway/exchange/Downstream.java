package dev.portcullis.gateway.exchange;

import dev.portcullis.gateway.http1.ResponseHead;
import dev.portcullis.gateway.http1.Trailers;
import dev.portcullis.gateway.outcome.Refusal;
import dev.portcullis.gateway.rewrite.Caller;
import dev.portcullis.gateway.upstream.UpstreamListener.ResponseBody;
import io.netty.buffer.ByteBuf;

/**
 * The client's side of an exchange, whatever protocol the client speaks. All methods are called on
 * its event loop.
 */
public interface Downstream {
    /** What is known of the client's connection. */
    Caller caller();

    /** The request's body may come, or has to wait for the upstream. */
    void acceptBody(boolean on);

    void sendInterim(ResponseHead head);

    /** Begins the response; nothing leaves before {@link #flush}. */
    void sendHead(ResponseHead head, ResponseBody body);

    /** Sends a piece of the response's body; owned from now on. */
    void sendBody(ByteBuf piece);

    /** Ends the response. */
    void sendEnd(Trailers trailers);

    /**
     * Sends a whole response of the gateway's own.
     *
     * @param head its fields, without those of the connection, and no empty line
     */
    void sendLocal(ByteBuf head, byte[] body, boolean poisoned);

    void flush();

    /** Whether more may be sent; if not, the exchange is told when. */
    boolean isWritable();

    /** Octets of the response sent so far. */
    long octetsSent();

    /** The exchange is over; its response went out whole. */
    void exchangeEnded();

    /**
     * The exchange broke: the client must see that, so the connection, or its part of it, is
     * closed.
     *
     * @param why null when the client itself went away
     */
    void abort(Refusal why);
}
