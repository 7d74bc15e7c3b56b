package dev.portcullis.gateway.watch;

import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import java.util.function.LongSupplier;

/**
 * The right to answer from the caches until an instant.
 *
 * <p>It is counted from the moment the gateway <i>sent</i> the request for it, on the monotonic
 * clock, while the origin counts from the moment it received that request: so the gateway always
 * stops first.
 *
 * <p>A monotonic clock may stand still while a machine is suspended. So a lease also remembers how
 * far wall time was from monotonic time when it was asked for; when the two have come apart by more
 * than {@link #MARGIN} since, the machine slept (or its clock was set), and the lease has lapsed,
 * for good: a clock that is set once more does not bring it back. Every check costs one volatile
 * read, one reading of the monotonic clock and a few additions: the wall time is the one that the
 * caller reads anyway to see whether a credential has expired, so no tick has to notice a
 * suspension before it takes effect.
 *
 * <p>Written by the control thread, read by any.
 */
public final class Lease {
    /**
     * How far wall time and monotonic time may come apart before a lease counts as lapsed. The
     * origin counts a lease by a second longer than the gateway: half of that is for a machine that
     * slept, which must go unnoticed no longer, and half for clocks of different rates.
     */
    static final Duration MARGIN = Duration.ofMillis(500);

    /** No lease is longer, whatever the origin grants. */
    static final Duration LONGEST = Duration.ofHours(24);

    private static final long MARGIN_NANOS = MARGIN.toNanos();
    private static final long NANOS_PER_MILLI = 1_000_000;
    private static final AtomicReferenceFieldUpdater<Lease, Term> TERM =
            AtomicReferenceFieldUpdater.newUpdater(Lease.class, Term.class, "term");

    private final InstantSource wallClock;
    private final LongSupplier nanoTime;
    private volatile Term term;

    /** A lease that has lapsed: nothing has been granted yet. */
    public Lease(Environment environment) {
        this.wallClock = environment.wallClock();
        this.nanoTime = environment.nanoTime();
    }

    /** A moment on both clocks. */
    record Moment(long nanos, long wallMillis) {}

    /**
     * One grant: until when on the monotonic clock, and how the clocks stood when it was asked for.
     */
    record Term(long endNanos, long skew) {}

    /** Now, on both clocks. */
    Moment now() {
        return new Moment(nanoTime.getAsLong(), wallClock.millis());
    }

    /** What a grant of some milliseconds comes to when it was asked for at {@code asked}. */
    static Term term(Moment asked, long durationMillis) {
        long nanos = TimeUnit.MILLISECONDS.toNanos(Math.min(durationMillis, LONGEST.toMillis()));
        return new Term(asked.nanos() + nanos, skew(asked.nanos(), asked.wallMillis()));
    }

    /**
     * Puts a grant into effect. The newest counts, even where it ends earlier than the one before.
     */
    void renew(Term granted) {
        term = granted;
    }

    /** Gives the lease up: from now on it has lapsed. */
    public void surrender() {
        term = null;
    }

    /**
     * Whether the caches may be believed. Any thread; a few nanoseconds beside one reading of the
     * monotonic clock.
     *
     * @param nowMillis the wall time, milliseconds since the epoch, read for this request
     */
    public boolean holds(long nowMillis) {
        Term held = term;
        if (held == null || holds(held, nanoTime.getAsLong(), nowMillis)) {
            return held != null;
        }
        // unless it was renewed meanwhile
        TERM.compareAndSet(this, held, null);
        return false;
    }

    private static boolean holds(Term held, long nanos, long wallMillis) {
        // differences, because both readings may wrap round
        return nanos - held.endNanos() < 0
                && Math.abs(skew(nanos, wallMillis) - held.skew()) <= MARGIN_NANOS;
    }

    /** Wall time less monotonic time, in nanoseconds; only differences of it mean anything. */
    private static long skew(long nanos, long wallMillis) {
        return wallMillis * NANOS_PER_MILLI - nanos;
    }

    /** What is left of it; zero when it has lapsed. Any thread. */
    public Duration remaining() {
        Term held = term;
        Moment now = now();
        return held != null && holds(held, now.nanos(), now.wallMillis())
                ? Duration.ofNanos(held.endNanos() - now.nanos())
                : Duration.ZERO;
    }
}
