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

/**
 * The connections to one address that belong to one event loop. Not thread-safe: everything happens
 * on that loop.
 */
final class AddressPool {
    private static final HeadLimits RESPONSE_LIMITS = new HeadLimits(64 * 1024, 8 * 1024, 200);

    private final Address address;
    private final UpstreamConfig config;
    private final EndpointStats stats;
    private final boolean ofChecks;
    private final Bootstrap bootstrap;
    /** Null where HTTP/1.1 is spoken. */
    private final Http2Pool http2;
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
                        secure(channel);
                        channel.pipeline().addLast(new Http1Connection(AddressPool.this));
                    }
                });
        this.http2 = config.protocol() == UpstreamConfig.Protocol.HTTP_2
                ? new Http2Pool(this, bootstrap, config) : null;
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
        if (http2 != null) {
            return http2.hasRoom();
        }
        return !idle.isEmpty() || config.connectionsMax() == 0 || open < config.connectionsMax();
    }

    /** Whether a new connection may be opened, for which an idle one may be given up. */
    boolean makeRoom() {
        if (http2 != null) {
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
        if (http2 != null) {
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
        if (http2 != null) {
            http2.leaseNew(listener);
            return;
        }
        if (!canConnect()) {
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

    /** Counts a connection until it is closed. */
    ChannelFuture opening(ChannelFuture connecting) {
        open++;
        connecting.channel().closeFuture().addListener(gone -> open--);
        return connecting;
    }

    /** Whether there is an address, and what is needed to speak with it. */
    boolean canConnect() {
        return address.socket() != null && (!secure() || endpoint().cluster().tls() != null);
    }

    /** Speaks TLS on a new connection, where it is spoken. */
    void secure(Channel channel) {
        if (!secure()) {
            return;
        }
        Cluster cluster = endpoint().cluster();
        cluster.tls().addTo(channel.pipeline(), endpoint().host(), endpoint().port(),
                config.connectTimeout());
        SslHandler tls = channel.pipeline().get(SslHandler.class);
        tls.handshakeFuture().addListener(done -> {
            if (done.isSuccess()) {
                cluster.tls().completed(tls.engine());
            } else {
                stats.handshakeFailures.increment();
                cluster.tls().failed(endpoint(), cluster.name(), done.cause());
            }
        });
    }

    /** Nothing is sent before the peer has proved who it is. */
    private void connected(Channel channel, UpstreamListener listener) {
        Http1Connection connection = channel.pipeline().get(Http1Connection.class);
        SslHandler tls = channel.pipeline().get(SslHandler.class);
        if (tls == null) {
            connection.lease(listener);
            return;
        }
        tls.handshakeFuture().addListener(done -> {
            if (done.isSuccess()) {
                connection.lease(listener);
            } else {
                boolean late = done.cause() instanceof SslHandshakeTimeoutException;
                connectFailed(listener,
                        late ? Refusal.UPSTREAM_TIMEOUT : Refusal.UPSTREAM_UNREACHABLE);
            }
        });
    }

    private Endpoint endpoint() {
        return address.endpoint();
    }

    /** Whether TLS is spoken there. */
    boolean secure() {
        return endpoint().isSecure();
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
