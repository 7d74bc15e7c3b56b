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
import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

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
    /** So much longer at most, until each kind of fault has had an effect. */
    private static final long MORE_SECONDS = 600;

    private final ChaosOptions options;
    private final PrintStream out;
    private final Deployment deployment;
    private final Random random;
    private final Tally tally = new Tally();
    private final Counts counts = new Counts(tally.quiet());
    private final Population population = new Population(GATEWAYS);
    private final Admins admins;
    private final Changes changes;
    private final FaultDeck deck;
    private final FaultCounts faults;
    private long longestRecovery;

    private Chaos(ChaosOptions options, Deployment deployment, PrintStream out) {
        this.options = options;
        this.out = out;
        this.deployment = deployment;
        this.random = new Random(options.seed());
        this.admins = new Admins(ports("admin_listen"), deployment.adminToken());
        this.changes = new Changes(
                admins, new Exchange(ports("rest_listen")), population, counts);
        StaleRecords staleRecords = new StaleRecords(deployment, population, changes);
        this.deck = options.faults().isEmpty()
                ? null : new FaultDeck(deployment, options.faults(), staleRecords, random);
        this.faults = new FaultCounts(deck == null ? Set.of() : deck.kinds());
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
        Outcome outcome = run(options, System.out);
        System.exit(outcome != null && outcome.passed ? 0 : 1);
    }

    /** What a run came to. */
    record Outcome(Tally tally, FaultCounts faults, boolean passed) {}

    /** Runs it, and ends what it has started; null when it was interrupted before it ran. */
    static Outcome run(ChaosOptions options, PrintStream out) throws Exception {
        Deployment.Shape shape = new Deployment.Shape(
                options.sqlite() ? 1 : 2, GATEWAYS, !options.sqlite(), options.redis(),
                Duration.ofSeconds(options.leaseSeconds()), true, options.mistake());
        try (Stage stage = new Stage("chaos")) {
            stage.interruptsAtExit();
            out.println("starting; logs are in " + stage.folder());
            try (Deployment deployment = Deployment.start(shape, stage);
                    Chaos chaos = new Chaos(options, deployment, out)) {
                return chaos.run();
            } catch (IOException | InterruptedException e) {
                if (!stage.isEnding()) {
                    throw e;
                }
                out.println("interrupted before anything was tried");
                return null;
            }
        }
    }

    private Outcome run() throws Exception {
        boolean interrupted = false;
        try {
            populate();
            drive();
        } catch (InterruptedException e) {
            interrupted = true;
        }
        Report report = new Report(tally, counts, admins.failed());
        report.print(out, faults, longestRecovery, interrupted);
        return new Outcome(tally, faults,
                report.isClean() && !interrupted && faults.missing().isEmpty());
    }

    private void drive() throws Exception {
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
                changeAndHurt(operators);
            }
            sweep();
        }
    }

    private void changeAndHurt(Operators operators) throws Exception {
        try {
            awaitSettled();
            operators.start(OPERATORS, options.seed());
            faultAfterFault();
        } catch (InterruptedException e) {
            // at Ctrl-C the servers may have got the signal as well
            tally.quiet().now(Expected.EITHER);
            operators.interrupt();
            throw e;
        }
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
        long start = System.nanoTime();
        while (!isEnough(TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - start))) {
            tally.quiet().now(Expected.ACCEPTED);
            Thread.sleep(QUIET_MILLIS);
            if (deck == null) {
                continue;
            }
            List<Drawn> drawn = new ArrayList<>(List.of(draw()));
            if (random.nextDouble() < TWO_AT_ONCE) {
                drawn.add(draw());
            }
            tally.quiet().now(Expected.EITHER);
            happen(drawn);
            awaitSettled();
            for (Drawn one : drawn) {
                faults.count(one.kind, one.fault.effect().count() > one.before);
            }
        }
    }

    private boolean isEnough(long seconds) {
        return seconds >= options.seconds()
                && (faults.missing().isEmpty() || !tally.isClean()
                        || seconds >= options.seconds() + MORE_SECONDS);
    }

    /** A fault whose turn it is, and what there was of its effect before it. */
    private record Drawn(Kind kind, Fault fault, long before) {}

    private Drawn draw() throws Exception {
        FaultDeck.Card card = deck.draw();
        Fault fault = card.fault().get();
        return new Drawn(card.kind(), fault, fault.effect().count());
    }

    private void happen(List<Drawn> drawn) throws Exception {
        out.println("  " + drawn.stream().map(one -> one.fault.name())
                .collect(Collectors.joining(" + ")));
        long longest = 0;
        for (Drawn one : drawn) {
            one.fault.begin().run();
            longest = Math.max(longest, one.fault.millis());
        }
        Thread.sleep(longest);
        for (Drawn one : drawn) {
            one.fault.end().run();
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
