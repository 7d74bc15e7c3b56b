package dev.portcullis.admin.service;

import dev.portcullis.admin.model.Actor;
import dev.portcullis.admin.store.AuditEntry;
import dev.portcullis.admin.store.CredentialRow;
import dev.portcullis.admin.store.ReadTransaction;
import dev.portcullis.admin.store.Store;
import dev.portcullis.admin.store.WriteTransaction;
import java.sql.SQLException;
import java.util.List;

/**
 * A replaced credential that comes back after its overlap: a sign that somebody else holds it. It
 * is told of once for each credential, however often it comes; and where the policy says so, all
 * that were rotated from one another are revoked in the same transaction.
 */
final class ReuseDetection {
    private final Store store;
    private final TokenPolicy policy;

    ReuseDetection(Store store, TokenPolicy policy) {
        this.store = store;
        this.policy = policy;
    }

    /**
     * Tells of it, once, if the credential was replaced by then.
     *
     * @param actor Portcullis itself, with the address it came from
     * @param at when it came back, in milliseconds since the epoch
     */
    void cameBack(Actor actor, String prefix, long at) {
        // most reports are of what is known: those take no lock
        if (!store.read(transaction -> isNews(transaction, prefix, at))) {
            return;
        }
        boolean more = store.write(transaction ->
                isNews(transaction, prefix, at) && detect(transaction, actor, prefix));
        while (more) {
            more = store.write(transaction ->
                    revokeFamily(transaction, actor, family(transaction, prefix)));
        }
    }

    private static boolean isNews(ReadTransaction transaction, String prefix, long at)
            throws SQLException {
        CredentialRow row = transaction.credential(prefix);
        return row != null
                && row.record().replacedAt(at)
                && !transaction.exchanges().isReuseNoted(prefix);
    }

    /** Answers whether some of the family are left to revoke. */
    private boolean detect(WriteTransaction transaction, Actor actor, String prefix)
            throws SQLException {
        transaction.exchangeWriter().noteReuse(prefix);
        List<CredentialRow> family =
                policy.revokeFamilyOnReuse() ? family(transaction, prefix) : List.of();
        CredentialRow row = transaction.credential(prefix);
        AuditEntry entry = new AuditEntry(
                "token.reuse_detected", Revocation.targetKind(row), prefix, null,
                RefusalJson.reuse(row, family.size()));
        if (family.isEmpty()) {
            transaction.auditUnchanged(actor, entry);
            return false;
        }
        transaction.audit(actor, entry);
        return revokeFamily(transaction, actor, family);
    }

    /**
     * Those of the family that nothing has ended, as many as one change may tell of. There are more
     * only where somebody rotates every few minutes with the longest overlap.
     */
    private static List<CredentialRow> family(WriteTransaction transaction, String prefix)
            throws SQLException {
        return transaction.credentials().liveOfFamily(
                transaction.credential(prefix).family(), transaction.nowMillis(),
                WriteTransaction.KEYS_MAX);
    }

    private static boolean revokeFamily(
            WriteTransaction transaction, Actor actor, List<CredentialRow> family)
            throws SQLException {
        for (CredentialRow each : family) {
            Revocation.revoke(transaction, actor, each);
        }
        return family.size() == WriteTransaction.KEYS_MAX;
    }
}
