package dev.portcullis.admin.bootstrap;

import dev.portcullis.admin.change.Barrier;
import dev.portcullis.admin.change.ChangeFeed;
import dev.portcullis.admin.change.LeaseMark;
import dev.portcullis.admin.change.LeaseTable;
import dev.portcullis.admin.change.ReplicaStats;
import dev.portcullis.admin.change.Replicas;
import dev.portcullis.admin.model.GatewayStanding;
import dev.portcullis.admin.model.ServiceException;
import dev.portcullis.admin.origin.CacheKeys;
import dev.portcullis.admin.origin.KnownPrefixes;
import dev.portcullis.admin.origin.OriginListen;
import dev.portcullis.admin.origin.OriginServer;
import dev.portcullis.admin.origin.OriginService;
import dev.portcullis.admin.origin.OriginWiring;
import dev.portcullis.admin.service.AuditLog;
import dev.portcullis.admin.service.AuditThreads;
import dev.portcullis.admin.service.Authenticator;
import dev.portcullis.admin.service.AutomaticRotation;
import dev.portcullis.admin.service.Bindings;
import dev.portcullis.admin.service.Enrollments;
import dev.portcullis.admin.service.Explain;
import dev.portcullis.admin.service.FirstAdministrator;
import dev.portcullis.admin.service.ForeignImport;
import dev.portcullis.admin.service.Gateways;
import dev.portcullis.admin.service.Groups;
import dev.portcullis.admin.service.KeyExchange;
import dev.portcullis.admin.service.Keys;
import dev.portcullis.admin.service.Refusals;
import dev.portcullis.admin.service.Secrets;
import dev.portcullis.admin.service.Tokens;
import dev.portcullis.admin.service.UsageBuffer;
import dev.portcullis.admin.service.Usages;
import dev.portcullis.admin.service.Users;
import dev.portcullis.admin.store.Bells;
import dev.portcullis.admin.store.CommitListener;
import dev.portcullis.admin.store.ReplicaTable;
import dev.portcullis.admin.store.StartException;
import dev.portcullis.admin.store.Store;
import dev.portcullis.admin.store.StoreFaults;
import dev.portcullis.core.token.TokenFormat;
import dev.portcullis.core.token.TokenMint;
import io.grpc.BindableService;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The admin-service without its listeners. Any thread. */
public final class ControlPlane implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ControlPlane.class);
    private static final long USAGE_SECONDS = 10;
    private static final long TRIM_SECONDS = 60;
    private static final long TIDY_SECONDS = 10;
    private static final long ROTATION_SECONDS = 60;
    private static final String ROTATION = "rotating tokens before they expire";
    private static final long REFUSALS_SECONDS = 30;
    private static final long PURGE_SECONDS = 60;
    /** Of the memory there may be: a quarter for the filter of prefixes, and so much at most. */
    private static final long FILTER_BYTES_MAX =
            Math.min(Runtime.getRuntime().maxMemory() / 4, 1L << 30);

    private final Store store;
    private final ControlPlaneThreads threads;
    private final boolean madeAdministrator;
    private final UsageBuffer usageBuffer;
    private final Users users;
    private final Bindings bindings;
    private final Tokens tokens;
    private final Groups groups;
    private final Keys keys;
    private final KeyExchange keyExchange;
    private final Explain explain;
    private final AuditLog auditLog;
    private final ForeignImport foreignImport;
    private final Gateways gateways;
    private final Authenticator authenticator;
    private final LeaseTable leases;
    /** Null where the database is not shared. */
    private final Replicas replicas;
    private final InstantSource clock;
    private final Barrier barrier;
    private final KnownPrefixes known;
    private final OriginWiring origin;

    private ControlPlane(
            ControlPlaneConfig config,
            Store store,
            InstantSource clock,
            LongSupplier nanoTime,
            RandomGenerator random)
            throws StartException {
        this.store = store;
        this.clock = clock;
        PepperCheck.check(store, config, clock);
        TokenFormat format = new TokenFormat(config.tokens().mark());
        TokenMint mint = new TokenMint(format, random, config.peppers());
        madeAdministrator = makeAdministrator(config, mint, random);
        users = new Users(store, random);
        bindings = new Bindings(store);
        tokens = new Tokens(store, config.tokens(), mint, clock);
        groups = new Groups(store, random);
        keys = new Keys(store, config.tokens(), mint, clock);
        explain = new Explain(store, clock);
        foreignImport = new ForeignImport(store, config.tokens(), random, clock);
        Usages usages = new Usages(store);
        usageBuffer = new UsageBuffer(usages);
        keyExchange = new KeyExchange(
                store, config.tokens(), new Secrets(mint, config.peppers()), usageBuffer, clock);
        authenticator = new Authenticator(
                store, config.tokens(), config.peppers(), usageBuffer, clock);
        long revision = store.revision();
        boolean shared = store.isShared();
        leases = shared
                ? LeaseTable.ofReplica(config.lease(), nanoTime, clock, revision)
                : new LeaseTable(config.lease(), nanoTime, revision, LeaseMark.read(store));
        LeaseMark mark = shared ? null : new LeaseMark(store, leases, config.lease());
        threads = new ControlPlaneThreads();
        replicas = shared ? replicas(config, random) : null;
        barrier = new Barrier(
                shared ? replicas : leases, config.lease(), threads.timer, clock);
        ChangeFeed feed = new ChangeFeed(store, leases, revision, threads.feed, threads.timer);
        auditLog = new AuditLog(store, clock, new AuditThreads(
                threads.followers, threads.timer, AuditThreads.DEFAULT_PATIENCE));
        store.setCommitListener(CommitListener.both(feed, auditLog.commitListener()));
        join();
        store.setBells(bells(feed, auditLog.commitListener()));
        Refusals refusals = new Refusals(store, config.tokens(), clock);
        gateways = new Gateways(
                store, config.tokens(), mint, random, this::standings);
        Enrollments enrollments = new Enrollments(
                store, config.tokens(), config.peppers(), usageBuffer, clock);
        known = new KnownPrefixes(
                new KnownPrefixes.Sources(store, feed, store.isShared(), nanoTime),
                threads.housekeeping, random, FILTER_BYTES_MAX);
        known.start();
        origin = new OriginWiring(
                store, usages, refusals, feed, leases, mark, config.replicaId(),
                enrollments, new CacheKeys(store, store.isShared(), random), known,
                threads.workers, clock);
        keepHouse(mark, refusals, new AutomaticRotation(store, config.tokens(), mint, clock));
    }

    /**
     * Opens the store (migrating it where needed), makes the first administrator where there is
     * none, and starts the feed.
     *
     * @param clock wall clock
     * @param nanoTime monotonic clock, as {@link System#nanoTime}
     * @param random a secure generator; thread-safe
     * @throws StartException when the database cannot or must not be used
     */
    public static ControlPlane start(
            ControlPlaneConfig config,
            InstantSource clock,
            LongSupplier nanoTime,
            RandomGenerator random)
            throws StartException {
        Store store = Store.open(config.store(), clock);
        try {
            return new ControlPlane(config, store, clock, nanoTime, random);
        } catch (ServiceException e) {
            store.close();
            throw new StartException(
                    "the database cannot be used (" + e.getMessage() + ")",
                    config.store().where(), "See the cause in the log", e);
        } catch (StartException | RuntimeException e) {
            store.close();
            throw e;
        }
    }

    private boolean makeAdministrator(
            ControlPlaneConfig config, TokenMint mint, RandomGenerator random)
            throws StartException {
        BootstrapTokenFile file = new BootstrapTokenFile(config.bootstrapTokenFile());
        try {
            boolean made = new FirstAdministrator(store, config.tokens(), mint, random)
                    .makeIfNone(file);
            if (made) {
                LOG.info("made the first administrator; the token is in {}", file.path());
            }
            return made;
        } catch (UncheckedIOException e) {
            throw new StartException(
                    "the first administrator's token cannot be written (" + e.getCause() + ")",
                    file.path(), "Make its directory writable, or name another file", e);
        }
    }

    private Replicas replicas(ControlPlaneConfig config, RandomGenerator random) {
        return new Replicas(
                new ReplicaTable(store), leases, config.lease(),
                new Replicas.Self(config.replicaId(), config.version(), random), threads.replicas);
    }

    /** From now on this is one of the replicas, if there are several. */
    private void join() {
        if (replicas == null) {
            return;
        }
        try {
            replicas.start();
        } catch (ServiceException e) {
            threads.close();
            throw e;
        }
    }

    /** What other processes write is looked for as what this one may have written. */
    private Bells bells(CommitListener feed, CommitListener audit) {
        return new Bells() {
            @Override
            public void changed() {
                feed.uncertain();
                audit.uncertain();
            }

            @Override
            public void replicas() {
                replicas.rowsChanged();
            }
        };
    }

    private void keepHouse(LeaseMark mark, Refusals refusals, AutomaticRotation rotation) {
        // at once too: it may have become due while nothing ran
        threads.housekeeping.execute(() -> quietly(ROTATION, rotation::rotateDue));
        every(ROTATION_SECONDS, ROTATION, rotation::rotateDue);
        every(USAGE_SECONDS, "writing uses of tokens", usageBuffer::flush);
        every(TRIM_SECONDS, "trimming the change log", store::trimChanges);
        if (mark != null) {
            every(TIDY_SECONDS, "tidying the lease mark", mark::tidy);
        }
        every(REFUSALS_SECONDS, "writing how many refusals were left out", refusals::flush);
        every(PURGE_SECONDS, "deleting exchanged tokens", store::purgeExchanged);
    }

    private void every(long seconds, String what, Runnable task) {
        threads.housekeeping.scheduleWithFixedDelay(
                () -> quietly(what, task), seconds, seconds, TimeUnit.SECONDS);
    }

    /** A task that fails is tried again at its next turn. */
    private static void quietly(String what, Runnable task) {
        try {
            task.run();
        } catch (RuntimeException e) {
            LOG.warn("{} failed", what, e);
        }
    }

    /** What can be done with users. */
    public Users users() {
        return users;
    }

    /** What can be done with bindings. */
    public Bindings bindings() {
        return bindings;
    }

    /** What can be done with tokens. */
    public Tokens tokens() {
        return tokens;
    }

    /** What can be done with groups. */
    public Groups groups() {
        return groups;
    }

    /** What can be done with API keys. */
    public Keys keys() {
        return keys;
    }

    /** Turns keys into short-lived tokens. */
    public KeyExchange keyExchange() {
        return keyExchange;
    }

    /** Says why a request would be permitted or not. */
    public Explain explain() {
        return explain;
    }

    /** Reads the audit log. */
    public AuditLog auditLog() {
        return auditLog;
    }

    /** Takes over what other systems issued. */
    public ForeignImport foreignImport() {
        return foreignImport;
    }

    /** Enrols gateways. */
    public Gateways gateways() {
        return gateways;
    }

    /** Finds out who calls. */
    public Authenticator authenticator() {
        return authenticator;
    }

    /** Waits for changes to become effective everywhere. */
    public Barrier barrier() {
        return barrier;
    }

    /**
     * How each gateway stands that watches this replica or another, or may still hold a lease, by
     * id; of other replicas as they told some seconds ago. Instants are by the clock of the replica
     * that tells.
     */
    public List<GatewayStanding> standings() {
        Instant now = clock.instant();
        return replicas == null ? leases.standings(now) : replicas.standings(now);
    }

    /** What went wrong with the database. */
    public StoreFaults storeFaults() {
        return store.faults();
    }

    /** What this replica can be watched by; null where the database is not shared. */
    public ReplicaStats replicaStats() {
        return replicas == null ? null : replicas.stats();
    }

    /** Which replica of the admin-service this is. */
    public String replicaId() {
        return origin.replicaId();
    }

    /** The filter of prefixes that spares the database made-up tokens. */
    public KnownPrefixes knownPrefixes() {
        return known;
    }

    /**
     * The service that gateways speak to.
     *
     * @param inProcess whether its gateways live and die with this process
     * @param version of this software
     */
    public BindableService origin(boolean inProcess, String version) {
        return new OriginService(origin, inProcess, version);
    }

    /**
     * Serves it to gateways of other processes; not started, and for the caller to close first.
     *
     * @param version of this software
     * @param nanoTime monotonic clock
     */
    public OriginServer originServer(
            OriginListen listen, String version, LongSupplier nanoTime) {
        return new OriginServer(listen, origin, version, nanoTime);
    }

    /** Whether this start made the first administrator, whose token is in the configured file. */
    public boolean madeAdministrator() {
        return madeAdministrator;
    }

    /** Whether the database answers. Blocks on it. */
    public boolean isReady() {
        try {
            store.revision();
            return true;
        } catch (ServiceException e) {
            return false;
        }
    }

    /** Ends what waits, lets what runs come to its end, and closes the database. */
    @Override
    public void close() {
        barrier.close();
        auditLog.close();
        threads.close();
        if (replicas != null) {
            replicas.close();
        }
        quietly("writing uses of tokens", usageBuffer::flush);
        store.close();
    }
}
