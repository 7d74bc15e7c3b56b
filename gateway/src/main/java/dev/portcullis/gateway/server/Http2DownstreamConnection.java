package dev.portcullis.gateway.server;

import dev.portcullis.gateway.rewrite.Caller;
import dev.portcullis.gateway.server.FloodGuard.Kind;
import dev.portcullis.gateway.watch.Changed;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.http2.Http2ConnectionAdapter;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Exception.HeaderListSizeException;
import io.netty.handler.codec.http2.Http2Exception.StreamException;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Stream;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.util.collection.IntObjectHashMap;
import io.netty.util.collection.IntObjectMap;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client connection speaking HTTP/2: requests side by side, each an exchange on its own stream.
 * Frames, field compression and windows are Netty's; what a client may make us do, when a
 * connection ends, and what the streams mean, is decided here.
 *
 * <p>Not thread-safe: everything happens on its event loop.
 */
final class Http2DownstreamConnection extends Http2ConnectionHandler implements ClientConnection {
    private static final Logger LOG = LoggerFactory.getLogger(Http2DownstreamConnection.class);
    private static final Duration LINGER_TIME = Duration.ofSeconds(2);
    private static final long LINGER_BYTES_MAX = 1024 * 1024;
    /** What waits for a client that reads nothing, frames that answer its own included. */
    private static final long UNSENT_MAX = 16 * 1024 * 1024;

    private enum Stage {
        OPEN,
        /** The client has been told to open no more streams, but not yet which one is the last. */
        LEAVING,
        /** No new streams; what is in progress ends. */
        LAST_STREAMS,
        /** Nothing is read any more but to wait for the client's end. */
        LINGER,
        CLOSED
    }

    private final Worker worker;
    private final Peer peer;
    private final FloodGuard guard;
    private final FrameScanner scanner;
    private final IntObjectMap<Http2DownstreamStream> streams = new IntObjectHashMap<>();
    /** Streams of which something was read in this turn. */
    private final List<Http2DownstreamStream> touched = new ArrayList<>();
    private final ArrayDeque<Http2Stream> writable = new ArrayDeque<>();
    private Channel channel;
    private ChannelHandlerContext context;
    private Caller caller;

    private Stage stage = Stage.OPEN;
    private boolean reading;
    private boolean flushing;
    private boolean flushPlanned;
    private boolean tellingWritable;
    private boolean outputEnded;
    private boolean inputEnded;
    private long lingered;
    private long since;

    private Http2DownstreamConnection(
            Worker worker, Peer peer, Http2Codec codec, FloodGuard guard) {
        super(codec.decoder(), codec.encoder(), codec.settings(), true, false);
        this.worker = worker;
        this.peer = peer;
        this.guard = guard;
        this.scanner = new FrameScanner(guard, worker.now());
        gracefulShutdownTimeoutMillis(-1);
        codec.decoder().frameListener(new Http2Frames(this));
        codec.encoder().flowController().listener(writable::add);
        connection().addListener(new Http2ConnectionAdapter() {
            @Override
            public void onStreamClosed(Http2Stream stream) {
                streamClosed(stream);
            }
        });
    }

    static Http2DownstreamConnection create(Worker worker, Peer peer) {
        FloodGuard guard = new FloodGuard(worker.now());
        Http2Codec codec = Http2Codec.create(worker.config().headBytesMax(), guard);
        return new Http2DownstreamConnection(worker, peer, codec, guard);
    }

    // ------------------------------------------------------------------ life

    @Override
    public void handlerAdded(ChannelHandlerContext added) throws Exception {
        context = added;
        channel = added.channel();
        caller = peer.caller();
        since = worker.now();
        worker.opened(this);
        super.handlerAdded(added);
        if (channel.isActive()) {
            begin();
        }
    }

    @Override
    public void channelActive(ChannelHandlerContext active) throws Exception {
        super.channelActive(active);
        begin();
    }

    private void begin() throws Http2Exception {
        decoder().flowController().incrementWindowSize(connection().connectionStream(),
                Http2Codec.CONNECTION_WINDOW - Http2Codec.STREAM_WINDOW);
        context.flush();
    }

    @Override
    public void channelInactive(ChannelHandlerContext inactive) throws Exception {
        stage = Stage.CLOSED;
        worker.closed(this);
        super.channelInactive(inactive);
        breakStreams();
    }

