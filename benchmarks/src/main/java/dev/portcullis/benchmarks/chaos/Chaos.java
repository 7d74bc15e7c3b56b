package dev.portcullis.benchmarks.chaos;

import dev.portcullis.benchmarks.chaos.Timeline.Expected;
import dev.portcullis.benchmarks.stage.Admins;
import dev.portcullis.benchmarks.stage.Deployment;
import dev.portcullis.benchmarks.stage.Program;
import dev.portcullis.benchmarks.stage.Stage;
import dev.portcullis.proto.admin.v1.Gateway;
import dev.portcullis.proto.admin.v1.GatewayServiceGrpc;
import dev.portcullis.proto.admin.v1.ListGatewaysRequest;
import io.grpc.Channel;
import io.grpc.StatusRuntimeException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * Starts a whole deployment, drives load over it, makes changes and faults at random, and counts
 * what was accepted that should not have been and what was refused that should not. Ends with 1
 * when there was any of either.
 */
public final class Chaos implements AutoCloseable {
    private static final int GATEWAYS = 3;
    private static final int CONNECTIONS = 4;
    private static final int OPERATORS = 3;
    private static final int TOKENS_OF_A_USER = 20;
    private static final int ISSUERS = 8;
    private static final long QUIET_MILLIS = 2_500;
    private static final long SETTLE_MILLIS = 1_500;
    private static final int RECOVERY_SECONDS = 120;
    private static final double TWO_AT_ONCE = 0.25;
    private static final long SWEEP_SECONDS = 60;

    private final ChaosOptions options;
    private final PrintStream out;
    private final Deployment deployment;
    private final Random random;
    private final Tally tally = new Tally();
    private final Counts counts = new Counts(tally.quiet());
    private final Population population = new Population(GATEWAYS);
    private final Admins admins;
    private final Changes changes;
    private final StaleRecords staleRecords;
    private final Map<String, Integer> faults = new TreeMap<>();
    private long longestRecovery;

    private Chaos(ChaosOptions options, Deployment deployment, PrintStream out) {
        this.options = options;
        this.out = out;
        this.deployment = deployment;
        this.random = new Random(options.seed());
        this.admins = new Admins(ports("admin_listen"), deployment.adminToken());
        this.changes = new Changes(
                admins, new Exchange(ports("rest_listen")), population, counts);
        this.staleRecords = new StaleRecords(deployment, population, changes);
    }

    /** The one command. */
    public static void main(String[] arguments) throws Exception {
        ChaosOptions options;
        try {
            options = ChaosOptions.parse(arguments, System.currentTimeMillis() / 1_000);
        } catch (IllegalArgumentException e) {
            System.err.println("chaos: " + e.getMessage());
            System.err.println(ChaosOptions.USAGE);
            System.exit(2);
            return;
        }
        System.exit(run(options, System.out) ? 0 : 1);
    }

    /** Runs it; true when nothing was wrong. */
    static boolean run(ChaosOptions options, PrintStream out) throws Exception {
        Stage stage = new Stage("chaos");
        Deployment.Shape shape = new Deployment.Shape(
                options.sqlite() ? 1 : 2, GATEWAYS, !options.sqlite(), options.redis(),
                Duration.ofSeconds(options.leaseSeconds()));
        try (stage) {
            out.println("starting; logs are in " + stage.folder());
            try (Deployment deployment = Deployment.start(shape, stage);
                    Chaos chaos = new Chaos(options, deployment, out)) {
                return chaos.run();
            }
        }
    }

    private boolean run() throws Exception {
        populate();
        Operators operators =
                new Operators(changes, population, Math.max(5, options.tokens() / 3));
        try (Load load = new Load(
                population, tally, (double) options.rate() / GATEWAYS / CONNECTIONS)) {
            for (int i = 0; i < GATEWAYS; i++) {
                load.start(i, deployment.gateways().get(i).port("listen"), CONNECTIONS,
                        options.seed());
            }
            out.printf("%,d tokens; running for %d s with seed %d%n",
                    population.size(), options.seconds(), options.seed());
            try (operators) {
                awaitSettled();
                operators.start(OPERATORS, options.seed());
                faultAfterFault();
            }
            sweep();
        }
        Report report = new Report(tally, counts, admins.failed());
        report.print(out, faults, staleRecords.planted(), longestRecovery);
        return report.passed();
    }

