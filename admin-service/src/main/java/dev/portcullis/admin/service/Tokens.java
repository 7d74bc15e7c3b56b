package dev.portcullis.admin.service;

import dev.portcullis.admin.model.Actor;
import dev.portcullis.admin.model.Committed;
import dev.portcullis.admin.model.Page;
import dev.portcullis.admin.model.PageRequest;
import dev.portcullis.admin.model.ServiceException;
import dev.portcullis.admin.model.ServiceException.Code;
import dev.portcullis.admin.model.Token;
import dev.portcullis.admin.store.AuditEntry;
import dev.portcullis.admin.store.CredentialQuery;
import dev.portcullis.admin.store.CredentialRow;
import dev.portcullis.admin.store.Cursor;
import dev.portcullis.admin.store.Store;
import dev.portcullis.admin.store.UserRow;
import dev.portcullis.admin.store.WriteTransaction;
import dev.portcullis.core.access.UserKind;
import dev.portcullis.core.token.CredentialKind;
import dev.portcullis.core.token.TokenMint;
import dev.portcullis.core.token.TokenPrefix;
import dev.portcullis.core.verify.CredentialState;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;

/** What can be done with access tokens. As {@link Users} for threads and errors. */
public final class Tokens {
    private final Store store;
    private final TokenIssuer issuer;
    private final InstantSource clock;

    /**
     * Use cases on a store.
     *
     * @param mint of the policy's mark
     */
    public Tokens(Store store, TokenPolicy policy, TokenMint mint, InstantSource clock) {
        this.store = store;
        this.issuer = new TokenIssuer(policy, mint);
        this.clock = clock;
    }

    /**
     * Issues a token; its plain text is in this answer and nowhere else.
     *
     * @throws ServiceException {@code INVALID_ARGUMENT}; {@code NOT_FOUND} for the user; {@code
     *     FAILED_PRECONDITION} for an internal user
     */
    public Committed<IssuedToken> issue(Actor actor, NewToken request) {
        actor.requireAdministrator();
        String name = Names.name("name", request.name());
        issuer.check(request.lifetime(), clock.instant());
        return store.write(transaction -> {
            UserRow user = Views.find(transaction, request.user());
            if (user.kind() == UserKind.INTERNAL) {
                throw new ServiceException(
                        Code.FAILED_PRECONDITION,
                        "a user of Portcullis itself is given no tokens");
            }
            return issuer.issue(transaction, actor, user, name, request.lifetime());
        });
    }

    /** The token with that id. */
    public Token get(Actor actor, String id) {
        actor.requireReader();
        checkId(id);
        return store.read(transaction ->
                Views.token(found(transaction.credential(id)), clock.millis()));
    }

    /** Tokens, dead ones too, in order of creation. */
    public Page<Token> list(Actor actor, TokenFilter filter, PageRequest page) {
        actor.requireReader();
        int size = Pages.size(page);
        Cursor after = Pages.cursor(page);
        boolean ofOneUser = filter.user() != null && !filter.user().isEmpty();
        return store.read(transaction -> {
            long now = clock.millis();
            String userId = ofOneUser ? Views.find(transaction, filter.user()).id() : null;
            CredentialQuery query = new CredentialQuery(
                    CredentialKind.ACCESS_TOKEN, userId, filter.state(), null, null, now, after,
                    size + 1);
            List<CredentialRow> rows = transaction.credentials().list(query);
            return Pages.page(rows, size, query::cursor, row -> Views.token(row, now));
        });
    }

    /**
     * Makes a token invalid for ever. Revoking a dead token changes nothing and answers with the
     * revision at which it died, so that its propagation can be waited for again.
     *
     * @throws ServiceException {@code INVALID_ARGUMENT}, {@code NOT_FOUND}
     */
    public Committed<Token> revoke(Actor actor, String id) {
        actor.requireAdministrator();
        checkId(id);
        return store.write(transaction -> {
            CredentialRow row = found(transaction.credential(id));
            boolean live = row.record().state() == CredentialState.LIVE;
            long revision = live ? revoke(transaction, actor, row) : row.revision();
            CredentialRow now = transaction.credential(id);
            return new Committed<>(Views.token(now, transaction.nowMillis()), revision);
        });
    }

    private static long revoke(WriteTransaction transaction, Actor actor, CredentialRow row)
            throws SQLException {
        transaction.revokeCredential(row.id());
        transaction.audit(actor, new AuditEntry(
                "token.revoke", "token", row.id(),
                AuditJson.credential(row, "live"), AuditJson.credential(row, "revoked")));
        return transaction.takeRevision();
    }

    /** A new token in its place; the old one works until the overlap has passed. */
    public Committed<RotatedToken> rotate(Actor actor, String id, Duration overlap) {
        throw new UnsupportedOperationException();
    }

    /** What automatic rotation made in place of this one. */
    public SealedToken successor(Actor actor, String id) {
        throw new UnsupportedOperationException();
    }

    private static void checkId(String id) {
        try {
            TokenPrefix.of(id == null ? "" : id);
        } catch (IllegalArgumentException e) {
            throw ServiceException.invalid("id", e.getMessage());
        }
    }

    private static CredentialRow found(CredentialRow row) {
        if (row == null) {
            throw ServiceException.notFound("token");
        }
        return row;
    }
}
