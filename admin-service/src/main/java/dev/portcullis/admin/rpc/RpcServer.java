package dev.portcullis.admin.rpc;

import dev.portcullis.admin.edge.BoundedListener;
import dev.portcullis.admin.edge.Callers;
import dev.portcullis.admin.edge.Listening;
import dev.portcullis.admin.edge.RequestIds;
import dev.portcullis.admin.edge.UseCases;
import dev.portcullis.admin.store.StartException;
import io.grpc.BindableService;
import io.grpc.InsecureServerCredentials;
import io.grpc.Server;
import io.grpc.ServerInterceptors;
import io.grpc.ServerServiceDefinition;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.netty.shaded.io.netty.channel.EventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.MultiThreadIoEventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.nio.NioIoHandler;
import io.grpc.netty.shaded.io.netty.util.concurrent.DefaultThreadFactory;
import io.grpc.protobuf.services.HealthStatusManager;
import io.grpc.protobuf.services.ProtoReflectionService;
import io.grpc.protobuf.services.ProtoReflectionServiceV1;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/**
 * The gRPC server: the services of the admin API, health and reflection, and the bounds on what
 * clients may take.
 *
 * <p>{@link #start} and {@link #close} belong to one thread; the rest to any.
 */
public final class RpcServer implements AutoCloseable {
    /** The configuration key of the address. */
    public static final String KEY = "admin-listen";
    /**
     * Resets of calls a connection may cause within a time, before it is ended (CVE-2023-44487).
     */
    private static final int RESETS_MAX = 200;
    private static final int RESETS_SECONDS = 30;

    private final InetSocketAddress listen;
    private final RpcLimits limits;
    private final AuthInterceptor auth;
    private final List<BindableService> services;
    private final AuditRpc audit;
    private final HealthStatusManager health = new HealthStatusManager();
    private EventLoopGroup eventLoops;
    private Server server;

    /**
     * What runs calls. Both are bounded: what they reject is answered with RESOURCE_EXHAUSTED.
     *
     * @param calls for calls that block on the database for a moment
     * @param longCalls for those that read all of it
     */
    public record Threads(Executor calls, Executor longCalls) {}

    private RpcServer(
            InetSocketAddress listen,
            RpcLimits limits,
            AuthInterceptor auth,
            List<BindableService> services,
            AuditRpc audit) {
        this.listen = listen;
        this.limits = limits;
        this.auth = auth;
        this.services = services;
        this.audit = audit;
    }

    /** A server that does not listen yet. */
    public static RpcServer create(
            InetSocketAddress listen,
            UseCases useCases,
            Threads threads,
            RequestIds requestIds) {
        RpcLimits limits = RpcLimits.defaults();
        Gate gate = new Gate(
                new Callers(useCases.authenticator()),
                requestIds,
                threads.calls(),
                limits.largeCallsMax());
        Replies replies = new Replies(useCases.barrier());
        AuditRpc audit = new AuditRpc(useCases.auditLog(), replies, threads.longCalls());
        return new RpcServer(
                listen, limits, new AuthInterceptor(gate),
                services(useCases, replies, audit), audit);
    }

    private static List<BindableService> services(
            UseCases useCases, Replies replies, AuditRpc audit) {
        return List.of(
                new UserRpc(useCases.users(), replies),
                new GroupRpc(useCases.groups(), replies),
                new BindingRpc(useCases.bindings(), replies),
                new TokenRpc(useCases.tokens(), replies),
                new KeyRpc(useCases.keys(), replies),
                new AccessRpc(useCases.explain(), replies),
                new ImportRpc(useCases.foreignImport(), replies),
                new GatewayRpc(useCases.gateways(), replies),
                audit);
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
                1, new DefaultThreadFactory("admin-grpc", true), NioIoHandler.newFactory());
        Server built = build();
        try {
            built.start();
        } catch (IOException e) {
            close();
            throw Listening.cannotListen(listen, KEY, e);
        }
        server = built;
    }

    private Server build() {
        NettyServerBuilder builder = NettyServerBuilder
                // the public builders of gRPC listen on every interface; this one on one address
                .forAddress(listen, InsecureServerCredentials.create())
                .channelFactory(() -> new BoundedListener(limits.connectionsMax()))
                .bossEventLoopGroup(eventLoops)
                .workerEventLoopGroup(eventLoops)
                // nothing blocks before the interceptor takes a thread of the pool
                .directExecutor()
                .intercept(auth)
                .addService(health.getHealthService())
                .addService(ProtoReflectionServiceV1.newInstance())
                .addService(earlierReflection());
        services.forEach(service -> builder.addService(inOctets(service)));
        return bounded(builder).build();
    }

    /** Many tools still ask by its earlier name. */
    @SuppressWarnings("deprecation")
    private static BindableService earlierReflection() {
        return ProtoReflectionService.newInstance();
    }

    private static ServerServiceDefinition inOctets(BindableService service) {
        return ServerInterceptors.useMarshalledMessages(
                service.bindService(), new OctetsMarshaller());
    }

    private NettyServerBuilder bounded(NettyServerBuilder builder) {
        return builder
                .maxInboundMessageSize(limits.largeMessageBytesMax())
                .addStreamTracerFactory(new RequestBound(limits))
                .flowControlWindow(limits.flowWindowBytes())
                .maxInboundMetadataSize(limits.metadataBytesMax())
                .maxConcurrentCallsPerConnection(limits.callsMax())
                .maxRstFramesPerWindow(RESETS_MAX, RESETS_SECONDS)
                .handshakeTimeout(limits.handshakeTimeout().toMillis(), TimeUnit.MILLISECONDS)
                .maxConnectionIdle(limits.idleTimeout().toMillis(), TimeUnit.MILLISECONDS)
                .keepAliveTime(limits.keepAliveTime().toMillis(), TimeUnit.MILLISECONDS)
                .permitKeepAliveTime(
                        limits.keepAlivePermitted().toMillis(), TimeUnit.MILLISECONDS)
                .permitKeepAliveWithoutCalls(true);
    }

    /**
     * Where the server listens.
     *
     * @throws IllegalStateException when it does not
     */
    public InetSocketAddress address() {
        if (server == null) {
            throw new IllegalStateException("the gRPC server is not started");
        }
        return (InetSocketAddress) server.getListenSockets().get(0);
    }

    /** Stops listening, lets what is in flight finish within the drain timeout, ends the rest. */
    @Override
    public void close() {
        if (eventLoops == null) {
            return;
        }
        health.enterTerminalState();
        audit.close();
        if (server != null) {
            server.shutdown();
            awaitTermination(limits.drainTimeout().toMillis());
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
