package dev.portcullis.benchmarks.fleet;

import dev.portcullis.benchmarks.Revision;
import dev.portcullis.benchmarks.stage.Admins;
import dev.portcullis.benchmarks.stage.Deployment;
import dev.portcullis.benchmarks.stage.ProcessUse;
import dev.portcullis.benchmarks.stage.Program;
import dev.portcullis.benchmarks.stage.Relay;
import dev.portcullis.benchmarks.stage.Stage;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/**
 * What many gateways cost one admin-service: processor, memory and traffic while nothing changes,
 * and how long a revocation takes until all have confirmed it. Ends with 1 when the idle
 * admin-service takes more than 5 % of a processor.
 */
public final class Fleet {
    private static final Duration LEASE = Duration.ofSeconds(30);
    private static final double IDLE_SHARE_MAX = 0.05;
    private static final int SETTLE_SECONDS = 10;
    private static final int READY_SECONDS = 120;
    private static final int CONTROL_THREADS = 4;

    private final int gateways;
    private final int idleSeconds;
    private final int revocations;
    private final PrintStream out;

    /** What was measured; for tests and for the file of results. */
    record Figures(
            double idleShare,
            double octetsUp,
            double octetsDown,
            long originOctets,
            long gatewayOctets,
            double changeMicros,
            Histogram commit,
            Histogram propagated) {}

    Fleet(int gateways, int idleSeconds, int revocations, PrintStream out) {
        this.gateways = gateways;
        this.idleSeconds = idleSeconds;
        this.revocations = revocations;
        this.out = out;
    }

    /** Arguments: gateways, seconds of idling, revocations; 100, 30 and 200 without. */
    public static void main(String[] arguments) throws Exception {
        int[] numbers = {100, 30, 200};
        for (int i = 0; i < arguments.length; i++) {
            if (i >= numbers.length || !arguments[i].matches("[1-9][0-9]{0,4}")) {
                System.err.println("usage: benchmarks/fleet [gateways [seconds [revocations]]]");
                System.exit(2);
            }
            numbers[i] = Integer.parseInt(arguments[i]);
        }
        Figures figures =
                new Fleet(numbers[0], numbers[1], numbers[2], System.out).run();
        append(numbers[0], figures, Revision.results().resolve("fleet.jsonl"));
        boolean passed = figures.idleShare <= IDLE_SHARE_MAX;
        System.out.println(passed ? "passed" : "FAILED: the idle admin-service takes too much");
        System.exit(passed ? 0 : 1);
    }

    /** Measures. */
    Figures run() throws Exception {
        if (!ProcessUse.isSupported()) {
            throw new IOException("this system does not tell the processor time of a process");
        }
        try (Stage stage = new Stage("fleet");
                Deployment deployment = Deployment.start(
                        new Deployment.Shape(1, 0, false, false, LEASE), stage)) {
            Program admin = deployment.replicas().get(0);
            Relay relay = stage.keep(new Relay("fleet", admin.port("origin_listen")));
            String token = Files.readString(deployment.gatewayToken()).strip();
            long originBefore = liveOctets(admin.process().pid());
            long ownBefore = ownLiveOctets();
            List<SimulatedGateway> fleet = new ArrayList<>();
            ExecutorService loop = Executors.newSingleThreadExecutor();
            List<ScheduledExecutorService> controls = new ArrayList<>();
            try {
                start(fleet, controls, loop, relay.port(), token);
                return measured(deployment, relay, originBefore, ownBefore);
            } finally {
                for (SimulatedGateway gateway : fleet) {
                    gateway.close();
                }
                controls.forEach(ScheduledExecutorService::shutdownNow);
                loop.shutdownNow();
            }
        }
    }

    private void start(
            List<SimulatedGateway> fleet, List<ScheduledExecutorService> controls,
            Executor loop, int port, String token) throws Exception {
        for (int i = 0; i < CONTROL_THREADS; i++) {
            controls.add(Executors.newSingleThreadScheduledExecutor());
        }
        for (int i = 0; i < gateways; i++) {
            fleet.add(new SimulatedGateway(
                    port, token, loop, controls.get(i % CONTROL_THREADS)));
        }
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(READY_SECONDS);
        while (!fleet.stream().allMatch(SimulatedGateway::isReady)) {
            if (System.nanoTime() > deadline) {
                throw new IOException("not every gateway got a lease");
            }
            Thread.sleep(50);
        }
    }

