package dev.portcullis.cli.server;

import dev.portcullis.cli.config.ConfigChanges;
import dev.portcullis.cli.config.ConfigException;
import dev.portcullis.cli.config.ConfigSource;
import dev.portcullis.cli.config.Configuration;
import dev.portcullis.gateway.route.RouteException;
import dev.portcullis.gateway.tls.TlsFilesException;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Loads the configuration again, when it is asked to and when the file has changed: applications
 * are then served as they are now, and certificates are read again. What cannot be used changes
 * nothing; all that is wrong with it is logged, once.
 *
 * <p>{@link #request} is for any thread; everything else happens on one of its own.
 */
public final class Reload implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Reload.class);
    private static final long LOOK_MILLIS = 1_000;
    private static final long STOP_SECONDS = 10;

    private final ConfigSource source;
    private final FileWatch watch;
    private final ScheduledExecutorService thread;
    /** Null before the start. */
    private ServerProcess process;
    private Configuration started;
    private Configuration serving;
    /** What was wrong the last time, as it was logged; null when nothing was. */
    private String wrong;
    /** What waited for a restart the last time, as it was logged. */
    private List<String> waiting = List.of();
    private volatile boolean running;
    private volatile boolean requested;

    /** Looks at the file for the first time: nothing that happens to it from now on is missed. */
    public Reload(ConfigSource source) {
        this.source = source;
        watch = new FileWatch(source.files());
        thread = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread named = new Thread(task, "portcullis-reload");
            named.setDaemon(true);
            return named;
        });
    }

    /**
     * The configuration to start with.
     *
     * @throws ConfigException when anything is wrong
     */
    public Configuration first() {
        return source.load();
    }

    /** Looks at the files from now on. Close this before what it changes. */
    public void start(ServerProcess toBeChanged) {
        thread.execute(() -> begin(toBeChanged));
        thread.scheduleWithFixedDelay(
                this::look, LOOK_MILLIS, LOOK_MILLIS, TimeUnit.MILLISECONDS);
        running = true;
        if (requested) {
            request();
        }
    }

    /** The first thing on the thread, or of a test that has none. */
    void begin(ServerProcess toBeChanged) {
        process = toBeChanged;
        started = toBeChanged.configuration();
        serving = started;
        watch.watch(source.files(started));
    }

    /**
     * Loads it soon, whether it has changed or not; before the start, right after that. After
     * {@link #close} nothing happens.
     */
    public void request() {
        requested = true;
        if (!running) {
            return;
        }
        try {
            thread.execute(() -> guarded(() -> {
                // others it looks at by itself; who asks wants all of it now
                process.reloadCertificates();
                watch.seen();
                load(true);
            }));
        } catch (RejectedExecutionException e) {
            LOG.debug("no reload: stopping");
        }
    }

    /** What is done each second. */
    void look() {
        guarded(() -> {
            if (watch.changed()) {
                load(false);
            }
        });
    }

    /** A failure must end neither the looking nor the process. */
    private void guarded(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException | StackOverflowError e) {
            process.loads().bad();
            LOG.error("configuration not reloaded, what was in effect stays", e);
        }
    }

    private void load(boolean asked) {
        Configuration loaded;
        ConfigChanges changes;
        try {
            loaded = source.load();
            changes = ConfigChanges.between(started, serving, loaded);
            process.serve(loaded);
        } catch (ConfigException | RouteException | TlsFilesException e) {
            bad(e.getMessage(), asked);
            return;
        }
        process.loads().good();
        boolean told = asked || wrong != null || changes.inApplications()
                || !changes.atNextStart().equals(waiting);
        wrong = null;
        waiting = changes.atNextStart();
        serving = loaded;
        watch.watch(source.files(loaded));
        if (told) {
            LOG.info("configuration reloaded: {}", changes);
        }
    }

    private void bad(String message, boolean asked) {
        process.loads().bad();
        if (asked || !message.equals(wrong)) {
            LOG.error("configuration not reloaded, what was in effect stays: {}",
                    message.lines().findFirst().orElse(""));
            message.lines().skip(1).forEach(mistake -> LOG.error("{}", mistake.strip()));
        }
        wrong = message;
    }

    /** Lets what is being loaded be served, and loads nothing more. */
    @Override
    public void close() {
        thread.shutdown();
        try {
            if (!thread.awaitTermination(STOP_SECONDS, TimeUnit.SECONDS)) {
                thread.shutdownNow();
            }
        } catch (InterruptedException e) {
            thread.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }
}
