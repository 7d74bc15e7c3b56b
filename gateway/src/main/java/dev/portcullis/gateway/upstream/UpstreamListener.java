package dev.portcullis.gateway.upstream;

import dev.portcullis.gateway.http1.ResponseHead;
import dev.portcullis.gateway.http1.Trailers;
import dev.portcullis.gateway.outcome.Refusal;
import io.netty.buffer.ByteBuf;

/**
 * The exchange that has leased a connection. All methods are called on the exchange's event loop;
 * after {@link #responseEnded} or {@link #upstreamFailed} no other is.
 */
public interface UpstreamListener {
    /** An address was chosen; {@link #leased} or {@link #leaseFailed} follows. */
    void leasing(Address address);

    /** Whether its request may be sent twice: its method is safe, and it has no body. */
    boolean isRepeatable();

    /** The connection is this exchange's until it releases or discards it. */
    void leased(UpstreamConnection connection);

    /** There is no connection to be had; nothing has been sent. */
    void leaseFailed(Refusal why);

    /** An interim response (1xx); the head is valid during the call. */
    void interimResponse(ResponseHead head);

    /**
     * The final response begins; the head is valid during the call.
     *
     * @param body what follows it
     */
    void responseBegan(ResponseHead head, ResponseBody body);

    /** A piece of the response's body; the receiver owns it. */
    void responseBody(ByteBuf piece);

    /** The response is complete, with these trailers or none (null). */
    void responseEnded(Trailers trailers);

    /** No more octets are at hand: what was gathered should be sent. */
    void responsePaused();

    /** The request's octets have left; more may be sent. */
    void upstreamWritable();

    /** The connection broke, or what came on it cannot be believed. It is closed. */
    void upstreamFailed(Refusal why);

    /** How the end of a response's body is known. */
    enum ResponseBody {
        NONE,
        LENGTH,
        CHUNKED,
        UNTIL_CLOSE,
        /** It is no body: octets go both ways from here on, until both sides have ended theirs. */
        TUNNEL
    }
}
