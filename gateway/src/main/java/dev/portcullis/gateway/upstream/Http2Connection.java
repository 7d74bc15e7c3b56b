package dev.portcullis.gateway.upstream;

import dev.portcullis.gateway.http1.ResponseHead;
import dev.portcullis.gateway.http2.RequestSections;
import dev.portcullis.gateway.outcome.Refusal;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2Connection.PropertyKey;
import io.netty.handler.codec.http2.Http2ConnectionAdapter;
import io.netty.handler.codec.http2.Http2ConnectionDecoder;
import io.netty.handler.codec.http2.Http2ConnectionEncoder;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Exception.StreamException;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2Stream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One HTTP/2 connection to an application (RFC 9113), on which many exchanges have a stream each,
 * as an {@link Http2Lease}. Leases begin when the upstream's settings have come: then it is sure
 * that HTTP/2 is spoken there, and how many streams there may be.
 *
 * <p>Not thread-safe: everything happens on its event loop.
 */
final class Http2Connection extends Http2ConnectionHandler {
    private static final Logger LOG = LoggerFactory.getLogger(Http2Connection.class);
    /** Stream ids that are left for what was leased and has not sent anything yet. */
    private static final int LAST_IDS = 1024;
    /** So long may an upstream with streams be silent; gRPC servers take offence at less. */
    private static final long SILENCE_NANOS = TimeUnit.MINUTES.toNanos(5);
    /** An upstream that has let a time-out pass is asked whether it is there, but not for ever. */
    private static final long DOUBT_NANOS = TimeUnit.SECONDS.toNanos(30);
    private static final long PING_NANOS = TimeUnit.SECONDS.toNanos(5);

    private final Http2Pool pool;
    private final PropertyKey leases;
    private final RequestSections requests = new RequestSections();
    private final ResponseHead head;
    private final ByteBuf scratch = Unpooled.buffer(1024);
    private final List<Http2Lease> touched = new ArrayList<>();
    private final List<Http2Lease> writable = new ArrayList<>();
    private final long openedAt;
    private ChannelHandlerContext context;
    private boolean counted;
    private boolean ready;
    private boolean late;
    private boolean draining;
    private boolean connectProtocol;
    private int leased;
    private int exchanges;
    private long idleSince;
    private boolean heard = true;
    private long heardAt;
    private boolean pinging;
    private long pingedAt;

    Http2Connection(
            Http2Pool pool, Http2ConnectionDecoder decoder, Http2ConnectionEncoder encoder,
            Http2Settings settings) {
        super(decoder, encoder, settings);
        this.pool = pool;
        this.head = new ResponseHead(pool.responseLimits());
        this.openedAt = pool.now();
        this.idleSince = openedAt;
        this.heardAt = openedAt;
        leases = connection().newKey();
        connection().addListener(new Http2ConnectionAdapter() {
            @Override
            public void onStreamClosed(Http2Stream stream) {
                streamClosed(stream);
            }

            @Override
            public void onGoAwayReceived(int lastStreamId, long errorCode, ByteBuf debugData) {
                drain();
            }
        });
        encoder.flowController().listener(this::writabilityChanged);
    }

    // ------------------------------------------------------------------ life

    @Override
    public void handlerAdded(ChannelHandlerContext added) throws Exception {
        context = added;
        super.handlerAdded(added);
        if (added.channel().isActive()) {
            opened();
        }
    }

    @Override
    public void channelActive(ChannelHandlerContext active) throws Exception {
        super.channelActive(active);
        opened();
    }

    private void opened() throws Http2Exception {
        if (counted) {
            return;
        }
        counted = true;
        pool.stats().opened.increment();
        pool.stats().open.increment();
        Http2Stream whole = connection().connectionStream();
        int more = Http2Codec.CONNECTION_WINDOW
                - connection().local().flowController().windowSize(whole);
        if (more > 0) {
            connection().local().flowController().incrementWindowSize(whole, more);
            context.flush();
        }
    }

    /** The first settings are the upstream's consent to speak HTTP/2. */
    void settingsRead(Http2Settings settings) {
        if (settings.connectProtocolEnabled() != null) {
            connectProtocol = settings.connectProtocolEnabled();
        }
        if (!ready) {
            ready = true;
            pool.ready(this);
        }
    }

    /** Gives up waiting for the upstream's settings. */
    void tickUnready(long now, long patienceNanos) {
        if (now - openedAt > patienceNanos) {
            late = true;
            context.channel().close();
        }
    }

    /** Whether the upstream's settings did not come in time. */
    boolean wasLate() {
        return late;
    }

    /** Whether another stream may be opened now. */
    boolean hasRoom() {
        int allowed = Math.min(connection().local().maxActiveStreams(), Http2Codec.STREAMS_MAX);
        return ready && !draining && !pinging && leased < allowed && context.channel().isActive();
    }

    /** Nothing new is begun on it; it is closed when nothing is going on any more. */
    void drain() {
        draining = true;
        closeWhenIdle();
    }

    private void closeWhenIdle() {
        if (draining && leased == 0) {
            context.close();
        }
    }

    /** Closes what has been idle for too long, is too old, or does not answer any more. */
    void tick(long now) {
        if (heard) {
            heard = false;
            heardAt = now;
        }
        if (leased == 0 && now - idleSince > pool.idleNanos() || pool.isTooOld(openedAt)) {
            drain();
        } else if (pinging && now - pingedAt > PING_NANOS) {
            failAll(Refusal.UPSTREAM_TIMEOUT);
            context.channel().close();
        } else if (leased > 0 && now - heardAt > SILENCE_NANOS) {
            ping();
        }
    }

