package dev.portcullis.gateway.server;

import dev.portcullis.gateway.exchange.Downstream;
import dev.portcullis.gateway.exchange.Exchange;
import dev.portcullis.gateway.http1.BodyReader;
import dev.portcullis.gateway.http1.HeadWriter;
import dev.portcullis.gateway.http1.RequestHead;
import dev.portcullis.gateway.http1.ResponseHead;
import dev.portcullis.gateway.http1.Trailers;
import dev.portcullis.gateway.outcome.Refusal;
import dev.portcullis.gateway.relay.Outbound;
import dev.portcullis.gateway.rewrite.Caller;
import dev.portcullis.gateway.rewrite.ResponseRewriter.Connection;
import dev.portcullis.gateway.upstream.UpstreamListener.ResponseBody;
import dev.portcullis.gateway.watch.Changed;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import java.io.IOException;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client connection speaking HTTP/1.1: requests one after the other, each an {@link Exchange}.
 * Pipelined requests wait, unread, until the exchange before them has ended.
 *
 * <p>Not thread-safe: everything happens on its event loop.
 */
final class DownstreamConnection extends ChannelInboundHandlerAdapter
        implements Downstream, ClientConnection {
    private static final Logger LOG = LoggerFactory.getLogger(DownstreamConnection.class);
    /** How much of a refused request's body is read to keep the connection. */
    private static final long DISCARDED_MAX = 64 * 1024;
    /** How much is read, and for how long, so that a last response is not lost to a reset. */
    private static final long LINGER_BYTES_MAX = 1024 * 1024;

    private static final Duration LINGER_TIME = Duration.ofSeconds(2);
    private static final byte[] CONNECTION_CLOSE = HeadWriter.ascii("Connection: close\r\n");
    private static final byte[] EMPTY_LINE = HeadWriter.ascii("\r\n");

    private enum Stage {
        /** Waiting for a head, or in the middle of one. */
        HEAD,
        /** The body of the request that is being exchanged. */
        BODY,
        /** The request is read, its response is not out yet. */
        RESPONSE,
        /** A WebSocket: octets go both ways. */
        TUNNEL,
        /** The rest of a refused request's body. */
        DISCARD,
        /** Nothing is read any more but to wait for the client's end. */
        LINGER,
        CLOSED
    }

    private final Worker worker;
    private final Peer peer;
    private final BodyReader body = new BodyReader();
    private Channel channel;
    private Outbound out;
    private Caller caller;

    private Stage stage = Stage.HEAD;
    private ByteBuf unread;
    private RequestHead head;
    private Exchange exchange;
    private boolean bodyAccepted;
    private boolean processing;
    private boolean inputEnded;
    private boolean outputEnded;
    private boolean tunnelInputEnded;
    private boolean closesAfter;
    private boolean headSent;
    private boolean endsWithConnection;
    private long allowance;
    private long since;
    private boolean idle = true;

    DownstreamConnection(Worker worker, Peer peer) {
        this.worker = worker;
        this.peer = peer;
    }

    // ------------------------------------------------------------------ life

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        channel = context.channel();
        out = new Outbound(context);
        if (channel.isActive()) {
            opened();
        }
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        if (caller == null) {
            opened();
        }
    }

    private void opened() {
        caller = peer.caller();
        worker.opened(this);
        enter(Stage.HEAD);
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        worker.closed(this);
        stage = Stage.CLOSED;
        if (exchange != null) {
            exchange.requestBroke(null);
        }
        releaseAll();
    }

    private void releaseAll() {
        out.discard();
        if (unread != null) {
            unread.release();
            unread = null;
        }
        returnHead();
        exchange = null;
    }

    private void returnHead() {
        if (head != null) {
            worker.returnHead(head);
            head = null;
        }
    }

    @Override
    public void cut() {
        // closed means closed: a channel without its file descriptor must not be told to read
        stage = Stage.CLOSED;
        channel.close();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (cause instanceof IOException) {
            context.close();
            return;
        }
        LOG.error("a client connection is closed: the gateway failed on it", cause);
        if (exchange == null || !exchange.failed()) {
            context.close();
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof ChannelInputShutdownEvent
                || event instanceof SslCloseCompletionEvent) {
            inputEnded = true;
            process();
        }
    }

    @Override
    public void changed(Changed changed) {
        if (exchange != null && exchange.hangsOn(changed)) {
            exchange.verifyAnew();
        }
    }

    @Override
    public void tick(long now, long nowMillis) {
        if (exchange != null && exchange.progressed()) {
            since = now;
        }
        if (exchange != null) {
            exchange.tick(now, nowMillis);
        }
        boolean late = now - since >= patience().toNanos();
        switch (stage) {
            case HEAD -> {
                if (idle && (late || worker.closesIdle())) {
                    cut();
                } else if (late) {
                    refuseHead(Refusal.REQUEST_TIMEOUT);
                }
            }
            case BODY, RESPONSE, TUNNEL -> {
                if (late && exchange != null) {
                    exchange.timedOut();
                }
            }
            case DISCARD, LINGER -> {
                if (late) {
                    cut();
                }
            }
            case CLOSED -> { }
        }
    }

    /** How long nothing may move in the present stage. */
    private Duration patience() {
        ServerConfig config = worker.config();
        return switch (stage) {
            case HEAD -> idle ? config.idleTimeout() : config.headTimeout();
            case BODY, RESPONSE, TUNNEL -> exchange == null
                    ? config.bodyTimeout() : exchange.patience(config.bodyTimeout());
            case DISCARD -> config.headTimeout();
            // what is still on its way to a slow reader has a body's time
            case LINGER -> outputEnded ? LINGER_TIME : config.bodyTimeout();
            case CLOSED -> LINGER_TIME;
        };
    }

    private void enter(Stage next) {
        stage = next;
        since = worker.now();
        idle = next == Stage.HEAD;
    }

    // ------------------------------------------------------------------ octets in

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf in = (ByteBuf) message;
        if (unread == null) {
            unread = in;
        } else {
            unread = Unpooled.wrappedBuffer(unread, in);
        }
        process();
    }

    /** Goes as far as the octets at hand allow. Never recursive: a pipelined flood stays flat. */
    private void process() {
        if (processing) {
            return;
        }
        processing = true;
        try {
            while (step()) {
                continue;
            }
        } finally {
            processing = false;
        }
        if (unread != null && !unread.isReadable()) {
            unread.release();
            unread = null;
        }
        if (stage == Stage.CLOSED) {
            return;
        }
        if (exchange != null) {
            exchange.flush();
        }
        out.flush();
        if (inputEnded && unread == null) {
            inputEnded();
        }
        read(unread == null);
    }

    private void read(boolean on) {
        // a failed write closes the channel, too
        if (channel.isOpen() && channel.config().isAutoRead() != on) {
            channel.config().setAutoRead(on);
        }
    }

    /** One step; false when more octets, or somebody else's step, have to come first. */
    private boolean step() {
        if (unread == null || stage == Stage.CLOSED) {
            return false;
        }
        return switch (stage) {
            // who does not read its responses gets no more of them
            case HEAD -> unread.isReadable() && out.isWritable() && readHead();
            case BODY -> bodyAccepted && readBody();
            case TUNNEL -> bodyAccepted && readTunnel();
            case DISCARD -> discardBody();
            case LINGER -> lingerOn();
            default -> false;
        };
    }

    private boolean readHead() {
        if (head == null) {
            head = worker.leaseHead();
            idle = false;
            since = worker.now();
        }
        return switch (head.read(unread)) {
            case INCOMPLETE -> false;
            case REFUSED -> {
                refuseHead(refusalOf(head));
                yield true;
            }
            case COMPLETE -> {
                beginExchange();
                yield true;
            }
        };
    }

    private static Refusal refusalOf(RequestHead head) {
        return switch (head.problem()) {
            case MALFORMED -> Refusal.REQUEST_MALFORMED;
            case LINE_TOO_LONG -> Refusal.URI_TOO_LONG;
            case TOO_LARGE -> Refusal.HEAD_TOO_LARGE;
            case VERSION_UNSUPPORTED -> Refusal.VERSION_UNSUPPORTED;
            case EXPECTATION_UNKNOWN -> Refusal.EXPECTATION_FAILED;
        };
    }

    private void refuseHead(Refusal why) {
        newExchange();
        body.none();
        enter(Stage.RESPONSE);
        exchange.refuseAtOnce(why);
    }

    private void beginExchange() {
        newExchange();
        if (head.chunked()) {
            body.chunked();
        } else if (head.contentLength() > 0) {
            body.length(head.contentLength());
        } else {
            body.none();
        }
        closesAfter = !head.keepsAlive() || worker.draining();
        enter(body.done() ? Stage.RESPONSE : Stage.BODY);
        exchange.begin();
        if (stage == Stage.RESPONSE && exchange != null) {
            exchange.requestEnded(null);
        }
    }

    private void newExchange() {
        headSent = false;
        endsWithConnection = false;
        bodyAccepted = false;
        exchange = new Exchange(worker.flow(), this, head);
    }

    private boolean readBody() {
        ByteBuf piece = body.next(unread);
        if (piece != null) {
            exchange.requestBody(piece);
            if (!body.done() || exchange == null) {
                return true; // there is more of it, or it was too much
            }
        }
        if (body.malformed()) {
            stage = Stage.RESPONSE;
            exchange.requestBroke(Refusal.REQUEST_MALFORMED);
            return true;
        }
        if (body.done()) {
            stage = Stage.RESPONSE;
            exchange.requestEnded(body.trailers(head.nominatesFields() ? head : null));
            return true;
        }
        return false;
    }

    /** Everything there is goes on as it came. */
    private boolean readTunnel() {
        ByteBuf piece = unread;
        unread = null;
        exchange.requestBody(piece);
        return false;
    }

    private boolean discardBody() {
        ByteBuf piece = body.next(unread);
        if (piece != null) {
            allowance -= piece.readableBytes();
            piece.release();
        }
        if (body.malformed() || allowance < 0) {
            closeSoon();
        } else if (body.done()) {
            enter(Stage.HEAD);
        }
        return piece != null || stage != Stage.DISCARD;
    }

    private boolean lingerOn() {
        allowance -= unread.readableBytes();
        unread.skipBytes(unread.readableBytes());
        if (allowance < 0) {
            cut();
        }
        return false;
    }

    /** The client has sent all it is going to send. What it is owed is still sent. */
    private void inputEnded() {
        closesAfter = true;
        switch (stage) {
            case HEAD, DISCARD -> cut();
            case LINGER -> {
                if (outputEnded) {
                    cut();
                }
            }
            case BODY -> {
                if (bodyAccepted) {
                    exchange.requestBroke(null);
                }
            }
            case TUNNEL -> {
                if (!tunnelInputEnded) {
                    tunnelInputEnded = true;
                    exchange.requestEnded(null);
                }
            }
            default -> { }
        }
    }

    // ------------------------------------------------------------------ the exchange's wishes

    @Override
    public Caller caller() {
        return caller;
    }

    @Override
    public void acceptBody(boolean on) {
        bodyAccepted = on;
        if (on) {
            process();
        } else {
            read(false);
        }
    }

    @Override
    public void sendInterim(ResponseHead interim) {
        out.head(worker.responses().rewriteInterim(interim, exchange.responseEdits()), false);
        out.flush();
    }

    @Override
    public void sendHead(ResponseHead response, ResponseBody kind) {
        headSent = true;
        if (kind == ResponseBody.TUNNEL) {
            closesAfter = true;
            enter(Stage.TUNNEL);
            out.head(worker.responses().rewrite(response, false, Connection.UPGRADED,
                    exchange.responseEdits()), false);
            return;
        }
        boolean old = head.minorVersion() == 0;
        boolean lengthUnknown = kind == ResponseBody.CHUNKED || kind == ResponseBody.UNTIL_CLOSE;
        boolean chunked = lengthUnknown && !old;
        endsWithConnection = lengthUnknown && old;
        // an early answer leaves a body behind that nobody is going to read
        closesAfter |= endsWithConnection || worker.draining() || stage == Stage.BODY
                || spokeTooSoon();
        Connection connection = closesAfter
                ? Connection.CLOSED : old ? Connection.KEPT_EXPLICITLY : Connection.KEPT;
        out.head(worker.responses().rewrite(
                response, chunked, connection, exchange.responseEdits()), chunked);
    }

    /**
     * Whether something came behind a handshake that is not accepted: what was meant for a tunnel
     * is no request.
     */
    private boolean spokeTooSoon() {
        return unread != null && unread.isReadable()
                && head.startLineIsRead() && head.upgradesToWebSocket();
    }

    @Override
    public void sendBody(ByteBuf piece) {
        out.body(piece);
    }

    @Override
    public void sendEnd(Trailers trailers) {
        if (stage == Stage.TUNNEL) {
            out.endOutput(() -> { });
        } else {
            out.end(trailers);
        }
    }

    @Override
    public void sendLocal(ByteBuf replyHead, byte[] replyBody, boolean poisoned) {
        headSent = true;
        boolean unreadable = stage == Stage.BODY
                && (head.chunked()
                        || head.contentLength() > DISCARDED_MAX
                        || head.expectsContinue());
        closesAfter |= poisoned || unreadable || worker.draining() || head.minorVersion() == 0
                || spokeTooSoon();
        if (closesAfter) {
            replyHead.writeBytes(CONNECTION_CLOSE);
        }
        replyHead.writeBytes(EMPTY_LINE);
        out.head(replyHead, false);
        if (!head.startLineIsRead() || !head.methodIs("HEAD")) {
            out.body(Unpooled.wrappedBuffer(replyBody));
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
    public long octetsSent() {
        return headSent ? out.octets() : 0;
    }

    @Override
    public void exchangeEnded() {
        exchange = null;
        returnHead();
        if (stage == Stage.CLOSED) {
            return;
        }
        if (closesAfter) {
            closeSoon();
        } else if (body.done()) {
            enter(Stage.HEAD);
        } else {
            enter(Stage.DISCARD);
            allowance = DISCARDED_MAX;
        }
        process();
    }

    /** Sends what there is, says that it was all, and waits a little for the client to hang up. */
    private void closeSoon() {
        enter(Stage.LINGER);
        allowance = LINGER_BYTES_MAX;
        out.flush();
        channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(sent -> {
            if (inputEnded || !channel.isActive()) {
                cut();
            } else {
                outputEnded = true;
                since = worker.now();
                PipelineBuilder.endOutput(channel);
            }
        });
    }

    @Override
    public void abort(Refusal why) {
        exchange = null;
        if (stage == Stage.TUNNEL) {
            // its last frame must not be lost to a reset
            closeSoon();
            return;
        }
        out.flush();
        if (endsWithConnection && channel.isOpen()) {
            // an orderly close would say that the body is complete: only a reset says it is not
            channel.config().setOption(ChannelOption.SO_LINGER, 0);
        }
        stage = Stage.CLOSED;
        PipelineBuilder.cutShort(channel);
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        if (!channel.isWritable()) {
            return;
        }
        if (exchange != null) {
            exchange.downstreamWritable();
        } else {
            process();
        }
    }
}
