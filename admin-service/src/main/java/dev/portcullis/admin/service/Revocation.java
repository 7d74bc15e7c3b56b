package dev.portcullis.admin.service;

import dev.portcullis.admin.model.Actor;
import dev.portcullis.admin.model.Committed;
import dev.portcullis.admin.model.Token;
import dev.portcullis.admin.model.TokenState;
import dev.portcullis.admin.store.AuditEntry;
import dev.portcullis.admin.store.CredentialRow;
import dev.portcullis.admin.store.UserRow;
import dev.portcullis.admin.store.WriteTransaction;
import dev.portcullis.core.token.CredentialKind;
import dev.portcullis.core.verify.CredentialState;
import java.sql.SQLException;

/** Makes a credential of whichever kind invalid for ever. */
final class Revocation {
    private Revocation() {}

    /**
     * What somebody asked for. One that is revoked already stays as it is, and is answered with the
     * revision at which it was, so that its propagation can be waited for again.
     *
     * @throws dev.portcullis.admin.model.ServiceException {@code FAILED_PRECONDITION} for the last
     *     token with which somebody can administer
     */
    static Committed<Token> asked(WriteTransaction transaction, Actor actor, CredentialRow row)
            throws SQLException {
        long revision = row.revision();
        if (row.record().state() == CredentialState.LIVE) {
            revision = revoke(transaction, actor, row);
            checkAdministered(transaction, row);
        }
        CredentialRow now = transaction.credential(row.id());
        return new Committed<>(Views.token(now, transaction.nowMillis()), revision);
    }

    /** Revokes what is not revoked yet; answers with the revision. */
    static long revoke(WriteTransaction transaction, Actor actor, CredentialRow row)
            throws SQLException {
        transaction.credentialWriter().revoke(row.id());
        String target = targetKind(row);
        String before = Views.token(row, transaction.nowMillis()).state().word();
        transaction.audit(actor, new AuditEntry(
                target + ".revoke", target, row.id(),
                AuditJson.credential(row, before), AuditJson.credential(row, "revoked")));
        return transaction.takeRevision();
    }

    /** Demands that somebody can still administer, where that may have been with this token. */
    private static void checkAdministered(WriteTransaction transaction, CredentialRow revoked)
            throws SQLException {
        boolean live = Views.token(revoked, transaction.nowMillis()).state() == TokenState.LIVE;
        if (live && revoked.record().kind() == CredentialKind.ACCESS_TOKEN) {
            UserRow user = transaction.user(revoked.record().userId());
            LastAdministrator.checkRemainsWithout(transaction, user);
        }
    }

    /** What an audit event calls such a credential: a key, or a token. */
    static String targetKind(CredentialRow row) {
        return row.record().kind() == CredentialKind.API_KEY ? "key" : "token";
    }
}
