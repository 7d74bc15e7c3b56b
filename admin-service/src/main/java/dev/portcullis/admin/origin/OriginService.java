package dev.portcullis.admin.origin;

import dev.portcullis.admin.service.Refusal;
import dev.portcullis.admin.service.Refusals;
import dev.portcullis.admin.service.Usages;
import dev.portcullis.admin.store.CredentialRow;
import dev.portcullis.admin.store.ReadTransaction;
import dev.portcullis.admin.store.Store;
import dev.portcullis.admin.store.Usage;
import dev.portcullis.core.access.Principal;
import dev.portcullis.core.token.TokenPrefix;
import dev.portcullis.proto.origin.v1.OriginServiceGrpc;
import dev.portcullis.proto.origin.v1.RefusalSummary;
import dev.portcullis.proto.origin.v1.ReportRefusalsRequest;
import dev.portcullis.proto.origin.v1.ReportRefusalsResponse;
import dev.portcullis.proto.origin.v1.ReportUsageRequest;
import dev.portcullis.proto.origin.v1.ReportUsageResponse;
import dev.portcullis.proto.origin.v1.ResolveRequest;
import dev.portcullis.proto.origin.v1.ResolveResponse;
import dev.portcullis.proto.origin.v1.WatchRequest;
import dev.portcullis.proto.origin.v1.WatchResponse;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * Answers gateways. Nothing here blocks the thread that brings a call, which in standalone may be a
 * gateway's event loop: what touches the database runs on the workers, and when those are too busy
 * the answer is UNAVAILABLE at once.
 */
public final class OriginService extends OriginServiceGrpc.OriginServiceImplBase {
    private static final int USER_ID_MAX = 64;
    /** Half of what the workers may have before them: the rest is for what is not a question. */
    private static final int RESOLVING_MAX = 512;
    /** Hellos that are being answered at once; whoever comes then comes again a moment later. */
    static final int WELCOMES_MAX = 256;

    private final OriginWiring wiring;
    private final Side side;
    private final Gatekeeper gatekeeper;
    private final AtomicInteger resolving = new AtomicInteger();

    /**
     * How the service shows itself to the gateways of one transport.
     *
     * @param inProcess whether they live and die with the origin's process
     * @param version of the origin's software
     * @param stats where it counts
     * @param welcomes one permit for each Hello that may be answered at once
     */
    record Side(boolean inProcess, String version, OriginStats stats, Semaphore welcomes) {
        Side(boolean inProcess, String version, OriginStats stats) {
            this(inProcess, version, stats, new Semaphore(WELCOMES_MAX));
        }
    }

    /**
     * The service, for a transport on which nobody is asked who they are.
     *
     * @param inProcess whether the gateways of this transport live and die with the origin's
     *     process
     * @param version of the origin's software
     */
    public OriginService(OriginWiring wiring, boolean inProcess, String version) {
        this(wiring, new Side(inProcess, version, new OriginStats()), null);
    }

    /**
     * The service, for gateways of other processes whose calls come through the {@link OriginGate}.
     *
     * @param gatekeeper judges their streams anew
     */
    OriginService(OriginWiring wiring, Side side, Gatekeeper gatekeeper) {
        this.wiring = wiring;
        this.side = side;
        this.gatekeeper = gatekeeper;
    }

    @Override
    public void resolve(ResolveRequest request, StreamObserver<ResolveResponse> reply) {
        switch (request.getKeyCase()) {
            case CREDENTIAL_PREFIX -> {
                String prefix = request.getCredentialPrefix();
                if (isPrefix(prefix)) {
                    resolve(prefix, request.getNotBefore(), reply);
                } else {
                    reply.onError(OriginErrors.invalid("credential_prefix: not 12 of base62"));
                }
            }
            case USER_ID -> {
                String userId = request.getUserId();
                if (!userId.isEmpty() && userId.length() <= USER_ID_MAX) {
                    ask(reply, t -> principal(t, userId));
                } else {
                    reply.onError(OriginErrors.invalid("user_id: not one"));
                }
            }
            case KEY_NOT_SET -> reply.onError(OriginErrors.invalid("key: is required"));
        }
    }

    /** Asks the database only for what there may be, and only so much at once. */
    private void resolve(
            String prefix, long notBefore, StreamObserver<ResolveResponse> reply) {
        long absent = wiring.known().absentSince(prefix, notBefore);
        if (absent != KnownPrefixes.UNSURE) {
            reply.onNext(ResolveResponse.newBuilder().setAsOf(absent).build());
            reply.onCompleted();
            return;
        }
        ask(reply, t -> credential(t, prefix));
    }

    /** A question of the database, unless too many are under way. */
    private void ask(
            StreamObserver<ResolveResponse> reply, Store.ReadWork<ResolveResponse> question) {
        if (resolving.incrementAndGet() > RESOLVING_MAX) {
            resolving.decrementAndGet();
            reply.onError(OriginErrors.unavailable("too many questions at once"));
            return;
        }
        answer(reply, () -> wiring.store().read(question), resolving::decrementAndGet);
    }

