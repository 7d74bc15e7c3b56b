package dev.portcullis.gateway.lookup;

import dev.portcullis.gateway.l2.SharedCache;
import dev.portcullis.gateway.watch.Environment;
import dev.portcullis.gateway.watch.Lease;
import dev.portcullis.gateway.watch.LoopListener;
import dev.portcullis.gateway.watch.Watch;
import dev.portcullis.gateway.watch.WatchStats;
import io.grpc.Channel;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All that a gateway knows of credentials and principals, kept true by the origin's changes:
 * create, {@link #start}, use {@link #lookup}, {@link #close}.
 */
public final class Records implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Records.class);

    /** How long {@link #close} may take. */
    static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(3);

    private final RecordsConfig config;
    private final Environment environment;
    private final String gatewayId;
    private final Lease lease;
    private final OriginClient origin;
    private final UsageReporter usage;
    private final RefusalReporter refusals;
    private final Lookup lookup;
    private final Watch watch;
    private final SharedCache cache;
    private volatile ScheduledFuture<?> usageTimer;

    /**
     * What records are connected to. No field is null.
     *
     * @param origin the channel to the admin-service; its owner closes it after these records
     * @param loops every event loop on which verdicts are made
     * @param listener called on each of them after a change, before it is acknowledged
     * @param cache closed together with these records
     */
    public record Wiring(
            Channel origin,
            List<? extends Executor> loops,
            LoopListener listener,
            SharedCache cache) {}

    private Records(RecordsConfig config, Wiring wiring, Environment environment) {
        Channel channel = wiring.origin();
        this.config = config;
        this.environment = environment;
        this.cache = wiring.cache();
        this.gatewayId = config.gatewayId() == null
                ? "gw-" + random(environment) : config.gatewayId();
        this.lease = new Lease(environment);
        this.origin = new OriginClient(channel, config.resolveTimeout(), config.resolvesMax());
        this.usage = new UsageReporter(channel, environment.scheduler(), gatewayId);
        this.refusals =
                new RefusalReporter(channel, environment.scheduler(), gatewayId, wiring.loops());
        this.lookup = new Lookup(
                config, environment, lease, new Lookup.Sources(origin, cache, usage));
        Watch.Self self =
                new Watch.Self(gatewayId, random(environment), config.version());
        this.watch = Watch.create(
                new Watch.Wiring(channel, self, wiring.loops(), lookup.target(),
                        wiring.listener()),
                environment, lease);
    }

    private static String random(Environment environment) {
        return Long.toUnsignedString(environment.random().nextLong(), 36);
    }

    /**
     * Records that know nothing and ask nobody before {@link #start}; without a shared cache.
     *
     * @param origin the channel to the admin-service; its owner closes it after these records
     * @param loops every event loop on which verdicts are made
     * @param listener called on each of them after a change, before it is acknowledged
     */
    public static Records create(
            RecordsConfig config,
            Channel origin,
            List<? extends Executor> loops,
            Environment environment,
            LoopListener listener) {
        return create(
                config, new Wiring(origin, loops, listener, SharedCache.none()), environment);
    }

    /** Records that know nothing and ask nobody before {@link #start}. */
    public static Records create(
            RecordsConfig config, Wiring wiring, Environment environment) {
        return new Records(config, wiring, environment);
    }

    /** Begins to follow the origin. Once. Before a lease is held, each look-up asks the origin. */
    public void start() {
        watch.start();
        long interval = config.usageInterval().toNanos();
        usageTimer = environment.scheduler().scheduleWithFixedDelay(
                this::upkeep, interval, interval, TimeUnit.NANOSECONDS);
    }

    /**
     * Stops: the caches are believed no more, resolves are refused, what was used and what was
     * refused is reported, and the origin is told that this gateway has ended. Blocks for at most
     * three seconds; so never on an event loop or the control thread.
     */
    @Override
    public void close() {
        origin.close();
        if (usageTimer != null) {
            usageTimer.cancel(false);
        }
        CompletableFuture<Void> flushed = new CompletableFuture<>();
        try {
            environment.scheduler().execute(
                    () -> CompletableFuture.allOf(
                            usage.flush().toCompletableFuture(),
                            refusals.flush().toCompletableFuture())
                            .thenRun(() -> flushed.complete(null)));
            CompletableFuture.allOf(flushed, watch.close().toCompletableFuture())
                    .get(CLOSE_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            watch.abort();
        } catch (TimeoutException e) {
            log.warn("the origin was not told in time that this gateway ends; "
                    + "the last uses and refusals of credentials may be lost");
            watch.abort();
        } catch (ExecutionException | RejectedExecutionException e) {
            log.warn("closing did not come to its end", e);
        }
        cache.close();
    }

    private void upkeep() {
        try {
            lookup.epoch().foldFloors(environment.nanoTime().getAsLong());
            usage.flush();
            refusals.flush();
        } catch (RuntimeException e) {
            // thrown on, it would end the timer without a word
            log.error("the upkeep of the records failed", e);
        }
    }

    /** What requests ask. */
    public Lookup lookup() {
        return lookup;
    }

    /**
     * Where a loop counts what it refuses; what has been counted is reported to the origin with the
     * uses. Any thread; the tally is for that loop alone.
     *
     * @param loop one of those that these records were made with
     * @throws IllegalArgumentException when it is none of them
     */
    public RefusalTally refusals(Executor loop) {
        return refusals.tally(loop);
    }

    /** Whether the caches may be believed: caught up, and a lease holds. Any thread. */
    public boolean ready() {
        return lease.holds(environment.wallClock().millis());
    }

    /** What is asked before the origin, and what came of it. */
    public SharedCache sharedCache() {
        return cache;
    }

    /** What came of the streams to the origin. */
    public WatchStats watchStats() {
        return watch.stats();
    }

    /** The name by which the origin knows this gateway. */
    public String gatewayId() {
        return gatewayId;
    }

    /** What is left of the lease; zero when it has lapsed. */
    public Duration leaseRemaining() {
        return lease.remaining();
    }

    /** The newest revision that is applied on every loop. */
    public long revision() {
        return watch.revision();
    }

    /** Revisions that the origin has told of, and that are not yet applied on every loop. */
    public long revisionLag() {
        long applied = watch.revision();
        return Math.max(0, watch.revisionReceived() - applied);
    }

    /** Questions to the origin that are under way. */
    public int resolvesInFlight() {
        return origin.inFlight();
    }

    /** Questions to the origin so far. */
    public long resolves() {
        return origin.asked();
    }

    /** Questions that could not be asked or were not answered. */
    public long resolvesFailed() {
        return origin.failed();
    }

    /** Uses of credentials that were never reported, because there were too many. */
    public long usesDropped() {
        return usage.dropped();
    }

    /** Refused requests that were never reported, because the origin would not take the report. */
    public long refusalsDropped() {
        return refusals.dropped();
    }

    /** Credential records in L1, roughly. */
    public long credentialsHeld() {
        return lookup.epoch().credentialsHeld();
    }

    /** Principal records in L1, roughly. */
    public long principalsHeld() {
        return lookup.epoch().principalsHeld();
    }

    /** Unknown prefixes remembered, roughly. */
    public long negativesHeld() {
        return lookup.epoch().negativesHeld();
    }
}
