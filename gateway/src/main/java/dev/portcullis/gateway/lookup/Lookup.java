package dev.portcullis.gateway.lookup;

import dev.portcullis.core.token.TokenPrefix;
import dev.portcullis.gateway.l2.CacheOutcome;
import dev.portcullis.gateway.l2.SharedCache;
import dev.portcullis.gateway.lookup.LookupResult.Found;
import dev.portcullis.gateway.lookup.LookupResult.Unavailable;
import dev.portcullis.gateway.watch.ChangeTarget;
import dev.portcullis.gateway.watch.Changed;
import dev.portcullis.gateway.watch.Environment;
import dev.portcullis.gateway.watch.Lease;
import dev.portcullis.proto.origin.v1.CacheKey;
import dev.portcullis.proto.origin.v1.ResolveResponse;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.LongAdder;

/**
 * From a credential prefix to what is known of it: {@link #find} in L1, at once; {@link #resolve}
 * in L2 or at the origin, in a while.
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
    private final SharedCache cache;
    private final RealPrefixes reals;
    private final LongAdder hits = new LongAdder();
    private final LongAdder negatives = new LongAdder();
    private final LongAdder misses = new LongAdder();
    private final LongAdder lapsed = new LongAdder();
    private volatile Epoch epoch;

    /** What a look-up asks. */
    record Sources(OriginClient origin, SharedCache cache, UsageReporter usage) {}

    Lookup(RecordsConfig config, Environment environment, Lease lease, Sources sources) {
        this.config = config;
        this.environment = environment;
        this.lease = lease;
        this.origin = sources.origin();
        this.cache = sources.cache();
        this.usage = sources.usage();
        this.reals = new RealPrefixes(config.credentialsMax());
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
     * prefix share one question, to L2 and then to the origin, and its answer fills L1. When it has
     * lapsed, each asks the origin for itself. Any thread; never blocks.
     *
     * @param loop the caller's event loop
     * @return completed on {@code loop} (only when that takes no tasks any more: on any thread,
     *     with {@link Unavailable}), within about the time-outs of L2 and of the
     *     origin, never exceptionally, never
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
     * The order of look-up behind L1, for one prefix: L2 while the lease holds, then the origin.
     * What L2 says goes through the same floors as the origin's word, and it has to be no newer
     * than what this gateway has been told of: what is, is left for the origin to say.
     */
    private void fetch(Epoch into, TokenPrefix prefix, Flight flight) {
        cache.find(prefix, sealed -> {
            LookupResult believed = null;
            try {
                believed = sealed == null ? null : judge(into, prefix, sealed);
            } finally {
                if (believed == null) {
                    fetchFromOrigin(into, prefix, flight);
                } else {
                    flight.underLease = true;
                    land(into, prefix, flight, believed);
                }
            }
        });
    }

    /** What a record of L2 comes to; null when it is not to be believed. */
    private LookupResult judge(Epoch into, TokenPrefix prefix, ResolveResponse sealed) {
        Resolved resolved;
        try {
            resolved = WireRecords.read(prefix, sealed);
        } catch (RuntimeException e) {
            cache.judged(CacheOutcome.MALFORMED);
            return null;
        }
        if (resolved.credential() == null) {
            // what does not exist is never kept
            cache.judged(CacheOutcome.MALFORMED);
            return null;
        }
        if (resolved.asOf() > into.newest()) {
            cache.judged(CacheOutcome.AHEAD);
            return null;
        }
        LookupResult result = into.fill(prefix, resolved);
        boolean current = into.admits(prefix, result);
        reals.add(prefix);
        cache.judged(current ? CacheOutcome.HIT : CacheOutcome.STALE);
        return current ? result : null;
    }

    private void fetchFromOrigin(Epoch into, TokenPrefix prefix, Flight flight) {
        SharedCache.Filling filling = cache.filling();
        boolean real = reals.contains(prefix);
        origin.resolve(prefix, real, into.newest(), (answer, unavailable) -> {
            LookupResult result = unavailable;
            try {
                if (answer != null) {
                    result = into.fill(prefix, answer.resolved());
                }
            } finally {
                land(into, prefix, flight,
                        result == null ? Unavailable.ORIGIN_MALFORMED : result);
            }
            // behind the answer, for which somebody waits
            if (result instanceof Found) {
                reals.add(prefix);
                if (into == epoch && into.admits(prefix, result)) {
                    filling.keep(prefix, answer.wire());
                }
            }
        });
    }

    private static void land(
            Epoch into, TokenPrefix prefix, Flight flight, LookupResult result) {
        // first out of the table, then completed: who asks again starts anew
        into.flights.remove(prefix, flight);
        flight.complete(result);
    }

    /** The question that all who miss this prefix share; {@code mine} when none is under way. */
    private Flight share(Epoch into, TokenPrefix prefix, Flight mine) {
        Flight running = into.flights.putIfAbsent(prefix, mine);
        if (running != null) {
            return running;
        }
        // an earlier question may have been answered between the caller's miss and now
        LookupResult landed = into.find(prefix);
        if (landed != null) {
            // nobody was asked: it is L1's word, which counts only while the lease holds
            mine.underLease = true;
            land(into, prefix, mine, landed);
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
            Flight mine = new Flight();
            Flight flight = mine;
            if (leaseHolds()) {
                flight = share(into, prefix, mine);
            } else {
                // what is under way may have been read before a change that did not wait for us,
                // and so may what is kept
                fetchFromOrigin(into, prefix, mine);
            }
            Flight asked = flight;
            boolean own = asked == mine;
            asked.thenAccept(result -> hop(() ->
                    settle(into, result, own && !asked.underLease)));
        }

        private void hop(Runnable task) {
            try {
                loop.execute(task);
            } catch (RejectedExecutionException shutDown) {
                answer.complete(Unavailable.CLOSED);
            }
        }

        /**
         * On the loop: believes a result, or asks again when it has grown stale on its way.
         *
         * @param fresh whether the origin was asked after this caller had asked
         */
        private void settle(Epoch from, LookupResult result, boolean fresh) {
            boolean current = result instanceof Unavailable
                    || from == epoch && from.admits(prefix, result) && (fresh || leaseHolds());
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
            // what came from the shared cache, under a key that has ended, may be anybody's word;
            // which records came from there is not kept
            if (changed.everything() || changed.cacheKeyEnded() && cache.exists()) {
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
            epoch.told(revision);
        }

        @Override
        public void reset(long revision) {
            epoch = new Epoch(config, environment, usage, revision);
        }

        @Override
        public boolean cacheKey(CacheKey key) {
            cache.setKey(key);
            return cache.exists();
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
