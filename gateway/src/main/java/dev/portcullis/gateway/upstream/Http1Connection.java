package dev.portcullis.gateway.upstream;

import dev.portcullis.gateway.http1.BodyReader;
import dev.portcullis.gateway.http1.ResponseHead;
import dev.portcullis.gateway.http1.Trailers;
import dev.portcullis.gateway.http1.WebSocketKey;
import dev.portcullis.gateway.outcome.Refusal;
import dev.portcullis.gateway.relay.Outbound;
import dev.portcullis.gateway.rewrite.UpstreamRequest;
import dev.portcullis.gateway.upstream.UpstreamListener.ResponseBody;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.handler.ssl.SslHandler;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One HTTP/1.1 connection to an application. It serves one exchange at a time; it is reused only
 * when the response ended where its framing said, nothing came behind it, and both sides want to
 * go on.
 *
 * <p>Not thread-safe: everything happens on its event loop.
 */
final class Http1Connection extends ChannelInboundHandlerAdapter
        implements UpstreamConnection {
    private static final Logger LOG = LoggerFactory.getLogger(Http1Connection.class);

    private static final int TCP_ESTABLISHED = 1;

    private enum Stage {
        IDLE,
        AWAITING_HEAD,
        BODY,
        /** The response is complete; the lease is not over yet. */
        ANSWERED,
        CLOSED
    }

    private final AddressPool pool;
    private final ResponseHead head;
    private final BodyReader body = new BodyReader();
    private final InterimBound interims = new InterimBound();
    private final long openedAt;
    private Outbound out;
    private Channel channel;
    private UpstreamListener listener;
    private Stage stage = Stage.IDLE;
    private boolean headMethod;
    /** What a tunnel that was asked for has to be accepted with; null when none was. */
    private byte[] accept;
    private boolean tunnel;
    private boolean keepsAlive;
    private boolean broken;
    private boolean counted;
    /** Whether anything came back in this lease. */
    private boolean answering;
    private boolean died;
    private boolean peerSaidEnd;
    private int exchanges;
    private long idleSince;

    Http1Connection(AddressPool pool) {
        this.pool = pool;
        this.head = new ResponseHead(pool.responseLimits());
        this.openedAt = pool.now();
    }

    /**
     * Not when the channel becomes active: whoever waits for the connection is told before that.
     */
    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        channel = context.channel();
        out = new Outbound(context);
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        pool.stats().opened.increment();
        pool.stats().open.increment();
    }

    // ------------------------------------------------------------------ the exchange's side

    void lease(UpstreamListener by) {
        listener = by;
        counted = pool.leaseBegan();
        exchanges++;
        answering = false;
        stage = Stage.AWAITING_HEAD;
        head.clear();
        interims.clear();
        try {
            by.leased(this);
        } catch (RuntimeException e) {
            // a promise's listener would swallow it, and the exchange would wait for ever
            failed(e);
        }
    }

    @Override
    public boolean isReused() {
        return exchanges > 1;
    }

    @Override
    public Reached reached() {
        return died && isReused() ? Reached.STALE : Reached.SENT;
    }

    @Override
    public void send(UpstreamRequest request) {
        headMethod = request.headMethod();
        byte[] key = request.webSocketKey();
        accept = key == null ? null : WebSocketKey.accept(key);
        out.head(request.head(), request.chunkedBody());
    }

    @Override
    public void sendBody(ByteBuf piece) {
        out.body(piece);
    }

    @Override
    public void sendEnd(Trailers trailers) {
        if (tunnel) {
            out.endOutput(() -> { });
        } else {
            out.end(trailers);
        }
    }

    @Override
    public void flush() {
        out.flush();
    }

    @Override
    public boolean isWritable() {
        return out.isWritable();
    }

    @Override
    public void read(boolean on) {
        if (channel.isOpen()) {
            channel.config().setAutoRead(on);
        }
    }

    @Override
    public void release() {
        // an answer that overtook the request: whether the rest of it is ever read, nobody knows
        boolean clean = stage == Stage.ANSWERED && keepsAlive && !broken
                && channel.isActive() && out.isDrained();
        endLease(clean);
    }

    @Override
    public void discard() {
        endLease(false);
    }

    private void endLease(boolean reusable) {
        if (listener == null) {
            return;
        }
        listener = null;
        out.discard();
        stage = reusable ? Stage.IDLE : Stage.CLOSED;
        idleSince = pool.now();
        if (reusable && !channel.config().isAutoRead()) {
            channel.config().setAutoRead(true);
        }
        pool.leaseEnded(counted);
        pool.unlease(this, reusable);
    }

    boolean isUsable() {
        return stage == Stage.IDLE && channel.isActive();
    }

    /** Whether the kernel knows that the other side has closed it, where it can be asked. */
    boolean isClosing() {
        if (channel instanceof EpollSocketChannel epoll) {
            try {
                return epoll.tcpInfo().state() != TCP_ESTABLISHED;
            } catch (ChannelException e) {
                return true;
            }
        }
        return false;
    }

    /** By the pool's clock. */
    long openedAt() {
        return openedAt;
    }

    long idleSince() {
        return idleSince;
    }

    void close() {
        stage = Stage.CLOSED;
        channel.close();
    }

    // ------------------------------------------------------------------ the network's side

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf in = (ByteBuf) message;
        try {
            read(in);
        } finally {
            in.release();
        }
    }

    private void read(ByteBuf in) {
        answering = true;
        while (in.isReadable()) {
            switch (stage) {
                case AWAITING_HEAD -> {
                    switch (head.read(in)) {
                        case COMPLETE -> headRead(in);
                        case REFUSED -> fail(Refusal.UPSTREAM_INVALID);
                        case INCOMPLETE -> { }
                    }
                }
                case BODY -> readBody(in);
                default -> {
                    // octets that nobody asked for: whatever they mean, this connection is done
                    broken = true;
                    if (listener == null) {
                        close();
                    }
                    return;
                }
            }
        }
    }

    private void headRead(ByteBuf in) {
        if (head.isInterim()) {
            if (head.status() == 101) {
                switchProtocols();
                return;
            }
            if (interims.admits(head)) {
                listener.interimResponse(head);
                head.clear();
            } else {
                fail(Refusal.UPSTREAM_INVALID);
            }
            return;
        }
        keepsAlive = head.keepsAlive();
        stage = Stage.BODY;
        listener.responseBegan(head, frameBody());
        if (stage == Stage.BODY && body.done()) {
            broken |= in.isReadable();
            answered();
        }
    }

    /** To what was asked for, and only where it was asked for. */
    private void switchProtocols() {
        if (accept == null || !head.switchesToWebSocket(accept)) {
            fail(Refusal.UPSTREAM_INVALID);
            return;
        }
        tunnel = true;
        keepsAlive = false;
        channel.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
        body.untilClose();
        stage = Stage.BODY;
        listener.responseBegan(head, ResponseBody.TUNNEL);
    }

    private ResponseBody frameBody() {
        if (!head.hasBody(headMethod)) {
            body.none();
            return ResponseBody.NONE;
        }
        if (head.chunked()) {
            body.chunked();
            return ResponseBody.CHUNKED;
        }
        if (head.contentLength() > 0) {
            body.length(head.contentLength());
            return ResponseBody.LENGTH;
        }
        keepsAlive = false;
        body.untilClose();
        return ResponseBody.UNTIL_CLOSE;
    }

    private void readBody(ByteBuf in) {
        ByteBuf piece;
        while (stage == Stage.BODY && (piece = body.next(in)) != null) {
            listener.responseBody(piece);
        }
        if (stage != Stage.BODY) {
            return;
        }
        if (body.malformed()) {
            fail(Refusal.UPSTREAM_INVALID);
        } else if (body.done()) {
            // what stands behind the end makes the connection unfit for another exchange
            broken |= in.isReadable();
            answered();
        }
    }

    private void answered() {
        stage = Stage.ANSWERED;
        listener.responseEnded(body.trailers(head.nominatesFields() ? head : null));
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof SslCloseCompletionEvent said && said.isSuccess()) {
            peerSaidEnd = true;
            inputEnded(context);
        } else if (event instanceof ChannelInputShutdownEvent && tunnel && !peerSaidEnd) {
            inputEnded(context);
        }
    }

    private void inputEnded(ChannelHandlerContext context) {
        if (tunnel && stage == Stage.BODY && endedInOrder()) {
            answered();
        } else {
            context.close();
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        if (listener != null) {
            listener.responsePaused();
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        if (listener != null && channel.isWritable()) {
            listener.upstreamWritable();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        pool.stats().open.decrement();
        if (listener == null) {
            pool.forget(this);
        } else if (stage == Stage.BODY && body.endsWithConnection() && !broken && !tunnel
                && endedInOrder()) {
            answered();
        } else if (stage != Stage.ANSWERED || tunnel) {
            died = !answering;
            fail(Refusal.UPSTREAM_CLOSED);
        }
        stage = Stage.CLOSED;
    }

    /** Over TLS anybody can end a connection, but only the peer can say that it has. */
    private boolean endedInOrder() {
        return peerSaidEnd || channel.pipeline().get(SslHandler.class) == null;
    }

    /** A reset, for instance: the end of the connection is then not the end of a body. */
    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (cause instanceof IOException) {
            broken = true;
            context.close();
        } else {
            failed(cause);
        }
    }

    /** A fault of our own. */
    private void failed(Throwable cause) {
        LOG.error("an upstream connection is closed: the gateway failed on it", cause);
        broken = true;
        if (listener != null) {
            fail(Refusal.INTERNAL_ERROR);
        }
        channel.close();
    }

    private void fail(Refusal why) {
        UpstreamListener failed = listener;
        stage = Stage.CLOSED;
        broken = true;
        failed.upstreamFailed(why);
    }
}
