package dev.portcullis.admin.rest;

import dev.portcullis.admin.edge.Listening;
import dev.portcullis.admin.edge.RequestIds;
import dev.portcullis.admin.store.StartException;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/**
 * The REST server: a socket, one thread for it, and the bounds on what clients may take.
 *
 * <p>{@link #start} and {@link #close} belong to one thread; the rest to any.
 */
public final class RestServer implements AutoCloseable {
    /** The configuration key of the address. */
    public static final String KEY = "rest-listen";

    private final InetSocketAddress listen;
    private final RestLimits limits;
    private final RestHandler.Answerer answerer;
    private final Executor executor;
    private final RequestIds requestIds;
    private final ChannelGroup connections = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
    private EventLoopGroup eventLoops;
    private Channel listener;

    RestServer(
            InetSocketAddress listen,
            RestLimits limits,
            RestHandler.Answerer answerer,
            Executor executor,
            RequestIds requestIds) {
        this.listen = listen;
        this.limits = limits;
        this.answerer = answerer;
        this.executor = executor;
        this.requestIds = requestIds;
    }

    /**
     * A server that does not listen yet.
     *
     * @param executor runs requests, which block on the database; bounded: what it rejects is
     *     answered with 429
     */
    public static RestServer create(
            InetSocketAddress listen, RestApi api, Executor executor, RequestIds requestIds) {
        return new RestServer(listen, RestLimits.defaults(), api::answer, executor, requestIds);
    }

    /**
     * Listens.
     *
     * @throws StartException when the address may not or cannot be listened on; the message names
     *     it and its configuration key
     */
    public void start() throws StartException {
        Listening.requireLoopback(listen, KEY);
        eventLoops = new MultiThreadIoEventLoopGroup(
                1, new DefaultThreadFactory("admin-rest", true), NioIoHandler.newFactory());
        ServerBootstrap bootstrap = new ServerBootstrap()
                .group(eventLoops)
                .channel(NioServerSocketChannel.class)
                .option(ChannelOption.SO_REUSEADDR, true)
                .handler(new ConnectionLimit(limits.connectionsMax()))
                // read when the handler is ready for the next request, and only then
                .childOption(ChannelOption.AUTO_READ, false)
                .childHandler(new RestPipeline(
                        limits,
                        connections,
                        () -> new RestHandler(answerer, executor, requestIds)));
        var bound = bootstrap.bind(listen).awaitUninterruptibly();
        if (!bound.isSuccess()) {
            close();
            throw Listening.cannotListen(listen, KEY, bound.cause());
        }
        listener = bound.channel();
    }

    /**
     * Where the server listens.
     *
     * @throws IllegalStateException when it does not
     */
    public InetSocketAddress address() {
        if (listener == null) {
            throw new IllegalStateException("the REST server is not started");
        }
        return (InetSocketAddress) listener.localAddress();
    }

    /** Stops listening, lets what is in flight finish within the drain timeout, ends the rest. */
    @Override
    public void close() {
        if (eventLoops == null) {
            return;
        }
        if (listener != null) {
            listener.close().awaitUninterruptibly();
        }
        // all in one turn of the only loop: what is answered after one has ended knows of it
        eventLoops.next().execute(() -> connections.forEach(RestServer::drain));
        connections.newCloseFuture().awaitUninterruptibly(limits.drainTimeout().toMillis());
        connections.close().awaitUninterruptibly();
        Duration rest = Duration.ofSeconds(2);
        eventLoops.shutdownGracefully(0, rest.toMillis(), TimeUnit.MILLISECONDS)
                .awaitUninterruptibly(2 * rest.toMillis());
        eventLoops = null;
    }

    private static void drain(Channel connection) {
        ChannelHandlerContext handler = connection.pipeline().context(RestHandler.class);
        if (handler != null) {
            ((RestHandler) handler.handler()).drain(handler);
        }
    }
}
