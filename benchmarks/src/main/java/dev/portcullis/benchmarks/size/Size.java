package dev.portcullis.benchmarks.size;

import dev.portcullis.benchmarks.Revision;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;

/**
 * What a use case costs on a database with many tokens, as a ratio to what it costs on one with
 * few. Both are worked on in turn, call by call, so that whatever else the machine does meets both.
 */
public final class Size {
    /** Held here, since a logger that nobody holds forgets its level. */
    private static final Logger MIGRATIONS = Logger.getLogger("org.flywaydb");
    private static final double RATIO_MAX = 3;
    private static final String FIGURES = " CPU p50     p99    wall      p99";
    private static final int SMALL = 1_000;
    private static final int PROBE_ROUNDS = 200;
    private static final List<String> JUDGED = List.of("issue", "show", "revoke");
    private static final String USAGE = """
            usage: benchmarks/size [options]
              --tokens N    tokens of the large database (default: 1000000)
              --users N     users of the large database (default: 100000)
              --rounds N    calls of each kind that are timed (default: 1000)
              --no-keep     do not append to benchmarks/results/size.jsonl""";

    private Size() {}

    /** One database. */
    record Site(Path directory, int users, int tokens) {}

    /** What a kind of call costs on both. */
    record Row(String kind, Figures.Summary small, Figures.Summary large) {
        /** Median processor time on the large one by that on the small one. */
        double cpuRatio() {
            return large.cpu50() / small.cpu50();
        }

        double wallRatio() {
            return large.wall50() / small.wall50();
        }
    }

    /** The one command; exit code 1 when a ratio is not what it must be, 2 for a wrong usage. */
    public static void main(String[] arguments) throws Exception {
        List<String> left = new ArrayList<>(Arrays.asList(arguments));
        boolean keep = !left.remove("--no-keep");
        int tokens;
        int users;
        int rounds;
        try {
            tokens = take(left, "--tokens", 1_000_000);
            users = take(left, "--users", 100_000);
            rounds = take(left, "--rounds", 1_000);
            if (!left.isEmpty()) {
                throw new IllegalArgumentException("unknown: " + String.join(" ", left));
            }
        } catch (IllegalArgumentException e) {
            System.err.println(e.getMessage() + "\n" + USAGE);
            System.exit(2);
            return;
        }
        MIGRATIONS.setLevel(Level.WARNING);
        Path folder = Files.createTempDirectory("portcullis-size");
        boolean passed;
        try {
            passed = run(folder, users, tokens, rounds, keep);
        } finally {
            delete(folder);
        }
        System.exit(passed ? 0 : 1);
    }

    private static int take(List<String> left, String name, int standard) {
        int at = left.indexOf(name);
        if (at < 0) {
            return standard;
        }
        if (at + 1 == left.size()) {
            throw new IllegalArgumentException(name + " needs a number");
        }
        left.remove(at);
        int value = Integer.parseInt(left.remove(at));
        if (value < 100) {
            throw new IllegalArgumentException(name + " must be at least 100");
        }
        return value;
    }

    private static boolean run(Path folder, int users, int tokens, int rounds, boolean keep)
            throws Exception {
        Site small = new Site(folder.resolve("small"), Math.min(100, users), SMALL);
        Site large = new Site(folder.resolve("large"), users, tokens);
        System.err.println("building databases of " + SMALL + " and " + tokens + " tokens...");
        SizedDatabase.build(small.directory, small.users, small.tokens);
        SizedDatabase.build(large.directory, large.users, large.tokens);
        List<Row> rows = measure(small, large, rounds);
        boolean passed = print(rows, System.out);
        long[] smallMemory = memory(small);
        long[] largeMemory = memory(large);
        System.out.printf(Locale.ROOT,
                "%nmemory after %d calls of each kind: heap %.1f and %.1f MB, resident %.0f and"
                        + " %.0f MB; database files %.1f and %.0f MB%n",
                PROBE_ROUNDS, mega(smallMemory[0]), mega(largeMemory[0]), mega(smallMemory[1]),
                mega(largeMemory[1]), mega(fileSize(small)), mega(fileSize(large)));
        System.out.println(passed ? "passed" : "failed");
        if (keep) {
            append(rows, smallMemory, largeMemory, tokens);
        }
        return passed;
    }

