package dev.portcullis.admin.rpc;

import dev.portcullis.admin.model.AuditRecord;
import dev.portcullis.admin.model.ServiceException;
import dev.portcullis.admin.model.ServiceException.Code;
import dev.portcullis.admin.service.AuditLog.Subscription;
import dev.portcullis.proto.admin.v1.StreamAuditEventsResponse;
import io.grpc.stub.ServerCallStreamObserver;
import java.util.concurrent.CancellationException;
import java.util.function.Consumer;

/**
 * A reader of the audit log as it grows. An event is sent when the transport has room, and until
 * then whoever brings it waits: nothing piles up here. The log does not wait for ever; a reader who
 * takes too long is told to begin anew.
 *
 * <p>Any thread: the log brings events and the end on one of its own, the transport tells on the
 * event loop that there is room or that the reader has gone. Lock order: the stream's, then the
 * transport's; the log is called under neither.
 */
final class AuditStream {
    private final ServerCallStreamObserver<StreamAuditEventsResponse> reply;
    private final String requestId;
    private final Consumer<AuditStream> ended;

    // guarded by this
    private boolean over;
    private Subscription subscription;

    /**
     * A stream that is not fed yet. To be made while the method is called, not later.
     *
     * @param ended told once, when the stream is over
     */
    AuditStream(
            ServerCallStreamObserver<StreamAuditEventsResponse> reply,
            String requestId,
            Consumer<AuditStream> ended) {
        this.reply = reply;
        this.requestId = requestId;
        this.ended = ended;
        reply.setOnReadyHandler(this::lookAgain);
        reply.setOnCancelHandler(() -> end(null));
    }

    /** What feeds the stream, to be closed when it is over. */
    void feed(Subscription feeding) {
        synchronized (this) {
            if (!over) {
                subscription = feeding;
                return;
            }
        }
        feeding.close();
    }

    /**
     * Sends an event; waits for room. From one thread at a time, which may be interrupted.
     *
     * @throws RuntimeException when no event is wanted any more
     */
    synchronized void take(AuditRecord event) {
        while (!over && !reply.isReady()) {
            try {
                wait();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new CancellationException("the log no longer waits for the reader");
            }
        }
        if (over) {
            throw new CancellationException("the reader has gone");
        }
        reply.onNext(AuditTranslation.streamed(event));
    }

    private synchronized void lookAgain() {
        notifyAll();
    }

    /** Ends the stream: the log feeds it no longer. */
    void abandoned(RuntimeException reason) {
        boolean slow = reason instanceof ServiceException e
                && e.code() == Code.RESOURCE_EXHAUSTED;
        // whoever begins anew is served: that is what this code says, and the other does not
        fail(slow ? new ServiceException(Code.UNAVAILABLE, reason.getMessage()) : reason);
    }

    /** Ends the stream with an error, unless it is over. */
    void fail(RuntimeException reason) {
        end(reason);
    }

    private void end(RuntimeException reason) {
        Subscription feeding;
        synchronized (this) {
            if (over) {
                return;
            }
            over = true;
            feeding = subscription;
            if (reason != null) {
                reply.onError(RpcErrors.of(reason, requestId));
            }
            notifyAll();
        }
        ended.accept(this);
        if (feeding != null) {
            feeding.close();
        }
    }
}
