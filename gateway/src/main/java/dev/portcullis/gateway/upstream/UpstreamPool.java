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
import java.net.InetSocketAddress;
import java.util.ArrayDeque;

/**
 * The connections to one application that belong to one event loop. Not thread-safe: everything
 * happens on that loop.
 */
public final class UpstreamPool {
    private final EventLoop loop;
    private final Cluster cluster;
    private final UpstreamConfig config;
    private final HeadLimits responseLimits;
    private final UpstreamStats stats;
    private final Bootstrap bootstrap;
    /** The most recently used first: the others may grow old and be closed. */
    private final ArrayDeque<Http1Connection> idle = new ArrayDeque<>();
    private long now;
    private boolean closed;

    /** A pool on a loop. */
    public UpstreamPool(
            EventLoop loop,
            Class<? extends Channel> channelType,
            Cluster cluster,
            UpstreamStats stats) {
        this.loop = loop;
        this.cluster = cluster;
        this.config = cluster.config();
        this.stats = stats;
        this.responseLimits = new HeadLimits(64 * 1024, 8 * 1024, 200);
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
                        channel.pipeline().addLast(new Http1Connection(UpstreamPool.this));
                    }
                });
    }

    /** The application the connections go to. */
    public Cluster cluster() {
        return cluster;
    }

    /** Where the connections go. */
    public Endpoint endpoint() {
        return cluster.endpoints().get(0);
    }

    /** Leases a connection: an idle one at once, else a new one when it is open. */
    public void lease(UpstreamListener listener) {
        Http1Connection connection = idle.pollFirst();
        while (connection != null && !connection.isUsable()) {
            connection = idle.pollFirst();
        }
        if (connection == null) {
            leaseNew(listener);
        } else {
            stats.leased.increment();
            connection.lease(listener);
        }
    }

    /** Leases a connection that nobody has used before. */
    public void leaseNew(UpstreamListener listener) {
        InetSocketAddress address = endpoint().address();
        if (address == null) {
            listener.leaseFailed(Refusal.UPSTREAM_UNREACHABLE);
            return;
        }
        ChannelFuture connecting = bootstrap.connect(address);
        connecting.addListener(done -> {
            if (done.isSuccess()) {
                stats.leased.increment();
                connecting.channel().pipeline().get(Http1Connection.class).lease(listener);
            } else {
                boolean late = done.cause() instanceof ConnectTimeoutException;
                listener.leaseFailed(
                        late ? Refusal.UPSTREAM_TIMEOUT : Refusal.UPSTREAM_UNREACHABLE);
            }
        });
    }

    /** Closes what has been idle for too long. Called about twice a second. */
    public void tick(long nowNanos) {
        now = nowNanos;
        Http1Connection oldest = idle.peekLast();
        while (oldest != null
                && (nowNanos - oldest.idleSince() > config.idleTimeout().toNanos()
                        || !oldest.isUsable())) {
            idle.pollLast();
            oldest.close();
            oldest = idle.peekLast();
        }
    }

    /** Closes everything idle, and whatever comes back. */
    public void close() {
        assert loop.inEventLoop();
        closed = true;
        Http1Connection connection;
        while ((connection = idle.poll()) != null) {
            connection.close();
        }
    }

    HeadLimits responseLimits() {
        return responseLimits;
    }

    UpstreamStats stats() {
        return stats;
    }

    long now() {
        return now;
    }

    void unlease(Http1Connection connection, boolean reusable) {
        stats.leased.decrement();
        if (reusable && !closed && idle.size() < config.idleConnectionsMax()) {
            idle.addFirst(connection);
        } else {
            connection.close();
        }
    }

    void forget(Http1Connection connection) {
        idle.remove(connection);
    }
}
