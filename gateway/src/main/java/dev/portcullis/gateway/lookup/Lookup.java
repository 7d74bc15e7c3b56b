package dev.portcullis.gateway.lookup;

import dev.portcullis.core.token.TokenPrefix;
import dev.portcullis.gateway.lookup.LookupResult.Found;
import dev.portcullis.gateway.lookup.LookupResult.Unavailable;
import dev.portcullis.gateway.watch.ChangeTarget;
import dev.portcullis.gateway.watch.Changed;
import dev.portcullis.gateway.watch.Environment;
import dev.portcullis.gateway.watch.Lease;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.LongAdder;

/**
 * From a credential prefix to what is known of it: {@link #find} in L1, at once; {@link #resolve}
 * at the origin, in a while.
 *
 * <p>The caller's part: make the verdict in the same task of the event loop in which the result
 * came (of {@code find}: that call; of {@code resolve}: the stage's callback), and register a
 * long-lived exchange there too. Do not keep a result for a later task; ask again.
 */
public final class Lookup {
    /** A record that changes again under each of so many reads is given up on. */
    private static final int ATTEMPTS = 3;

    private final RecordsConfig config;
    private final Environment environment;
    private final Lease lease;
    private final OriginClient origin;
    private final UsageReporter usage;
    private final LongAdder hits = new LongAdder();
    private final LongAdder negatives = new LongAdder();
    private final LongAdder misses = new LongAdder();
    private final LongAdder lapsed = new LongAdder();
    private volatile Epoch epoch;

    Lookup(
            RecordsConfig config,
            Environment environment,
            Lease lease,
            OriginClient origin,
            UsageReporter usage) {
        this.config = config;
        this.environment = environment;
        this.lease = lease;
        this.origin = origin;
        this.usage = usage;
        this.epoch = new Epoch(config, environment, usage, 0);
    }

    /**
     * What L1 knows. Called on an event loop for each request; never blocks; a hit allocates
     * nothing.
     *
     * @param nowMillis the wall time, milliseconds since the epoch, read for this request: the same
     *     by which expiry is judged. It shows when a lease has lapsed while the machine slept
     * @return {@link Found} or {@link LookupResult.Unknown}, to be believed within this task; or
     *     null when the caller has to {@link #resolve}: nothing is known, or the lease has lapsed
     */
    public LookupResult find(TokenPrefix prefix, long nowMillis) {
        // the lease first: what is read after it is at least as new as what it vouches for
        if (!lease.holds(nowMillis)) {
            lapsed.increment();
            return null;
        }
        LookupResult known = epoch.find(prefix);
        if (known == null) {
            misses.increment();
        } else if (known instanceof Found) {
            hits.increment();
        } else {
            negatives.increment();
        }
        return known;
    }

    /**
     * Whether L1 holds a record under a prefix, current or not: it is no invention of the caller's.
     * Nothing may be permitted on it. Any thread.
     */
    public boolean knows(TokenPrefix prefix) {
        return epoch.holds(prefix);
    }

    /**
     * Asks for a record that {@link #find} did not have. While the lease holds, all who ask for one
     * prefix share one question to the origin, and its answer fills L1. When it has lapsed, each
     * asks for itself. Any thread; never blocks.
     *
     * @param loop the caller's event loop
     * @return completed on {@code loop} (only when that takes no tasks any more: on any thread,
     *     with {@link Unavailable}), within about the resolve time-out, never exceptionally, never
     *     with null. A result that is not {@link Unavailable} was held against every change seen so
     *     far in the very task that completes the stage: callbacks that were registered without
     *     {@code Async} before the calling task ended run in that task, and must make the verdict
     *     there
     */
    public CompletionStage<LookupResult> resolve(TokenPrefix prefix, Executor loop) {
        Question question = new Question(prefix, loop);
        question.ask();
        return question.answer;
    }

    /**
     * The order of look-up behind L1, for one prefix: the origin alone. A cache between the two
     * would have its place here: asked first, within its own small time, and what it says going
     * through {@link Epoch#fill} and {@link Epoch#admits} as the origin's word does.
     */
    private void fetch(Epoch into, TokenPrefix prefix, CompletableFuture<LookupResult> flight) {
        origin.resolve(prefix, (resolved, unavailable) -> {
            LookupResult result = unavailable;
            try {
                if (resolved != null) {
                    result = into.fill(prefix, resolved);
                }
            } finally {
                // first out of the table, then completed: who asks again starts anew
                into.flights.remove(prefix, flight);
                flight.complete(result == null ? Unavailable.ORIGIN_MALFORMED : result);
            }
        });
    }

