package dev.portcullis.gateway.exchange;

/**
 * Buckets of times, bounded by 1, 2 and 5 times powers of ten, kept in a span of {@link LoopCells}.
 * As neighbouring bounds lie at least a factor of two apart, the position of a time's highest bit
 * leaves only two buckets to choose from.
 */
final class TimeBuckets {
    /** From a microsecond to five seconds: for what is done in memory, or by asking once. */
    static final TimeBuckets OF_VERDICTS = new TimeBuckets(1_000, 5_000_000_000L);
    /** From a tenth of a millisecond to a hundred seconds: for what applications do. */
    static final TimeBuckets OF_EXCHANGES = new TimeBuckets(100_000, 100_000_000_000L);

    private static final double NANOS = 1e9;

    private final long[] bounds;
    /** By the position of the highest bit: the first bound that is not below that bit's value. */
    private final byte[] first = new byte[Long.SIZE];

    private TimeBuckets(long from, long to) {
        int count = 0;
        for (long bound = from; bound <= to; bound = next(bound)) {
            count++;
        }
        bounds = new long[count];
        long bound = from;
        for (int i = 0; i < count; i++) {
            bounds[i] = bound;
            bound = next(bound);
        }
        for (int bit = 0; bit < Long.SIZE - 1; bit++) {
            while (first[bit] < count && bounds[first[bit]] < 1L << bit) {
                first[bit]++;
            }
        }
    }

    private static long next(long bound) {
        long leading = bound;
        while (leading >= 10) {
            leading /= 10;
        }
        return leading == 2 ? bound / 2 * 5 : bound * 2;
    }

    /** Cells that they take: the buckets, the one without a bound, and the sum. */
    int cells() {
        return bounds.length + 2;
    }

    /** The bucket of a time; a negative one counts as none. */
    int bucket(long nanos) {
        if (nanos <= bounds[0]) {
            return 0;
        }
        int bucket = first[Long.SIZE - 1 - Long.numberOfLeadingZeros(nanos)];
        return bucket < bounds.length && nanos > bounds[bucket] ? bucket + 1 : bucket;
    }

    /** Counts a time {@code weight} times, in the cells from {@code at}. On the loop. */
    void record(LoopCells cells, int loop, int at, long nanos, int weight) {
        cells.add(loop, at + bucket(nanos), weight);
        cells.add(loop, at + bounds.length + 1, Math.max(nanos, 0) * weight);
    }

    /** What was counted in the cells from {@code at}. Any thread. */
    Times read(LoopCells cells, int at) {
        double[] seconds = new double[bounds.length];
        long[] counts = new long[bounds.length + 1];
        for (int i = 0; i < counts.length; i++) {
            counts[i] = cells.sum(at + i);
        }
        for (int i = 0; i < seconds.length; i++) {
            seconds[i] = bounds[i] / NANOS;
        }
        return new Times(seconds, counts, cells.sum(at + counts.length) / NANOS);
    }
}
