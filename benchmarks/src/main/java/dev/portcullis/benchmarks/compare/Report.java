package dev.portcullis.benchmarks.compare;

import dev.portcullis.benchmarks.Revision;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** The tables of a comparison, and its lines in the results file. */
final class Report {
    /** Those that ratios are taken to. */
    private static final String[] REFERENCES = {"haproxy", "netty", Compare.BEFORE};

    private final Results closed;
    private final Results scheduled;
    private final Map<String, Facts> facts = new LinkedHashMap<>();

    /**
     * What a rival is like beside its slices; system calls are per request, empty when not counted.
     */
    record Facts(double startSeconds, double residentMegabytes, Map<String, Double> calls) {}

    Report(Results closed, Results scheduled) {
        this.closed = closed;
        this.scheduled = scheduled;
    }

    /** What the closed loop came to. */
    Results closed() {
        return closed;
    }

    /** What the schedule came to; empty when there was none. */
    Results scheduled() {
        return scheduled;
    }

    /** What is known of one beside its slices. */
    Facts facts(String name) {
        return facts.get(name);
    }

    void facts(String name, Facts of) {
        facts.put(name, of);
    }

    void print(Options options, PrintStream out) {
        out.printf("%nclosed loop, %d connections%n", options.connections());
        table(closed, out);
        if (!scheduled.names().isEmpty()) {
            out.printf("%n%d requests a second by schedule, latency from the scheduled instant%n",
                    options.rate());
            table(scheduled, out);
        }
        out.printf("%n%-11s %10s %10s   %s%n", "", "start s", "RSS MB", "system calls per request");
        facts.forEach((name, of) -> out.printf(Locale.ROOT, "%-11s %10.2f %10.0f   %s%n",
                name, of.startSeconds, of.residentMegabytes, calls(of)));
    }

    void append(Path file) throws IOException {
        StringBuilder lines = new StringBuilder();
        lines(closed, "closed", lines);
        lines(scheduled, "scheduled", lines);
        Files.writeString(file, lines, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    private static void table(Results results, PrintStream out) {
        out.printf("%-11s %8s %10s %8s %8s %8s  %-18s %-18s %-18s %8s%n", "", "CPU us/r",
                "requests/s", "p50 us", "p99 us", "p99.9", "x haproxy", "x netty", "x before",
                "others %");
        for (String name : results.names()) {
            out.printf(Locale.ROOT, "%-11s %8.2f %10.0f %8.0f %8.0f %8.0f  %-18s %-18s %-18s"
                            + " %8.0f%n",
                    name,
                    results.median(name, Client.Slice::cpuMicrosPerRequest),
                    results.median(name, Client.Slice::requestsPerSecond),
                    results.median(name, slice -> slice.p50() / 1e3),
                    results.median(name, slice -> slice.p99() / 1e3),
                    results.median(name, slice -> slice.p999() / 1e3),
                    text(results.cpuRatio(name, REFERENCES[0])),
                    text(results.cpuRatio(name, REFERENCES[1])),
                    text(results.cpuRatio(name, REFERENCES[2])),
                    100 * results.median(name, Client.Slice::othersShare));
        }
    }

    private void lines(Results results, String way, StringBuilder lines) {
        for (String name : results.names()) {
            Facts of = facts.get(name);
            lines.append(String.format(Locale.ROOT,
                    "{%s,\"way\":\"%s\",\"rival\":\"%s\",\"cpu_us\":%.2f,\"per_second\":%.0f,"
                            + "\"p50_us\":%.0f,\"p99_us\":%.0f,\"p999_us\":%.0f,"
                            + "\"x_haproxy\":%s,\"x_netty\":%s,\"x_before\":%s,\"others\":%.2f,"
                            + "\"rss_mb\":%.0f,\"start_s\":%.2f}%n",
                    Revision.json(), way, name,
                    results.median(name, Client.Slice::cpuMicrosPerRequest),
                    results.median(name, Client.Slice::requestsPerSecond),
                    results.median(name, slice -> slice.p50() / 1e3),
                    results.median(name, slice -> slice.p99() / 1e3),
                    results.median(name, slice -> slice.p999() / 1e3),
                    json(results.cpuRatio(name, REFERENCES[0])),
                    json(results.cpuRatio(name, REFERENCES[1])),
                    json(results.cpuRatio(name, REFERENCES[2])),
                    results.median(name, Client.Slice::othersShare),
                    of.residentMegabytes, of.startSeconds));
        }
    }

    private static String text(Results.Spread ratio) {
        return Double.isNaN(ratio.median()) ? "" : String.format(Locale.ROOT, "%.2f (%.2f-%.2f)",
                ratio.median(), ratio.least(), ratio.greatest());
    }

    private static String json(Results.Spread ratio) {
        return Double.isNaN(ratio.median())
                ? "null"
                : String.format(Locale.ROOT, "%.3f", ratio.median());
    }

    private static String calls(Facts facts) {
        StringBuilder text = new StringBuilder();
        facts.calls.entrySet().stream()
                .sorted(Map.Entry.<String, Double>comparingByValue().reversed())
                .filter(call -> call.getValue() >= 0.01)
                .forEach(call -> text.append(String.format(
                        Locale.ROOT, "%s %.2f  ", call.getKey(), call.getValue())));
        return text.toString().strip();
    }
}
