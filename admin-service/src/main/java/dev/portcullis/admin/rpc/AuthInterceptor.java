package dev.portcullis.admin.rpc;

import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;

/**
 * Authenticates, then authorises, every call but those to health and reflection; what it lets pass
 * knows its {@link CallContext#actor}.
 *
 * <p>gRPC calls it on the connection's event loop, which must not block. So it waits there until
 * the request is whole, and only then takes a thread of the pool, on which it looks the caller up
 * and runs the method: a caller that sends half a request never holds a thread, and one that finds
 * no room is told so at once. A large request is not even read before its caller was let in once.
 */
final class AuthInterceptor implements ServerInterceptor {
    private final Gate gate;

    AuthInterceptor(Gate gate) {
        this.gate = gate;
    }

    @Override
    public <Q, R> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
        if (MethodRules.isOpen(call.getMethodDescriptor().getServiceName())) {
            return next.startCall(call, headers);
        }
        GatedCall<Q, R> gated = new GatedCall<>(gate, call, headers, next);
        if (MethodRules.isLarge(call.getMethodDescriptor().getFullMethodName())) {
            gated.gatherOnceAdmitted();
        } else {
            gated.gather();
        }
        return gated;
    }
}
