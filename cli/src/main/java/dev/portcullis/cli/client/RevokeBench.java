package dev.portcullis.cli.client;

import com.google.protobuf.Timestamp;
import dev.portcullis.cli.CommandException;
import dev.portcullis.cli.ExitCode;
import dev.portcullis.proto.admin.v1.Binding;
import dev.portcullis.proto.admin.v1.CreateUserRequest;
import dev.portcullis.proto.admin.v1.DeleteUserRequest;
import dev.portcullis.proto.admin.v1.IssueTokenRequest;
import dev.portcullis.proto.admin.v1.IssueTokenResponse;
import dev.portcullis.proto.admin.v1.Propagation;
import dev.portcullis.proto.admin.v1.RevokeTokenRequest;
import dev.portcullis.proto.admin.v1.Role;
import dev.portcullis.proto.admin.v1.UserKind;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.IntConsumer;

/**
 * Revokes tokens of a scratch user and takes the time. For each token that is waited for another is
 * revoked without waiting; which of the two comes first changes from round to round.
 */
final class RevokeBench {
    /** What is not cleaned up ends by itself. */
    private static final int TOKEN_SECONDS = 6 * 3_600;

    /** Each is a wait to its very end; with so many of them there is no distribution to be had. */
    static final int PENDING_MAX = 5;

    private static final Duration PENDING_WAIT_MAX = Duration.ofMinutes(2);
    private static final int UNCONFIRMED_MAX = 20;
    private static final int VIOLATIONS_TOLD = 20;

    private final AdminConnection admin;
    private final List<GatewayProbe> probes;
    private final Plan plan;
    private final BooleanSupplier stopAsked;
    private final IntConsumer done;
    private final String name = "bench-revoke-" + UUID.randomUUID().toString().substring(0, 8);

    private final List<Long> commit = Collections.synchronizedList(new ArrayList<>());
    private final List<Long> propagated = Collections.synchronizedList(new ArrayList<>());
    private final List<Pending> pending = Collections.synchronizedList(new ArrayList<>());
    private final Set<String> unconfirmed = Collections.synchronizedSet(new TreeSet<>());
    private final List<String> violations = Collections.synchronizedList(new ArrayList<>());
    private final AtomicInteger refused = new AtomicInteger();
    private final AtomicInteger unclear = new AtomicInteger();
    private final AtomicInteger accepted = new AtomicInteger();
    private final AtomicInteger rounds = new AtomicInteger();
    private volatile String userId;

    /**
     * What is asked for.
     *
     * @param application where the scratch user reads
     * @param concurrency how many rounds at once
     * @param warmUp rounds before them that do not count: code is slow the first times it runs
     */
    record Plan(String application, int rounds, int concurrency, int warmUp) {}

    /** A revocation that was not confirmed in time, and until when its token may work. */
    private record Pending(Fresh token, Instant until) {}

    /** A token that was just issued. */
    private record Fresh(String id, String text) {
        /** A record would print the token. */
        @Override
        public String toString() {
            return id;
        }
    }

    RevokeBench(
            AdminConnection admin,
            List<GatewayProbe> probes,
            Plan plan,
            BooleanSupplier stopAsked,
            IntConsumer done) {
        this.admin = admin;
        this.probes = probes;
        this.plan = plan;
        this.stopAsked = stopAsked;
        this.done = done;
    }

    /**
     * Measures.
     *
     * @throws CommandException when a gateway does not accept what it should
     * @throws StatusRuntimeException when the admin-service refuses
     */
    RevokeFigures run() {
        userId = admin.users().createUser(CreateUserRequest.newBuilder()
                .setName(name)
                .setDescription("made by 'portcullis bench revoke', which deletes it again")
                .setKind(UserKind.USER_KIND_SERVICE)
                .addBindings(Binding.newBuilder()
                        .setRole(Role.ROLE_READER)
                        .setApplication(plan.application))
                .build()).getUser().getId();
        for (int i = 0; i < plan.warmUp && !ends(); i++) {
            round(i, true);
        }
        inParallel();
        checkPending();
        return new RevokeFigures(
                new Latencies(List.copyOf(commit)), new Latencies(List.copyOf(propagated)),
                pending.size(), new TreeSet<>(unconfirmed), refused.get(), unclear.get(),
                accepted.get(), List.copyOf(violations), stopAsked.getAsBoolean());
    }

    /** Deletes the scratch user, and with it whatever tokens are left. */
    void cleanUp(Output output) {
        if (userId == null) {
            return;
        }
        try {
            admin.users().deleteUser(DeleteUserRequest.newBuilder().setUser(userId).build());
        } catch (StatusRuntimeException e) {
            output.note("the scratch user could not be deleted (" + e.getStatus().getCode()
                    + "): portcullis user delete " + name);
        }
    }

