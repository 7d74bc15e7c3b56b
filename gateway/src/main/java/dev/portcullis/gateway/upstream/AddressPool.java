package dev.portcullis.gateway.upstream;

import dev.portcullis.gateway.http1.HeadLimits;
import dev.portcullis.gateway.outcome.Refusal;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.ConnectTimeoutException;
import io.netty.channel.EventLoop;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeTimeoutException;
import java.util.ArrayDeque;
import java.util.function.BiConsumer;

/**
 * The connections to one address that belong to one event loop. Not thread-safe: everything happens
 * on that loop.
 */
final class AddressPool {
    private static final HeadLimits RESPONSE_LIMITS = new HeadLimits(64 * 1024, 8 * 1024, 200);

    /** Its name in ALPN (RFC 7301). */
    static final String HTTP_2 = "h2";

    private final Address address;
    private final UpstreamConfig config;
    private final EndpointStats stats;
    private final boolean ofChecks;
    private final Bootstrap bootstrap;
    /** Null where HTTP/2 is not to be spoken. */
    private final Http2Pool http2;
    /** Whether HTTP/2 is not spoken there, though it might be. */
    private boolean http1Agreed;
    /** The most recently used first: the others may grow old and be closed. */
    private final ArrayDeque<Http1Connection> idle = new ArrayDeque<>();
    /** Open, or being opened. */
    private int open;
    private long now;
    private boolean shared;
    private boolean closed;

    /** For requests. */
    static AddressPool ofRequests(
            EventLoop loop, Class<? extends Channel> channelType, Address address) {
        EndpointStats stats =
                address.endpoint().cluster().stats().endpoint(address.endpoint());
        return new AddressPool(loop, channelType, address, stats, false);
    }

    /** For active checks, which are not counted among requests, nor held against the address. */
    static AddressPool ofChecks(
            EventLoop loop, Class<? extends Channel> channelType, Address address) {
        return new AddressPool(loop, channelType, address, new EndpointStats(), true);
    }