    static List<Row> measure(Site small, Site large, int rounds) throws Exception {
        try (Calls few = new Calls(small.directory, small.users, rounds);
                Calls many = new Calls(large.directory, large.users, rounds)) {
            few.findPlaces();
            many.findPlaces();
            for (int i = -rounds / 2; i < rounds; i++) {
                // who goes first takes turns too
                Calls first = i % 2 == 0 ? few : many;
                first.round(i >= 0);
                (first == few ? many : few).round(i >= 0);
            }
            return Calls.KINDS.stream()
                    .map(kind -> new Row(kind, few.summary(kind), many.summary(kind)))
                    .toList();
        }
    }

    /** Heap and resident memory of a server in a process of its own. */
    private static long[] memory(Site site) throws Exception {
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
        command.addAll(List.of(
                "-Xmx128m", "-cp", System.getProperty("java.class.path"),
                MemoryProbe.class.getName(), site.directory.toString(), "" + site.users,
                "" + PROBE_ROUNDS));
        Process probe = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String answer = new String(
                probe.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        if (probe.waitFor() != 0) {
            throw new IllegalStateException("the server that was to be weighed has failed");
        }
        String[] numbers = answer.substring(answer.lastIndexOf('\n') + 1).split(" ");
        return new long[] {Long.parseLong(numbers[0]), Long.parseLong(numbers[1])};
    }

    /** Answers whether all that is judged is below its mark. */
    static boolean print(List<Row> rows, PrintStream out) {
        out.printf("%-20s %-33s  %-33s  %s%n", "", "few tokens", "many tokens", "ratio of p50");
        out.printf("%-20s %s  %s  %s%n", "microseconds", FIGURES, FIGURES, "  CPU  wall");
        boolean passed = true;
        for (Row row : rows) {
            boolean judged = JUDGED.contains(row.kind);
            passed &= !judged || row.cpuRatio() < RATIO_MAX && row.wallRatio() < RATIO_MAX;
            out.printf(Locale.ROOT, "%-20s %s  %s  %5.2f %5.2f%s%n", row.kind, text(row.small),
                    text(row.large), row.cpuRatio(), row.wallRatio(),
                    judged ? "  (must be below " + (int) RATIO_MAX + ")" : "");
        }
        return passed;
    }

    private static String text(Figures.Summary figures) {
        return String.format(Locale.ROOT, "%8.0f%8.0f%8.0f%9.0f", figures.cpu50(),
                figures.cpu99(), figures.wall50(), figures.wall99());
    }

    private static void append(List<Row> rows, long[] small, long[] large, int tokens)
            throws IOException {
        StringBuilder lines = new StringBuilder();
        for (Row row : rows) {
            lines.append(String.format(Locale.ROOT,
                    "{%s,\"call\":\"%s\",\"tokens\":%d,\"cpu_us\":%.1f,\"wall_us\":%.1f,"
                            + "\"small_cpu_us\":%.1f,\"small_wall_us\":%.1f,\"cpu_ratio\":%.3f,"
                            + "\"wall_ratio\":%.3f}%n",
                    Revision.json(), row.kind, tokens, row.large.cpu50(), row.large.wall50(),
                    row.small.cpu50(), row.small.wall50(), row.cpuRatio(), row.wallRatio()));
        }
        lines.append(String.format(Locale.ROOT,
                "{%s,\"call\":\"memory\",\"tokens\":%d,\"heap_bytes\":%d,\"rss_bytes\":%d,"
                        + "\"small_heap_bytes\":%d,\"small_rss_bytes\":%d}%n",
                Revision.json(), tokens, large[0], large[1], small[0], small[1]));
        Files.writeString(Revision.results().resolve("size.jsonl"), lines,
                StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    private static double mega(long octets) {
        return octets / 1e6;
    }

    private static long fileSize(Site site) throws IOException {
        return Files.size(site.directory.resolve("portcullis.db"));
    }

    private static void delete(Path folder) throws IOException {
        List<Path> files;
        try (Stream<Path> all = Files.walk(folder)) {
            files = all.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path file : files) {
            Files.delete(file);
        }
    }
}
