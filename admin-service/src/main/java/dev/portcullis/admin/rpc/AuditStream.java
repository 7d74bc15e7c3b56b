package dev.portcullis.admin.rpc;

import dev.portcullis.admin.model.AuditRecord;
import dev.portcullis.admin.model.ServiceException;
import dev.portcullis.admin.model.ServiceException.Code;
import dev.portcullis.admin.service.AuditLog.Subscription;
import dev.portcullis.proto.admin.v1.StreamAuditEventsResponse;
import io.grpc.stub.ServerCallStreamObserver;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * A reader of the audit log as it grows. Events are sent when the transport has room; until then a
 * few wait here, and whoever brings more waits a little; a reader who needs longer than that is
 * told to begin anew, so that it neither holds up the log nor costs memory.
 *
 * <p>Any thread: the log brings events and the end on its own, the transport tells on the event
 * loop that there is room or that the reader has gone. Lock order: the stream's, then the
 * transport's; the log is called under neither.
 */
final class AuditStream {
    /** Events that wait for room. */
    static final int WAITING_MAX = 64;
    /** How long an event waits for a place among them. */
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private final ServerCallStreamObserver<StreamAuditEventsResponse> reply;
    private final String requestId;
    private final Recheck recheck;
    private final Consumer<AuditStream> ended;
    private final BlockingQueue<AuditRecord> waiting = new ArrayBlockingQueue<>(WAITING_MAX);

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
            Recheck recheck,
            Consumer<AuditStream> ended) {
        this.reply = reply;
        this.requestId = requestId;
        this.recheck = recheck;
        this.ended = ended;
        reply.setOnReadyHandler(this::send);
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
     * The next event, from one thread at a time.
     *
     * @throws RuntimeException when the stream is over: no further event is wanted
     */
    void take(AuditRecord event) {
        try {
            recheck.check();
            if (!offer(event)) {
                throw tooSlow();
            }
        } catch (RuntimeException e) {
            fail(e);
            throw e;
        }
        if (!send()) {
            throw new CancellationException("the reader has gone");
        }
    }

    private boolean offer(AuditRecord event) {
        try {
            return waiting.offer(event, PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw closing();
        }
    }

    /** Sends what there is and room for. Answers whether the stream goes on. */
    private synchronized boolean send() {
        while (!over && reply.isReady()) {
            AuditRecord next = waiting.poll();
            if (next == null) {
                break;
            }
            reply.onNext(AuditTranslation.streamed(next));
        }
        return !over;
    }

    /** Ends the stream: the log says that it feeds it no longer. */
    void ended(RuntimeException reason) {
        boolean slow = reason instanceof ServiceException e
                && e.code() == Code.RESOURCE_EXHAUSTED;
        fail(slow ? tooSlow() : reason);
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
        }
        // whoever waits for a place gets it, and hears that the stream is over
        waiting.clear();
        ended.accept(this);
        if (feeding != null) {
            feeding.close();
        }
    }

    private static ServiceException tooSlow() {
        return new ServiceException(Code.UNAVAILABLE,
                "the events are read too slowly; go on behind the last that was read");
    }

    /** What ends streams when the server closes. */
    static ServiceException closing() {
        return new ServiceException(Code.UNAVAILABLE,
                "the server closes; go on behind the last that was read");
    }
}
