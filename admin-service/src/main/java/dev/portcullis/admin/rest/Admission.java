package dev.portcullis.admin.rest;

import dev.portcullis.admin.edge.Callers;
import dev.portcullis.admin.edge.FailureThrottle;
import dev.portcullis.admin.model.Actor;
import dev.portcullis.admin.model.ServiceException;
import dev.portcullis.admin.model.ServiceException.Code;
import dev.portcullis.admin.rest.openapi.Operation.Access;
import java.util.function.Supplier;

/**
 * Who calls, and whether they may go on: before anything of the request is validated. Whoever fails
 * too often waits. Any thread that may block.
 */
final class Admission {
    private final Callers callers;
    private final FailureThrottle throttle;

    Admission(Callers callers, FailureThrottle throttle) {
        this.callers = callers;
        this.throttle = throttle;
    }

    /**
     * Who calls with an access token, when they may do what has this access. What is theirs alone
     * is for the use case to say: here only those are turned away who ask for what others have.
     *
     * @throws ServiceException as {@link Callers#admit}
     * @throws RestException 429
     */
    Actor admit(RestRequest request, Access access) {
        Actor actor = identify(request);
        if (access == Access.OWN && new Own(request.target().segments()).concerns(actor)) {
            return actor;
        }
        if (access == Access.READER || access != Access.ADMINISTRATOR && request.reads()) {
            actor.requireReader();
        } else {
            actor.requireAdministrator();
        }
        return actor;
    }

    /** Who calls with an access token, whatever they may do. */
    Actor identify(RestRequest request) {
        Supplier<Actor> identified = () -> callers.identify(
                request.authorization(), request.source(), request.requestId());
        // who shows nothing has not tried
        return request.authorization().isEmpty()
                ? identified.get()
                : attempt(request.source(), identified);
    }

    /**
     * Has a credential looked at. A good one passes whatever else comes from its address; of wrong
     * ones so many are told that they are wrong, and the others to wait.
     */
    <T> T attempt(String source, Supplier<T> authentication) {
        try {
            return authentication.get();
        } catch (ServiceException e) {
            if (e.code() == Code.UNAUTHENTICATED) {
                checkWait(source);
                throttle.failed(source);
            }
            throw e;
        }
    }

    private void checkWait(String source) {
        long wait = throttle.waitNanos(source);
        if (wait > 0) {
            throw RestException.tooMany(
                    "too many failed attempts to authenticate from this address",
                    1 + wait / 1_000_000_000L);
        }
    }
}
