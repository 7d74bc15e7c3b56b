package dev.portcullis.admin.rpc;

import dev.portcullis.admin.model.Actor;
import dev.portcullis.admin.model.ServiceException;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Keeps the order of checks where the use case is the one that authorises: a request that cannot be
 * translated never gets there, and yet a caller who may not make it, however well formed, is to
 * hear that and nothing else.
 */
final class OwnTokens {
    private OwnTokens() {}

    /**
     * What a request about tokens says.
     *
     * @param authorise what the use case asks of callers who have no tokens of their own to manage
     * @throws ServiceException what {@code authorise} throws, or else what {@code translation} does
     */
    static <T> T translated(Actor actor, Consumer<Actor> authorise, Supplier<T> translation) {
        try {
            return translation.get();
        } catch (ServiceException malformed) {
            if (!actor.managesOwnTokens()) {
                authorise.accept(actor);
            }
            throw malformed;
        }
    }
}
