package dev.portcullis.gateway.upstream;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * How an address stands with its cluster. What says so may be asked by any thread; the rest is
 * guarded by the cluster's monitor.
 */
final class Standing {
    private static final long SUSPECT_NANOS = 250_000_000;

    private final AtomicInteger failures = new AtomicInteger();
    private volatile boolean suspect;
    private volatile boolean slow;
    private volatile boolean ejected;
    private volatile boolean unwell;
    private volatile long wellSince;
    private long suspectSince;
    private long ejectedUntil;
    private long returnedAt;
    private int ejections;

    // ------------------------------------------------------------------ any thread

    /** Failures in a row, this one included. */
    int failed() {
        return failures.incrementAndGet();
    }

    void succeeded() {
        if (failures.get() != 0) {
            failures.set(0);
        }
    }

    /** Whether it could not be connected to just now. */
    boolean isSuspect() {
        return suspect;
    }

    /** Whether failures have taken its requests from it for a while. */
    boolean isEjected() {
        return ejected;
    }

    /** Whether checks have found that it is not well. */
    boolean isUnwell() {
        return unwell;
    }

    boolean isUsable() {
        return !ejected && !unwell;
    }

    /** How much of its share it gets at that instant: from 0 to 1. */
    double share(long nowNanos, long slowStartNanos) {
        if (!slow) {
            return 1;
        }
        double share = (double) (nowNanos - wellSince) / slowStartNanos;
        return Math.max(0, Math.min(1, share));
    }

    // ------------------------------------------------------------------ the cluster's monitor

    void suspected(long nowNanos) {
        suspectSince = nowNanos;
        suspect = true;
    }

    /**
     * Ejects it.
     *
     * @return for how long, in nanoseconds
     */
    long eject(long nowNanos, UpstreamConfig.Outliers by) {
        if (ejections > 0 && nowNanos - returnedAt >= by.ejectionMax().toNanos()) {
            ejections = 0; // it has been well for so long that what was before is forgotten
        }
        ejections++;
        long max = by.ejectionMax().toNanos();
        long usual = by.ejection().toNanos();
        long nanos = usual > max / ejections ? max : usual * ejections;
        ejectedUntil = nowNanos + nanos;
        ejected = true;
        return nanos;
    }

    /** What checks have found; whether that is new. */
    boolean checked(boolean well, long nowNanos, boolean slowly) {
        if (unwell != well) {
            return false;
        }
        unwell = !well;
        if (well && !ejected) {
            becameWell(nowNanos, slowly);
        }
        return true;
    }

    /**
     * Ends what time has ended.
     *
     * @return whether its ejection was part of that
     */
    boolean review(long nowNanos, long slowStartNanos) {
        if (suspect && nowNanos - suspectSince >= SUSPECT_NANOS) {
            suspect = false;
        }
        if (slow && nowNanos - wellSince >= slowStartNanos) {
            slow = false;
        }
        if (!ejected || nowNanos - ejectedUntil < 0) {
            return false;
        }
        ejected = false;
        returnedAt = nowNanos;
        failures.set(0);
        if (!unwell) {
            becameWell(nowNanos, slowStartNanos > 0);
        }
        return true;
    }

    private void becameWell(long nowNanos, boolean slowly) {
        wellSince = nowNanos;
        slow = slowly;
    }

    /** Whether there is something that time will end. */
    boolean isPassing() {
        return suspect || slow || ejected;
    }
}