    private void populate() throws Exception {
        ExecutorService issuers = Executors.newFixedThreadPool(ISSUERS);
        try {
            List<Future<?>> all = new ArrayList<>();
            for (int user = 0; user * TOKENS_OF_A_USER < options.tokens(); user++) {
                String name = "robot-" + user;
                all.add(issuers.submit(() -> {
                    Holder holder = changes.createHolder(name);
                    for (int i = 0; i < TOKENS_OF_A_USER; i++) {
                        changes.create(holder);
                    }
                    return null;
                }));
            }
            for (Future<?> one : all) {
                one.get();
            }
        } catch (ExecutionException e) {
            throw new IllegalStateException("no tokens could be made", e.getCause());
        } finally {
            issuers.shutdownNow();
        }
    }

    /** Quiet, a fault or two, until all is settled again; and so on. */
    private void faultAfterFault() throws Exception {
        FaultDeck deck = new FaultDeck(deployment, staleRecords, random);
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(options.seconds());
        while (System.nanoTime() - end < 0) {
            tally.quiet().now(Expected.ACCEPTED);
            Thread.sleep(QUIET_MILLIS);
            if (!options.faults()) {
                continue;
            }
            List<Fault> drawn = new ArrayList<>(List.of(deck.draw()));
            if (random.nextDouble() < TWO_AT_ONCE) {
                drawn.add(deck.draw());
            }
            tally.quiet().now(Expected.EITHER);
            happen(drawn);
            awaitSettled();
        }
    }

    private void happen(List<Fault> drawn) throws Exception {
        long longest = 0;
        for (Fault fault : drawn) {
            out.printf("%s%s", longest == 0 ? "  " : " + ", fault.name());
            faults.merge(fault.name(), 1, Integer::sum);
            longest = Math.max(longest, fault.millis());
        }
        out.println();
        for (Fault fault : drawn) {
            fault.begin().run();
        }
        Thread.sleep(longest);
        for (Fault fault : drawn) {
            fault.end().run();
        }
    }

    /** Waits until everything works again, and a little longer. */
    private void awaitSettled() throws Exception {
        long start = System.nanoTime();
        while (!isSettled()) {
            if (System.nanoTime() - start > TimeUnit.SECONDS.toNanos(RECOVERY_SECONDS)) {
                throw new IllegalStateException("it did not recover; " + standing());
            }
            Thread.sleep(100);
        }
        longestRecovery = Math.max(longestRecovery,
                TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start));
        Thread.sleep(SETTLE_MILLIS);
    }

    /** Every server is ready, and every replica finds every gateway ready. */
    private boolean isSettled() {
        if (!deployment.isReady()) {
            return false;
        }
        admins.reconnect();
        for (Channel replica : admins.each()) {
            try {
                List<Gateway> gateways = Admins.within(GatewayServiceGrpc.newBlockingStub(replica))
                        .listGateways(ListGatewaysRequest.getDefaultInstance())
                        .getGatewaysList();
                long ready = gateways.stream()
                        .filter(gateway -> gateway.getState() == Gateway.State.READY)
                        .count();
                if (ready != GATEWAYS || ready != gateways.size()) {
                    return false;
                }
            } catch (StatusRuntimeException e) {
                return false;
            }
        }
        return true;
    }

    private String standing() {
        StringBuilder standing = new StringBuilder();
        for (List<Program> programs : List.of(deployment.replicas(), deployment.gateways())) {
            for (Program program : programs) {
                standing.append(program.name())
                        .append(program.isReady() ? " is ready\n" : " is not ready\n")
                        .append(deployment.stage().lastWords(program.name())).append('\n');
            }
        }
        return standing.toString();
    }

    /** In the end every token is shown to every gateway once more, without any fault. */
    private void sweep() throws InterruptedException {
        tally.quiet().now(Expected.ACCEPTED);
        population.touchAll();
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SWEEP_SECONDS);
        for (int i = 0; i < GATEWAYS; i++) {
            while (population.isUrgent(i) && System.nanoTime() - end < 0) {
                Thread.sleep(50);
            }
        }
        Thread.sleep(SETTLE_MILLIS);
        tally.quiet().now(Expected.EITHER);
    }

    private List<Integer> ports(String listen) {
        return deployment.replicas().stream().map(replica -> replica.port(listen)).toList();
    }

    @Override
    public void close() {
        admins.close();
    }
}
