package dev.portcullis.gateway.upstream;

import dev.portcullis.gateway.http1.HeadLimits;
import dev.portcullis.gateway.outcome.Refusal;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ConnectTimeoutException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * The HTTP/2 connections to one address that belong to one event loop: one, and more when its
 * streams run out. Not thread-safe: everything happens on that loop.
 */
final class Http2Pool {
    private final AddressPool pool;
    private final Bootstrap bootstrap;
    private final UpstreamConfig config;
    /** Ready ones; the first with room is used. */
    private final List<Http2Connection> connections = new ArrayList<>();
    private final List<Channel> opening = new ArrayList<>();
    private final ArrayDeque<UpstreamListener> waiting = new ArrayDeque<>();
    private long now;
    private boolean closed;

    /**
     * No connections yet.
     *
     * @param pool what counts, and bounds, the connections to the address
     * @param bootstrap opens a channel on the loop
     */
    Http2Pool(AddressPool pool, Bootstrap bootstrap, UpstreamConfig config) {
        this.pool = pool;
        this.config = config;
        this.bootstrap = bootstrap.clone().handler(new ChannelInitializer<>() {
            @Override
            protected void initChannel(Channel channel) {
                pool.addTls(channel);
                channel.pipeline().addLast(new Unproved());
            }
        });
    }

    /** Whether a stream is to be had without opening more connections than are allowed. */
    boolean hasRoom() {
        int max = config.connectionsMax();
        return max == 0 || connections.size() + opening.size() < max
                || waiting.size() < opening.size() * Http2Codec.STREAMS_MAX
                || connections.stream().anyMatch(Http2Connection::hasRoom);
    }

    /** Leases a stream: on an open connection at once, else when another one is open. */
    void lease(UpstreamListener listener) {
        for (int i = 0; i < connections.size(); i++) {
            if (connections.get(i).hasRoom()) {
                connections.get(i).lease(listener);
                return;
            }
        }
        leaseNew(listener);
    }

    /** Leases a stream on a connection that is being opened. */
    void leaseNew(UpstreamListener listener) {
        waiting.add(listener);
        if (waiting.size() > opening.size() * Http2Codec.STREAMS_MAX) {
            open();
        }
    }

    private void open() {
        if (!pool.isReachable()) {
            failWaiting(Refusal.UPSTREAM_UNREACHABLE);
            return;
        }
        ChannelFuture connecting = pool.opening(bootstrap.connect(pool.address().socket()));
        Channel channel = connecting.channel();
        opening.add(channel);
        connecting.addListener(done -> {
            if (done.isSuccess()) {
                pool.prove(channel, (agreed, why) -> proved(channel, agreed, why));
            } else {
                opening.remove(channel);
                boolean late = done.cause() instanceof ConnectTimeoutException;
                failWaiting(late ? Refusal.UPSTREAM_TIMEOUT : Refusal.UPSTREAM_UNREACHABLE);
            }
        });
    }

    /** Over TLS nothing is HTTP/2 that ALPN has not agreed on (RFC 9113, section 3.2). */
    private void proved(Channel channel, String agreed, Refusal why) {
        if (why == null && (!pool.secure() || AddressPool.HTTP_2.equals(agreed))) {
            channel.pipeline().addLast(Http2Codec.newConnection(this));
            channel.pipeline().remove(Unproved.class);
            return;
        }
        opening.remove(channel);
        channel.close();
        if (why == null && config.protocol() == UpstreamConfig.Protocol.AUTO) {
            pool.agreedOnHttp1();
            List<UpstreamListener> served = List.copyOf(waiting);
            waiting.clear();
            served.forEach(pool::lease);
        } else {
            failWaiting(why == null ? Refusal.UPSTREAM_INVALID : why);
        }
    }

    /** Stands for the connection until there is one; whoever waits for it is told elsewhere. */
    private static final class Unproved extends ChannelInboundHandlerAdapter {
        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            context.close();
        }
    }

    /** Those that wait for nothing else that is being opened. */
    private void failWaiting(Refusal why) {
        pool.connectFailed();
        if (opening.isEmpty()) {
            List<UpstreamListener> failed = List.copyOf(waiting);
            waiting.clear();
            failed.forEach(listener -> listener.leaseFailed(why));
        }
    }

    /** A new connection may be used. */
    void ready(Http2Connection connection) {
        opening.remove(connection.context().channel());
        connections.add(connection);
        serveWaiting(connection);
        if (!waiting.isEmpty() && opening.isEmpty()) {
            open();
        }
        if (closed) {
            connection.drain();
        }
    }

    private void serveWaiting(Http2Connection connection) {
        while (!waiting.isEmpty() && connection.hasRoom()) {
            connection.lease(waiting.poll());
        }
    }

    /** Some connection has room again. */
    void roomMade() {
        if (!waiting.isEmpty()) {
            List.copyOf(connections).forEach(this::serveWaiting);
        }
    }

    /** A connection is closed. */
    void gone(Http2Connection connection) {
        if (!connections.remove(connection)
                && opening.remove(connection.context().channel())) {
            // it was opened, and no HTTP/2 came of it
            failWaiting(connection.wasLate() ? Refusal.UPSTREAM_TIMEOUT : Refusal.UPSTREAM_INVALID);
        }
    }

    /** Closes what has been idle for too long, is too old, or does not answer. */
    void tick(long nowNanos) {
        now = nowNanos;
        for (Http2Connection connection : List.copyOf(connections)) {
            connection.tick(nowNanos);
        }
        for (Channel channel : List.copyOf(opening)) {
            Http2Connection connection = channel.pipeline().get(Http2Connection.class);
            if (connection != null && channel.isActive()) {
                connection.tickUnready(nowNanos, config.connectTimeout().toNanos());
            }
        }
    }

    /** Closes everything idle, and the rest as soon as it is. */
    void close() {
        closed = true;
        List.copyOf(connections).forEach(Http2Connection::drain);
    }

    long now() {
        return now;
    }

    HeadLimits responseLimits() {
        return pool.responseLimits();
    }

    EndpointStats stats() {
        return pool.stats();
    }

    long idleNanos() {
        return config.idleTimeout().toNanos();
    }

    boolean isTooOld(long openedAt) {
        return !config.lifetime().isZero() && now - openedAt >= config.lifetime().toNanos();
    }

    boolean secure() {
        return pool.secure();
    }

    boolean leaseBegan() {
        return pool.leaseBegan();
    }

    void leaseEnded(boolean counted) {
        pool.leaseEnded(counted);
    }
}
