package dev.portcullis.gateway.lookup;

import dev.portcullis.core.token.TokenPrefix;
import dev.portcullis.proto.origin.v1.OriginServiceGrpc;
import dev.portcullis.proto.origin.v1.OriginServiceGrpc.OriginServiceStub;
import dev.portcullis.proto.origin.v1.ReportUsageRequest;
import dev.portcullis.proto.origin.v1.ReportUsageResponse;
import dev.portcullis.proto.origin.v1.Usage;
import io.grpc.Channel;
import io.grpc.Status;
import java.net.InetAddress;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the origin when credentials were last used: collected on the hot path, sent in batches,
 * kept while the origin is away. Prefix, time and address are all it ever holds. Bounded: what
 * comes on top is not reported, and counted.
 *
 * <p>{@link #queue} from any thread, the rest on the control thread.
 */
final class UsageReporter {
    /** Uses in one report: the contract's limit. */
    static final int BATCH_MAX = 10_000;

    /** Credentials with a use that has not been reported. */
    static final int PENDING_MAX = 100_000;

    private static final Duration TIMEOUT = Duration.ofSeconds(5);
    private static final Logger log = LoggerFactory.getLogger(UsageReporter.class);

    /** One use: the newest that is known of a credential. */
    record Use(TokenPrefix prefix, long atMillis, InetAddress source) {}

    private final OriginServiceStub stub;
    private final Executor control;
    private final String gatewayId;
    private final Queue<UsageCell> fresh = new ConcurrentLinkedQueue<>();
    private final AtomicInteger freshSize = new AtomicInteger();
    private final LongAdder dropped = new LongAdder();
    private final Map<TokenPrefix, Use> pending = new LinkedHashMap<>();
    private CompletableFuture<Void> flushing;

    UsageReporter(Channel origin, Executor control, String gatewayId) {
        this.stub = OriginServiceGrpc.newStub(origin);
        this.control = control;
        this.gatewayId = gatewayId;
    }

    /** Takes a cell that was used; false when there are too many. Any thread. */
    boolean queue(UsageCell cell) {
        if (freshSize.incrementAndGet() > PENDING_MAX) {
            freshSize.decrementAndGet();
            dropped.increment();
            return false;
        }
        fresh.add(cell);
        return true;
    }

    /**
     * Sends what has been collected, batch after batch, until nothing is left or a batch fails;
     * what failed is kept for the next call.
     *
     * @return completed on the control thread when that is over, never exceptionally
     */
    CompletionStage<Void> flush() {
        collect();
        if (flushing == null) {
            CompletableFuture<Void> mine = new CompletableFuture<>();
            flushing = mine;
            sendNext();
            return mine;
        }
        return flushing;
    }

    /** Uses that were never reported: there were too many, or the origin refused. Any thread. */
    long dropped() {
        return dropped.sum();
    }

    private void collect() {
        for (UsageCell cell = fresh.poll(); cell != null; cell = fresh.poll()) {
            freshSize.decrementAndGet();
            Use use = cell.take();
            if (pending.size() < PENDING_MAX || pending.containsKey(use.prefix())) {
                // a credential may have come back to L1 meanwhile: then it has two cells
                pending.merge(use.prefix(), use, (a, b) -> a.atMillis() > b.atMillis() ? a : b);
            } else {
                dropped.increment();
            }
        }
    }

    private void sendNext() {
        if (pending.isEmpty()) {
            finish();
            return;
        }
        List<Use> batch = pending.values().stream().limit(BATCH_MAX).toList();
        ReportUsageRequest.Builder request =
                ReportUsageRequest.newBuilder().setGatewayId(gatewayId);
        batch.forEach(use -> request.addUsages(wire(use)));
        ReportCall<ReportUsageResponse> report =
                new ReportCall<>(control, status -> sent(batch, status));
        try {
            stub.withDeadlineAfter(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)
                    .reportUsage(request.build(), report);
        } catch (RuntimeException e) {
            report.onError(e);
        }
    }

    private static Usage wire(Use use) {
        return Usage.newBuilder()
                .setPrefix(use.prefix().toString())
                .setLastUsedAtMs(use.atMillis())
                .setSource(ReportedAddress.of(use.source()))
                .build();
    }

    private void sent(List<Use> batch, Status status) {
        if (status.isOk()) {
            forget(batch);
            sendNext();
            return;
        }
        if (status.getCode() == Status.Code.INVALID_ARGUMENT) {
            forget(batch);
            dropped.add(batch.size());
            log.error("the origin refused a report of use: {}", status);
        } else {
            log.debug("uses not reported, kept for the next time: {}", status);
        }
        finish();
    }

    /** But for what was used again since: then the newer use is still to be reported. */
    private void forget(List<Use> batch) {
        batch.forEach(use -> pending.remove(use.prefix(), use));
    }

    private void finish() {
        CompletableFuture<Void> done = flushing;
        flushing = null;
        done.complete(null);
    }
}
