package dev.portcullis.cli.server;

import dev.portcullis.admin.AdminServer;
import dev.portcullis.admin.store.StartException;
import dev.portcullis.cli.CommandException;
import dev.portcullis.cli.ExitCode;
import dev.portcullis.cli.Version;
import dev.portcullis.cli.config.Address;
import dev.portcullis.cli.config.AdminMapping;
import dev.portcullis.cli.config.Configuration;
import dev.portcullis.cli.config.GatewayMapping;
import dev.portcullis.cli.config.Listens;
import dev.portcullis.cli.config.Settings;
import dev.portcullis.gateway.Gateway;
import dev.portcullis.gateway.GatewayEnvironment;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gateway and admin-service in one process. {@link #start} makes and starts the parts, each after
 * those that it needs; {@link #close} drains, and stops them in reverse.
 *
 * <p>{@link #start} and {@link #close} belong to one thread; the rest to any, after the start.
 */
public final class Standalone implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Standalone.class);

    /** On top of the drain time-out, which the gateway itself keeps. */
    private static final Duration DRAIN_GRACE = Duration.ofSeconds(2);

    private final Configuration config;
    private final LoadMetrics loads = new LoadMetrics(Clock.systemUTC());
    /** What is running, the youngest first. */
    private final Deque<AutoCloseable> running = new ArrayDeque<>();

    private AdminServer admin;
    private ManagementServer management;
    private volatile Gateway gateway;
    private volatile boolean stopping;

    private Standalone(Configuration config) {
        this.config = config;
    }

    /**
     * Starts everything. It answers requests when this returns, though with 503 until {@link
     * #notReady} is null.
     *
     * @throws CommandException when something cannot be had: a message fit for an operator
     * @throws dev.portcullis.cli.config.ConfigException when addresses cannot be listened on, or
     *     are not known: all of them
     */
    public static Standalone start(Configuration config) {
        Standalone standalone = new Standalone(config);
        boolean started = false;
        try {
            standalone.startParts();
            started = true;
            return standalone;
        } finally {
            if (!started) {
                standalone.stopParts();
            }
        }
    }

    private void startParts() {
        Listens.requireFree(config, List.of(Settings.LISTEN, Settings.TLS_LISTEN,
                Settings.ADMIN_LISTEN, Settings.REST_LISTEN, Settings.MANAGEMENT_LISTEN,
                Settings.EXTERNAL_AUTHORIZATION_LISTEN));
        SecureRandom random = new SecureRandom();
        createAdmin(random);
        PrometheusRegistry metrics = new PrometheusRegistry();
        startManagement(metrics);
        OriginLink origin = OriginLink.start(admin.originService());
        running.push(origin);
        listenAdmin();
        startGateway(origin, random);
        metrics.register(new GatewayMetrics(gateway));
        metrics.register(new ProcessMetrics(Version.number()));
        metrics.register(loads);
        LOG.info("listening: gateway {}, admin {}, rest {}, management {}{}{}",
                Address.of(gatewayAddress()), Address.of(adminAddress()),
                Address.of(restAddress()), Address.of(managementAddress()),
                named("tls", tlsAddress()),
                named("external authorisation", gateway.externalAuthorization()));
    }

    /** What is listened on only where it was configured. */
    private static String named(String what, InetSocketAddress address) {
        return address == null ? "" : ", " + what + " " + Address.of(address);
    }

    private void createAdmin(SecureRandom random) {
        try {
            admin = AdminServer.create(AdminMapping.admin(config),
                    new AdminServer.Surroundings(Clock.systemUTC(), System::nanoTime, random));
        } catch (StartException e) {
            throw new CommandException(ExitCode.REFUSED, e.getMessage());
        }
        running.push(admin);
    }

    private void startManagement(PrometheusRegistry metrics) {
        InetSocketAddress address = Listens.resolve(config, Settings.MANAGEMENT_LISTEN);
        try {
            management = ManagementServer.start(address, metrics, this::notReady);
        } catch (IOException e) {
            throw cannotListen(Settings.MANAGEMENT_LISTEN.key(), address, e);
        }
        running.push(management);
    }

    private void listenAdmin() {
        try {
            admin.start();
        } catch (StartException e) {
            throw new CommandException(ExitCode.USAGE, e.getMessage());
        }
    }

    private void startGateway(OriginLink origin, SecureRandom random) {
        InetSocketAddress address = Listens.resolve(config, Settings.LISTEN);
        Gateway created = Gateway.create(GatewayMapping.gateway(config), origin.channel(),
                new GatewayEnvironment(Clock.systemUTC(), System::nanoTime, random));
        running.push(created);
        try {
            created.start();
        } catch (IOException e) {
            if (e.getCause() instanceof BindException) {
                throw cannotListen(Settings.LISTEN.key(), address, (IOException) e.getCause());
            }
            throw new CommandException(ExitCode.USAGE, e.getMessage());
        }
        admin.explainBy(created.accessRules());
        gateway = created;
    }

    private static CommandException cannotListen(
            String key, InetSocketAddress address, IOException cause) {
        return new CommandException(ExitCode.USAGE, key + ": cannot listen on "
                + Address.of(address) + " (" + cause.getMessage() + "); is another process using "
                + "it? Choose another address, or port 0 for a free one");
    }

    /** Why requests cannot be verified now; null when they can. */
    public String notReady() {
        if (stopping) {
            return "draining: it is shutting down";
        }
        Gateway current = gateway;
        if (current == null) {
            return "starting";
        }
        return current.ready() ? null : "the gateway holds no lease of the admin-service";
    }

    /**
     * Waits until requests can be verified.
     *
     * @return false when that was not so within the time
     */
    public boolean awaitReady(Duration timeout) throws InterruptedException {
        long deadline = System.nanoTime() + timeout.toNanos();
        while (notReady() != null) {
            if (System.nanoTime() - deadline >= 0) {
                return false;
            }
            TimeUnit.MILLISECONDS.sleep(5);
        }
        return true;
    }

    /** Where the gateway listens. */
    public InetSocketAddress gatewayAddress() {
        return gateway.address();
    }

    /** Where the gateway listens with TLS; null when it does not. */
    public InetSocketAddress tlsAddress() {
        // the second of the listeners, as they are mapped
        return config.get(Settings.TLS_LISTEN) == null ? null : gateway.addresses().get(1);
    }

    /** What it was started with. */
    Configuration configuration() {
        return config;
    }

    /** How often the configuration was loaded. */
    LoadMetrics loads() {
        return loads;
    }

    /**
     * Serves the applications of another configuration from now on; nothing else of it is used. It
     * may take seconds.
     *
     * @throws dev.portcullis.gateway.route.RouteException when they cannot be served
     * @throws dev.portcullis.gateway.tls.TlsFilesException when their certificates cannot be used;
     *     in either case those before them still are served
     */
    void serve(Configuration loaded) {
        gateway.serve(GatewayMapping.applications(loaded));
    }

    /** Looks at the files of certificates now; the log says what has become of them. */
    void reloadCertificates() {
        gateway.reloadCertificates();
    }

    /** Where the admin API is served over gRPC. */
    public InetSocketAddress adminAddress() {
        return admin.grpcAddress();
    }

    /** Where the admin API is served over REST. */
    public InetSocketAddress restAddress() {
        return admin.restAddress();
    }

    /** Where health and metrics are served. */
    public InetSocketAddress managementAddress() {
        return management.address();
    }

    /** Where the first administrator's token is, or was, written. */
    public Path bootstrapTokenFile() {
        return admin.bootstrapTokenFile();
    }

    /** Drains the gateway, then stops everything. */
    @Override
    public void close() {
        stopping = true;
        drain();
        stopParts();
    }

    private void drain() {
        Duration limit = config.get(Settings.DRAIN_TIMEOUT).plus(DRAIN_GRACE);
        try {
            gateway.drain().toCompletableFuture().get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            LOG.warn("the gateway did not drain", e);
        }
    }

    private void stopParts() {
        while (!running.isEmpty()) {
            try {
                running.pop().close();
            } catch (Exception e) {
                // the others must be stopped all the same
                LOG.warn("a part did not stop as it should", e);
            }
        }
    }
}
