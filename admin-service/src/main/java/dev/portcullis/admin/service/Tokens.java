package dev.portcullis.admin.service;

import dev.portcullis.admin.model.Actor;
import dev.portcullis.admin.model.Committed;
import dev.portcullis.admin.model.Page;
import dev.portcullis.admin.model.PageRequest;
import dev.portcullis.admin.model.ServiceException;
import dev.portcullis.admin.model.ServiceException.Code;
import dev.portcullis.admin.model.Token;
import dev.portcullis.admin.store.CredentialRow;
import dev.portcullis.admin.store.CredentialTable.Sealed;
import dev.portcullis.admin.store.Store;
import dev.portcullis.admin.store.UserRow;
import dev.portcullis.core.access.UserKind;
import dev.portcullis.core.token.CredentialKind;
import dev.portcullis.core.token.TokenMint;
import java.time.Duration;
import java.time.InstantSource;

/**
 * What can be done with access tokens. As {@link Users} for threads and errors.
 *
 * <p>Wherever an id is asked for, {@code "self"} stands for the token that the actor holds, which
 * everybody may get, rotate and revoke; a person may do all of this with tokens of their own. One
 * exchanged from a key can be got and revoked here by its id too.
 */
public final class Tokens {
    private final Store store;
    private final TokenIssuer issuer;
    private final Rotation rotation;
    private final InstantSource clock;

    /**
     * Use cases on a store.
     *
     * @param mint of the policy's mark
     */
    public Tokens(Store store, TokenPolicy policy, TokenMint mint, InstantSource clock) {
        this.store = store;
        this.issuer = new TokenIssuer(policy, mint);
        this.rotation = new Rotation(policy, issuer);
        this.clock = clock;
    }

    /**
     * Issues a token; its plain text is in this answer and nowhere else.
     *
     * @throws ServiceException {@code INVALID_ARGUMENT}; {@code PERMISSION_DENIED} also for one
     *     that is broader than the token that issues it, or longer-lived; {@code NOT_FOUND} for the
     *     user; {@code FAILED_PRECONDITION} for an internal user, and for one without a registered
     *     key when the token is to be rotated automatically
     */
    public Committed<IssuedToken> issue(Actor actor, NewToken request) {
        TokenAccess access = TokenAccess.toIssue(actor);
        Terms terms = issuer.check(actor, request, clock.instant());
        return store.write(transaction -> {
            UserRow user = access.user(transaction, request.user());
            if (user.kind() == UserKind.INTERNAL) {
                throw new ServiceException(
                        Code.FAILED_PRECONDITION,
                        "a user of Portcullis itself is given no tokens");
            }
            if (terms.rotateBefore() != null && user.keyThumbprint() == null) {
                throw new ServiceException(
                        Code.FAILED_PRECONDITION,
                        "a token that is rotated automatically needs a registered key of its"
                                + " user");
            }
            return issuer.issue(transaction, actor, CredentialKind.ACCESS_TOKEN, user, terms);
        });
    }

    /** The token with that id. */
    public Token get(Actor actor, String id) {
        TokenAccess access = TokenAccess.toRead(actor, id);
        return store.read(transaction -> Views.token(access.row(transaction), clock.millis()));
    }

    /**
     * Tokens, dead ones too. In order of creation; with {@code expiresBefore} or a state that time
     * decides, in order of their end; with {@code lastUsedBefore}, in order of last use. A person
     * who names no user gets their own.
     */
    public Page<Token> list(Actor actor, TokenFilter filter, PageRequest page) {
        TokenAccess access = TokenAccess.toList(actor);
        CredentialPages pages = new CredentialPages(CredentialKind.ACCESS_TOKEN, filter, page);
        return store.read(transaction -> pages.read(
                transaction, access.listed(transaction, filter.user()), clock.millis()));
    }

    /**
     * Makes a token invalid for ever. Revoking a dead token changes nothing and answers with the
     * revision at which it died, so that its propagation can be waited for again.
     *
     * @throws ServiceException {@code INVALID_ARGUMENT}, {@code NOT_FOUND}; {@code
     *     FAILED_PRECONDITION} for the last with which somebody can administer
     */
    public Committed<Token> revoke(Actor actor, String id) {
        TokenAccess access = TokenAccess.toChange(actor, id);
        return store.write(transaction ->
                Revocation.asked(transaction, actor, access.row(transaction)));
    }

    /**
     * A new token in its place; the old one works until the overlap has passed.
     *
     * @param overlap 0 to 30 days, and never past the old one's expiry; null stands for 0
     * @throws ServiceException {@code INVALID_ARGUMENT}, {@code NOT_FOUND}; {@code
     *     FAILED_PRECONDITION} when it is not live or was rotated already; {@code
     *     PERMISSION_DENIED} also when the new one is broader than the token that makes it, or
     *     longer-lived
     */
    public Committed<RotatedToken> rotate(Actor actor, String id, Duration overlap) {
        TokenAccess access = TokenAccess.toChange(actor, id);
        long overlapMillis = Rotation.overlapMillis(overlap);
        return store.write(transaction -> {
            CredentialRow row = access.row(transaction);
            if (row.record().kind() != CredentialKind.ACCESS_TOKEN) {
                throw new ServiceException(
                        Code.FAILED_PRECONDITION,
                        "what was exchanged from a key is not rotated; exchange the key again");
            }
            return rotation.byHand(transaction, actor, row, overlapMillis);
        });
    }

    /**
     * What automatic rotation made in place of this one: for who may rotate it.
     *
     * @throws ServiceException {@code NOT_FOUND} while there is none; {@code PERMISSION_DENIED}
     *     also for another's that is broader than the token that asks, or longer-lived: who asks
     *     may have registered the key that opens it
     */
    public SealedToken successor(Actor actor, String id) {
        TokenAccess access = TokenAccess.toChange(actor, id);
        return store.read(transaction -> {
            CredentialRow row = access.row(transaction);
            Sealed sealed = transaction.credentials().sealedFor(row.id());
            if (sealed == null) {
                throw ServiceException.notFound("successor");
            }
            CredentialRow successor = transaction.credential(sealed.successor());
            boolean own = actor.holder() != null && actor.holder().credentialId().equals(row.id());
            if (!own) {
                TokenIssuer.checkWithin(
                        actor, successor.record().restrictions(),
                        successor.record().expiresAtMillis() - successor.createdAt());
            }
            return new SealedToken(Views.token(successor, clock.millis()), sealed.jwe());
        });
    }
}
