package dev.portcullis.cli.server;

import dev.portcullis.cli.CommandException;
import dev.portcullis.cli.ExitCode;
import dev.portcullis.cli.Version;
import dev.portcullis.cli.config.Address;
import dev.portcullis.cli.config.Configuration;
import dev.portcullis.cli.config.Listens;
import dev.portcullis.cli.config.Settings;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One process with its servers. Starting makes and starts the parts, each after those that it
 * needs; {@link #close} drains, and stops them in reverse.
 *
 * <p>Starting and {@link #close} belong to one thread; the rest to any, after the start.
 */
public abstract class ServerProcess implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ServerProcess.class);

    private final Configuration config;
    private final SecureRandom random = new SecureRandom();
    private final LoadMetrics loads = new LoadMetrics(Clock.systemUTC());
    private final PrometheusRegistry metrics = new PrometheusRegistry();
    /** What is running, the youngest first. */
    private final Deque<AutoCloseable> running = new ArrayDeque<>();
    private ManagementServer management;
    private volatile boolean stopping;

    ServerProcess(Configuration config) {
        this.config = config;
    }

    /** Makes and starts what this process is made of, and {@link #keep}s it. */
    abstract void startParts();

    /** Why requests cannot be served now, while it is not stopping; null when they can. */
    abstract String partsNotReady();

    /** Lets what is in flight end. */
    abstract void drain();

    /**
     * Serves the applications of another configuration from now on; nothing else of it is used. It
     * may take seconds.
     *
     * @throws dev.portcullis.gateway.route.RouteException when they cannot be served
     * @throws dev.portcullis.gateway.tls.TlsFilesException when their certificates cannot be used;
     *     in either case those before them still are served
     */
    abstract void serve(Configuration loaded);

    /** Looks at the files of certificates now; the log says what has become of them. */
    abstract void reloadCertificates();

    /** All parts, or none where one cannot be had. */
    static <P extends ServerProcess> P started(P process) {
        boolean started = false;
        try {
            ((ServerProcess) process).startParts();
            started = true;
            return process;
        } finally {
            if (!started) {
                ((ServerProcess) process).stopParts();
            }
        }
    }

    /** Is closed with this process, before all that was kept earlier. */
    final <T extends AutoCloseable> T keep(T part) {
        running.push(part);
        return part;
    }

    final void startManagement() {
        InetSocketAddress address = Listens.resolve(config, Settings.MANAGEMENT_LISTEN);
        try {
            management = keep(ManagementServer.start(address, metrics, this::notReady));
        } catch (IOException e) {
            throw cannotListen(Settings.MANAGEMENT_LISTEN.key(), address, e);
        }
        metrics.register(new ProcessMetrics(Version.number()));
        metrics.register(loads);
    }

    static CommandException cannotListen(
            String key, InetSocketAddress address, IOException cause) {
        return new CommandException(ExitCode.USAGE, key + ": cannot listen on "
                + Address.of(address) + " (" + cause.getMessage() + "); is another process using "
                + "it? Choose another address, or port 0 for a free one");
    }

    /** What is listened on only where it was configured, for the log. */
    static String named(String what, InetSocketAddress address) {
        return address == null ? "" : ", " + what + " " + Address.of(address);
    }

    /** Why requests cannot be served now; null when they can. */
    public final String notReady() {
        return stopping ? "draining: it is shutting down" : partsNotReady();
    }

    /**
     * Waits until requests can be served.
     *
     * @return false when that was not so within the time
     */
    public final boolean awaitReady(Duration timeout) throws InterruptedException {
        long deadline = System.nanoTime() + timeout.toNanos();
        while (notReady() != null) {
            if (System.nanoTime() - deadline >= 0) {
                return false;
            }
            TimeUnit.MILLISECONDS.sleep(5);
        }
        return true;
    }

    /** What it was started with. */
    final Configuration configuration() {
        return config;
    }

    final SecureRandom random() {
        return random;
    }

    final PrometheusRegistry metrics() {
        return metrics;
    }

    /** How often the configuration was loaded. */
    final LoadMetrics loads() {
        return loads;
    }

    /** Where health and metrics are served. */
    public final InetSocketAddress managementAddress() {
        return management.address();
    }

    /** Drains, then stops everything. */
    @Override
    public final void close() {
        stopping = true;
        drain();
        stopParts();
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