    private void inParallel() {
        ExecutorService workers = Executors.newFixedThreadPool(plan.concurrency);
        try {
            List<Future<?>> all = new ArrayList<>();
            for (int i = 0; i < plan.concurrency; i++) {
                all.add(workers.submit(this::work));
            }
            for (Future<?> one : all) {
                one.get();
            }
        } catch (ExecutionException e) {
            // the others end with their round
            rounds.set(plan.rounds);
            if (e.getCause() instanceof RuntimeException failure) {
                throw failure;
            }
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandException(ExitCode.REFUSED, "interrupted");
        } finally {
            workers.shutdown();
        }
    }

    private boolean ends() {
        return stopAsked.getAsBoolean() || pending.size() >= PENDING_MAX;
    }

    private void work() {
        int round = rounds.getAndIncrement();
        while (round < plan.rounds && !ends()) {
            round(round, false);
            done.accept(round + 1);
            round = rounds.getAndIncrement();
        }
    }

    private void round(int number, boolean warmUp) {
        if (number % 2 == 0) {
            commitAlone(warmUp);
            toEverywhere(warmUp);
        } else {
            toEverywhere(warmUp);
            commitAlone(warmUp);
        }
    }

    private void commitAlone(boolean warmUp) {
        RevokeTokenRequest request = revocation(issue());
        var tokens = admin.tokensWithoutWaiting();
        long start = System.nanoTime();
        tokens.revokeToken(request);
        long end = System.nanoTime();
        if (!warmUp) {
            commit.add(end - start);
        }
        // waits: the next must not find the gateways busy with this one
        admin.tokens().revokeToken(request);
    }

    private void toEverywhere(boolean warmUp) {
        Fresh token = issue();
        requireAccepted(token);
        RevokeTokenRequest request = revocation(token);
        var tokens = admin.tokens();
        long start = System.nanoTime();
        Propagation propagation = tokens.revokeToken(request).getPropagation();
        long end = System.nanoTime();
        if (propagation.getState() == Propagation.State.PROPAGATED) {
            if (!warmUp) {
                propagated.add(end - start);
            }
            requireRefused(token);
            return;
        }
        Timestamp by = propagation.getEffectiveEverywhereBy();
        pending.add(new Pending(token, Instant.ofEpochSecond(by.getSeconds(), by.getNanos())));
        propagation.getUnconfirmedGatewaysList().stream()
                .limit(Math.max(0, UNCONFIRMED_MAX - unconfirmed.size()))
                .forEach(unconfirmed::add);
    }

    private Fresh issue() {
        IssueTokenResponse issued = admin.tokens().issueToken(IssueTokenRequest.newBuilder()
                .setUser(userId)
                .setName(name)
                .setExpiresInSeconds(TOKEN_SECONDS)
                .build());
        return new Fresh(issued.getToken().getId(), issued.getPlainToken());
    }

    private static RevokeTokenRequest revocation(Fresh token) {
        return RevokeTokenRequest.newBuilder().setId(token.id).build();
    }

    private void requireAccepted(Fresh token) {
        for (GatewayProbe probe : probes) {
            int status = probe.status(token.text);
            if (GatewayProbe.verdict(status) != GatewayProbe.Verdict.ACCEPTED) {
                throw new CommandException(ExitCode.REFUSED, "the gateway at " + probe
                        + " does not accept a fresh token of a reader on "
                        + (plan.application.equals("*") ? "all" : plan.application) + ": "
                        + (status == 0 ? "it does not answer" : "status " + status)
                        + "; --gateway needs a URL of one of its applications");
            }
        }
    }

    private void requireRefused(Fresh token) {
        for (GatewayProbe probe : probes) {
            int status = probe.status(token.text);
            switch (GatewayProbe.verdict(status)) {
                case REFUSED -> refused.incrementAndGet();
                case UNCLEAR -> unclear.incrementAndGet();
                default -> {
                    accepted.incrementAndGet();
                    if (violations.size() < VIOLATIONS_TOLD) {
                        violations.add(probe + ": token " + token.id + ", status " + status);
                    }
                }
            }
        }
    }

    /** Those that were not confirmed in time have to be refused when their time is over. */
    private void checkPending() {
        Instant last = pending.stream().map(Pending::until).max(Instant::compareTo)
                .orElse(Instant.EPOCH);
        Instant patience = Instant.now().plus(PENDING_WAIT_MAX);
        if (probes.isEmpty() || pending.isEmpty() || last.isAfter(patience)) {
            return;
        }
        try {
            while (!Instant.now().isAfter(last) && !stopAsked.getAsBoolean()) {
                Thread.sleep(100);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        Instant now = Instant.now();
        pending.stream()
                .filter(late -> late.until.isBefore(now))
                .forEach(late -> requireRefused(late.token));
    }
}
