package dev.portcullis.gateway.protect;

import java.time.Duration;

/**
 * What a credential may ask for. Immutable.
 *
 * @param requests in each period, spread evenly; at least 1
 * @param burst how many may come at once, at least 1
 */
public record RatePolicy(int requests, Duration period, int burst) {
    /** How long one request takes to be forgotten. */
    long intervalNanos() {
        return Math.max(1, period.toNanos() / requests);
    }

    /** The period in whole seconds, at least one. */
    long periodSeconds() {
        return Math.max(1, period.plusNanos(999_999_999).toSeconds());
    }
}
