package dev.portcullis.admin.service;

import dev.portcullis.admin.model.Actor;
import dev.portcullis.admin.service.Rotation.Successor;
import dev.portcullis.admin.service.TokenSealer.UnusableKeyException;
import dev.portcullis.admin.store.AuditEntry;
import dev.portcullis.admin.store.CredentialRow;
import dev.portcullis.admin.store.Store;
import dev.portcullis.admin.store.WriteTransaction;
import dev.portcullis.core.token.TokenMint;
import dev.portcullis.core.verify.CredentialState;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.List;

/**
 * Rotates tokens by themselves, some time before they expire. The new one is kept sealed to its
 * user's key, for the old one's holder to fetch; its plain text is forgotten at once. The old one
 * works until it would have expired anyway.
 *
 * <p>A token that cannot be rotated (its user has no key any more, or it expired while nobody
 * looked) is not tried again: the audit log says so once.
 *
 * <p>Blocks on the database; one thread at a time.
 */
public final class AutomaticRotation {
    private static final int BATCH = 100;
    /** With the rest of a busy day, the next run goes on. */
    private static final int BATCHES_MAX = 100;

    private final Store store;
    private final Rotation rotation;
    private final InstantSource clock;

    /**
     * Of the tokens of a store.
     *
     * @param mint of the policy's mark
     */
    public AutomaticRotation(
            Store store, TokenPolicy policy, TokenMint mint, InstantSource clock) {
        this.store = store;
        this.rotation = new Rotation(policy, new TokenIssuer(policy, mint));
        this.clock = clock;
    }

    /**
     * Rotates what is due, each in a transaction of its own. To be called now and then.
     *
     * @throws dev.portcullis.admin.model.ServiceException {@code UNAVAILABLE}, {@code
     *     RESOURCE_EXHAUSTED}; what is left is due the next time
     */
    public void rotateDue() {
        for (int i = 0; i < BATCHES_MAX; i++) {
            List<CredentialRow> due = store.read(transaction ->
                    transaction.credentials().dueForRotation(clock.millis(), BATCH));
            due.forEach(row -> rotate(row.id()));
            if (due.size() < BATCH) {
                return;
            }
        }
    }

    private void rotate(String id) {
        Actor system = Actor.system("automatic-rotation");
        try {
            store.write(transaction -> {
                rotate(transaction, system, id);
                return null;
            });
        } catch (UnusableKeyException e) {
            store.write(transaction -> {
                CredentialRow row = transaction.credential(id);
                if (isDue(row)) {
                    giveUp(transaction, system, row, "key_unusable");
                }
                return null;
            });
        }
    }

    private void rotate(WriteTransaction transaction, Actor system, String id)
            throws SQLException {
        CredentialRow row = transaction.credential(id);
        if (!isDue(row)) {
            return;
        }
        String key = transaction.userKey(row.record().userId());
        if (key == null) {
            giveUp(transaction, system, row, "no_key");
        } else if (row.record().expiredAt(transaction.nowMillis())) {
            giveUp(transaction, system, row, "expired");
        } else {
            Successor made = rotation.make(
                    transaction, system, row, row.record().expiresAtMillis(), "rotate_automatic");
            transaction.credentialWriter().seal(
                    made.row().id(), id, TokenSealer.seal(key, made.plain()));
        }
    }

    /** Whether nobody was faster: a user, or another replica that keeps house too. */
    private static boolean isDue(CredentialRow row) {
        return row.rotateBefore() != null
                && row.replacedBy() == null
                && row.record().state() == CredentialState.LIVE;
    }

    private static void giveUp(
            WriteTransaction transaction, Actor system, CredentialRow row, String reason)
            throws SQLException {
        transaction.credentialWriter().stopRotation(row.id());
        transaction.audit(system, new AuditEntry(
                "token.rotate_automatic", "token", row.id(),
                AuditJson.credential(row, "live"), AuditJson.notRotated(row, reason)));
    }
}
