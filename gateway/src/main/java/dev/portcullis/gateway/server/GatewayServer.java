package dev.portcullis.gateway.server;

import dev.portcullis.gateway.watch.Changed;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.LongSupplier;

/**
 * Listens, builds the pipeline of each client connection, and drains.
 *
 * <p>Life: {@link #start}, {@link #drain}, {@link #close}. Any thread.
 */
public final class GatewayServer {
    /** What is offered over TLS by ALPN, best first. */
    public static final List<String> PROTOCOLS = List.of("h2", "http/1.1");

    private static final Duration IDLE_GRACE_MAX = Duration.ofSeconds(1);
    private static final long DRAIN_LOOK_MILLIS = 20;
    private static final int BACKLOG = 1024;

    private final ServerConfig config;
    private final EventLoopGroup loops;
    private final Transport transport;
    private final LongSupplier nanoTime;
    private final ServerStats stats = new ServerStats();
    private final Map<Executor, Worker> workers = new ConcurrentHashMap<>();
    private final List<Channel> listeners = new ArrayList<>();

    public GatewayServer(
            ServerConfig config, EventLoopGroup loops, Transport transport, LongSupplier nanoTime) {
        this.config = config;
        this.loops = loops;
        this.transport = transport;
        this.nanoTime = nanoTime;
    }

    /**
     * Listens.
     *
     * @param parts makes what a loop needs
     * @throws IOException when the address cannot be listened on
     */
    public void start(Function<EventLoop, LoopParts> parts) throws IOException {
        loops.forEach(executor -> {
            EventLoop loop = (EventLoop) executor;
            Worker worker = new Worker(loop, config, parts.apply(loop), stats);
            workers.put(loop, worker);
            worker.start();
        });
        for (ListenerConfig listener : config.listeners()) {
            listeners.add(listen(listener));
        }
    }

    private Channel listen(ListenerConfig listener) throws IOException {
        ServerBootstrap bootstrap = new ServerBootstrap()
                .group(loops)
                .channel(transport.serverType())
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        accept(channel, listener);
                    }
                });
        var bound = bootstrap.bind(listener.address()).awaitUninterruptibly();
        if (!bound.isSuccess()) {
            throw new IOException("cannot listen on " + listener.address() + ": "
                    + bound.cause().getMessage(), bound.cause());
        }
        return bound.channel();
    }

    private void accept(Channel channel, ListenerConfig listener) {
        if (stats.open.incrementAndGet() > config.connectionsMax()) {
            stats.open.decrementAndGet();
            stats.refused.increment();
            channel.close();
            return;
        }
        channel.closeFuture().addListener(closed -> stats.open.decrementAndGet());
        PipelineBuilder.accepted(channel, listener, workers.get(channel.eventLoop()));
    }

    /** On one of the loops: what hangs on records that have changed is verified anew. */
    public void changed(Executor loop, Changed changed) {
        Worker worker = workers.get(loop);
        if (worker != null) {
            worker.changed(changed);
        }
    }

    /** Where it listens, in the order of the configuration, with the real ports. */
    public List<InetSocketAddress> addresses() {
        return listeners.stream()
                .map(listener -> (InetSocketAddress) listener.localAddress())
                .toList();
    }

    public ServerStats stats() {
        return stats;
    }

    /**
     * Accepts nothing new, and lets what is in flight end.
     *
     * @return completed when all connections are gone, or after the drain time-out
     */
    public CompletionStage<Void> drain() {
        CompletableFuture<Void> drained = new CompletableFuture<>();
        closeListeners().whenComplete((closed, error) -> {
            Duration half = config.drainTimeout().dividedBy(2);
            Duration grace = half.compareTo(IDLE_GRACE_MAX) < 0 ? half : IDLE_GRACE_MAX;
            workers.values().forEach(worker -> worker.drain(grace.toNanos()));
            long deadline = nanoTime.getAsLong() + config.drainTimeout().toNanos();
            look(drained, deadline);
        });
        return drained;
    }

    private CompletableFuture<Void> closeListeners() {
        return CompletableFuture.allOf(listeners.stream()
                .map(listener -> {
                    CompletableFuture<Void> gone = new CompletableFuture<>();
                    listener.close().addListener(closed -> gone.complete(null));
                    return gone;
                })
                .toArray(CompletableFuture[]::new));
    }

    private void look(CompletableFuture<Void> drained, long deadline) {
        if (stats.open.get() == 0 || nanoTime.getAsLong() - deadline >= 0) {
            drained.complete(null);
        } else {
            loops.next().schedule(
                    () -> look(drained, deadline), DRAIN_LOOK_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    /** Stops listening and cuts what is open. The loops are the caller's to end. */
    public void close() {
        closeListeners().join();
        workers.values().forEach(Worker::close);
    }
}