    private void breakStreams() {
        for (Http2DownstreamStream stream : new ArrayList<>(streams.values())) {
            streams.remove(stream.id());
            stream.closed();
        }
    }

    @Override
    public void cut() {
        stage = Stage.CLOSED;
        channel.close();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext caught, Throwable cause) {
        if (!(cause instanceof IOException)) {
            LOG.error("a client connection is closed: the gateway failed on it", cause);
        }
        cut();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext told, Object event) throws Exception {
        super.userEventTriggered(told, event);
        boolean ended = event instanceof ChannelInputShutdownEvent
                || event instanceof SslCloseCompletionEvent;
        if (ended && !inputEnded && stage != Stage.CLOSED) {
            inputEnded = true;
            if (stage == Stage.LINGER) {
                if (outputEnded) {
                    cut();
                }
                return;
            }
            stage = Stage.LAST_STREAMS;
            for (Http2DownstreamStream stream : new ArrayList<>(streams.values())) {
                stream.inputBroke();
            }
            flushSoon();
            endWhenEmpty();
        }
    }

    /** Says which stream was the last, and ends the connection when there are none any more. */
    private void endWhenEmpty() {
        if (stage == Stage.LAST_STREAMS && connection().numActiveStreams() == 0) {
            linger(Http2Error.NO_ERROR);
        }
    }

    /** Says why it is over, sends what there is, and waits a little for the client to hang up. */
    private void linger(Http2Error why) {
        stage = Stage.LINGER;
        since = worker.now();
        int last = connection().remote().lastStreamCreated();
        frameWriter().writeGoAway(
                context, last, why.code(), Unpooled.EMPTY_BUFFER, context.newPromise());
        context.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(sent -> {
            if (inputEnded || !channel.isActive()) {
                cut();
            } else {
                outputEnded = true;
                since = worker.now();
                PipelineBuilder.endOutput(channel);
            }
        });
    }

    // ------------------------------------------------------------------ time

    @Override
    public void tick(long now, long nowMillis) {
        guard.refill(now);
        switch (stage) {
            case LINGER -> {
                Duration patience = outputEnded ? LINGER_TIME : worker.config().headTimeout();
                if (now - since >= patience.toNanos()) {
                    cut();
                }
            }
            case CLOSED -> { }
            default -> tickOpen(now, nowMillis);
        }
    }

    private void tickOpen(long now, long nowMillis) {
        for (Http2DownstreamStream stream : new ArrayList<>(streams.values())) {
            stream.tick(now, nowMillis);
        }
        if (unsent() > UNSENT_MAX) {
            cut();
            return;
        }
        if (scanner.awaitsMore()
                && now - scanner.begunAt() >= worker.config().headTimeout().toNanos()) {
            fail(Http2Error.NO_ERROR);
            return;
        }
        boolean idle = connection().numActiveStreams() == 0;
        if (!idle) {
            since = now;
        }
        if (idle && (worker.closesIdle()
                || now - since >= worker.config().idleTimeout().toNanos())) {
            linger(Http2Error.NO_ERROR);
        } else if (worker.draining()) {
            leave();
        }
    }

    /**
     * In two steps, since streams may be on their way that the client opened before it heard of it
     * (RFC 9113, section 6.8).
     */
    private void leave() {
        if (stage == Stage.OPEN) {
            stage = Stage.LEAVING;
            goAway(Integer.MAX_VALUE);
        } else if (stage == Stage.LEAVING) {
            stage = Stage.LAST_STREAMS;
            goAway(connection().remote().lastStreamCreated());
            endWhenEmpty();
        }
    }

    private void goAway(int last) {
        goAway(context, last, Http2Error.NO_ERROR.code(), Unpooled.EMPTY_BUFFER,
                context.newPromise());
        context.flush();
    }

    private long unsent() {
        ChannelOutboundBuffer queue = channel.unsafe().outboundBuffer();
        return queue == null ? 0 : queue.totalPendingWriteBytes();
    }

    @Override
    public void changed(Changed changed) {
        for (Http2DownstreamStream stream : new ArrayList<>(streams.values())) {
            stream.changed(changed);
        }
    }

    // ------------------------------------------------------------------ octets in

