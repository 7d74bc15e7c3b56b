package dev.portcullis.admin.rest;

import dev.portcullis.admin.change.Barrier;
import dev.portcullis.admin.change.Propagation;
import dev.portcullis.admin.edge.Callers;
import dev.portcullis.admin.edge.FailureThrottle;
import dev.portcullis.admin.edge.UseCases;
import dev.portcullis.admin.model.Actor;
import dev.portcullis.admin.rest.openapi.Operation;
import dev.portcullis.admin.rest.openapi.Operation.Access;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;

/**
 * Answers requests: authenticate, authorise, find the endpoint, validate and do, and wait until a
 * change is in force, in this order. Any thread that may block.
 */
public final class RestApi {
    /** The longest that the answer to a change waits for its propagation. */
    private static final Duration WAIT_MAX = Duration.ofSeconds(5);

    private final Admission admission;
    private final Barrier barrier;
    private final Routes routes = new Routes();

    /**
     * The API to use cases.
     *
     * @param longCalls runs what takes seconds; bounded: what it rejects is answered with 429
     * @param nanoTime monotonic clock, as {@link System#nanoTime}
     */
    public RestApi(UseCases useCases, Executor longCalls, LongSupplier nanoTime) {
        FailureThrottle throttle =
                new FailureThrottle(FailureThrottle.Limits.defaults(), nanoTime);
        this.admission = new Admission(new Callers(useCases.authenticator()), throttle);
        this.barrier = useCases.barrier();
        new UserEndpoints(useCases.users()).addTo(routes);
        new TokenEndpoints(useCases.users(), useCases.tokens()).addTo(routes);
        new KeyEndpoints(useCases.users(), useCases.keys()).addTo(routes);
        new GroupEndpoints(useCases.groups()).addTo(routes);
        new BindingEndpoints(useCases.bindings()).addTo(routes);
        new GatewayEndpoints(useCases.gateways()).addTo(routes);
        new ExplainEndpoint(useCases.explain()).addTo(routes);
        new AuditEndpoints(useCases.auditLog(), longCalls).addTo(routes);
        new OauthEndpoints(useCases.keyExchange(), admission).addTo(routes);
        new ServiceTokenEndpoint(useCases.keyExchange(), admission).addTo(routes);
        new DescriptionEndpoints(routes).addTo(routes);
    }

    /** Everything that is answered. */
    List<Operation> operations() {
        return routes.operations();
    }

    /** The reply to a request. Never fails; waits for propagation without holding a thread. */
    CompletionStage<RestReply> answer(RestRequest request) {
        Answer answer;
        try {
            answer = run(request);
        } catch (Routes.MethodNotAllowed e) {
            answer = Answer.of(RestReply.error(405, e.getMessage()).with("Allow", e.allowed()));
        } catch (RuntimeException e) {
            answer = Answer.of(RestErrors.of(e, request.requestId()));
        }
        if (answer.later() != null) {
            return answer.later().exceptionally(e -> RestErrors.of(
                    e instanceof CompletionException ? e.getCause() : e, request.requestId()));
        }
        return answer.changed() ? propagated(answer) : done(answer.reply());
    }

    private Answer run(RestRequest request) {
        Routes.Found found;
        try {
            found = routes.find(request.method(), request.target().segments());
        } catch (RestException | Routes.MethodNotAllowed e) {
            if (request.target().segments().get(0).equals("api")) {
                // what there is not is nobody's business either who may not see what there is
                admission.admit(request, request.reads() ? Access.READER : Access.ADMINISTRATOR);
            }
            throw e;
        }
        return found.endpoint().answer(new Call(actor(request, found.operation()), request));
    }

    private Actor actor(RestRequest request, Operation operation) {
        return switch (operation.access()) {
            case PUBLIC, CLIENT -> null;
            case OWN, READER, ADMINISTRATOR -> {
                Actor actor = admission.admit(request, operation.access());
                requireNoCondition(request, operation);
                yield actor;
            }
        };
    }

    /** A condition that would not be kept must not pass for one that was (RFC 9110, 13.1.1). */
    private static void requireNoCondition(RestRequest request, Operation operation) {
        boolean understood = operation.id().equals(UserEndpoints.UPDATE) || request.reads();
        if (request.headers().ifMatch() != null && !understood) {
            throw new RestException(400, "If-Match is understood for the change of a user only");
        }
    }

    private CompletionStage<RestReply> propagated(Answer answer) {
        return barrier.await(answer.revision(), WAIT_MAX)
                .thenApply(propagation -> withPropagation(answer.reply(), propagation));
    }

    /** NetBird's bodies have no room for it, so how far a change has reached is told in headers. */
    private static RestReply withPropagation(RestReply reply, Propagation propagation) {
        RestReply told = reply
                .with("Portcullis-Propagation", propagation.propagated() ? "propagated" : "pending")
                .with("Portcullis-Revision", Long.toString(propagation.revision()));
        if (propagation.propagated()) {
            return told;
        }
        return told
                .with("Portcullis-Unconfirmed-Gateways",
                        String.join(", ", propagation.unconfirmedGateways()))
                .with("Portcullis-Effective-Everywhere-By",
                        propagation.effectiveEverywhereBy().toString());
    }

    private static CompletionStage<RestReply> done(RestReply reply) {
        return CompletableFuture.completedFuture(reply);
    }
}
