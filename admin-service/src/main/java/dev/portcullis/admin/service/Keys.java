package dev.portcullis.admin.service;

import dev.portcullis.admin.model.Actor;
import dev.portcullis.admin.model.Committed;
import dev.portcullis.admin.model.Page;
import dev.portcullis.admin.model.PageRequest;
import dev.portcullis.admin.model.ServiceException;
import dev.portcullis.admin.model.ServiceException.Code;
import dev.portcullis.admin.model.Token;
import dev.portcullis.admin.model.TokenState;
import dev.portcullis.admin.store.AuditEntry;
import dev.portcullis.admin.store.CredentialRow;
import dev.portcullis.admin.store.ReadTransaction;
import dev.portcullis.admin.store.Store;
import dev.portcullis.admin.store.UserRow;
import dev.portcullis.admin.store.WriteTransaction;
import dev.portcullis.core.access.UserKind;
import dev.portcullis.core.token.CredentialKind;
import dev.portcullis.core.token.TokenMint;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;

/**
 * What can be done with API keys. Whatever ends a key ends the tokens that were exchanged from it:
 * they are verified together with it. As {@link Users} for threads and errors.
 */
public final class Keys {
    private final Store store;
    private final TokenPolicy policy;
    private final TokenIssuer issuer;
    private final Rotation rotation;
    private final InstantSource clock;

    /**
     * Use cases on a store.
     *
     * @param mint of the policy's mark
     */
    public Keys(Store store, TokenPolicy policy, TokenMint mint, InstantSource clock) {
        this.store = store;
        this.policy = policy;
        this.issuer = new TokenIssuer(policy, mint);
        this.rotation = new Rotation(policy, issuer);
        this.clock = clock;
    }

    /**
     * Makes a key; its secret is in this answer and nowhere else.
     *
     * @throws ServiceException {@code INVALID_ARGUMENT}; {@code NOT_FOUND} for the user; {@code
     *     FAILED_PRECONDITION} when that is no service user, or has as many live keys as are
     *     allowed; {@code PERMISSION_DENIED} when it were more than the actor's own credential
     */
    public Committed<IssuedToken> create(Actor actor, NewToken request) {
        actor.requireAdministrator();
        if (request.rotateBefore() != null) {
            throw ServiceException.invalid(
                    "rotate_before_expiry", "keys are not rotated automatically");
        }
        Terms terms = issuer.check(actor, request, clock.instant());
        return store.write(transaction -> {
            UserRow user = Views.find(transaction, request.user());
            if (user.kind() != UserKind.SERVICE) {
                throw new ServiceException(
                        Code.FAILED_PRECONDITION, "only service users have API keys");
            }
            Committed<IssuedToken> issued = issuer.issue(
                    transaction, actor, CredentialKind.API_KEY, user, terms);
            checkRoom(transaction, user.id());
            return issued;
        });
    }

    /** Refuses what has made more keys live than a user may have; to be asked at the end. */
    private void checkRoom(WriteTransaction transaction, String userId) throws SQLException {
        int live = transaction.credentials().countLive(
                userId, CredentialKind.API_KEY, transaction.nowMillis(),
                policy.liveKeysMax() + 1);
        if (live > policy.liveKeysMax()) {
            throw new ServiceException(
                    Code.FAILED_PRECONDITION,
                    "a user has at most " + policy.liveKeysMax() + " live keys, those in the"
                            + " overlap of a rotation counted; revoke or expire one first");
        }
    }

    /** The key with that id. */
    public Token get(Actor actor, String id) {
        actor.requireReader();
        Names.checkCredentialId("id", id);
        return store.read(transaction -> Views.token(found(transaction, id), clock.millis()));
    }

    /** Keys, dead ones too; in the order that the filter gives. */
    public Page<Token> list(Actor actor, TokenFilter filter, PageRequest page) {
        actor.requireReader();
        CredentialPages pages = new CredentialPages(CredentialKind.API_KEY, filter, page);
        boolean ofOneUser = filter.user() != null && !filter.user().isEmpty();
        return store.read(transaction -> pages.read(
                transaction,
                ofOneUser ? Views.find(transaction, filter.user()).id() : null,
                clock.millis()));
    }

    /**
     * Makes it and what was exchanged from it invalid for ever. Revoking a revoked key changes
     * nothing and answers with the revision at which it was.
     */
    public Committed<Token> revoke(Actor actor, String id) {
        actor.requireAdministrator();
        Names.checkCredentialId("id", id);
        return store.write(transaction ->
                Revocation.asked(transaction, actor, found(transaction, id)));
    }

    /**
     * Makes it expire now, and what was exchanged from it.
     *
     * @throws ServiceException {@code FAILED_PRECONDITION} when it is dead
     */
    public Committed<Token> expire(Actor actor, String id) {
        actor.requireAdministrator();
        Names.checkCredentialId("id", id);
        return store.write(transaction -> {
            CredentialRow row = found(transaction, id);
            TokenState state = Views.token(row, transaction.nowMillis()).state();
            if (state != TokenState.LIVE) {
                throw new ServiceException(
                        Code.FAILED_PRECONDITION,
                        "the key is " + state.word() + " already");
            }
            transaction.credentialWriter().expireAt(id, transaction.nowMillis());
            CredentialRow expired = transaction.credential(id);
            transaction.audit(actor, new AuditEntry(
                    "key.expire", "key", id,
                    AuditJson.credential(row, "live"), AuditJson.credential(expired, "expired")));
            return new Committed<>(
                    Views.token(expired, transaction.nowMillis()), transaction.takeRevision());
        });
    }

    /**
     * A new key in its place; the old one works until the overlap has passed, and the tokens
     * exchanged from it no longer than it does.
     *
     * @param overlap null stands for none
     * @throws ServiceException as for tokens; {@code FAILED_PRECONDITION} when it would make more
     *     keys live than a user may have
     */
    public Committed<RotatedToken> rotate(Actor actor, String id, Duration overlap) {
        actor.requireAdministrator();
        Names.checkCredentialId("id", id);
        long overlapMillis = Rotation.overlapMillis(overlap);
        return store.write(transaction -> {
            CredentialRow row = found(transaction, id);
            Committed<RotatedToken> rotated =
                    rotation.byHand(transaction, actor, row, overlapMillis);
            checkRoom(transaction, row.record().userId());
            return rotated;
        });
    }

    private static CredentialRow found(ReadTransaction transaction, String id)
            throws SQLException {
        CredentialRow row = transaction.credential(id);
        if (row == null || row.record().kind() != CredentialKind.API_KEY) {
            throw ServiceException.notFound("key");
        }
        return row;
    }
}
