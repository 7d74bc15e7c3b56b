package dev.portcullis.gateway.watch;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How long to wait before the next attempt: doubling from 100 ms to 5 s, each between half and the
 * whole of it, so that gateways which lost the origin together do not all come back together.
 * Control thread only.
 */
final class Backoff {
    static final Duration FIRST = Duration.ofMillis(100);
    static final Duration LONGEST = Duration.ofSeconds(5);

    private final RandomGenerator random;
    private int failures;

    Backoff(RandomGenerator random) {
        this.random = random;
    }

    Duration next() {
        // 2^6 of the first is beyond the longest already
        long full = Math.min(LONGEST.toMillis(), FIRST.toMillis() << Math.min(failures, 6));
        failures++;
        return Duration.ofMillis(full / 2 + random.nextLong(full / 2 + 1));
    }

    /** For when only somebody's doing can help: between 5 and 10 s. */
    Duration slow() {
        long longest = LONGEST.toMillis();
        return Duration.ofMillis(longest + random.nextLong(longest + 1));
    }

    void succeeded() {
        failures = 0;
    }
}
