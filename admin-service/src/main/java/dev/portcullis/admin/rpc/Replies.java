package dev.portcullis.admin.rpc;

import dev.portcullis.admin.change.Barrier;
import dev.portcullis.admin.change.Propagation;
import dev.portcullis.admin.model.Actor;
import dev.portcullis.admin.model.Committed;
import io.grpc.stub.StreamObserver;
import java.util.function.BiFunction;
import java.util.function.Function;

/** Runs use cases and replies with what they made; the same for every method. */
final class Replies {
    private final Barrier barrier;

    Replies(Barrier barrier) {
        this.barrier = barrier;
    }

    /** Replies with what a reading use case answers. */
    <R> void read(StreamObserver<R> reply, Function<Actor, R> useCase) {
        Actor actor = CallContext.actor();
        R response;
        try {
            response = useCase.apply(actor);
        } catch (RuntimeException e) {
            reply.onError(RpcErrors.of(e, actor.requestId()));
            return;
        }
        reply.onNext(response);
        reply.onCompleted();
    }

    /**
     * Replies with what a changing use case made, when it is effective everywhere or the wait is
     * over. No thread waits meanwhile.
     *
     * @param response makes the reply of what was made and how far it has reached
     */
    <T, R> void change(
            StreamObserver<R> reply,
            Function<Actor, Committed<T>> useCase,
            BiFunction<T, Propagation, R> response) {
        Actor actor = CallContext.actor();
        Committed<T> committed;
        try {
            committed = useCase.apply(actor);
        } catch (RuntimeException e) {
            reply.onError(RpcErrors.of(e, actor.requestId()));
            return;
        }
        barrier.await(committed.revision(), CallContext.waitAtMost())
                .thenAccept(propagation -> {
                    reply.onNext(response.apply(committed.value(), propagation));
                    reply.onCompleted();
                })
                .exceptionally(failure -> {
                    reply.onError(RpcErrors.of(failure, actor.requestId()));
                    return null;
                });
    }
}
