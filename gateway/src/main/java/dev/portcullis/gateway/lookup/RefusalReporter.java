package dev.portcullis.gateway.lookup;

import dev.portcullis.gateway.lookup.RefusalCounts.Summary;
import dev.portcullis.proto.origin.v1.OriginServiceGrpc;
import dev.portcullis.proto.origin.v1.OriginServiceGrpc.OriginServiceStub;
import dev.portcullis.proto.origin.v1.RefusalSummary;
import dev.portcullis.proto.origin.v1.ReportRefusalsRequest;
import dev.portcullis.proto.origin.v1.ReportRefusalsResponse;
import io.grpc.Channel;
import io.grpc.Status;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the origin what was refused for its credential, summed up: counted by each loop in its own
 * {@link RefusalTally}, merged here, sent in batches, kept and merged further while the origin is
 * away. Bounded throughout, see {@link RefusalCounts}.
 *
 * <p>A batch whose answer is lost is sent again: counts may then be too high, never too low.
 *
 * <p>Control thread, but for {@link #tally} and {@link #dropped}.
 */
final class RefusalReporter {
    /** Summaries in one report: the contract's limit. */
    static final int BATCH_MAX = 1_000;

    private static final Duration TIMEOUT = Duration.ofSeconds(5);
    private static final Logger log = LoggerFactory.getLogger(RefusalReporter.class);

    private final OriginServiceStub stub;
    private final Executor control;
    private final String gatewayId;
    private final List<RefusalTally> tallies;
    /** Those that were asked and have not answered: a loop may hang. */
    private final Set<RefusalTally> asked = new HashSet<>();
    private final RefusalCounts pending = new RefusalCounts();
    private final LongAdder dropped = new LongAdder();
    private CompletableFuture<Void> sending;

    RefusalReporter(
            Channel origin, Executor control, String gatewayId, List<? extends Executor> loops) {
        this.stub = OriginServiceGrpc.newStub(origin);
        this.control = control;
        this.gatewayId = gatewayId;
        this.tallies = loops.stream().map(loop -> new RefusalTally(loop)).toList();
    }

    /**
     * The tally of a loop, for that loop alone. Any thread.
     *
     * @throws IllegalArgumentException when it is none of those this was made with
     */
    RefusalTally tally(Executor loop) {
        return tallies.stream()
                .filter(tally -> tally.loop == loop)
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("not a loop of this gateway"));
    }

    /** Refused requests that were never reported, because the origin would not take the report. */
    long dropped() {
        return dropped.sum();
    }

    /**
     * Asks every loop for what it has counted, and sends it when all have answered; a loop that has
     * not answered since the last time is not waited for again.
     *
     * @return completed on the control thread when that is over, never exceptionally
     */
    CompletionStage<Void> flush() {
        CompletableFuture<?>[] answers = tallies.stream()
                .filter(asked::add)
                .map(this::collect)
                .toArray(CompletableFuture<?>[]::new);
        return CompletableFuture.allOf(answers).thenCompose(all -> send());
    }

    /** Completed on the control thread; at once when the loop has ended. */
    private CompletableFuture<Void> collect(RefusalTally tally) {
        CompletableFuture<Void> answered = new CompletableFuture<>();
        try {
            tally.loop.execute(() -> {
                List<Summary> taken = tally.take();
                hop(() -> {
                    asked.remove(tally);
                    pending.add(taken);
                    answered.complete(null);
                });
            });
        } catch (RejectedExecutionException shutDown) {
            asked.remove(tally);
            answered.complete(null);
        }
        return answered;
    }

    private void hop(Runnable task) {
        try {
            control.execute(task);
        } catch (RejectedExecutionException shutDown) {
            log.debug("the control thread has ended; the last refusals were not reported");
        }
    }

    private CompletableFuture<Void> send() {
        if (sending == null) {
            CompletableFuture<Void> mine = new CompletableFuture<>();
            sending = mine;
            sendNext();
            return mine;
        }
        return sending;
    }

    private void sendNext() {
        if (pending.isEmpty()) {
            finish();
            return;
        }
        List<Summary> batch = pending.take(BATCH_MAX);
        ReportRefusalsRequest.Builder request =
                ReportRefusalsRequest.newBuilder().setGatewayId(gatewayId);
        batch.forEach(summary -> request.addRefusals(wire(summary)));
        ReportCall<ReportRefusalsResponse> report =
                new ReportCall<>(control, status -> sent(batch, status));
        try {
            stub.withDeadlineAfter(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)
                    .reportRefusals(request.build(), report);
        } catch (RuntimeException e) {
            report.onError(e);
        }
    }

    private static RefusalSummary wire(Summary summary) {
        RefusedAlike what = summary.what;
        return RefusalSummary.newBuilder()
                .setCode(what.code())
                .setPrefix(what.prefix() == null ? "" : what.prefix().toString())
                .setSource(ReportedAddress.of(summary.source))
                .setApplication(what.application())
                .setCount(summary.count)
                .setFirstAtMs(summary.firstMillis)
                .setLastAtMs(summary.lastMillis)
                .build();
    }

    private void sent(List<Summary> batch, Status status) {
        if (status.isOk()) {
            sendNext();
            return;
        }
        if (status.getCode() == Status.Code.INVALID_ARGUMENT) {
            batch.forEach(summary -> dropped.add(summary.count));
            log.error("the origin refused a report of refusals: {}", status);
        } else {
            pending.add(batch);
            log.debug("refusals not reported, kept for the next time: {}", status);
        }
        finish();
    }

    private void finish() {
        CompletableFuture<Void> done = sending;
        sending = null;
        done.complete(null);
    }
}
