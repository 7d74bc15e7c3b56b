package dev.portcullis.admin;

import dev.portcullis.admin.bootstrap.ControlPlane;
import dev.portcullis.admin.bootstrap.ControlPlaneConfig;
import dev.portcullis.admin.change.ReplicaStats;
import dev.portcullis.admin.edge.Listening;
import dev.portcullis.admin.edge.RequestIds;
import dev.portcullis.admin.edge.UseCases;
import dev.portcullis.admin.origin.KnownPrefixes;
import dev.portcullis.admin.origin.OriginServer;
import dev.portcullis.admin.origin.OriginStats;
import dev.portcullis.admin.rest.RestApi;
import dev.portcullis.admin.rest.RestServer;
import dev.portcullis.admin.rpc.RpcServer;
import dev.portcullis.admin.store.StartException;
import dev.portcullis.admin.store.StoreFaults;
import dev.portcullis.core.access.AccessRules;
import io.grpc.BindableService;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/**
 * The admin-service: the control plane, and gRPC and REST in front of it.
 *
 * <p>{@link #create}, {@link #start} and {@link #close} belong to one thread; the rest to any.
 */
public final class AdminServer implements AutoCloseable {
    /** Database calls at once: SQLite has one writer, and readers finish in microseconds. */
    private static final int WORKERS = 4;
    /** Calls that may wait for a worker; beyond that they are refused. */
    private static final int WAITING_MAX = 256;
    /** Calls at once that read all of the database, each beside the others. */
    private static final int LONG_CALLS = 2;
    /** Such calls that may wait for their turn. */
    private static final int LONG_WAITING_MAX = 8;
    private static final int STOP_SECONDS = 3;

    private final AdminConfig config;
    private final ControlPlane controlPlane;
    private final ExecutorService workers;
    private final ExecutorService longCalls;
    private final RpcServer rpc;
    private final RestServer rest;
    /** Null where gateways of other processes do not connect. */
    private final OriginServer origin;

    /**
     * What makes a run unlike another: time and chance.
     *
     * @param clock wall clock
     * @param nanoTime monotonic clock, as {@link System#nanoTime}
     * @param random a {@link java.security.SecureRandom} everywhere but in tests
     */
    public record Surroundings(
            InstantSource clock, LongSupplier nanoTime, RandomGenerator random) {}

    private AdminServer(
            AdminConfig config, ControlPlane controlPlane, Surroundings surroundings) {
        this.config = config;
        this.controlPlane = controlPlane;
        this.workers = pool("admin-worker-", WORKERS, WAITING_MAX);
        this.longCalls = pool("admin-long-call-", LONG_CALLS, LONG_WAITING_MAX);
        UseCases useCases = new UseCases(
                controlPlane.authenticator(),
                controlPlane.users(),
                controlPlane.bindings(),
                controlPlane.tokens(),
                controlPlane.groups(),
                controlPlane.keys(),
                controlPlane.keyExchange(),
                controlPlane.explain(),
                controlPlane.auditLog(),
                controlPlane.foreignImport(),
                controlPlane.gateways(),
                controlPlane.barrier());
        RequestIds requestIds = new RequestIds(surroundings.random());
        this.rpc = RpcServer.create(
                config.grpcListen(), useCases, new RpcServer.Threads(workers, longCalls),
                requestIds);
        this.rest = RestServer.create(
                config.restListen(),
                new RestApi(useCases, longCalls, surroundings.nanoTime()),
                workers,
                requestIds);
        this.origin = config.originListen() == null
                ? null
                : controlPlane.originServer(
                        config.originListen(), config.version(), surroundings.nanoTime());
    }

    /**
     * An admin-service that does not listen yet: opens the store, migrates it where needed, and
     * makes the first administrator where there is none.
     *
     * @throws StartException when an address may not be listened on, or when the database cannot or
     *     must not be used
     */
    public static AdminServer create(AdminConfig config, Surroundings surroundings)
            throws StartException {
        // before anything is opened or written
        Listening.requireLoopback(config.grpcListen(), RpcServer.KEY);
        Listening.requireLoopback(config.restListen(), RestServer.KEY);
        if (config.originListen() != null) {
            OriginServer.check(config.originListen());
        }
        ControlPlane controlPlane = ControlPlane.start(
                new ControlPlaneConfig(
                        config.store(),
                        config.tokens(),
                        config.peppers(),
                        config.lease(),
                        config.bootstrapTokenFile(),
                        config.replicaId(),
                        config.version()),
                surroundings.clock(),
                surroundings.nanoTime(),
                surroundings.random());
        return new AdminServer(config, controlPlane, surroundings);
    }

