package dev.portcullis.admin.change;

import java.time.Duration;

/**
 * For how long a gateway may answer from its caches, and how long a change waits for the gateways.
 *
 * @param maxStaleness length of a lease: the longest that a gateway which hears nothing goes on
 *     serving what it knows
 * @param margin by how much longer the origin counts a lease than the gateway does, for clocks that
 *     do not run at the same rate
 * @param barrierWait the longest that a change waits for its propagation
 */
public record LeaseConfig(Duration maxStaleness, Duration margin, Duration barrierWait) {
    static final Duration LIMIT = Duration.ofHours(24);

    /**
     * Checks the values.
     *
     * @throws IllegalArgumentException when one is out of its bounds; the message says which
     */
    public LeaseConfig {
        check(maxStaleness, Duration.ofSeconds(1), "the lease (max_staleness)");
        check(margin, Duration.ofMillis(1), "the margin of a lease");
        check(barrierWait, Duration.ZERO, "the wait for propagation");
    }

    /** 30 s, 1 s, 5 s. */
    public static LeaseConfig defaults() {
        return new LeaseConfig(
                Duration.ofSeconds(30), Duration.ofSeconds(1), Duration.ofSeconds(5));
    }

    private static void check(Duration value, Duration least, String what) {
        if (value.compareTo(least) < 0 || value.compareTo(LIMIT) > 0) {
            throw new IllegalArgumentException(
                    what + " is from " + least.toMillis() + " ms to 24 h");
        }
    }
}
