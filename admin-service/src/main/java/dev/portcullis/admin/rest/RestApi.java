package dev.portcullis.admin.rest;

import dev.portcullis.admin.change.Barrier;
import dev.portcullis.admin.change.Propagation;
import dev.portcullis.admin.edge.Callers;
import dev.portcullis.admin.edge.UseCases;
import dev.portcullis.admin.model.Actor;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Answers requests: authenticate, authorise, find the endpoint, validate and do, and wait until a
 * change is in force, in this order. Any thread that may block.
 */
public final class RestApi {
    /** The longest that the answer to a change waits for its propagation. */
    private static final Duration WAIT_MAX = Duration.ofSeconds(5);

    private final Callers callers;
    private final Barrier barrier;
    private final Routes routes = new Routes();

    public RestApi(UseCases useCases) {
        this.callers = new Callers(useCases.authenticator());
        this.barrier = useCases.barrier();
        new UserEndpoints(useCases.users()).addTo(routes);
        new TokenEndpoints(useCases.users(), useCases.tokens()).addTo(routes);
        new BindingEndpoints(useCases.bindings()).addTo(routes);
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
        return answer.changed() ? propagated(answer) : done(answer.reply());
    }

    private Answer run(RestRequest request) {
        if (!request.target().segments().get(0).equals("api")) {
            throw new RestException(404, "path not found");
        }
        Actor actor = callers.admit(
                request.authorization(), request.reads(), request.source(), request.requestId());
        Routes.Endpoint endpoint =
                routes.find(request.method(), request.target().segments());
        return endpoint.answer(new Call(actor, request));
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
