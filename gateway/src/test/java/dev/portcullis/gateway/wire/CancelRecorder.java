package dev.portcullis.gateway.wire;

import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;

/** Remembers that calls of a server were cancelled. Any thread. */
final class CancelRecorder implements ServerInterceptor {
    private final AtomicInteger cancels = new AtomicInteger();

    @Override
    public <A, B> ServerCall.Listener<A> interceptCall(
            ServerCall<A, B> call, Metadata headers, ServerCallHandler<A, B> next) {
        return new SimpleForwardingServerCallListener<>(next.startCall(call, headers)) {
            @Override
            public void onCancel() {
                cancels.incrementAndGet();
                super.onCancel();
            }
        };
    }

    /** Forgets all so far. */
    void forget() {
        cancels.set(0);
    }

    /** Waits until a call is cancelled. */
    void await() {
        Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> cancels.get() > 0);
    }
}
