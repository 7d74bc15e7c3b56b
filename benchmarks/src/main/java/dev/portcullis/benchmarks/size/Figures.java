package dev.portcullis.benchmarks.size;

import java.util.Arrays;

/** Times of one kind of call, on the wall and of the processor, in nanoseconds. One thread. */
final class Figures {
    private final long[] wall;
    private final long[] cpu;
    private int count;

    Figures(int callsMax) {
        wall = new long[callsMax];
        cpu = new long[callsMax];
    }

    void add(long wallNanos, long cpuNanos) {
        wall[count] = wallNanos;
        cpu[count] = cpuNanos;
        count++;
    }

    /** What they come to, in microseconds. */
    Summary summary() {
        return new Summary(quantile(wall, 0.5), quantile(wall, 0.99), quantile(cpu, 0.5),
                quantile(cpu, 0.99));
    }

    private double quantile(long[] values, double share) {
        long[] sorted = Arrays.copyOf(values, count);
        Arrays.sort(sorted);
        return sorted[(int) Math.min(count - 1, Math.floor(count * share))] / 1_000.0;
    }

    /** Median and 99th percentile, in microseconds. */
    record Summary(double wall50, double wall99, double cpu50, double cpu99) {}
}
