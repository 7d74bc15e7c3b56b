package dev.portcullis.gateway.wire;

import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import java.util.concurrent.CountDownLatch;

/** Tells a test that a call was cancelled at the server. */
final class CancelRecorder implements ServerInterceptor {
    private final CountDownLatch cancelled;

    CancelRecorder(CountDownLatch cancelled) {
        this.cancelled = cancelled;
    }

    @Override
    public <A, B> ServerCall.Listener<A> interceptCall(
            ServerCall<A, B> call, Metadata headers, ServerCallHandler<A, B> next) {
        return new SimpleForwardingServerCallListener<>(next.startCall(call, headers)) {
            @Override
            public void onCancel() {
                cancelled.countDown();
                super.onCancel();
            }
        };
    }
}