    private AddressPool(
            EventLoop loop, Class<? extends Channel> channelType, Address address,
            EndpointStats stats, boolean ofChecks) {
        this.address = address;
        this.config = address.endpoint().cluster().config();
        this.stats = stats;
        this.ofChecks = ofChecks;
        this.bootstrap = new Bootstrap()
                .group(loop)
                .channel(channelType)
                .option(ChannelOption.TCP_NODELAY, true)
                .option(
                        ChannelOption.CONNECT_TIMEOUT_MILLIS,
                        (int) config.connectTimeout().toMillis())
                .handler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        addTls(channel);
                        channel.pipeline().addLast(new Http1Connection(AddressPool.this));
                    }
                });
        boolean http2Possible = switch (config.protocol()) {
            case HTTP_1_1 -> false;
            case HTTP_2 -> true;
            case AUTO -> config.isSecure();
        };
        this.http2 = http2Possible ? new Http2Pool(this, bootstrap, config) : null;
    }

    /** Speaks TLS on a new connection, where the endpoint does. */
    void addTls(Channel channel) {
        if (endpoint().isSecure()) {
            endpoint().cluster().tls().addTo(channel.pipeline(), endpoint().host(),
                    endpoint().port(), config.connectTimeout());
        }
    }

    private boolean speaksHttp2() {
        return http2 != null && !http1Agreed;
    }

    /** HTTP/2 was offered, and not taken. */
    void agreedOnHttp1() {
        http1Agreed = true;
    }

    Address address() {
        return address;
    }

    /** Whether leases are counted, as others are compared with it. */
    void shared(boolean on) {
        shared = on;
    }

    /** Requests in progress over all loops, as far as they are counted. */
    int load() {
        return address.inProgress().get();
    }

    /** Whether a lease is to be had without opening more than is allowed. */
    boolean hasRoom() {
        if (speaksHttp2()) {
            return http2.hasRoom();
        }
        return !idle.isEmpty() || config.connectionsMax() == 0 || open < config.connectionsMax();
    }

    /** Whether a new connection may be opened, for which an idle one may be given up. */
    boolean makeRoom() {
        if (speaksHttp2()) {
            return http2.hasRoom();
        }
        if (config.connectionsMax() > 0 && open >= config.connectionsMax()) {
            Http1Connection oldest = idle.pollLast();
            if (oldest == null) {
                return false;
            }
            oldest.close();
        }
        return true;
    }

    /** Leases a connection: an idle one at once, else a new one when it is open. */
    void lease(UpstreamListener listener) {
        if (speaksHttp2()) {
            http2.lease(listener);
            return;
        }
        Http1Connection connection = idle.pollFirst();
        while (connection != null && !isGood(connection, listener)) {
            connection.close();
            connection = idle.pollFirst();
        }
        if (connection == null) {
            leaseNew(listener);
        } else {
            connection.lease(listener);
        }
    }

    /**
     * A request that may not be sent twice gets no connection that its peer has closed, as far as
     * the kernel knows by now, though this loop may not yet. One that was used since the last tick
     * is believed: that is so as long as there is load, and asking costs a system call.
     */
    private boolean isGood(Http1Connection connection, UpstreamListener listener) {
        return connection.isUsable() && !isTooOld(connection)
                && (connection.idleSince() == now || listener.isRepeatable()
                        || !connection.isClosing());
    }

    /** Leases a connection that nobody has used before. */
    void leaseNew(UpstreamListener listener) {
        if (speaksHttp2()) {
            http2.leaseNew(listener);
            return;
        }
        if (!isReachable()) {
            connectFailed(listener, Refusal.UPSTREAM_UNREACHABLE);
            return;
        }
        ChannelFuture connecting = opening(bootstrap.connect(address.socket()));
        connecting.addListener(done -> {
            if (done.isSuccess()) {
                connected(connecting.channel(), listener);
            } else {
                boolean late = done.cause() instanceof ConnectTimeoutException;
                connectFailed(listener,
                        late ? Refusal.UPSTREAM_TIMEOUT : Refusal.UPSTREAM_UNREACHABLE);
            }
        });
    }

    /** Whether it is known where to connect to, and how. */
    boolean isReachable() {
        boolean missingTls = endpoint().isSecure() && endpoint().cluster().tls() == null;
        return address.socket() != null && !missingTls;
    }

    /** Counts a connection until it is closed. */
    ChannelFuture opening(ChannelFuture connecting) {
        open++;
        connecting.channel().closeFuture().addListener(gone -> open--);
        return connecting;
    }

    /** Whether TLS is spoken there. */
    boolean secure() {
        return config.isSecure();
    }

    private void connected(Channel channel, UpstreamListener listener) {
        prove(channel, (agreed, why) -> {
            if (why != null) {
                connectFailed(listener, why);
            } else if (HTTP_2.equals(agreed)) {
                // it speaks HTTP/2 after all
                channel.close();
                http1Agreed = false;
                lease(listener);
            } else {
                channel.pipeline().get(Http1Connection.class).lease(listener);
            }
        });
    }

    /**
     * Nothing is sent before the peer has proved who it is.
     *
     * @param then told what was agreed to speak (null: nothing was said), or why there is no proof
     */
    void prove(Channel channel, BiConsumer<String, Refusal> then) {
        SslHandler tls = channel.pipeline().get(SslHandler.class);
        if (tls == null) {
            then.accept(null, null);
            return;
        }
        tls.handshakeFuture().addListener(done -> {
            if (done.isSuccess()) {
                endpoint().cluster().tls().completed(tls.engine());
                then.accept(tls.applicationProtocol(), null);
            } else {
                handshakeFailed(done.cause());
                boolean late = done.cause() instanceof SslHandshakeTimeoutException;
                then.accept(null,
                        late ? Refusal.UPSTREAM_TIMEOUT : Refusal.UPSTREAM_UNREACHABLE);
            }
        });
    }

    private void handshakeFailed(Throwable cause) {
        stats.handshakeFailures.increment();
        Cluster cluster = endpoint().cluster();
        cluster.tls().failed(endpoint(), cluster.name(), cause);
    }

    private Endpoint endpoint() {
        return address.endpoint();
    }

    private void connectFailed(UpstreamListener listener, Refusal why) {
        connectFailed();
        listener.leaseFailed(why);
    }

    /** A connection could not be opened. */
    void connectFailed() {
        stats.connectFailures.increment();
        if (!ofChecks) {
            address.connectFailed();
        }
    }

    /**
     * A lease begins.
     *
     * @return to be handed to {@link #leaseEnded}
     */
    boolean leaseBegan() {
        stats.leased.increment();
        if (shared) {
            address.inProgress().incrementAndGet();
        }
        return shared;
    }

    /** A lease is over. */
    void leaseEnded(boolean counted) {
        stats.leased.decrement();
        if (counted) {
            address.inProgress().decrementAndGet();
        }
    }

    /** Closes what has been idle for too long, or is too old. */
    void tick(long nowNanos) {
        now = nowNanos;
        if (http2 != null) {
            http2.tick(nowNanos);
        }
        Http1Connection oldest = idle.peekLast();
        while (oldest != null
                && (nowNanos - oldest.idleSince() > config.idleTimeout().toNanos()
                        || !oldest.isUsable())) {
            idle.pollLast();
            oldest.close();
            oldest = idle.peekLast();
        }
        if (!config.lifetime().isZero()) {
            idle.removeIf(connection -> {
                boolean old = isTooOld(connection);
                if (old) {
                    connection.close();
                }
                return old;
            });
        }
    }

    private boolean isTooOld(Http1Connection connection) {
        return !config.lifetime().isZero()
                && now - connection.openedAt() >= config.lifetime().toNanos();
    }

    /** Closes everything idle, and whatever comes back. */
    void close() {
        closed = true;
        if (http2 != null) {
            http2.close();
        }
        Http1Connection connection;
        while ((connection = idle.poll()) != null) {
            connection.close();
        }
    }

    HeadLimits responseLimits() {
        return RESPONSE_LIMITS;
    }

    EndpointStats stats() {
        return stats;
    }

    /** The instant of the last tick. */
    long now() {
        return now;
    }

    /** A connection's lease is over: it is kept for another exchange, or closed. */
    void unlease(Http1Connection connection, boolean reusable) {
        if (reusable && !closed && !isTooOld(connection)
                && idle.size() < config.idleConnectionsMax()) {
            idle.addFirst(connection);
        } else {
            connection.close();
        }
    }

    void forget(Http1Connection connection) {
        idle.remove(connection);
    }
}