    @Override
    public void channelRead(ChannelHandlerContext read, Object message) throws Exception {
        ByteBuf in = (ByteBuf) message;
        if (isOver()) {
            lingered += in.readableBytes();
            in.release();
            if (lingered > LINGER_BYTES_MAX) {
                cut();
            }
            return;
        }
        if (!scanner.scan(in, worker.now())) {
            in.release();
            fail(Http2Error.ENHANCE_YOUR_CALM);
            return;
        }
        reading = true;
        super.channelRead(read, in);
    }

    @Override
    protected void decode(ChannelHandlerContext read, ByteBuf in, List<Object> out)
            throws Exception {
        if (isOver()) {
            in.skipBytes(in.readableBytes());
            return;
        }
        super.decode(read, in, out);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext read) throws Exception {
        reading = false;
        for (int i = 0; i < touched.size(); i++) {
            touched.get(i).flushUpstream();
        }
        touched.clear();
        super.channelReadComplete(read);
        tellWritable();
    }

    /** A stream that the client has opened. */
    void opened(Http2Stream stream, Http2Request request) {
        if (connection().numActiveStreams() > Http2Codec.STREAMS_MAX) {
            resetStream(context, stream.id(), Http2Error.REFUSED_STREAM.code(),
                    context.newPromise());
            return;
        }
        Http2DownstreamStream ours = new Http2DownstreamStream(this, stream);
        streams.put(stream.id(), ours);
        touch(ours);
        guarded(ours, () -> request.begin(ours));
    }

    /** How a request begins. */
    interface Http2Request {
        void begin(Http2DownstreamStream stream);
    }

    /** Runs what may fail by a fault of our own: it costs that one request, not the others. */
    void guarded(Http2DownstreamStream stream, Runnable step) {
        try {
            step.run();
        } catch (RuntimeException e) {
            LOG.error("a request is given up: the gateway failed on it", e);
            stream.failed();
        }
    }

    /** The stream of a request; null when it is over. */
    Http2DownstreamStream find(int streamId) {
        return streams.get(streamId);
    }

    void touch(Http2DownstreamStream stream) {
        if (stream.touch()) {
            touched.add(stream);
        }
    }

    /** DATA that carries nothing and ends nothing. */
    void emptyData() throws Http2Exception {
        if (!guard.spend(Kind.EMPTY_DATA)) {
            throw Http2Exception.connectionError(Http2Error.ENHANCE_YOUR_CALM, "empty frames");
        }
    }

    private void streamClosed(Http2Stream stream) {
        Http2DownstreamStream ours = streams.remove(stream.id());
        if (ours != null) {
            guarded(ours, ours::closed);
        }
        if (stage == Stage.LAST_STREAMS) {
            // not in the midst of Netty's own book-keeping
            channel.eventLoop().execute(this::endWhenEmpty);
        }
    }

    // ------------------------------------------------------------------ errors

    @Override
    protected void onConnectionError(
            ChannelHandlerContext at, boolean outbound, Throwable cause, Http2Exception wrong) {
        if (wrong == null && !(cause instanceof IOException)) {
            LOG.error("a client connection is closed: the gateway failed on it", cause);
        }
        fail(wrong == null ? Http2Error.INTERNAL_ERROR : wrong.error());
    }

    private void fail(Http2Error why) {
        if (isOver()) {
            return;
        }
        linger(why);
        // what failed may be in the midst of one of them
        channel.eventLoop().execute(this::breakStreams);
    }

    @Override
    protected void onStreamError(
            ChannelHandlerContext at, boolean outbound, Throwable cause, StreamException wrong) {
        Http2Stream stream = connection().stream(wrong.streamId());
        if (outbound && (stream == null || stream.state() == Http2Stream.State.CLOSED)) {
            // what could not be sent any more: its stream is over
            return;
        }
        Http2DownstreamStream ours = streams.get(wrong.streamId());
        boolean tooLarge = wrong instanceof HeaderListSizeException;
        if (ours != null) {
            guarded(ours, () -> ours.malformed(wrong.error()));
        } else if (tooLarge && stream == null) {
            openedTooLarge(wrong.streamId());
        } else {
            resetStream(at, wrong.streamId(), wrong.error().code(), at.newPromise());
        }
    }

