package dev.portcullis.benchmarks.fleet;

import dev.portcullis.benchmarks.Revision;
import dev.portcullis.benchmarks.stage.Deployment;
import dev.portcullis.benchmarks.stage.Program;
import dev.portcullis.benchmarks.stage.Stage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the confirmation of a revocation costs beside its commit, over three gateways on this
 * machine: with one admin-service on SQLite, and with two replicas on PostgreSQL. It runs {@code
 * portcullis bench revoke}, as anybody may. Ends with 1 when the median is more than 3 times that
 * of the commit alone, the 99th percentile is above 50 ms, or anything was accepted too late.
 */
public final class PropagationTime {
    private static final int GATEWAYS = 3;
    private static final int TOKENS = 500;
    /** Processes that have just started compile what they run, on the processors that measure. */
    private static final int WARM_UP = 300;
    private static final double RATIO_MAX = 3;
    private static final double P99_MILLIS_MAX = 50;
    private static final Duration LEASE = Duration.ofSeconds(30);
    private static final Pattern TIMES = Pattern.compile(
            "\"(commit|propagated)\": \\{\"count\": (\\d+), \"p50_ms\": ([0-9.]+), "
                    + "\"p90_ms\": ([0-9.]+), \"p99_ms\": ([0-9.]+), \"max_ms\": ([0-9.]+)}");

    private PropagationTime() {}

    /**
     * What one deployment came to.
     *
     * @param store under it
     * @param pending how many were not confirmed in time, whose times are not among these
     * @param json as {@code bench revoke} printed it
     */
    record Outcome(String store, double commitMillis, double medianMillis, double p99Millis,
            int pending, int violations, String json) {

        double ratio() {
            return medianMillis / commitMillis;
        }

        boolean passed() {
            return ratio() <= RATIO_MAX && p99Millis <= P99_MILLIS_MAX && pending == 0
                    && violations == 0;
        }
    }

    /** Arguments: the number of revocations, and {@code sqlite} or {@code postgresql} alone. */
    public static void main(String[] arguments) throws Exception {
        int tokens = TOKENS;
        List<String> stores = new ArrayList<>(List.of("sqlite", "postgresql"));
        for (String argument : arguments) {
            if (argument.matches("[1-9][0-9]{0,4}")) {
                tokens = Integer.parseInt(argument);
            } else if (stores.contains(argument)) {
                stores.retainAll(List.of(argument));
            } else {
                System.err.println(
                        "usage: benchmarks/propagation [revocations] [sqlite | postgresql]");
                System.exit(2);
            }
        }
        boolean passed = true;
        for (String store : stores) {
            Outcome outcome = measure(store, tokens, WARM_UP);
            print(outcome);
            append(outcome, Revision.results().resolve("propagation.jsonl"));
            passed &= outcome.passed();
        }
        System.out.println(passed ? "passed" : "FAILED");
        System.exit(passed ? 0 : 1);
    }

    /** Starts a deployment, measures, ends it. */
    static Outcome measure(String store, int tokens, int warmUp) throws Exception {
        boolean postgres = store.equals("postgresql");
        Deployment.Shape shape =
                new Deployment.Shape(postgres ? 2 : 1, GATEWAYS, postgres, false, LEASE);
        try (Stage stage = new Stage("propagation");
                Deployment deployment = Deployment.start(shape, stage)) {
            List<String> command = Program.command(
                    "bench", "revoke", "--tokens", Integer.toString(tokens),
                    "--warm-up", Integer.toString(warmUp), "-o", "json");
            for (Program gateway : deployment.gateways()) {
                command.add("--gateway");
                command.add("http://127.0.0.1:" + gateway.port("listen") + "/");
            }
            ProcessBuilder builder = new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.INHERIT);
            builder.environment().put("PORTCULLIS_ADMIN",
                    "127.0.0.1:" + deployment.replicas().get(0).port("admin_listen"));
            builder.environment().put("PORTCULLIS_TOKEN", deployment.adminToken());
            builder.environment().remove("PORTCULLIS_TOKEN_FILE");
            Process process = builder.start();
            stage.keep(process::destroyForcibly);
            String json = new String(
                    process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            process.waitFor();
            return outcome(store, json.strip());
        }
    }

    /** Reads what {@code bench revoke} printed. */
    static Outcome outcome(String store, String json) throws IOException {
        Matcher times = TIMES.matcher(json);
        Matcher pending = Pattern.compile("\"pending\": (\\d+)").matcher(json);
        Matcher violations = Pattern.compile("\"violations\": (\\d+)").matcher(json);
        if (!times.find() || !pending.find() || !violations.find()) {
            throw new IOException("'bench revoke' did not come to its end: " + json);
        }
        double commit = Double.parseDouble(times.group(3));
        if (!times.find()) {
            throw new IOException("no times of propagation: " + json);
        }
        return new Outcome(store, commit, Double.parseDouble(times.group(3)),
                Double.parseDouble(times.group(5)), Integer.parseInt(pending.group(1)),
                Integer.parseInt(violations.group(1)), json);
    }

    private static void print(Outcome outcome) {
        System.out.printf("%n%d gateways, %s%n%-14s %6s %8s %8s %8s %8s   ms%n", GATEWAYS,
                outcome.store.equals("sqlite")
                        ? "one admin-service on SQLite"
                        : "two replicas on PostgreSQL",
                "revocations", "count", "p50", "p90", "p99", "max");
        Matcher times = TIMES.matcher(outcome.json);
        while (times.find()) {
            System.out.printf("%-14s %6s %8s %8s %8s %8s%n",
                    times.group(1).equals("commit") ? "commit alone" : "propagated",
                    times.group(2), times.group(3), times.group(4), times.group(5),
                    times.group(6));
        }
        System.out.printf(Locale.ROOT, "median %.2f times the commit (at most %.0f), p99 %.2f ms"
                        + " (at most %.0f), %d pending, %d violations%n",
                outcome.ratio(), RATIO_MAX, outcome.p99Millis, P99_MILLIS_MAX,
                outcome.pending, outcome.violations);
    }

    static void append(Outcome outcome, Path file) throws IOException {
        Files.writeString(file, String.format(Locale.ROOT,
                "{%s,\"store\":\"%s\",\"commit_p50_ms\":%.2f,\"propagated_p50_ms\":%.2f,"
                        + "\"propagated_p99_ms\":%.2f,\"violations\":%d}%n",
                Revision.json(), outcome.store, outcome.commitMillis, outcome.medianMillis,
                outcome.p99Millis, outcome.violations),
                StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }
}