    private static boolean isPrefix(String text) {
        try {
            TokenPrefix.of(text);
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private ResolveResponse credential(ReadTransaction transaction, String prefix)
            throws SQLException {
        ResolveResponse.Builder response =
                ResolveResponse.newBuilder().setAsOf(transaction.revision());
        CredentialRow row = transaction.credential(prefix);
        if (row != null) {
            response.setCredential(OriginRecords.of(row.record(), wiring.clock().millis()));
            addPrincipal(response, transaction, row.record().userId());
            addParent(response, transaction, row.record().parent());
        }
        return response.build();
    }

    private void addParent(
            ResolveResponse.Builder response, ReadTransaction transaction, TokenPrefix parent)
            throws SQLException {
        CredentialRow key = parent == null ? null : transaction.credential(parent.toString());
        if (key != null) {
            response.setParent(OriginRecords.of(key.record(), wiring.clock().millis()));
        }
    }

    private static ResolveResponse principal(ReadTransaction transaction, String userId)
            throws SQLException {
        ResolveResponse.Builder response =
                ResolveResponse.newBuilder().setAsOf(transaction.revision());
        addPrincipal(response, transaction, userId);
        return response.build();
    }

    private static void addPrincipal(
            ResolveResponse.Builder response, ReadTransaction transaction, String userId)
            throws SQLException {
        Principal principal = transaction.principal(userId);
        if (principal != null) {
            response.setPrincipal(OriginRecords.of(principal));
        }
    }

    @Override
    public void reportUsage(
            ReportUsageRequest request, StreamObserver<ReportUsageResponse> reply) {
        if (request.getUsagesCount() > Usages.REPORT_MAX) {
            reply.onError(OriginErrors.invalid("usages: at most " + Usages.REPORT_MAX));
            return;
        }
        answer(reply, () -> {
            List<Usage> usages = new ArrayList<>(request.getUsagesCount());
            for (dev.portcullis.proto.origin.v1.Usage usage : request.getUsagesList()) {
                usages.add(new Usage(
                        usage.getPrefix(), usage.getLastUsedAtMs(), usage.getSource()));
            }
            wiring.usages().report(usages);
            return ReportUsageResponse.getDefaultInstance();
        });
    }

    @Override
    public void reportRefusals(
            ReportRefusalsRequest request, StreamObserver<ReportRefusalsResponse> reply) {
        if (request.getRefusalsCount() > Refusals.REPORT_MAX) {
            reply.onError(OriginErrors.invalid("refusals: at most " + Refusals.REPORT_MAX));
            return;
        }
        if (!WatchStream.GATEWAY_ID.matcher(request.getGatewayId()).matches()) {
            // it goes into the audit log
            reply.onError(OriginErrors.invalid(WatchStream.BAD_GATEWAY_ID));
            return;
        }
        answer(reply, () -> {
            List<Refusal> refusals = new ArrayList<>(request.getRefusalsCount());
            for (RefusalSummary summary : request.getRefusalsList()) {
                refusals.add(new Refusal(
                        summary.getCode(), summary.getPrefix(), summary.getSource(),
                        summary.getApplication(), summary.getCount(), summary.getFirstAtMs(),
                        summary.getLastAtMs()));
            }
            wiring.refusals().report(request.getGatewayId(), refusals);
            return ReportRefusalsResponse.getDefaultInstance();
        });
    }

    private <T> void answer(StreamObserver<T> reply, Supplier<T> work) {
        answer(reply, work, () -> {});
    }

    /**
     * Answers on a worker.
     *
     * @param after runs once, whatever becomes of it
     */
    private <T> void answer(StreamObserver<T> reply, Supplier<T> work, Runnable after) {
        ServerCallStreamObserver<T> call = (ServerCallStreamObserver<T>) reply;
        // with a handler, a call that was given up is not an error to answer
        call.setOnCancelHandler(() -> {});
        try {
            wiring.workers().execute(() -> {
                try {
                    answerNow(call, work);
                } finally {
                    after.run();
                }
            });
        } catch (RejectedExecutionException e) {
            after.run();
            call.onError(OriginErrors.unavailable("too many calls at once"));
        }
    }

    private static <T> void answerNow(ServerCallStreamObserver<T> call, Supplier<T> work) {
        if (call.isCancelled()) {
            return;
        }
        T value;
        try {
            value = work.get();
        } catch (RuntimeException e) {
            call.onError(OriginErrors.of(e));
            return;
        }
        call.onNext(value);
        call.onCompleted();
    }

    @Override
    public StreamObserver<WatchRequest> watch(StreamObserver<WatchResponse> replies) {
        RemoteGateway remote = RemoteGateway.CALLER.get();
        if (gatekeeper != null && remote == null) {
            throw new IllegalStateException("a call came past the gate");
        }
        WatchStream stream = new WatchStream(
                wiring, side, remote, (ServerCallStreamObserver<WatchResponse>) replies);
        if (remote != null) {
            stream.hangsOn(gatekeeper.hold(remote, stream::shutOut));
        }
        return stream;
    }
}