    /** An exchange got no answer in its time: is anybody there? */
    void doubt() {
        if (pool.now() - heardAt > DOUBT_NANOS) {
            ping();
        }
    }

    private void ping() {
        if (!pinging && context.channel().isActive()) {
            pinging = true;
            pingedAt = pool.now();
            encoder().writePing(context, false, pingedAt, context.newPromise());
            context.flush();
        }
    }

    void pingAnswered() {
        pinging = false;
        pool.roomMade();
    }

    // ------------------------------------------------------------------ leases

    /** Gives an exchange a stream. To be called only when there {@link #hasRoom}. */
    void lease(UpstreamListener by) {
        leased++;
        exchanges++;
        if (connection().local().lastStreamCreated() > Integer.MAX_VALUE - LAST_IDS * 2) {
            draining = true;
        }
        Http2Lease lease = new Http2Lease(this, by, exchanges > 1, pool.leaseBegan());
        try {
            by.leased(lease);
        } catch (RuntimeException e) {
            LOG.error("an upstream stream is reset: the gateway failed on it", e);
            lease.fail(Refusal.INTERNAL_ERROR);
        }
    }

    void leaseEnded(boolean counted) {
        leased--;
        idleSince = pool.now();
        pool.leaseEnded(counted);
        if (draining) {
            closeWhenIdle();
        } else {
            pool.roomMade();
        }
    }

    /** The lease that a stream is of; null when there is none any more. */
    Http2Lease lease(int streamId) {
        Http2Stream stream = connection().stream(streamId);
        Http2Lease lease = stream == null ? null : stream.getProperty(leases);
        if (lease != null) {
            touch(lease);
        }
        return lease;
    }

    boolean isOpen(Http2Stream stream, Http2Lease lease) {
        return stream.getProperty(leases) == lease;
    }

    void attach(Http2Stream stream, Http2Lease lease) {
        stream.setProperty(leases, lease);
    }

    private void touch(Http2Lease lease) {
        if (!touched.contains(lease)) {
            touched.add(lease);
        }
    }

    private void streamClosed(Http2Stream stream) {
        Http2Lease lease = stream.removeProperty(leases);
        if (lease != null) {
            boolean unseen = connection().goAwayReceived()
                    && stream.id() > connection().local().lastStreamKnownByPeer();
            lease.streamClosed(unseen);
        }
    }

    private void failAll(Refusal why) {
        try {
            connection().forEachActiveStream(stream -> {
                Http2Lease lease = stream.getProperty(leases);
                if (lease != null) {
                    lease.fail(why);
                }
                return true;
            });
        } catch (Http2Exception e) {
            throw new IllegalStateException("visiting streams does not fail", e);
        }
    }

    ChannelHandlerContext context() {
        return context;
    }

    /** Whether a tunnel may be asked for (RFC 8441, section 3). */
    boolean allowsTunnels() {
        return connectProtocol;
    }

    RequestSections requests() {
        return requests;
    }

    boolean secure() {
        return pool.secure();
    }

    /** For one response after the other. */
    ResponseHead head() {
        return head;
    }

    /** An empty buffer, for one head at a time. */
    ByteBuf scratch() {
        return scratch.clear();
    }

    // ------------------------------------------------------------------ the network's side

    @Override
    public void channelRead(ChannelHandlerContext from, Object message) throws Exception {
        heard = true;
        super.channelRead(from, message);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext from) throws Exception {
        for (int i = 0; i < touched.size(); i++) {
            touched.get(i).paused();
        }
        touched.clear();
        super.channelReadComplete(from);
    }

    /** Told later: this may come in the middle of writing. */
    private void writabilityChanged(Http2Stream stream) {
        Http2Lease lease = stream.getProperty(leases);
        if (lease == null || !encoder().flowController().isWritable(stream)) {
            return;
        }
        writable.add(lease);
        if (writable.size() == 1) {
            context.executor().execute(() -> {
                List<Http2Lease> now = List.copyOf(writable);
                writable.clear();
                now.forEach(Http2Lease::writable);
            });
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext from) throws Exception {
        if (counted) {
            pool.stats().open.decrement();
        }
        draining = true;
        super.channelInactive(from);
        pool.gone(this);
    }

    @Override
    protected void onStreamError(
            ChannelHandlerContext from, boolean outbound, Throwable cause,
            StreamException error) {
        Http2Lease lease = lease(error.streamId());
        if (lease != null) {
            lease.fail(Refusal.UPSTREAM_INVALID);
        }
        super.onStreamError(from, outbound, cause, error);
    }

    @Override
    protected void onConnectionError(
            ChannelHandlerContext from, boolean outbound, Throwable cause, Http2Exception error) {
        draining = true;
        if (error == null && !(cause instanceof IOException)) {
            LOG.error("an upstream connection is closed: the gateway failed on it", cause);
            failAll(Refusal.INTERNAL_ERROR);
        } else {
            failAll(Refusal.UPSTREAM_INVALID);
        }
        super.onConnectionError(from, outbound, cause, error);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext from, Throwable cause) {
        if (cause instanceof IOException) {
            from.channel().close();
        } else {
            onError(from, false, cause);
        }
    }
}
