package dev.portcullis.gateway.upstream;

import dev.portcullis.gateway.http1.Trailers;
import dev.portcullis.gateway.rewrite.UpstreamRequest;
import io.netty.buffer.ByteBuf;

/**
 * What an exchange has leased: a whole HTTP/1.1 connection, or one stream of an HTTP/2 connection.
 * What comes back is told to the {@link UpstreamListener} that leased it. Not thread-safe:
 * everything happens on the exchange's event loop.
 */
public interface UpstreamConnection {
    /** Whether an earlier exchange has used it, so that it may have died unnoticed since. */
    boolean isReused();

    /**
     * How far a request came that failed before its response began. Asked during {@code
     * upstreamFailed}, before {@link #discard}.
     */
    default Reached reached() {
        return Reached.SENT;
    }

    /** Sends a request's head. Nothing leaves before {@link #flush}. */
    void send(UpstreamRequest request);

    /** Sends a piece of the request's body; owned from now on. */
    void sendBody(ByteBuf piece);

    /**
     * Ends the request, with these trailers or none (null). A tunnel that is asked for, but not
     * open yet, is not ended by this: its head says all.
     */
    void sendEnd(Trailers trailers);

    void flush();

    /** Whether more of the body may be sent; if not, {@code upstreamWritable} says when. */
    boolean isWritable();

    /** Stops or goes on reading the response, for a client that cannot keep up. */
    void read(boolean on);

    /** Ends the lease after a complete exchange. */
    void release();

    /** Ends the lease; what was leased is closed, whatever state it is in. */
    void discard();

    /** How far a request came that was not answered; what may be sent again hangs on it. */
    enum Reached {
        /** There was no connection: nothing was sent. */
        UNSENT,
        /** The application said that it did nothing with it (RFC 9113, section 8.7). */
        REFUSED,
        /**
         * It was sent on a connection that earlier exchanges had used and that ended before
         * anything came back: most likely it had died before.
         */
        STALE,
        /** It was sent: nobody knows what the application has done with it. */
        SENT
    }
}
