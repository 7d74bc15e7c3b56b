package dev.portcullis.admin.origin;

import io.grpc.ServerCall.Listener;
import java.util.function.Supplier;

/**
 * Stands for a call until its caller has been let in. Nothing of it has been read by then, but that
 * it ended may be told. Any thread.
 */
final class AdmittedCall<Q> extends Listener<Q> {
    // guarded by this
    private Listener<Q> admitted;
    private boolean halfClosed;
    private boolean cancelled;
    private boolean completed;

    /** The caller was let in: the call begins, and hears what was told meanwhile. */
    synchronized void begin(Supplier<Listener<Q>> start) {
        if (cancelled) {
            return;
        }
        // under the lock, since messages may come before this returns; it does not block
        admitted = start.get();
        admitted.onReady();
        if (halfClosed) {
            admitted.onHalfClose();
        }
        if (completed) {
            admitted.onComplete();
        }
    }

    private synchronized Listener<Q> admitted() {
        return admitted;
    }

    @Override
    public void onMessage(Q message) {
        // only who was let in asks for messages
        admitted().onMessage(message);
    }

    @Override
    public void onHalfClose() {
        Listener<Q> listener;
        synchronized (this) {
            halfClosed = true;
            listener = admitted;
        }
        if (listener != null) {
            listener.onHalfClose();
        }
    }

    @Override
    public void onCancel() {
        Listener<Q> listener;
        synchronized (this) {
            cancelled = true;
            listener = admitted;
        }
        if (listener != null) {
            listener.onCancel();
        }
    }

    @Override
    public void onComplete() {
        Listener<Q> listener;
        synchronized (this) {
            completed = true;
            listener = admitted;
        }
        if (listener != null) {
            listener.onComplete();
        }
    }

    @Override
    public void onReady() {
        Listener<Q> listener = admitted();
        if (listener != null) {
            listener.onReady();
        }
    }
}
