package dev.portcullis.gateway;

import dev.portcullis.core.access.AccessRules;
import dev.portcullis.core.token.TokenFormat;
import dev.portcullis.gateway.accesslog.AccessLog;
import dev.portcullis.gateway.doors.DoorServer;
import dev.portcullis.gateway.doors.ExternalAuthorization;
import dev.portcullis.gateway.exchange.ApplicationStats;
import dev.portcullis.gateway.exchange.ExchangeStats;
import dev.portcullis.gateway.exchange.Ledger;
import dev.portcullis.gateway.exchange.RequestFlow;
import dev.portcullis.gateway.exchange.Routing;
import dev.portcullis.gateway.http1.HeadWriter;
import dev.portcullis.gateway.l2.RedisConfig;
import dev.portcullis.gateway.l2.RedisServer;
import dev.portcullis.gateway.l2.SharedCache;
import dev.portcullis.gateway.lookup.Records;
import dev.portcullis.gateway.protect.Guard;
import dev.portcullis.gateway.protect.MemoryWatch;
import dev.portcullis.gateway.protect.Protection;
import dev.portcullis.gateway.rewrite.RequestRewriter;
import dev.portcullis.gateway.rewrite.ResponseRewriter;
import dev.portcullis.gateway.route.RouteTable;
import dev.portcullis.gateway.route.RoutedAccess;
import dev.portcullis.gateway.server.GatewayServer;
import dev.portcullis.gateway.server.LoopParts;
import dev.portcullis.gateway.server.Transport;
import dev.portcullis.gateway.tls.Reloaded;
import dev.portcullis.gateway.tls.ServerTls;
import dev.portcullis.gateway.tls.TlsConfig;
import dev.portcullis.gateway.tls.TlsFilesException;
import dev.portcullis.gateway.tls.TlsStats;
import dev.portcullis.gateway.tls.UpstreamTls;
import dev.portcullis.gateway.trace.Tracing;
import dev.portcullis.gateway.upstream.Cluster;
import dev.portcullis.gateway.upstream.HealthChecks;
import dev.portcullis.gateway.upstream.UpstreamStats;
import dev.portcullis.gateway.upstream.Upstreams;
import dev.portcullis.gateway.verdict.Judge;
import dev.portcullis.gateway.verdict.MissingPeppers;
import dev.portcullis.gateway.watch.Environment;
import io.grpc.Channel;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A gateway: create, {@link #start}, {@link #drain}, {@link #close}. Any thread.
 */
public final class Gateway implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Gateway.class);
    private static final long RESOLVE_NAMES_SECONDS = 10;
    private static final long LOOK_AT_FILES_SECONDS = 2;
    private static final long STOP_SECONDS = 5;

    private final GatewayConfig config;
    private final GatewayEnvironment environment;
    private final Map<EventLoop, LoopParts> parts = new LinkedHashMap<>();
    private final Transport transport;
    private final MultiThreadIoEventLoopGroup loops;
    private final ScheduledExecutorService control;
    private final ScheduledExecutorService names;
    private final Records records;
    private final GatewayServer server;
    private final AccessLog accessLog;
    private final Tracing tracing;
    private final Protection protection;
    private final ExchangeStats exchanges;
    private final UpstreamStats upstream = new UpstreamStats();
    private final HealthChecks health;
    private final TlsStats tlsStats = new TlsStats();
    private final UpstreamTls upstreamTls;
    private volatile ServerTls tls;
    private DoorServer door;
    private volatile List<Cluster> clusters = List.of();
    /** Null before the start. */
    private volatile RouteTable routes;
    private final MissingPeppers missingPeppers = new MissingPeppers();

    private Gateway(GatewayConfig config, Channel origin, GatewayEnvironment environment) {
        this.config = config;
        this.environment = environment;
        transport = Transport.best();
        int threads = config.server().eventLoops();
        loops = new MultiThreadIoEventLoopGroup(
                threads == 0 ? Runtime.getRuntime().availableProcessors() : threads,
                transport.handlers());
        control = singleThread("gateway-control");
        names = singleThread("gateway-names");
        health = new HealthChecks(
                (EventLoop) loops.iterator().next(), transport.clientType(), control);
        upstreamTls = new UpstreamTls(
                config.tls() == null ? TlsConfig.Provider.BEST : config.tls().provider(),
                environment.clock(), environment.nanoTime());
        accessLog = AccessLog.create(config.accessLog());
        tracing = Tracing.create(config.tracing());
        exchanges = new ExchangeStats(loops.executorCount());
        protection = new Protection(config.protection(), environment.random(), new MemoryWatch(),
                environment.nanoTime().getAsLong());
        List<Executor> executors = new ArrayList<>();
        loops.forEach(executors::add);
        server = new GatewayServer(config.server(), loops, transport, environment.nanoTime());
        Environment outside = new Environment(
                environment.clock(), environment.nanoTime(), environment.random(), control);
        records = Records.create(
                config.records(),
                new Records.Wiring(origin, executors, server::changed, sharedCache()),
                outside);
    }

    /** Nothing is asked of it before the origin has named a key. */
    private SharedCache sharedCache() {
        RedisConfig redis = config.redis();
        return redis == null
                ? SharedCache.none()
                : SharedCache.on(RedisServer.start(redis, environment.nanoTime()), redis.ttl(),
                        environment.nanoTime());
    }

    private static ScheduledExecutorService singleThread(String name) {
        return Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, name);
            thread.setDaemon(true);
            return thread;
        });
    }

    /**
     * A gateway that does not listen yet.
     *
     * @param origin the channel to the admin-service; its owner closes it after the gateway
     */
    public static Gateway create(
            GatewayConfig config, Channel origin, GatewayEnvironment environment) {
        return new Gateway(config, origin, environment);
    }

    /**
     * Opens the access log, follows the origin and listens. It answers 503 until it holds a lease
     * or can ask the origin.
     *
     * @throws IOException when the access log or the address cannot be had; the message says which
     * @throws TlsFilesException when there are mistakes in the files of certificates
     */
    public void start() throws IOException {
        List<String> mistakes =
                fileMistakes(config.tls(), config.applications(), environment.clock());
        if (!mistakes.isEmpty()) {
            throw new TlsFilesException(mistakes);
        }
        if (config.tls() != null) {
            tls = new ServerTls(
                    config.tls(), GatewayServer.PROTOCOLS, environment.clock(), tlsStats);
        }
        accessLog.start();
        tracing.start();
        loops.forEach(loop -> parts.put((EventLoop) loop, partsOf((EventLoop) loop)));
        serve(config.applications());
        names.scheduleWithFixedDelay(
                () -> clusters.forEach(Cluster::refresh),
                RESOLVE_NAMES_SECONDS, RESOLVE_NAMES_SECONDS, TimeUnit.SECONDS);
        names.scheduleWithFixedDelay(
                this::reloadCertificates, LOOK_AT_FILES_SECONDS, LOOK_AT_FILES_SECONDS,
                TimeUnit.SECONDS);
        records.start();
        server.start(parts::get);
        if (config.doors().externalAuthorization() != null) {
            door = new DoorServer(config.doors().externalAuthorization(),
                    new ExternalAuthorization(parts.entrySet().stream()
                            .map(part -> new ExternalAuthorization.Lane(
                                    part.getKey(), part.getValue().flow()))
                            .toList()));
            door.start();
            LOG.info("external authorisation is answered on {}", door.address());
        }
        LOG.info("gateway {} listens on {} ({})", records.gatewayId(), address(), transport.name());
    }

    /**
     * Serves these applications from now on. What is in flight goes on as it began; connections to
     * upstreams that stay as they were stay open. It may take seconds, as names are looked up:
     * never on an event loop.
     *
     * @throws TlsFilesException when there are mistakes in the files of their certificates
     * @throws dev.portcullis.gateway.route.RouteException when they cannot be served; in either
     *     case what was served before still is
     */
    public synchronized void serve(List<ApplicationConfig> applications) {
        List<String> mistakes = fileMistakes(null, applications, environment.clock());
        if (!mistakes.isEmpty()) {
            throw new TlsFilesException(mistakes);
        }
        RouteTable table = new RouteTable(
                applications.stream().map(ApplicationConfig::route).toList());
        List<Cluster> next = new ArrayList<>();
        for (ApplicationConfig application : applications) {
            next.add(clusterOf(application));
        }
        List<ApplicationStats> counts = exchanges.serve(
                applications.stream().map(ApplicationConfig::name).toList());
        clusters.stream().filter(old -> !next.contains(old)).forEach(Cluster::retired);
        next.forEach(Cluster::served);
        health.serve(next);
        clusters = List.copyOf(next);
        routes = table;
        upstreamTls.retain(next.stream().map(Cluster::tls).toList());
        parts.forEach((loop, part) -> loop.submit(() -> part.flow().route(
                new Routing(table, part.upstreams().serve(next), counts))).syncUninterruptibly());
    }

    /**
     * Everything that is wrong with the files of certificates: each mistake names its file, says
     * what is wrong and what to do. Reads files: never on an event loop.
     *
     * @param tls towards clients; null where none is spoken
     * @param clock by which certificates expire
     */
    public static List<String> fileMistakes(
            TlsConfig tls, List<ApplicationConfig> applications, InstantSource clock) {
        Set<String> mistakes = new LinkedHashSet<>();
        if (tls != null) {
            mistakes.addAll(ServerTls.mistakes(tls, clock));
        }
        for (ApplicationConfig application : applications) {
            if (application.upstream().isSecure()) {
                mistakes.addAll(
                        UpstreamTls.mistakes(application.upstream().clientTls(), clock));
            }
        }
        return List.copyOf(mistakes);
    }

    /**
     * Looks at the files of certificates, as it does every two seconds by itself. What has changed
     * and is good is used for new connections; those that are open stay as they are. What has
     * changed and is not good is not used, and the log says why. Never on an event loop.
     *
     * @return what was found this time
     */
    public Reloaded reloadCertificates() {
        ServerTls current = tls;
        Reloaded server = current == null ? Reloaded.NOTHING : current.reload();
        return server.and(upstreamTls.reload());
    }

    /** When the first certificate shown to clients expires; null where no TLS is spoken. */
    public Instant certificatesExpire() {
        ServerTls current = tls;
        return current == null ? null : current.expiry();
    }

    private Cluster clusterOf(ApplicationConfig application) {
        for (Cluster known : clusters) {
            if (known.name().equals(application.name())
                    && known.config().equals(application.upstream())) {
                return known;
            }
        }
        Cluster cluster = new Cluster(
                application.name(), application.upstream(),
                upstream.cluster(application.name()), environment.nanoTime(),
                application.upstream().isSecure()
                        ? upstreamTls.client(application.upstream().clientTls()) : null);
        cluster.refresh();
        return cluster;
    }

    /** What its routes say that requests need. */
    public AccessRules accessRules() {
        return new RoutedAccess(() -> routes);
    }

    private LoopParts partsOf(EventLoop loop) {
        // the one that channels use as well: two would each keep memory of their own
        ByteBufAllocator allocator = ByteBufAllocator.DEFAULT;
        HeadWriter out = new HeadWriter();
        Judge judge = new Judge(new TokenFormat(config.tokenMark()), records.lookup(),
                config.peppers(), missingPeppers);
        Ledger.Sources sources = new Ledger.Sources(
                environment.clock(),
                environment.nanoTime(),
                new SplittableRandom(environment.random().nextLong()));
        Ledger.Books books =
                new Ledger.Books(accessLog, exchanges, records.refusals(loop), tracing);
        Ledger ledger = new Ledger(books, sources, out, allocator);
        RequestRewriter rewriter =
                new RequestRewriter(out, allocator, protection.trustedProxies());
        RequestFlow flow = new RequestFlow(loop, judge, records.lookup(), rewriter, ledger);
        Guard guard = protection.guard(loops.executorCount());
        flow.guardedBy(guard);
        flow.answerQuestions(config.doors().forwardAuth());
        Upstreams upstreams = new Upstreams(
                loop, transport.clientType(),
                new SplittableRandom(environment.random().nextLong()));
        return new LoopParts(flow, new ResponseRewriter(out, allocator), upstreams,
                environment.nanoTime(), environment.clock(), protection, guard, tls,
                new SplittableRandom(environment.random().nextLong()));
    }

    /** The first place it listens at, with the real port. */
    public InetSocketAddress address() {
        return addresses().get(0);
    }

    /** All places it listens at, in the order of the configuration, with the real ports. */
    public List<InetSocketAddress> addresses() {
        return server.addresses();
    }

    /** Where Envoy's external authorisation is answered; null where it is not. */
    public InetSocketAddress externalAuthorization() {
        return door == null ? null : door.address();
    }

    /** Whether it can verify: it has caught up with the origin and holds a lease. */
    public boolean ready() {
        return records.ready();
    }

    /** What it counts. */
    public GatewayStats stats() {
        return new GatewayStats(
                server.stats(), exchanges, tlsStats, upstream, records, protection, accessLog,
                tracing);
    }

    /**
     * Accepts nothing new, and lets what is in flight end.
     *
     * @return completed when all connections are gone, or after the drain time-out
     */
    public CompletionStage<Void> drain() {
        if (door != null) {
            door.drain();
        }
        return server.drain();
    }

    /** Cuts what is still open, reports the last uses and refusals, writes the last log lines. */
    @Override
    public void close() {
        if (door != null) {
            door.close();
        }
        server.close();
        records.close();
        health.close();
        loops.shutdownGracefully(0, STOP_SECONDS, TimeUnit.SECONDS).awaitUninterruptibly();
        accessLog.close();
        tracing.close();
        names.shutdownNow();
        control.shutdownNow();
    }
}
