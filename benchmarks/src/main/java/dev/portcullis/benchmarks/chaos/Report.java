package dev.portcullis.benchmarks.chaos;

import java.io.PrintStream;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.HdrHistogram.Histogram;

/** What a run came to. */
final class Report {
    private final Tally tally;
    private final Counts counts;
    private final int callsFailed;

    Report(Tally tally, Counts counts, int callsFailed) {
        this.tally = tally;
        this.counts = counts;
        this.callsFailed = callsFailed;
    }

    /** Whether both counts are zero. */
    boolean isClean() {
        return tally.isClean();
    }

    /**
     * Prints it.
     *
     * @param interrupted what was planned and did not happen is no failure then
     */
    void print(PrintStream out, FaultCounts faults, long recoveryMillis, boolean interrupted) {
        long[] obligations = tally.obligations();
        out.printf(Locale.ROOT, "%nrequests: %,d accepted, %,d refused, %,d told 503 or the like,"
                        + " %,d not answered%n",
                tally.acceptedCount(), tally.refusedCount(), tally.unavailableCount(),
                tally.brokenCount());
        out.printf(Locale.ROOT, "of them %,d had to be accepted, %,d of those without a fault; %,d"
                + " had to be refused%n", obligations[0], obligations[2], obligations[1]);
        out.println("changes: " + list(counts.done()));
        out.printf(Locale.ROOT, "         %d answered as pending (%d without a fault), not"
                        + " confirmed by: %s%n",
                counts.pendingCount(), counts.pendingQuietlyCount(),
                list(counts.unconfirmed()));
        out.printf(Locale.ROOT,
                "         %d calls failed, %d changes were repeated; given up: %s%n",
                callsFailed, counts.repeatedCount(), list(counts.failed()));
        print(out, faults, recoveryMillis);
        out.printf("%nrevoke to everywhere, ms %7s %8s %8s %8s %8s%n",
                "count", "p50", "p90", "p99", "max");
        row(out, "without a fault", counts.quietly());
        row(out, "with faults", counts.withFaults());
        out.println();
        tally.told().forEach(out::println);
        out.printf("accepted after 'propagated':                %d%n",
                tally.afterPropagatedCount());
        out.printf("accepted after 'effective_everywhere_by':   %d%n", tally.afterInstantCount());
        out.printf("good tokens refused (401, 403), ever:       %d%n",
                tally.wronglyRefusedCount());
        out.printf("good tokens not served, without a fault:    %d%n", tally.notServedCount());
        if (!interrupted && !faults.missing().isEmpty()) {
            out.println("faults that never had an effect:            " + names(faults));
        }
        out.println(verdict(faults, interrupted));
    }

    private String verdict(FaultCounts faults, boolean interrupted) {
        if (!isClean()) {
            return "FAILED";
        }
        if (interrupted) {
            return "interrupted; nothing was wrong up to then";
        }
        return faults.missing().isEmpty() ? "passed" : "FAILED: not everything was tried";
    }

    private static String names(FaultCounts faults) {
        return faults.missing().stream().map(Kind::text).collect(Collectors.joining(", "));
    }

    private static void print(PrintStream out, FaultCounts faults, long recoveryMillis) {
        if (faults.all().isEmpty()) {
            return;
        }
        out.printf("%n%-22s %12s %12s%n", "faults", "begun", "took effect");
        faults.all().forEach((kind, count) -> out.printf(Locale.ROOT, "  %-20s %12d %12d%n",
                kind.text(), count.begun(), count.effective()));
        out.printf(Locale.ROOT, "longest recovery: %d ms%n", recoveryMillis);
    }

    private static void row(PrintStream out, String name, Histogram nanos) {
        out.printf(Locale.ROOT, "  %-22s %7d %8.1f %8.1f %8.1f %8.1f%n",
                name, nanos.getTotalCount(), nanos.getValueAtPercentile(50) / 1e6,
                nanos.getValueAtPercentile(90) / 1e6, nanos.getValueAtPercentile(99) / 1e6,
                nanos.getMaxValue() / 1e6);
    }

    private static String list(Map<String, AtomicInteger> numbers) {
        return numbers.isEmpty() ? "none" : numbers.entrySet().stream()
                .map(one -> one.getValue() + " " + one.getKey())
                .collect(Collectors.joining(", "));
    }
}
