package dev.portcullis.gateway.upstream;

import static dev.portcullis.gateway.http1.HeadWriter.ascii;

import dev.portcullis.gateway.http1.ResponseHead;
import dev.portcullis.gateway.http1.Trailers;
import dev.portcullis.gateway.http1.WebSocketKey;
import dev.portcullis.gateway.http2.FieldSection;
import dev.portcullis.gateway.http2.TrailerSections;
import dev.portcullis.gateway.outcome.Refusal;
import dev.portcullis.gateway.rewrite.UpstreamRequest;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Stream;

/**
 * One stream of an HTTP/2 connection, leased for one exchange. The stream is opened when the
 * request's head is sent. Not thread-safe: everything happens on its connection's event loop.
 */
final class Http2Lease implements UpstreamConnection {
    private final Http2Connection connection;
    private final boolean reused;
    private final boolean counted;
    private final Http2Response response;
    private UpstreamListener listener;
    /** The head that waits for what comes next, which may be the end. */
    private Http2Headers unsentHead;
    private Http2Stream stream;
    private boolean endSent;
    private boolean answering;
    private Reached reached = Reached.SENT;
    private Http2Error resetWith = Http2Error.CANCEL;

    Http2Lease(
            Http2Connection connection, UpstreamListener listener, boolean reused,
            boolean counted) {
        this.connection = connection;
        this.listener = listener;
        this.reused = reused;
        this.counted = counted;
        this.response = new Http2Response(this, listener);
    }

    // ------------------------------------------------------------------ the exchange's side

    @Override
    public boolean isReused() {
        return reused;
    }

    @Override
    public Reached reached() {
        return reached;
    }

    @Override
    public void send(UpstreamRequest request) {
        byte[] key = request.webSocketKey();
        response.expect(request.headMethod(), key == null ? null : WebSocketKey.accept(key));
        unsentHead = connection.requests().fromHead(
                request.head(), connection.secure(), request.takesTrailers());
        request.release();
        if (key != null && !connection.allowsTunnels()) {
            unsentHead = null;
            failLater(Reached.SENT, Refusal.UPSTREAM_UNREACHABLE);
        }
    }

    private void sendHead(boolean end) {
        Http2Headers head = unsentHead;
        unsentHead = null;
        ChannelHandlerContext context = connection.context();
        int id = connection.connection().local().incrementAndGetNextStreamId();
        ChannelFuture sent = connection.encoder().writeHeaders(
                context, id, head, 0, end, context.newPromise());
        stream = connection.connection().stream(id);
        endSent = end;
        if (stream == null || sent.cause() != null) {
            // gone away, or out of streams, since it was leased: nothing has left
            failLater(Reached.REFUSED, Refusal.UPSTREAM_CLOSED);
        } else {
            connection.attach(stream, this);
        }
    }

    /** Not now: the exchange is in the middle of sending. */
    private void failLater(Reached how, Refusal why) {
        reached = how;
        connection.context().executor().execute(() -> fail(why));
    }

    private boolean canSend() {
        if (unsentHead != null) {
            sendHead(false);
        }
        return stream != null && !endSent && listener != null;
    }

    @Override
    public void sendBody(ByteBuf piece) {
        if (canSend()) {
            ChannelHandlerContext context = connection.context();
            connection.encoder().writeData(
                    context, stream.id(), piece, 0, false, context.newPromise());
        } else {
            piece.release();
        }
    }

    @Override
    public void sendEnd(Trailers trailers) {
        if (response.awaitsTunnel()) {
            return;
        }
        if (unsentHead != null && trailers == null) {
            sendHead(true);
        } else if (canSend()) {
            endSent = true;
            ChannelHandlerContext context = connection.context();
            if (trailers == null) {
                connection.encoder().writeData(context, stream.id(), Unpooled.EMPTY_BUFFER, 0,
                        true, context.newPromise());
            } else {
                connection.encoder().writeHeaders(context, stream.id(),
                        TrailerSections.fromTrailers(trailers), 0, true, context.newPromise());
            }
        }
    }

    @Override
    public void flush() {
        if (unsentHead != null) {
            sendHead(false);
        }
        connection.flush(connection.context());
    }

    @Override
    public boolean isWritable() {
        return stream == null || connection.encoder().flowController().isWritable(stream);
    }

    @Override
    public void read(boolean on) {
        response.read(on);
    }

    @Override
    public void release() {
        endLease();
    }

    @Override
    public void discard() {
        if (listener == null) {
            return;
        }
        boolean done = response.ended() && endSent;
        boolean open = stream != null && !done && connection.isOpen(stream, this);
        endLease();
        if (open) {
            ChannelHandlerContext context = connection.context();
            connection.resetStream(
                    context, stream.id(), resetWith.code(), context.newPromise());
            connection.flush(context);
            if (!answering) {
                connection.doubt();
            }
        }
    }

    private void endLease() {
        if (listener != null) {
            listener = null;
            unsentHead = null;
            response.discard();
            connection.leaseEnded(counted);
        }
    }

    // ------------------------------------------------------------------ the network's side

    void headersRead(FieldSection section, boolean end) {
        answering = true;
        if (listener != null) {
            response.headersRead(section, end);
        }
    }

    /** How many octets the upstream may send again at once. */
    int dataRead(ByteBuf data, int padding, boolean end) {
        return listener == null
                ? data.readableBytes() + padding
                : padding + response.dataRead(data, end);
    }

    /** Octets have gone on to the client: the upstream may send as many again. */
    void consumed(int octets) {
        try {
            if (connection.connection().local().flowController().consumeBytes(stream, octets)) {
                connection.flush(connection.context());
            }
        } catch (Http2Exception e) {
            throw new IllegalStateException("a window was given back twice", e);
        }
    }

    void resetRead(long errorCode) {
        if (!response.ended()) {
            boolean refused = errorCode == Http2Error.REFUSED_STREAM.code() && !answering;
            reached = refused ? Reached.REFUSED : Reached.SENT;
            fail(Refusal.UPSTREAM_CLOSED);
        }
    }

    /**
     * The stream is over, in order or not.
     *
     * @param unseen whether the upstream has said that it did nothing with it
     */
    void streamClosed(boolean unseen) {
        if (response.ended() && (endSent || !response.isTunnel())) {
            return;
        }
        if (unseen) {
            reached = Reached.REFUSED;
        } else if (reused && !answering) {
            reached = Reached.STALE;
        }
        fail(Refusal.UPSTREAM_CLOSED);
    }

    void fail(Refusal why) {
        UpstreamListener failed = listener;
        if (failed != null) {
            if (why == Refusal.UPSTREAM_INVALID) {
                resetWith = Http2Error.PROTOCOL_ERROR;
            }
            failed.upstreamFailed(why);
            // whatever became of the exchange, the lease is over
            discard();
        }
    }

    void paused() {
        if (listener != null) {
            listener.responsePaused();
        }
    }

    void writable() {
        if (listener != null && isWritable()) {
            listener.upstreamWritable();
        }
    }

    boolean isOver() {
        return listener == null;
    }

    ResponseHead head() {
        return connection.head();
    }

    ByteBuf scratch() {
        return connection.scratch();
    }
}