    private Figures measured(
            Deployment deployment, Relay relay, long originBefore, long ownBefore)
            throws Exception {
        Process admin = deployment.replicas().get(0).process();
        TimeUnit.SECONDS.sleep(Math.min(SETTLE_SECONDS, idleSeconds));
        Map<Long, Long> cpuBefore = ProcessUse.cpu(admin.toHandle());
        long up = relay.octets(Relay.Way.TO_TARGET);
        long down = relay.octets(Relay.Way.TO_CLIENT);
        long start = System.nanoTime();
        TimeUnit.SECONDS.sleep(idleSeconds);
        double seconds = (System.nanoTime() - start) / 1e9;
        double share = ProcessUse.cpuBetween(cpuBefore, ProcessUse.cpu(admin.toHandle()))
                / 1e9 / seconds;
        double octetsUp = (relay.octets(Relay.Way.TO_TARGET) - up) / seconds;
        double octetsDown = (relay.octets(Relay.Way.TO_CLIENT) - down) / seconds;
        long origin = (liveOctets(admin.pid()) - originBefore) / gateways;
        long own = (ownLiveOctets() - ownBefore) / gateways;
        cpuBefore = ProcessUse.cpu(admin.toHandle());
        Revocations revoked = Revocations.measure(deployment, revocations);
        double micros = ProcessUse.cpuBetween(cpuBefore, ProcessUse.cpu(admin.toHandle())) / 1e3
                / Revocations.changes(revocations);
        Figures figures = new Figures(share, octetsUp, octetsDown, origin, own, micros,
                revoked.commit(), revoked.propagated());
        print(figures, ProcessUse.residentBytes(admin.toHandle()));
        return figures;
    }

    private void print(Figures figures, long resident) {
        out.printf(Locale.ROOT, "%n%d gateways on one admin-service (SQLite), lease %d s, idle for"
                + " %d s%n", gateways, LEASE.toSeconds(), idleSeconds);
        out.printf(Locale.ROOT, "  processor of the admin-service   %.2f %% of one%n",
                figures.idleShare * 100);
        out.printf(Locale.ROOT, "  traffic from gateways            %,.0f octets/s, %.0f each%n",
                figures.octetsUp, figures.octetsUp / gateways);
        out.printf(Locale.ROOT, "  traffic to gateways              %,.0f octets/s, %.0f each%n",
                figures.octetsDown, figures.octetsDown / gateways);
        out.printf(Locale.ROOT, "  live heap of the admin-service   %,d octets for each gateway%n",
                figures.originOctets);
        out.printf(Locale.ROOT, "  live heap of a gateway's records %,d octets%n",
                figures.gatewayOctets);
        out.printf(Locale.ROOT, "  resident admin-service           %,d MB%n",
                resident / 1_000_000);
        out.printf(Locale.ROOT, "  processor for each change        %.0f us in all, told to all%n",
                figures.changeMicros);
        out.printf("%n%-14s %6s %8s %8s %8s %8s   ms%n",
                "revocations", "count", "p50", "p90", "p99", "max");
        Revocations.row(out, "commit alone", figures.commit);
        Revocations.row(out, "propagated", figures.propagated);
    }

    /** The same of this process, which cannot look at itself from outside: it would wait for it. */
    private static long ownLiveOctets() {
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    /** What is left of the heap after a collection, as the JDK's own tool counts it. */
    private static long liveOctets(long pid) throws IOException {
        Process tool = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                Long.toString(pid), "GC.class_histogram").redirectErrorStream(true).start();
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(
                tool.getInputStream(), StandardCharsets.US_ASCII))) {
            String last = lines.lines().reduce("", (before, line) -> line);
            if (!last.startsWith("Total")) {
                throw new IOException("jcmd did not tell the heap of " + pid + ": " + last);
            }
            String[] words = last.strip().split("\\s+");
            return Long.parseLong(words[words.length - 1]);
        }
    }

    static void append(int gateways, Figures figures, Path file) throws IOException {
        Files.writeString(file, String.format(Locale.ROOT,
                "{%s,\"gateways\":%d,\"idle_share\":%.4f,\"octets_up_s\":%.0f,"
                        + "\"octets_down_s\":%.0f,\"origin_octets\":%d,\"gateway_octets\":%d,"
                        + "\"change_us\":%.0f,\"commit_p50_ms\":%.3f,\"propagated_p50_ms\":%.3f,"
                        + "\"propagated_p99_ms\":%.3f}%n",
                Revision.json(), gateways, figures.idleShare, figures.octetsUp,
                figures.octetsDown, figures.originOctets, figures.gatewayOctets,
                figures.changeMicros, figures.commit.getValueAtPercentile(50) / 1e6,
                figures.propagated.getValueAtPercentile(50) / 1e6,
                figures.propagated.getValueAtPercentile(99) / 1e6),
                StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }
}
