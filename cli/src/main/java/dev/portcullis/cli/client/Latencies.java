package dev.portcullis.cli.client;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Durations in nanoseconds that were measured, in order. Not changed any more. */
final class Latencies {
    private final long[] sorted;

    Latencies(List<Long> nanos) {
        sorted = nanos.stream().mapToLong(Long::longValue).sorted().toArray();
    }

    int count() {
        return sorted.length;
    }

    /** The least of them that a share of all does not exceed; 0 when there are none. */
    long percentile(double share) {
        if (sorted.length == 0) {
            return 0;
        }
        int rank = (int) Math.ceil(share * sorted.length);
        return sorted[Math.max(0, Math.min(sorted.length, rank) - 1)];
    }

    /** The cells of a row: count, median, p90, p99, the longest; in milliseconds. */
    List<String> row(String name) {
        return List.of(name, Integer.toString(count()), millis(percentile(0.5)),
                millis(percentile(0.9)), millis(percentile(0.99)), millis(percentile(1)));
    }

    /** As a JSON object, in milliseconds. */
    String json() {
        return String.format(Locale.ROOT,
                "{\"count\": %d, \"p50_ms\": %s, \"p90_ms\": %s, \"p99_ms\": %s, \"max_ms\": %s}",
                count(), millis(percentile(0.5)), millis(percentile(0.9)),
                millis(percentile(0.99)), millis(percentile(1)));
    }

    @Override
    public String toString() {
        return Arrays.toString(sorted);
    }

    private static String millis(long nanos) {
        return String.format(Locale.ROOT, "%.2f", nanos / 1e6);
    }
}
