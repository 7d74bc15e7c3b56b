package dev.portcullis.admin.origin;

import dev.portcullis.admin.edge.FailureThrottle;
import dev.portcullis.admin.model.ServiceException;
import dev.portcullis.admin.origin.OriginStats.Refusal;
import dev.portcullis.admin.service.Enrolled;
import dev.portcullis.admin.service.Enrollments;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Lets enrolled gateways in, and nobody else; nothing of a call is read before. Who is known goes
 * through at once; of others the database is asked, on a worker, since calls come in on an event
 * loop.
 */
final class OriginGate implements ServerInterceptor {
    private static final Metadata.Key<String> AUTHORIZATION =
            Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);
    private static final String SCHEME = "Bearer ";
    /** Strangers take so much of the workers and no more: the rest is for who is known. */
    static final int ADMITTING_MAX = 128;
    private static final String TOO_MANY =
            "too many failed attempts to authenticate from this address";

    private final Gatekeeper gatekeeper;
    private final FailureThrottle throttle;
    private final Executor workers;
    private final TurnedAway turnedAway;
    private final AtomicInteger admitting = new AtomicInteger();

    OriginGate(
            Gatekeeper gatekeeper,
            FailureThrottle throttle,
            Executor workers,
            TurnedAway turnedAway) {
        this.gatekeeper = gatekeeper;
        this.throttle = throttle;
        this.workers = workers;
        this.turnedAway = turnedAway;
    }

    @Override
    public <Q, R> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
        String source = source(call);
        String token = token(headers);
        Enrolled known = gatekeeper.known(token);
        if (known != null) {
            return start(call, headers, next, new RemoteGateway(known, source));
        }
        if (throttle.waitNanos(source) > 0) {
            turnedAway.note(Refusal.TOO_MANY_ATTEMPTS, source, TOO_MANY);
            close(call, Status.RESOURCE_EXHAUSTED.withDescription(TOO_MANY));
            return new ServerCall.Listener<>() {};
        }
        AdmittedCall<Q> waiting = new AdmittedCall<>();
        boolean asked = asksSoon(() -> {
            RemoteGateway gateway = admit(call, token, source);
            if (gateway != null) {
                waiting.begin(() -> start(call, headers, next, gateway));
            }
        });
        if (!asked) {
            close(call, OriginErrors.unavailable("too many calls at once").getStatus());
        }
        return waiting;
    }

    /** Runs a question about a stranger on a worker; false when there are too many of them. */
    private boolean asksSoon(Runnable question) {
        if (admitting.incrementAndGet() > ADMITTING_MAX) {
            admitting.decrementAndGet();
            return false;
        }
        try {
            workers.execute(() -> {
                try {
                    question.run();
                } finally {
                    admitting.decrementAndGet();
                }
            });
            return true;
        } catch (RejectedExecutionException e) {
            admitting.decrementAndGet();
            return false;
        }
    }

    /** On a worker. Null when the caller is not let in, and was told so. */
    private RemoteGateway admit(ServerCall<?, ?> call, String token, String source) {
        if (call.isCancelled()) {
            return null;
        }
        try {
            return new RemoteGateway(gatekeeper.admit(token, source), source);
        } catch (RuntimeException e) {
            refused(e, source);
            close(call, OriginErrors.of(e).getStatus());
            return null;
        }
    }

    private void refused(RuntimeException failure, String source) {
        if (!(failure instanceof ServiceException known)) {
            return;
        }
        switch (known.code()) {
            case UNAUTHENTICATED -> {
                throttle.failed(source);
                turnedAway.note(Enrollments.isOfEnded(known)
                        ? Refusal.CREDENTIAL_ENDED : Refusal.CREDENTIAL_INVALID,
                        source, known.getMessage());
            }
            case PERMISSION_DENIED -> {
                throttle.failed(source);
                turnedAway.note(Refusal.NOT_ALLOWED, source, known.getMessage());
            }
            default -> {
                // not the caller's fault
            }
        }
    }

    private static <Q, R> ServerCall.Listener<Q> start(
            ServerCall<Q, R> call,
            Metadata headers,
            ServerCallHandler<Q, R> next,
            RemoteGateway gateway) {
        Context context = Context.current().withValue(RemoteGateway.CALLER, gateway);
        return Contexts.interceptCall(context, call, headers, next);
    }

    private static void close(ServerCall<?, ?> call, Status status) {
        if (!call.isCancelled()) {
            call.close(status, new Metadata());
        }
    }

    /** The one credential in the one header there is; null when it is not so. */
    private static String token(Metadata headers) {
        List<String> values = new ArrayList<>();
        Iterable<String> all = headers.getAll(AUTHORIZATION);
        if (all != null) {
            all.forEach(values::add);
        }
        if (values.size() != 1
                || !values.get(0).regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
            return null;
        }
        return values.get(0).substring(SCHEME.length()).trim();
    }

    static String source(ServerCall<?, ?> call) {
        SocketAddress remote = call.getAttributes().get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR);
        return remote instanceof InetSocketAddress address
                ? address.getAddress().getHostAddress()
                : "local";
    }
}
