package dev.portcullis.benchmarks;

import java.util.Arrays;
import java.util.random.RandomGenerator;

/**
 * Draws indexes as clients draw tokens: a few are used all the time, most now and then. Index
 * {@code i} is drawn in proportion to {@code 1 / (i + 1)}.
 *
 * <p>Immutable; any thread.
 */
public final class Zipf {
    private final double[] cumulated;

    /** Indexes below {@code count}. */
    public Zipf(int count) {
        cumulated = new double[count];
        double sum = 0;
        for (int i = 0; i < count; i++) {
            sum += 1.0 / (i + 1);
            cumulated[i] = sum;
        }
    }

    /** One index. */
    public int next(RandomGenerator random) {
        double drawn = random.nextDouble() * cumulated[cumulated.length - 1];
        int found = Arrays.binarySearch(cumulated, drawn);
        return Math.min(found < 0 ? -found - 1 : found, cumulated.length - 1);
    }

    /** Many indexes, drawn beforehand so that a measured loop does not draw. */
    public int[] sample(int count, RandomGenerator random) {
        int[] sample = new int[count];
        for (int i = 0; i < count; i++) {
            sample[i] = next(random);
        }
        return sample;
    }
}
