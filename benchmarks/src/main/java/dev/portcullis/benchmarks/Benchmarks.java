package dev.portcullis.benchmarks;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.options.CommandLineOptions;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/**
 * Runs the micro-benchmarks, prints time and allocation of each beside the ratio to its baseline,
 * and keeps the figures. Arguments are JMH's own.
 *
 * <p>The ratio is the figure to look at: machines differ and drift, neighbours in one run do not.
 */
public final class Benchmarks {
    private static final String BASELINE = "Baseline";

    private Benchmarks() {}

    /**
     * One measured benchmark, per operation.
     *
     * @param nanos time on the wall
     * @param cpuNanos processor time
     * @param ratio of processor time to the baseline's; NaN for what has none
     */
    record Row(String name, double nanos, double cpuNanos, double bytes, double ratio) {}

    /** The one command. */
    public static void main(String[] arguments) throws Exception {
        CommandLineOptions line = new CommandLineOptions(arguments);
        if (line.shouldHelp()) {
            line.showHelp();
            return;
        }
        Options options =
                new OptionsBuilder()
                        .parent(line)
                        .addProfiler(GCProfiler.class)
                        .addProfiler(CpuProfiler.class)
                        .build();
        List<Row> rows = rows(new Runner(options).run());
        print(rows, System.out);
        append(rows, Revision.results().resolve("jmh.jsonl"));
    }

    /** What a run came to, in its order. */
    static List<Row> rows(Collection<RunResult> results) {
        List<Row> rows = new ArrayList<>();
        for (RunResult result : results) {
            rows.add(new Row(
                    name(result),
                    result.getPrimaryResult().getScore(),
                    secondary(result, CpuProfiler.RESULT),
                    secondary(result, "gc.alloc.rate.norm"),
                    secondary(result, CpuProfiler.RESULT) / baseline(name(result), results)));
        }
        return rows;
    }

    static void print(List<Row> rows, PrintStream out) {
        out.printf("%n%-40s %10s %10s %8s %12s%n",
                "benchmark", "CPU ns/op", "ns/op", "B/op", "x baseline");
        for (Row row : rows) {
            out.printf(Locale.ROOT, "%-40s %10.1f %10.1f %8.1f %12s%n",
                    row.name, row.cpuNanos, row.nanos, row.bytes,
                    Double.isNaN(row.ratio) ? "" : "%.2f".formatted(row.ratio));
        }
    }

    static void append(List<Row> rows, Path file) throws IOException {
        StringBuilder lines = new StringBuilder();
        for (Row row : rows) {
            lines.append(String.format(Locale.ROOT,
                    "{%s,\"benchmark\":\"%s\",\"cpu_ns\":%.2f,\"ns\":%.2f,\"bytes\":%.1f,"
                            + "\"ratio\":%s}%n",
                    Revision.json(), row.name, row.cpuNanos, row.nanos, row.bytes,
                    number(row.ratio)));
        }
        Files.writeString(
                file, lines, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    /** JSON has no NaN. */
    private static String number(double value) {
        return Double.isNaN(value) ? "null" : String.format(Locale.ROOT, "%.3f", value);
    }

    /** {@code Class.method}, without the package. */
    private static String name(RunResult result) {
        String name = result.getParams().getBenchmark();
        int method = name.lastIndexOf('.');
        return name.substring(name.lastIndexOf('.', method - 1) + 1);
    }

    private static double secondary(RunResult result, String name) {
        Result<?> found = result.getSecondaryResults().get(name);
        return found == null ? Double.NaN : found.getScore();
    }

    /**
     * The baseline whose name, without its last word, the benchmark's name begins with: of several,
     * the one with the longest name.
     */
    private static double baseline(String name, Collection<RunResult> results) {
        RunResult best = null;
        for (RunResult candidate : results) {
            String other = name(candidate);
            if (other.endsWith(BASELINE) && !name.endsWith(BASELINE)
                    && name.startsWith(other.substring(0, other.length() - BASELINE.length()))
                    && (best == null || other.length() > name(best).length())) {
                best = candidate;
            }
        }
        return best == null ? Double.NaN : secondary(best, CpuProfiler.RESULT);
    }
}
