package dev.portcullis.gateway.protect;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.random.RandomGenerator;

/**
 * How often each source has failed of late, in a memory that never grows: cells in sets of eight,
 * each a source's tag and the instant until which its failures reach (the generic cell rate
 * algorithm). Loops share it without locks; a cell is one number, replaced whole.
 *
 * <p>Where a set is full, the source that has failed the least in it is forgotten: that errs in
 * favour of a source and never against it. A stranger is taken for another only when set and tag
 * agree, both from a hash with secret seeds: 8 cells of 24 bits make that one in two million for a
 * source, however many others there are.
 */
final class FailedAttempts {
    /** Sets of eight: 131,072 sources in 1 MiB. */
    private static final int SETS = 1 << 14;

    private static final int WAYS = 8;
    private static final int TIME_BITS = 40;
    private static final long TIME_MASK = (1L << TIME_BITS) - 1;
    private static final int RACES_MAX = 8;
    private static final long NANOS_PER_MILLI = 1_000_000;
    private static final long MILLIS_PER_SECOND = 1000;

    private final AtomicLongArray cells = new AtomicLongArray(SETS * WAYS);
    private final long seed;
    private final long otherSeed;
    private final long startNanos;
    /** Milliseconds that one failure takes to be forgotten; 0: nothing is counted. */
    private final long interval;
    private final long tolerance;

    /**
     * A table in which nobody has failed.
     *
     * @param max failures in each period, which may also come at once; 0: no bound. More than one
     *     in a millisecond count as one
     * @param startNanos the monotonic clock's present reading
     */
    FailedAttempts(int max, Duration period, RandomGenerator random, long startNanos) {
        this.seed = random.nextLong();
        this.otherSeed = random.nextLong();
        this.startNanos = startNanos;
        this.interval = max == 0 ? 0 : Math.max(1, (period.toMillis() + max - 1) / max);
        this.tolerance = interval * max;
    }

    /**
     * Counts a failure.
     *
     * @return whether it is one too many
     */
    boolean failed(long source, long nowNanos) {
        if (interval == 0) {
            return false;
        }
        long hash = hash(source);
        long now = millis(nowNanos);
        for (int race = 0; race < RACES_MAX; race++) {
            int at = find(hash);
            boolean known = at >= 0;
            int index = known ? at : leastGuilty(hash);
            long before = cells.get(index);
            if (known && tag(before) != tag(hash)) {
                continue;
            }
            long reached = Math.max(known ? before & TIME_MASK : 0, now) + interval;
            if (reached - now > tolerance) {
                return true;
            }
            if (cells.compareAndSet(index, before, tag(hash) | reached & TIME_MASK)) {
                return false;
            }
        }
        return false;
    }

    /** Whether a source has failed so often that one more failure would be too many. */
    boolean isOver(long source, long nowNanos) {
        return waitMillis(source, nowNanos) > 0;
    }

    /** Seconds, at least one, until a source may fail again. */
    int retryAfterSeconds(long source, long nowNanos) {
        long wait = waitMillis(source, nowNanos) + MILLIS_PER_SECOND - 1;
        return (int) Math.max(1, wait / MILLIS_PER_SECOND);
    }

    private long waitMillis(long source, long nowNanos) {
        int at = interval == 0 ? -1 : find(hash(source));
        return at < 0 ? 0
                : (cells.get(at) & TIME_MASK) + interval - tolerance - millis(nowNanos);
    }

    /** The cell of a source, or -1. */
    private int find(long hash) {
        int from = set(hash);
        for (int i = from; i < from + WAYS; i++) {
            long cell = cells.get(i);
            if (cell != 0 && tag(cell) == tag(hash)) {
                return i;
            }
        }
        return -1;
    }

    /** The cell of a set whose failures reach the least far; an unused one before all. */
    private int leastGuilty(long hash) {
        int from = set(hash);
        int least = from;
        for (int i = from + 1; i < from + WAYS; i++) {
            if ((cells.get(i) & TIME_MASK) < (cells.get(least) & TIME_MASK)) {
                least = i;
            }
        }
        return least;
    }

    private static int set(long hash) {
        return (int) (hash & SETS - 1) * WAYS;
    }

    private static long tag(long hashOrCell) {
        return hashOrCell & ~TIME_MASK;
    }

    private long millis(long nowNanos) {
        return (nowNanos - startNanos) / NANOS_PER_MILLI + 1;
    }

    /** Mixed twice with what nobody outside knows, so that nobody can choose whom they meet. */
    private long hash(long source) {
        return mix(mix(source ^ seed) + otherSeed);
    }

    private static long mix(long bits) {
        long mixed = (bits ^ bits >>> 33) * 0xff51afd7ed558ccdL;
        mixed = (mixed ^ mixed >>> 33) * 0xc4ceb9fe1a85ec53L;
        return mixed ^ mixed >>> 33;
    }
}