    /**
     * Listens, for gRPC, for REST and for gateways. When it fails, {@link #close} is still to be
     * called.
     *
     * @throws StartException when an address cannot be listened on; the message names it and its
     *     configuration key
     */
    public void start() throws StartException {
        rpc.start();
        rest.start();
        if (origin != null) {
            origin.start();
        }
    }

    /** What gateways speak to, for the transport within this process. */
    public BindableService originService() {
        return controlPlane.origin(true, config.version());
    }

    /**
     * Where gRPC is served.
     *
     * @throws IllegalStateException before {@link #start}
     */
    public InetSocketAddress grpcAddress() {
        return rpc.address();
    }

    /**
     * Where REST is served.
     *
     * @throws IllegalStateException before {@link #start}
     */
    public InetSocketAddress restAddress() {
        return rest.address();
    }

    /**
     * Where gateways of other processes connect; null: nowhere.
     *
     * @throws IllegalStateException before {@link #start}
     */
    public InetSocketAddress originAddress() {
        return origin == null ? null : origin.address();
    }

    /** The filter that answers for made-up tokens. */
    public KnownPrefixes knownPrefixes() {
        return controlPlane.knownPrefixes();
    }

    /** What is counted of gateways of other processes; null where they do not connect. */
    public OriginStats originStats() {
        return origin == null ? null : origin.stats();
    }

    /** Explains access by the rules of a gateway from now on; before, by the method alone. */
    public void explainBy(AccessRules rules) {
        controlPlane.explain().by(rules);
    }

    /** Where the first administrator's token is, or was, written. */
    public Path bootstrapTokenFile() {
        return config.bootstrapTokenFile();
    }

    /** Whether {@link #create} made the first administrator, and wrote their token just now. */
    public boolean bootstrapTokenWritten() {
        return controlPlane.madeAdministrator();
    }

    /** What went wrong with the database. */
    public StoreFaults storeFaults() {
        return controlPlane.storeFaults();
    }

    /** What this replica can be watched by; null where the database is not shared. */
    public ReplicaStats replicaStats() {
        return controlPlane.replicaStats();
    }

    /** How many changes wait for gateways at this moment. */
    public int changesWaiting() {
        return controlPlane.barrier().waiting();
    }

    /** Whether the database answers. Blocks on it. */
    public boolean isReady() {
        return controlPlane.isReady();
    }

    /**
     * Stops listening, lets what is in flight finish, and closes the store: within about 15
     * seconds, and usually at once.
     */
    @Override
    public void close() {
        // who follows the audit log would never finish
        controlPlane.auditLog().close();
        if (origin != null) {
            origin.close();
        }
        // both drain at the same time: they share the time that a shutdown may take
        Thread restCloser = new Thread(rest::close, "admin-rest-closer");
        restCloser.start();
        rpc.close();
        boolean interrupted = joinUninterruptibly(restCloser);
        workers.shutdown();
        longCalls.shutdown();
        interrupted |= awaitEnd(workers);
        interrupted |= awaitEnd(longCalls);
        controlPlane.close();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static boolean joinUninterruptibly(Thread thread) {
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        return interrupted;
    }

    /** Answers whether this thread was interrupted meanwhile. */
    private static boolean awaitEnd(ExecutorService pool) {
        try {
            if (!pool.awaitTermination(STOP_SECONDS, TimeUnit.SECONDS)) {
                pool.shutdownNow();
            }
            return false;
        } catch (InterruptedException e) {
            pool.shutdownNow();
            return true;
        }
    }

    private static ExecutorService pool(String name, int threads, int waitingMax) {
        AtomicInteger count = new AtomicInteger();
        // its default policy is the one wanted: a task beyond the queue is rejected
        ThreadPoolExecutor pool = new ThreadPoolExecutor(
                threads, threads, 1, TimeUnit.MINUTES, new ArrayBlockingQueue<>(waitingMax),
                task -> {
                    Thread thread = new Thread(task, name + count.incrementAndGet());
                    thread.setDaemon(true);
                    return thread;
                });
        pool.allowCoreThreadTimeOut(true);
        return pool;
    }
}
