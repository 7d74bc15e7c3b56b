package dev.portcullis.admin.rpc;

import dev.portcullis.admin.edge.Callers;
import dev.portcullis.admin.edge.RequestIds;
import dev.portcullis.admin.model.Actor;
import dev.portcullis.admin.model.ServiceException;
import io.grpc.Context;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;

/** What lets calls in: by who makes them, and by how much room there is. Any thread. */
final class Gate {
    private static final Metadata.Key<String> AUTHORIZATION =
            Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);
    private static final Metadata.Key<String> REQUEST_ID =
            Metadata.Key.of("x-request-id", Metadata.ASCII_STRING_MARSHALLER);

    private final Callers callers;
    private final RequestIds requestIds;
    private final Executor executor;
    private final Semaphore largeRequests;

    /**
     * A gate.
     *
     * @param executor runs calls; bounded: it rejects what it has no room for
     * @param largeRequestsMax large requests that are taken at once
     */
    Gate(Callers callers, RequestIds requestIds, Executor executor, int largeRequestsMax) {
        this.callers = callers;
        this.requestIds = requestIds;
        this.executor = executor;
        this.largeRequests = new Semaphore(largeRequestsMax);
    }

    /** What a call is called in logs and audit events. */
    String requestId(Metadata headers) {
        return requestIds.of(values(headers, REQUEST_ID));
    }

    /**
     * Lets the caller in, as {@link MethodRules} says. Blocks on the database.
     *
     * @throws ServiceException as {@link Callers#admit}
     */
    Actor admit(ServerCall<?, ?> call, Metadata headers, String requestId) {
        List<String> authorization = values(headers, AUTHORIZATION);
        String source = source(call);
        return switch (MethodRules.needs(call.getMethodDescriptor().getFullMethodName())) {
            case READER -> callers.admit(authorization, true, source, requestId);
            case ADMINISTRATOR -> callers.admit(authorization, false, source, requestId);
            case CALLER -> callers.identify(authorization, source, requestId);
        };
    }

    /**
     * Runs something on the pool, in the context of the current call.
     *
     * @throws RejectedExecutionException when there is no room
     */
    void onPool(Runnable task) {
        executor.execute(Context.current().wrap(task));
    }

    /** Whether there is room for one more large request, which is then to be left again. */
    boolean enterLarge() {
        return largeRequests.tryAcquire();
    }

    void leaveLarge() {
        largeRequests.release();
    }

    private static String source(ServerCall<?, ?> call) {
        SocketAddress remote = call.getAttributes().get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR);
        return remote instanceof InetSocketAddress address
                ? address.getAddress().getHostAddress()
                : "local";
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
