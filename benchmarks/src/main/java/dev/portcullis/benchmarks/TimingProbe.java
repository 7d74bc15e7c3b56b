package dev.portcullis.benchmarks;

import java.util.Arrays;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/**
 * Does the time of a check tell two classes of input apart? Each measurement takes a class at
 * random and copies an input of it into one and the same buffer before the clock starts; Welch's t
 * is then computed over what is not above the pooled 90th percentile.
 *
 * <p>Noise of the machine falls on both classes alike: it can hide a leak but not make one. So
 * every use must also show that a known leak is found. Single-threaded.
 */
final class TimingProbe {
    /** Below this the classes cannot be told apart. */
    static final double PASS = 4.5;

    /** Above this they certainly can. */
    static final double LEAK = 10;

    private static final int CALLS = 32;

    private final RandomGenerator random;
    private final LongSupplier nanoClock;
    private long accepted;

    TimingProbe(RandomGenerator random, LongSupplier nanoClock) {
        this.random = random;
        this.nanoClock = nanoClock;
    }

    /** A check of one input: whether it is accepted. */
    interface Check {
        boolean accepts(byte[] input);
    }

    /**
     * Welch's t between two classes of inputs, all of one length and all rejected.
     *
     * @throws IllegalStateException when an input was accepted
     */
    double t(Check check, byte[][] a, byte[][] b, int measurements) {
        byte[] buffer = new byte[a[0].length];
        warmUp(check, a, b, buffer);
        accepted = 0;
        boolean[] isB = new boolean[measurements];
        long[] nanos = new long[measurements];
        for (int i = 0; i < measurements; i++) {
            isB[i] = random.nextBoolean();
            byte[] input = pick(isB[i] ? b : a);
            System.arraycopy(input, 0, buffer, 0, buffer.length);
            nanos[i] = measure(check, buffer);
        }
        if (accepted != 0) {
            throw new IllegalStateException("an input was accepted: this measures nothing");
        }
        return welch(isB, nanos);
    }

    private void warmUp(Check check, byte[][] a, byte[][] b, byte[] buffer) {
        for (int i = 0; i < 200_000 / CALLS; i++) {
            byte[] input = pick(random.nextBoolean() ? b : a);
            System.arraycopy(input, 0, buffer, 0, buffer.length);
            measure(check, buffer);
        }
    }

    private long measure(Check check, byte[] buffer) {
        long start = nanoClock.getAsLong();
        for (int call = 0; call < CALLS; call++) {
            accepted += check.accepts(buffer) ? 1 : 0;
        }
        return nanoClock.getAsLong() - start;
    }

    private byte[] pick(byte[][] inputs) {
        return inputs[random.nextInt(inputs.length)];
    }

    private static double welch(boolean[] isB, long[] nanos) {
        long[] sorted = nanos.clone();
        Arrays.sort(sorted);
        long limit = sorted[(int) (sorted.length * 0.9)];
        double[] count = new double[2];
        double[] mean = new double[2];
        double[] squares = new double[2];
        for (int i = 0; i < nanos.length; i++) {
            if (nanos[i] <= limit) {
                int group = isB[i] ? 1 : 0;
                double delta = nanos[i] - mean[group];
                mean[group] += delta / ++count[group];
                squares[group] += delta * (nanos[i] - mean[group]);
            }
        }
        double error = 0;
        for (int group = 0; group < 2; group++) {
            error += squares[group] / (count[group] - 1) / count[group];
        }
        return (mean[0] - mean[1]) / Math.sqrt(error);
    }
}
