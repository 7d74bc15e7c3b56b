package dev.portcullis.admin.service;

import dev.portcullis.admin.model.Actor;
import dev.portcullis.admin.store.AuditEntry;
import dev.portcullis.admin.store.CredentialRow;
import dev.portcullis.admin.store.WriteTransaction;
import dev.portcullis.core.token.CredentialKind;
import java.sql.SQLException;
import java.util.Locale;

/** Makes a credential of whichever kind invalid for ever. */
final class Revocation {
    private Revocation() {}

    /** Revokes what is not revoked yet; answers with the revision. */
    static long revoke(WriteTransaction transaction, Actor actor, CredentialRow row)
            throws SQLException {
        transaction.revokeCredential(row.id());
        String target = targetKind(row);
        String before = Views.token(row, transaction.nowMillis()).state()
                .name().toLowerCase(Locale.ROOT);
        transaction.audit(actor, new AuditEntry(
                target + ".revoke", target, row.id(),
                AuditJson.credential(row, before), AuditJson.credential(row, "revoked")));
        return transaction.takeRevision();
    }

    /** What an audit event calls such a credential: a key, or a token. */
    static String targetKind(CredentialRow row) {
        return row.record().kind() == CredentialKind.API_KEY ? "key" : "token";
    }
}
