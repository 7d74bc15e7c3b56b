package dev.portcullis.admin.rpc;

import dev.portcullis.admin.model.Actor;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.StatusRuntimeException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A call on its way to its method: its request is gathered on the event loop; when it is whole, its
 * caller is let in and the method is run on a thread of the pool. From then on it hands over what
 * the transport tells; that may overlap with what the method still does on its thread.
 */
final class GatedCall<Q, R> extends ServerCall.Listener<Q> {
    private final Gate gate;
    private final ServerCall<Q, R> call;
    private final Metadata headers;
    private final ServerCallHandler<Q, R> next;
    /** Whether this call takes up the room of a large request. */
    private final AtomicBoolean large = new AtomicBoolean();
    private final AtomicBoolean cancelTold = new AtomicBoolean();

    // handed on with the call, from the event loop to the pool
    private String requestId;
    private Q message;

    /** The method, once it runs. */
    private volatile ServerCall.Listener<Q> method;

    GatedCall(
            Gate gate,
            ServerCall<Q, R> call,
            Metadata headers,
            ServerCallHandler<Q, R> next) {
        this.gate = gate;
        this.call = call;
        this.headers = headers;
        this.next = next;
    }

    /** Reads the request. */
    void gather() {
        // the one message of a unary call, and its end
        call.request(2);
    }

    /** Reads the request when the caller was let in and there is room for a large one. */
    void gatherOnceAdmitted() {
        onPool(() -> {
            if (admit() == null) {
                return;
            }
            if (!gate.enterLarge()) {
                close(RpcErrors.overloaded());
                return;
            }
            large.set(true);
            if (call.isCancelled()) {
                // nobody might tell any more
                leaveLarge();
                return;
            }
            gather();
        });
    }

    @Override
    public void onMessage(Q received) {
        // gRPC itself cancels a unary call with a second one
        message = received;
    }

    @Override
    public void onHalfClose() {
        onPool(() -> {
            // once more for a large request: much may have happened while it came
            Actor actor = admit();
            if (actor != null) {
                CallContext.with(actor, headers).run(this::proceed);
            }
        });
    }

    private void onPool(Runnable task) {
        try {
            gate.onPool(task);
        } catch (RejectedExecutionException e) {
            close(RpcErrors.overloaded());
        }
    }

    /** On a thread of the pool. Null when the caller is not let in, and was told so. */
    private Actor admit() {
        if (call.isCancelled()) {
            return null;
        }
        if (requestId == null) {
            requestId = gate.requestId(headers);
        }
        try {
            return gate.admit(call, headers, requestId);
        } catch (RuntimeException e) {
            close(RpcErrors.of(e, requestId));
            return null;
        }
    }

    private void proceed() {
        ServerCall.Listener<Q> started = next.startCall(call, headers);
        if (message != null) {
            try {
                started.onMessage(message);
            } catch (StatusRuntimeException e) {
                // its octets are looked at only now: see OctetsMarshaller
                close(RpcErrors.malformed());
                return;
            }
            message = null;
        }
        // without a message, this is where the method says so
        started.onHalfClose();
        method = started;
        // what the transport told before now was not handed over
        if (call.isCancelled()) {
            tellCancelled();
        } else {
            started.onReady();
        }
    }

    @Override
    public void onReady() {
        ServerCall.Listener<Q> running = method;
        if (running != null) {
            running.onReady();
        }
    }

    @Override
    public void onCancel() {
        leaveLarge();
        if (method != null) {
            tellCancelled();
        }
    }

    private void tellCancelled() {
        if (cancelTold.compareAndSet(false, true)) {
            method.onCancel();
        }
    }

    @Override
    public void onComplete() {
        leaveLarge();
        ServerCall.Listener<Q> running = method;
        if (running != null) {
            running.onComplete();
        }
    }

    private void leaveLarge() {
        if (large.compareAndSet(true, false)) {
            gate.leaveLarge();
        }
    }

    private void close(StatusException e) {
        Metadata trailers = Status.trailersFromThrowable(e);
        call.close(e.getStatus(), trailers == null ? new Metadata() : trailers);
    }
}