    /** The question that all who miss this prefix share; {@code mine} when none is under way. */
    private CompletableFuture<LookupResult> share(
            Epoch into, TokenPrefix prefix, CompletableFuture<LookupResult> mine) {
        CompletableFuture<LookupResult> running = into.flights.putIfAbsent(prefix, mine);
        if (running != null) {
            return running;
        }
        // an earlier question may have been answered between the caller's miss and now
        LookupResult landed = into.find(prefix);
        if (landed != null) {
            into.flights.remove(prefix, mine);
            mine.complete(landed);
        } else {
            fetch(into, prefix, mine);
        }
        return mine;
    }

    private boolean leaseHolds() {
        return vouchesFor(environment.wallClock().millis());
    }

    /**
     * Whether a verdict that was made earlier still stands, as far as no change was told since:
     * a gateway whose lease has lapsed may not have been told of one. Any thread.
     *
     * @param nowMillis the wall time, milliseconds since the epoch
     */
    public boolean vouchesFor(long nowMillis) {
        return lease.holds(nowMillis);
    }

    /** One caller's wish to know, until it is answered. */
    private final class Question {
        private final TokenPrefix prefix;
        private final Executor loop;
        private final CompletableFuture<LookupResult> answer = new CompletableFuture<>();
        private int attempts;

        Question(TokenPrefix prefix, Executor loop) {
            this.prefix = prefix;
            this.loop = loop;
        }

        void ask() {
            attempts++;
            Epoch into = epoch;
            CompletableFuture<LookupResult> mine = new CompletableFuture<>();
            CompletableFuture<LookupResult> flight = mine;
            if (leaseHolds()) {
                flight = share(into, prefix, mine);
            } else {
                // what is under way may have been read before a change that did not wait for us
                fetch(into, prefix, mine);
            }
            boolean own = flight == mine;
            flight.thenAccept(result -> hop(() -> settle(into, result, own)));
        }

        private void hop(Runnable task) {
            try {
                loop.execute(task);
            } catch (RejectedExecutionException shutDown) {
                answer.complete(Unavailable.CLOSED);
            }
        }

        /** On the loop: believes a result, or asks again when it has grown stale on its way. */
        private void settle(Epoch from, LookupResult result, boolean own) {
            boolean current = result instanceof Unavailable
                    || from == epoch && from.admits(prefix, result) && (own || leaseHolds());
            if (current) {
                answer.complete(result);
            } else if (attempts < ATTEMPTS) {
                ask();
            } else {
                answer.complete(Unavailable.CHANGING);
            }
        }
    }

    /** Where changes go: floors first, then evictions. Control thread. */
    ChangeTarget target() {
        return new Target();
    }

    private final class Target implements ChangeTarget {
        @Override
        public void apply(long revision, Changed changed) {
            if (changed.everything()) {
                reset(revision);
                return;
            }
            long nowNanos = environment.nanoTime().getAsLong();
            changed.credentials().forEach(
                    prefix -> epoch.credentialChanged(prefix, revision, nowNanos));
            changed.users().forEach(user -> epoch.principalChanged(user, revision, nowNanos));
            if (changed.everyPrincipal()) {
                epoch.everyPrincipalChanged(revision);
            }
        }

        @Override
        public void reset(long revision) {
            epoch = new Epoch(config, environment, usage, revision);
        }
    }

    /** What the caches hold now, for floors and metrics. */
    Epoch epoch() {
        return epoch;
    }

    /** Requests answered from L1. */
    public long hits() {
        return hits.sum();
    }

    /** Requests answered from the table of unknown prefixes. */
    public long negatives() {
        return negatives.sum();
    }

    /** Requests that found nothing in the caches. */
    public long misses() {
        return misses.sum();
    }

    /** Requests that came while the lease had lapsed. */
    public long lapsed() {
        return lapsed.sum();
    }
}