    /** Netty does not open a stream whose fields it could not keep. */
    private void openedTooLarge(int streamId) {
        try {
            if (connection().streamMayHaveExisted(streamId)) {
                resetStream(context, streamId, Http2Error.STREAM_CLOSED.code(),
                        context.newPromise());
                return;
            }
            opened(connection().remote().createStream(streamId, false),
                    Http2DownstreamStream::beginTooLarge);
        } catch (Http2Exception e) {
            onError(context, false, e);
        }
    }

    @Override
    public ChannelFuture resetStream(
            ChannelHandlerContext at, int streamId, long code, ChannelPromise promise) {
        boolean usual = code == Http2Error.NO_ERROR.code() || code == Http2Error.CANCEL.code()
                || code == Http2Error.INTERNAL_ERROR.code();
        if (!usual && !guard.spend(Kind.OWN_RESET)) {
            fail(Http2Error.ENHANCE_YOUR_CALM);
        }
        return isOver()
                ? promise.setFailure(new IOException("the connection is over"))
                : super.resetStream(at, streamId, code, promise);
    }

    /** Whether nothing is said any more on any stream. */
    private boolean isOver() {
        return stage == Stage.LINGER || stage == Stage.CLOSED;
    }

    // ------------------------------------------------------------------ octets out

    void writeHeaders(Http2DownstreamStream stream, Http2Headers section, boolean ends) {
        if (isOver()) {
            return;
        }
        ChannelPromise promise = context.newPromise();
        encoder().writeHeaders(context, stream.id(), section, 0, ends, promise);
        if (ends) {
            ended(stream, promise);
        }
    }

    void writeData(Http2DownstreamStream stream, ByteBuf piece, boolean ends) {
        if (isOver()) {
            piece.release();
            return;
        }
        ChannelPromise promise = context.newPromise();
        encoder().writeData(context, stream.id(), piece, 0, ends, promise);
        if (ends) {
            ended(stream, promise);
        }
    }

    /** A response that is out whole earns new chances; a request that goes on is not wanted. */
    private void ended(Http2DownstreamStream stream, ChannelFuture written) {
        guard.earn(Kind.RESET, 1);
        if (!stream.isInputEnded()) {
            written.addListener(done -> {
                if (stream.isOverButForTheClient()) {
                    reset(stream, Http2Error.NO_ERROR);
                    flushSoon();
                }
            });
        }
    }

    void reset(Http2DownstreamStream stream, Http2Error why) {
        resetStream(context, stream.id(), why.code(), context.newPromise());
    }

    /** Octets of a body have been taken: as many more may come. */
    void consumed(Http2Stream stream, int octets) {
        try {
            if (decoder().flowController().consumeBytes(stream, octets)) {
                flushSoon();
            }
        } catch (Http2Exception e) {
            onError(context, false, e);
        }
    }

    boolean isWritable(Http2Stream stream) {
        return encoder().flowController().isWritable(stream);
    }

    /** What the client allows to be sent on a stream. */
    int windowOf(Http2Stream stream) {
        return encoder().flowController().windowSize(stream);
    }

    ByteBuf allocate(int octets) {
        return context.alloc().buffer(octets);
    }

    /** Flushes once for all that happens in this turn of the loop. */
    void flushSoon() {
        if (!reading && !flushPlanned) {
            flushPlanned = true;
            channel.eventLoop().execute(() -> {
                flushPlanned = false;
                flushNow();
            });
        }
    }

    void flushNow() {
        if (stage != Stage.CLOSED) {
            flush(context);
        }
    }

    @Override
    public void flush(ChannelHandlerContext at) {
        super.flush(at);
        if (!flushing) {
            flushing = true;
            tellWritable();
            flushing = false;
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext at) throws Exception {
        super.channelWritabilityChanged(at);
        tellWritable();
    }

    /** Netty notices in the midst of its book-keeping who may go on; they are told behind it. */
    private void tellWritable() {
        if (tellingWritable) {
            return;
        }
        tellingWritable = true;
        Http2Stream next;
        while ((next = writable.poll()) != null) {
            Http2DownstreamStream ours = streams.get(next.id());
            if (ours != null) {
                guarded(ours, ours::writable);
            }
        }
        tellingWritable = false;
    }

    // ------------------------------------------------------------------ for the streams

    Caller caller() {
        return caller;
    }

    /** Whether frames are being read, whose end flushes what they led to. */
    boolean isReading() {
        return reading;
    }

    Worker worker() {
        return worker;
    }
}
