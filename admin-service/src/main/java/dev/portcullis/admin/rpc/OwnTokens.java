package dev.portcullis.admin.rpc;

import dev.portcullis.admin.model.Actor;
import dev.portcullis.admin.model.ServiceException;
import dev.portcullis.core.access.UserKind;
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
     * What a request about the tokens of a user says.
     *
     * @param user whose tokens, by id or name, as the request has it
     * @param authorise what the use case asks of those who call about tokens that are not their own
     * @throws ServiceException what {@code authorise} throws, or else what {@code translation} does
     */
    static <T> T translated(
            Actor actor, String user, Consumer<Actor> authorise, Supplier<T> translation) {
        try {
            return translation.get();
        } catch (ServiceException malformed) {
            if (!isOwn(actor, user)) {
                authorise.accept(actor);
            }
            throw malformed;
        }
    }

    private static boolean isOwn(Actor actor, String user) {
        return actor.holder() != null
                && actor.holder().userKind() == UserKind.PERSON
                && (user.equals(actor.userId()) || user.equals(actor.userName()));
    }
}
