package dev.portcullis.admin.rpc;

import dev.portcullis.admin.model.Actor;
import dev.portcullis.admin.service.AuditLog;
import dev.portcullis.admin.service.AuditLog.Verified;
import dev.portcullis.proto.admin.v1.VerifyAuditRequest;
import dev.portcullis.proto.admin.v1.VerifyAuditResponse;
import io.grpc.stub.ServerCallStreamObserver;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;

/** One walk along the whole chain; it stops when nobody waits for its result any more. */
final class AuditVerification {
    private final AuditLog log;
    private final VerifyAuditRequest request;
    private final ServerCallStreamObserver<VerifyAuditResponse> reply;
    private final BooleanSupplier closing;
    private long total;

    /**
     * A walk that has not begun. To be made while the method is called, not later.
     *
     * @param closing whether the server is about to end
     */
    AuditVerification(
            AuditLog log,
            VerifyAuditRequest request,
            ServerCallStreamObserver<VerifyAuditResponse> reply,
            BooleanSupplier closing) {
        this.log = log;
        this.request = request;
        this.reply = reply;
        this.closing = closing;
        // with a handler, sending to a reader who has gone is no error
        reply.setOnCancelHandler(() -> {});
    }

    /** Walks; blocks for as long as that takes. */
    void run(Actor actor) {
        try {
            goOn();
            Verified found = log.verify(
                    actor,
                    request.getExpectedSeq(),
                    AuditTranslation.expectedHash(request),
                    this::progress);
            reply.onNext(AuditTranslation.verified(found, total));
            reply.onCompleted();
        } catch (CancellationException e) {
            // nobody is left to be told
        } catch (RuntimeException e) {
            reply.onError(RpcErrors.of(e, actor.requestId()));
        }
    }

    private void progress(long verified, long ofAll) {
        goOn();
        total = ofAll;
        // how far it has come is not worth waiting for a slow reader
        if (reply.isReady()) {
            reply.onNext(AuditTranslation.progress(verified, ofAll));
        }
    }

    /** Throws when there is no point in going on. */
    private void goOn() {
        if (reply.isCancelled()) {
            throw new CancellationException("the caller has gone");
        }
        if (closing.getAsBoolean()) {
            throw AuditRpc.closing();
        }
    }
}
