package dev.portcullis.gateway.watch;

import dev.portcullis.gateway.watch.WatchStats.End;
import dev.portcullis.proto.origin.v1.CaughtUp;
import dev.portcullis.proto.origin.v1.Change;
import dev.portcullis.proto.origin.v1.WatchResponse;
import dev.portcullis.proto.origin.v1.Welcome;
import io.grpc.Channel;
import io.grpc.Status;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the origin's changes, applies and acknowledges them, and keeps the lease.
 *
 * <p>For each change, in this order: floors and evictions ({@link ChangeTarget}), one task on every
 * event loop ({@link LoopListener}), acknowledgement. When the stream breaks the lease runs on, and
 * a new stream resumes from the last revision that was applied.
 *
 * <p>Confined to the control thread, but for {@link #start}, {@link #close} and {@link #revision}.
 */
public final class Watch {
    private static final Logger log = LoggerFactory.getLogger(Watch.class);

    /** How often a lease is asked for while it is not known how long one lasts. */
    static final Duration FIRST_HEARTBEAT = Duration.ofSeconds(1);

    /** The longest time between heartbeats. */
    static final Duration LONGEST_HEARTBEAT = Duration.ofSeconds(2);

    /** The longest wait for an answer. An origin that falls silent is left after 3 to 5 s. */
    static final Duration LONGEST_SILENCE = Duration.ofSeconds(3);

    private static final Duration SHORTEST_HEARTBEAT = Duration.ofMillis(10);

    /** A pause of the machine is not yet a broken stream. */
    private static final Duration SHORTEST_SILENCE = Duration.ofMillis(500);

    /** Heartbeats in one lease, at least: five may be lost before it lapses. */
    private static final int HEARTBEATS_PER_LEASE = 6;

    private final Channel origin;
    private final Environment environment;
    private final Lease lease;
    private final ChangeTarget target;
    private final LoopBarrier barrier;
    private final Backoff backoff;
    private final Self self;
    private final WatchStats stats = new WatchStats();
    private final CompletableFuture<Void> stopped = new CompletableFuture<>();
    private WatchStream stream;
    private Future<?> nextTick;
    /** Null while none is under way. */
    private Future<?> silenceCheck;
    private Duration heartbeat = FIRST_HEARTBEAT;
    /** Floors and evictions are done up to here, by what this stream has told. */
    private volatile long received;
    /** Every loop has been passed since. Written by the control thread only. */
    private volatile long applied;
    /** Of that revision, as it was told; 0: none was. */
    private long appliedMark;
    /** A key of the shared cache has ended: a new stream tells the next. */
    private boolean keyOwed;
    private boolean leaseHeld;
    private boolean closed;

    private Watch(Wiring wiring, Environment environment, Lease lease) {
        this.origin = wiring.origin();
        this.self = wiring.self();
        this.target = wiring.target();
        this.environment = environment;
        this.lease = lease;
        this.backoff = new Backoff(environment.random());
        this.barrier = new LoopBarrier(
                wiring.loops(), this::control, wiring.listener(), this::passed);
    }

    /**
     * What a watch is connected to. No field is null.
     *
     * @param loops every event loop on which verdicts are made
     */
    public record Wiring(
            Channel origin,
            Self self,
            List<? extends Executor> loops,
            ChangeTarget target,
            LoopListener listener) {}

    /**
     * Who watches, as the origin is told.
     *
     * @param id unique among running gateways; 1 to 64 of [A-Za-z0-9._-]
     * @param instance of the process: random for each start; likewise
     * @param version of this software; up to 64 visible ASCII characters
     */
    public record Self(String id, String instance, String version) {}

    /** A watch that does nothing before {@link #start}; it renews {@code lease}. */
    public static Watch create(Wiring wiring, Environment environment, Lease lease) {
        return new Watch(wiring, environment, lease);
    }

    /** Opens the stream, again and again until {@link #close}. Any thread; once. */
    public void start() {
        control(() -> {
            connect();
            scheduleTick();
        });
    }

    /**
     * Gives the lease up, passes every loop once more so that no verdict under it is on its way,
     * and ends the stream in order. Any thread.
     *
     * @return completed on the control thread once this side of the stream has been ended
     */
    public CompletionStage<Void> close() {
        control(this::stop);
        return stopped;
    }

    /** What is counted. */
    public WatchStats stats() {
        return stats;
    }

    /** Everything up to this revision is applied and could be acknowledged. Any thread. */
    public long revision() {
        return applied;
    }

    /** Everything up to this revision has been told of. Any thread. */
    public long revisionReceived() {
        return received;
    }

    /** Runs a task on the control thread; once that has been shut down nothing runs any more. */
    void control(Runnable task) {
        try {
            environment.scheduler().execute(() -> fenced(task));
        } catch (RejectedExecutionException shutDown) {
            log.debug("the control thread has ended; a task of the watch was dropped");
        }
    }

    /** An executor would swallow what a task throws, and nobody would know why renewals stopped. */
    private static void fenced(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException e) {
            log.error("a task of the watch failed", e);
        }
    }

    private void connect() {
        if (closed) {
            return;
        }
        stream = new WatchStream(this, lease);
        // what comes after the claim is told again, and only what was told is acknowledged
        received = applied;
        keyOwed = false;
        try {
            stream.open(origin, self, applied, appliedMark);
        } catch (RuntimeException e) {
            log.error("the stream to the origin could not be opened", e);
            abandon("could not be opened");
        }
    }

    void ready(WatchStream from) {
        if (from == stream) {
            from.sayWhatIsOwed();
        }
    }

    void received(WatchStream from, WatchResponse message) {
        if (from != stream || closed) {
            return;
        }
        try {
            from.checkPlace(message);
            apply(from, message);
            barrier.go();
            from.renewLease(barrier.completed());
            noteLease();
            from.more();
        } catch (StreamException e) {
            stats.count(e.ofProtocol() ? End.PROTOCOL : End.MALFORMED);
            log.error("the origin cannot be followed: {}", e.getMessage());
            abandon(e.getMessage(), e.ofProtocol());
        } catch (RuntimeException e) {
            // not acknowledged, so the next stream brings it again
            stats.count(End.MALFORMED);
            log.error("a message of the origin could not be applied; starting a new stream", e);
            abandon("a message could not be applied", false);
        }
    }

    private void apply(WatchStream from, WatchResponse message) {
        switch (message.getMessageCase()) {
            case CHANGES -> message.getChanges().getChangesList().forEach(c -> apply(from, c));
            case RESET -> reset(from, message.getReset().getRevision());
            case WELCOME -> welcome(message.getWelcome());
            case CAUGHT_UP -> caughtUp(from, message.getCaughtUp());
            case LEASE -> {
                from.granted(message.getLease(), barrier.newest());
                beatBy(heartbeatOf(message.getLease().getDurationMs()));
            }
            default -> throw new StreamException("a message of an unknown kind");
        }
    }

    private void welcome(Welcome welcome) {
        target.cacheKey(welcome.hasCacheKey() ? welcome.getCacheKey() : null);
    }

    private void apply(WatchStream from, Change change) {
        if (change.getRevision() <= received) {
            throw new StreamException("a change of revision " + change.getRevision()
                    + " behind " + received + ", out of order or told before");
        }
        Changed changed = Changed.of(change.getKeysList());
        // nothing comes from there any more, and only then is forgotten what came
        if (changed.cacheKeyEnded() && target.cacheKey(null)) {
            barrier.open().addEverything();
            keyOwed = true;
        }
        target.apply(change.getRevision(), changed);
        received = Math.max(received, change.getRevision());
        barrier.open().add(from, received, change.getMark(), changed);
    }

    private void reset(WatchStream from, long revision) {
        if (received > 0) {
            log.info("what was missed cannot be had: starting over from revision {}", revision);
        }
        target.reset(revision);
        barrier.supersede();
        // should this stream break before the loops have been passed, nothing is claimed of a
        // database that may be another one
        applied = 0;
        appliedMark = 0;
        received = revision;
        barrier.open().addEverything(from, received);
    }

    private void caughtUp(WatchStream from, CaughtUp told) {
        long revision = told.getRevision();
        if (revision < Math.max(received, applied)) {
            // an origin that is behind what was applied reads another database, or a restored one
            reset(from, revision);
        }
        received = revision;
        Batch batch = barrier.open();
        batch.add(from, received, told.getMark(), Changed.of(List.of()));
        batch.caughtUp = from;
    }

    /** Every loop has been passed: what is in the batch may be acknowledged. */
    private void passed(Batch batch) {
        boolean current = batch.stream != null && !batch.superseded;
        if (current && batch.revision >= applied) {
            applied = batch.revision;
            appliedMark = batch.mark;
        }
        if (closed) {
            if (batch.ticket == barrier.newest()) {
                endStream();
            }
            return;
        }
        if (stream != null) {
            if (batch.caughtUp == stream) {
                stream.caughtUp();
                backoff.succeeded();
            }
            if (current && batch.stream == stream) {
                // its own revision, not the newest: no more than this stream has told of
                stream.acknowledge(batch.revision);
            }
            stream.renewLease(barrier.completed());
        }
        noteLease();
    }

    void ended(WatchStream from, Throwable cause) {
        if (from != stream) {
            return;
        }
        stream = null;
        if (closed) {
            stopped.complete(null);
            return;
        }
        Status status = cause == null ? Status.OK : Status.fromThrowable(cause);
        Refused refused = Refused.by(status);
        Duration pause = refused != null && refused.lasting() ? backoff.slow() : backoff.next();
        if (refused == null) {
            stats.count(End.LOST);
            log.warn("the stream to the origin has ended ({}); next attempt in {} ms",
                    cause == null ? "completed" : Refused.why(status), pause.toMillis());
        } else {
            stats.count(refused.end());
            log.error("the origin {} ({}): {}. Next attempt in {} ms",
                    refused.end() == End.HANDSHAKE
                            ? "and this gateway do not believe each other"
                            : "refuses this gateway",
                    Refused.why(status), refused.advice(), pause.toMillis());
        }
        schedule(this::connect, pause);
    }

    private void abandon(String why) {
        stats.count(End.LOST);
        abandon(why, false);
    }

    /** The reason has been counted. */
    private void abandon(String why, boolean lasting) {
        WatchStream broken = stream;
        stream = null;
        broken.cancel(why);
        Duration pause = lasting ? backoff.slow() : backoff.next();
        log.warn("the stream to the origin was given up ({}); next attempt in {} ms",
                why, pause.toMillis());
        schedule(this::connect, pause);
    }

    private void tick() {
        if (closed) {
            return;
        }
        if (stream != null && keyOwed && received == applied) {
            renew();
        } else if (stream != null) {
            stream.sayWhatIsOwed();
            stream.heartbeat();
            if (silenceCheck == null) {
                silenceCheck = schedule(() -> fenced(this::checkSilence), silenceMax());
            }
        }
        barrier.go();
        noteLease();
    }

    /**
     * Opens another stream, whose welcome tells the key of now. Not before the next heartbeat after
     * the old key has ended: what was applied is acknowledged by then, and not all gateways come at
     * once. The lease runs on meanwhile.
     */
    private void renew() {
        log.info("the key of the shared cache has ended: asking for the next");
        stream.cancel("the key of the shared cache is asked for");
        connect();
    }

    /** Leaves a stream on which no answer comes; looks again where one may still come in time. */
    private void checkSilence() {
        silenceCheck = null;
        long waited = stream == null || closed ? 0 : stream.silenceNanos();
        long left = silenceMax().toNanos() - waited;
        if (waited > 0 && left <= 0) {
            abandon("no answer within " + silenceMax().toMillis() + " ms");
        } else if (waited > 0) {
            silenceCheck = schedule(() -> fenced(this::checkSilence), Duration.ofNanos(left));
        }
    }

    private void scheduleTick() {
        nextTick = schedule(() -> {
            fenced(this::tick);
            if (!closed) {
                scheduleTick();
            }
        }, heartbeat);
    }

    /** A shorter lease must not wait for a tick that was set for a longer one. */
    private void beatBy(Duration interval) {
        if (!interval.equals(heartbeat)) {
            heartbeat = interval;
            nextTick.cancel(false);
            scheduleTick();
        }
    }

    private static Duration heartbeatOf(long leaseMillis) {
        if (leaseMillis <= 0) {
            return FIRST_HEARTBEAT;
        }
        long millis = leaseMillis / HEARTBEATS_PER_LEASE;
        return Duration.ofMillis(Math.max(
                SHORTEST_HEARTBEAT.toMillis(), Math.min(millis, LONGEST_HEARTBEAT.toMillis())));
    }

    /** Three heartbeats unanswered: a stream that looks open and is not. */
    private Duration silenceMax() {
        long millis = heartbeat.multipliedBy(3).toMillis();
        return Duration.ofMillis(Math.max(
                SHORTEST_SILENCE.toMillis(), Math.min(millis, LONGEST_SILENCE.toMillis())));
    }

    /** Says when the lease lapses or comes back: nothing else explains why answers become slow. */
    private void noteLease() {
        boolean holds = lease.holds(environment.wallClock().millis());
        if (holds != leaseHeld) {
            leaseHeld = holds;
            if (holds) {
                log.info("lease held; revision {}", applied);
            } else {
                log.warn("lease lapsed ({}): each request now asks the origin", whyLapsed());
            }
        }
    }

    private String whyLapsed() {
        if (stream == null) {
            return "no stream to the origin";
        }
        if (!stream.isCaughtUp()) {
            return "not caught up";
        }
        return stream.isDenied()
                ? "the origin answers and gives none; its log says why"
                : "no renewal, or the clock ran ahead";
    }

    private Future<?> schedule(Runnable task, Duration delay) {
        try {
            return environment.scheduler()
                    .schedule(task, delay.toNanos(), TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException shutDown) {
            log.debug("the control thread has ended; a timer of the watch was dropped");
            return CompletableFuture.completedFuture(null);
        }
    }

    private void stop() {
        if (closed) {
            return;
        }
        closed = true;
        lease.surrender();
        leaseHeld = false;
        if (silenceCheck != null) {
            silenceCheck.cancel(false);
        }
        if (nextTick != null) {
            nextTick.cancel(false);
        }
        // nothing is in it: only that it has passed matters
        barrier.open();
        barrier.go();
    }

    private void endStream() {
        if (stream != null) {
            stream.halfClose();
        }
        stopped.complete(null);
    }

    /** Ends the stream at once, for when {@link #close} has taken too long. Any thread. */
    public void abort() {
        control(() -> {
            if (stream != null) {
                stream.cancel("closed");
            }
            stopped.complete(null);
        });
    }
}
