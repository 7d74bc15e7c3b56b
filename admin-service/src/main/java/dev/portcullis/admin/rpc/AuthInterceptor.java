package dev.portcullis.admin.rpc;

import dev.portcullis.admin.edge.Callers;
import dev.portcullis.admin.edge.RequestIds;
import dev.portcullis.admin.model.Actor;
import dev.portcullis.proto.admin.v1.BindingServiceGrpc;
import dev.portcullis.proto.admin.v1.TokenServiceGrpc;
import dev.portcullis.proto.admin.v1.UserServiceGrpc;
import io.grpc.Context;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.StatusRuntimeException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/**
 * Authenticates, then authorises, every call but those to health and reflection; what it lets pass
 * knows its {@link CallContext#actor}.
 *
 * <p>gRPC calls it on the connection's event loop, which must not block. So it waits there until
 * the request is whole, and only then takes a thread of the pool, on which it looks the caller up
 * and runs the method: a caller that sends half a request never holds a thread, and one that finds
 * no room is told so at once.
 */
final class AuthInterceptor implements ServerInterceptor {
    /** What anybody may ask: whether we live, and the public contract. */
    private static final Set<String> OPEN_SERVICES = Set.of(
            "grpc.health.v1.Health",
            "grpc.reflection.v1.ServerReflection");

    /** What an auditor may call. A method that is missing here needs an administrator. */
    private static final Set<String> READING_METHODS = Set.of(
            UserServiceGrpc.getGetUserMethod().getFullMethodName(),
            UserServiceGrpc.getListUsersMethod().getFullMethodName(),
            BindingServiceGrpc.getListBindingsMethod().getFullMethodName(),
            TokenServiceGrpc.getGetTokenMethod().getFullMethodName(),
            TokenServiceGrpc.getListTokensMethod().getFullMethodName());

    private static final Metadata.Key<String> AUTHORIZATION =
            Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);
    private static final Metadata.Key<String> REQUEST_ID =
            Metadata.Key.of("x-request-id", Metadata.ASCII_STRING_MARSHALLER);

    private final Callers callers;
    private final Executor executor;
    private final RequestIds requestIds;

    /** @param executor bounded: it rejects what it has no room for */
    AuthInterceptor(Callers callers, Executor executor, RequestIds requestIds) {
        this.callers = callers;
        this.executor = executor;
        this.requestIds = requestIds;
    }

    @Override
    public <Q, R> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
        if (OPEN_SERVICES.contains(call.getMethodDescriptor().getServiceName())) {
            return next.startCall(call, headers);
        }
        // the one message of a unary call, and its end
        call.request(2);
        return new WaitingCall<>(call, headers, next);
    }

    /** A call whose request is not whole yet. Event loop, until it goes to the pool. */
    private final class WaitingCall<Q, R> extends ServerCall.Listener<Q> {
        private final ServerCall<Q, R> call;
        private final Metadata headers;
        private final ServerCallHandler<Q, R> next;
        private Q message;

        WaitingCall(ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
            this.call = call;
            this.headers = headers;
            this.next = next;
        }

        @Override
        public void onMessage(Q received) {
            // gRPC itself cancels a unary call with a second one
            message = received;
        }

        @Override
        public void onHalfClose() {
            try {
                executor.execute(Context.current().wrap(this::admit));
            } catch (RejectedExecutionException e) {
                close(RpcErrors.overloaded());
            }
        }

        /** On a thread of the pool. */
        private void admit() {
            if (call.isCancelled()) {
                return;
            }
            String requestId = requestIds.of(values(headers, REQUEST_ID));
            Actor actor;
            try {
                String method = call.getMethodDescriptor().getFullMethodName();
                actor = callers.admit(
                        values(headers, AUTHORIZATION),
                        READING_METHODS.contains(method),
                        source(),
                        requestId);
            } catch (RuntimeException e) {
                close(RpcErrors.of(e, requestId));
                return;
            }
            CallContext.with(actor).run(this::proceed);
        }

        private void proceed() {
            ServerCall.Listener<Q> method = next.startCall(call, headers);
            if (message != null) {
                try {
                    method.onMessage(message);
                } catch (StatusRuntimeException e) {
                    // its octets are looked at only now: see OctetsMarshaller
                    close(RpcErrors.malformed());
                    return;
                }
            }
            // without a message, this is where the method says so
            method.onHalfClose();
        }

        private void close(StatusException e) {
            Metadata trailers = Status.trailersFromThrowable(e);
            call.close(e.getStatus(), trailers == null ? new Metadata() : trailers);
        }

        private String source() {
            SocketAddress remote = call.getAttributes().get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR);
            return remote instanceof InetSocketAddress address
                    ? address.getAddress().getHostAddress()
                    : "local";
        }
    }

    private static List<String> values(Metadata headers, Metadata.Key<String> key) {
        List<String> values = new ArrayList<>();
        Iterable<String> all = headers.getAll(key);
        if (all != null) {
            all.forEach(values::add);
        }
        return values;
    }
}
