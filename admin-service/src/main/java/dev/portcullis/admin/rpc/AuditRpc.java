package dev.portcullis.admin.rpc;

import dev.portcullis.admin.model.Actor;
import dev.portcullis.admin.model.ServiceException;
import dev.portcullis.admin.model.ServiceException.Code;
import dev.portcullis.admin.service.AuditLog;
import dev.portcullis.proto.admin.v1.AuditServiceGrpc;
import dev.portcullis.proto.admin.v1.ListAuditEventsRequest;
import dev.portcullis.proto.admin.v1.ListAuditEventsResponse;
import dev.portcullis.proto.admin.v1.StreamAuditEventsRequest;
import dev.portcullis.proto.admin.v1.StreamAuditEventsResponse;
import dev.portcullis.proto.admin.v1.VerifyAuditRequest;
import dev.portcullis.proto.admin.v1.VerifyAuditResponse;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/** {@code AuditService}. How many may follow or verify at once, the log bounds. */
final class AuditRpc extends AuditServiceGrpc.AuditServiceImplBase implements AutoCloseable {
    private final AuditLog log;
    private final Replies replies;
    private final Executor longCalls;
    private final Set<AuditStream> streams = ConcurrentHashMap.newKeySet();
    private volatile boolean closing;

    /**
     * The service on a log.
     *
     * @param longCalls runs what blocks for long; bounded: it rejects what it has no room for
     */
    AuditRpc(AuditLog log, Replies replies, Executor longCalls) {
        this.log = log;
        this.replies = replies;
        this.longCalls = longCalls;
    }

    @Override
    public void listAuditEvents(
            ListAuditEventsRequest request, StreamObserver<ListAuditEventsResponse> reply) {
        replies.read(reply, actor -> AuditTranslation.list(log.list(
                actor,
                AuditTranslation.filter(request.getFilter()),
                request.getDescending(),
                Translation.page(request.getPageSize(), request.getPageToken()))));
    }

    @Override
    public void streamAuditEvents(
            StreamAuditEventsRequest request, StreamObserver<StreamAuditEventsResponse> reply) {
        Actor actor = CallContext.actor();
        AuditStream stream = new AuditStream(
                (ServerCallStreamObserver<StreamAuditEventsResponse>) reply,
                actor.requestId(),
                streams::remove);
        streams.add(stream);
        try {
            if (closing) {
                throw closing();
            }
            stream.feed(log.follow(
                    actor,
                    AuditTranslation.filter(request.getFilter()),
                    request.getAfterSeq(),
                    stream::take,
                    stream::abandoned));
        } catch (RuntimeException e) {
            stream.fail(e);
        }
    }

    @Override
    public void verifyAudit(
            VerifyAuditRequest request, StreamObserver<VerifyAuditResponse> reply) {
        Actor actor = CallContext.actor();
        AuditVerification verification = new AuditVerification(
                log,
                request,
                (ServerCallStreamObserver<VerifyAuditResponse>) reply,
                () -> closing);
        try {
            longCalls.execute(() -> verification.run(actor));
        } catch (RejectedExecutionException e) {
            reply.onError(RpcErrors.overloaded());
        }
    }

    /** Ends what would go on for long, or without end. */
    @Override
    public void close() {
        closing = true;
        streams.forEach(stream -> stream.fail(closing()));
    }

    static ServiceException closing() {
        return new ServiceException(Code.UNAVAILABLE, "the admin-service is closing");
    }
}
