package dev.portcullis.admin.rpc;

import dev.portcullis.admin.model.Actor;
import io.grpc.Context;
import io.grpc.Deadline;
import io.grpc.Metadata;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** What the interceptor found out about the current call. */
final class CallContext {
    private static final Context.Key<Actor> ACTOR = Context.key("portcullis-actor");
    private static final Context.Key<Duration> WAIT = Context.key("portcullis-wait");

    /** The longest a reply waits for its change's propagation, as the contract says. */
    private static final Duration WAIT_MAX = Duration.ofSeconds(5);

    /** Of the caller's deadline, what is kept for the reply's own way back. */
    private static final Duration RETURN_MAX = Duration.ofMillis(250);

    private CallContext() {}

    static Context with(Actor actor, Metadata headers) {
        return Context.current()
                .withValue(ACTOR, actor)
                .withValue(WAIT, PreferredWait.in(headers, WAIT_MAX));
    }

    /** Who calls; authenticated, and authorised as far as {@link MethodRules} says. */
    static Actor actor() {
        Actor actor = ACTOR.get();
        if (actor == null) {
            throw new IllegalStateException("a call came past the interceptor");
        }
        return actor;
    }

    /** How long the reply may wait: as the caller prefers, and so that it is still in time. */
    static Duration waitAtMost() {
        Duration wait = WAIT.get();
        Deadline deadline = Context.current().getDeadline();
        if (deadline == null) {
            return wait;
        }
        Duration left = Duration.ofNanos(Math.max(0, deadline.timeRemaining(TimeUnit.NANOSECONDS)));
        Duration way = min(left.dividedBy(4), RETURN_MAX);
        return min(left.minus(way), wait);
    }

    private static Duration min(Duration a, Duration b) {
        return a.compareTo(b) <= 0 ? a : b;
    }
}
