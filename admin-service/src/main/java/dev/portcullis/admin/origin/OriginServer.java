package dev.portcullis.admin.origin;

import dev.portcullis.admin.edge.BoundedListener;
import dev.portcullis.admin.edge.FailureThrottle;
import dev.portcullis.admin.edge.Listening;
import dev.portcullis.admin.store.StartException;
import io.grpc.InsecureServerCredentials;
import io.grpc.Server;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.netty.shaded.io.netty.channel.EventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.MultiThreadIoEventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.nio.NioIoHandler;
import io.grpc.netty.shaded.io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Serves the origin to gateways of other processes, over TLS, or in plain text on a loopback
 * address.
 *
 * <p>{@link #start} and {@link #close} belong to one thread; the rest to any.
 */
public final class OriginServer implements AutoCloseable {
    /** The configuration key of the address. */
    public static final String KEY = "origin-listen";
    /** A connection for each gateway, and as many again that are just coming or going. */
    private static final int CONNECTIONS_MAX = 2_048;
    /** A gateway's stream, its reports, and four times the questions it asks at once. */
    private static final int CALLS_MAX = 1_024;
    /** The longest report: 10,000 uses of about 80 octets. */
    private static final int MESSAGE_BYTES_MAX = 2 << 20;
    private static final int METADATA_BYTES_MAX = 8 << 10;
    private static final int FLOW_WINDOW_BYTES = 64 << 10;
    /** A gateway whose questions all go beyond their time resets 128 of them in a second. */
    private static final int RESETS_MAX = 8_000;
    private static final int RESETS_SECONDS = 30;
    private static final long HANDSHAKE_MILLIS = 10_000;
    /** A gateway whose machine has gone is noticed within twice that. */
    private static final long KEEP_ALIVE_MILLIS = 2_000;
    private static final long KEEP_ALIVE_PERMITTED_MILLIS = 400;
    private static final long DRAIN_MILLIS = 2_000;

    private final OriginListen listen;
    private final OriginWiring wiring;
    private final String version;
    private final OriginStats stats = new OriginStats();
    private final Gatekeeper gatekeeper;
    private final OriginGate gate;
    private final Handshakes handshakes;
    private EventLoopGroup eventLoops;
    private Server server;

    /**
     * A server that does not listen yet.
     *
     * @param version of this software
     * @param nanoTime monotonic clock
     */
    public OriginServer(
            OriginListen listen, OriginWiring wiring, String version, LongSupplier nanoTime) {
        this.listen = listen;
        this.version = version;
        this.wiring = wiring;
        this.gatekeeper = new Gatekeeper(
                wiring.enrollments(), wiring.feed(), wiring.leases().latestRevision(),
                wiring.workers(), wiring.clock());
        this.gate = new OriginGate(
                gatekeeper,
                new FailureThrottle(FailureThrottle.Limits.defaults(), nanoTime),
                wiring.workers(), new TurnedAway(stats, nanoTime));
        this.handshakes = new Handshakes(stats, nanoTime);
    }

    /**
     * Refuses an address on which enrolments' credentials would cross a network in plain text.
     *
     * @throws StartException says what to do
     */
    public static void check(OriginListen listen) throws StartException {
        if (listen.credentials() instanceof InsecureServerCredentials) {
            Listening.requireLoopback(listen.address(), KEY);
        }
    }

    /**
     * Listens.
     *
     * @throws StartException when the address may not or cannot be listened on; the message names
     *     it and its configuration key
     */
    public void start() throws StartException {
        check(listen);
        eventLoops = new MultiThreadIoEventLoopGroup(
                2, new DefaultThreadFactory("origin-grpc", true), NioIoHandler.newFactory());
        Server built = build();
        try {
            built.start();
        } catch (IOException e) {
            close();
            throw Listening.cannotListen(listen.address(), KEY, e);
        }
        server = built;
        gatekeeper.start();
    }

    private Server build() {
        return NettyServerBuilder.forAddress(listen.address(), listen.credentials())
                .channelFactory(() -> new BoundedListener(CONNECTIONS_MAX, handshakes::accepted))
                .addTransportFilter(handshakes)
                .bossEventLoopGroup(eventLoops)
                .workerEventLoopGroup(eventLoops)
                // nothing blocks: what touches the database takes a worker
                .directExecutor()
                .intercept(gate)
                .addService(new OriginService(
                        wiring, new OriginService.Side(false, version, stats), gatekeeper))
                .maxInboundMessageSize(MESSAGE_BYTES_MAX)
                .maxInboundMetadataSize(METADATA_BYTES_MAX)
                .flowControlWindow(FLOW_WINDOW_BYTES)
                .maxConcurrentCallsPerConnection(CALLS_MAX)
                .maxRstFramesPerWindow(RESETS_MAX, RESETS_SECONDS)
                .handshakeTimeout(HANDSHAKE_MILLIS, TimeUnit.MILLISECONDS)
                .keepAliveTime(KEEP_ALIVE_MILLIS, TimeUnit.MILLISECONDS)
                .keepAliveTimeout(KEEP_ALIVE_MILLIS, TimeUnit.MILLISECONDS)
                .permitKeepAliveTime(KEEP_ALIVE_PERMITTED_MILLIS, TimeUnit.MILLISECONDS)
                .permitKeepAliveWithoutCalls(true)
                .build();
    }

    /**
     * Where the server listens.
     *
     * @throws IllegalStateException when it does not
     */
    public InetSocketAddress address() {
        if (server == null) {
            throw new IllegalStateException("the origin is not started");
        }
        return (InetSocketAddress) server.getListenSockets().get(0);
    }

    /** What it counts. */
    public OriginStats stats() {
        return stats;
    }

    /** Stops listening, lets calls end for two seconds, ends the rest. */
    @Override
    public void close() {
        if (eventLoops == null) {
            return;
        }
        gatekeeper.stop();
        if (server != null) {
            server.shutdown();
            awaitTermination(DRAIN_MILLIS);
            server.shutdownNow();
            awaitTermination(1_000);
        }
        eventLoops.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly(4_000);
        eventLoops = null;
    }

    private void awaitTermination(long millis) {
        try {
            server.awaitTermination(millis, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
