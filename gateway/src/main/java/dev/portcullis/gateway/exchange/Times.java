package dev.portcullis.gateway.exchange;

/**
 * How long something took, as counted so far: a histogram. Immutable by custom.
 *
 * @param boundsSeconds the upper bounds of the buckets, rising; one bucket more has none
 * @param counts how many fell into each bucket, and into no smaller one
 * @param sumSeconds of all of them
 */
public record Times(double[] boundsSeconds, long[] counts, double sumSeconds) {
    /** How many there are. */
    public long count() {
        long count = 0;
        for (long inBucket : counts) {
            count += inBucket;
        }
        return count;
    }
}
