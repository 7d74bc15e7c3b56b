package dev.portcullis.admin.service;

import dev.portcullis.admin.model.Actor;
import dev.portcullis.admin.model.ServiceException;
import dev.portcullis.admin.store.CredentialRow;
import dev.portcullis.admin.store.ReadTransaction;
import dev.portcullis.admin.store.UserRow;
import dev.portcullis.core.access.Role;
import dev.portcullis.core.token.CredentialKind;
import java.sql.SQLException;

/**
 * Who may do what with which tokens. Beside those whose role allows it, everybody may read, rotate
 * and revoke the token they call with, and a person all tokens of their own.
 *
 * <p>To whoever may not, a token of another and one that does not exist look the same.
 */
final class TokenAccess {
    /** Stands for the token that the call was made with. */
    static final String SELF = "self";

    /** Demands a role; throws {@code PERMISSION_DENIED}. */
    private interface Demand {
        void of(Actor actor);
    }

    private static final Demand READER = Actor::requireReader;
    private static final Demand ADMINISTRATOR = Actor::requireAdministrator;

    private final Actor actor;
    private final Demand demand;
    private final boolean ownOnly;
    private final String id;

    private TokenAccess(Actor actor, Demand demand, boolean ownOnly, String id) {
        this.actor = actor;
        this.demand = demand;
        this.ownOnly = ownOnly;
        this.id = id;
    }

    /** To read one token, which need not exist. */
    static TokenAccess toRead(Actor actor, String id) {
        return toOne(actor, id, READER, isReader(actor));
    }

    /** To change one token, which need not exist. */
    static TokenAccess toChange(Actor actor, String id) {
        return toOne(actor, id, ADMINISTRATOR, actor.role() == Role.ADMIN);
    }

    /** To list tokens of a user, or of all. */
    static TokenAccess toList(Actor actor) {
        return toAny(actor, READER, isReader(actor));
    }

    /** To issue tokens for a user. */
    static TokenAccess toIssue(Actor actor) {
        return toAny(actor, ADMINISTRATOR, actor.role() == Role.ADMIN);
    }

    private static boolean isReader(Actor actor) {
        return actor.role() == Role.ADMIN || actor.role() == Role.AUDITOR;
    }

    private static TokenAccess toOne(Actor actor, String id, Demand demand, boolean allowed) {
        String meant = SELF.equals(id) ? ofCaller(actor) : id;
        boolean held = actor.holder() != null && actor.holder().credentialId().equals(meant);
        TokenAccess access = held
                ? new TokenAccess(actor, demand, false, meant)
                : new TokenAccess(actor, demand, ownOnly(actor, demand, allowed), meant);
        if (!access.ownOnly) {
            Names.checkCredentialId("id", meant);
        }
        return access;
    }

    private static TokenAccess toAny(Actor actor, Demand demand, boolean allowed) {
        return new TokenAccess(actor, demand, ownOnly(actor, demand, allowed), null);
    }

    /** Whether it goes no further than what is their own; refuses those who own nothing. */
    private static boolean ownOnly(Actor actor, Demand demand, boolean allowed) {
        if (!allowed && !actor.managesOwnTokens()) {
            demand.of(actor);
        }
        return !allowed;
    }

    private static String ofCaller(Actor actor) {
        if (actor.holder() == null) {
            throw ServiceException.invalid("id", "the caller holds no token");
        }
        return actor.holder().credentialId();
    }

    /**
     * The token.
     *
     * @throws ServiceException {@code NOT_FOUND}; {@code PERMISSION_DENIED} when there is none that
     *     is the actor's own, and it has to be
     */
    CredentialRow row(ReadTransaction transaction) throws SQLException {
        CredentialRow row = id == null ? null : transaction.credential(id);
        boolean token = row != null && row.record().kind() != CredentialKind.API_KEY;
        if (ownOnly && !(token && row.record().userId().equals(actor.userId()))) {
            demand.of(actor);
        }
        if (!token) {
            throw ServiceException.notFound("token");
        }
        return row;
    }

    /** The user that an id or name stands for, who has to be the actor where nobody else may be. */
    UserRow user(ReadTransaction transaction, String user) throws SQLException {
        if (!ownOnly) {
            return Views.find(transaction, user);
        }
        UserRow own = transaction.user(actor.userId());
        boolean meant = user != null
                && user.length() <= Names.TEXT_MAX
                && own != null
                && (user.equals(own.id()) || Names.key(user).equals(own.nameKey()));
        if (!meant) {
            demand.of(actor);
        }
        return own;
    }

    /** The id of the user whose tokens are to be listed, or null for all users. */
    String listed(ReadTransaction transaction, String user) throws SQLException {
        if (user == null || user.isEmpty()) {
            return ownOnly ? actor.userId() : null;
        }
        return user(transaction, user).id();
    }
}
