package dev.portcullis.admin.service;

import dev.portcullis.admin.model.Actor;
import dev.portcullis.admin.model.Committed;
import dev.portcullis.admin.model.ServiceException;
import dev.portcullis.admin.model.ServiceException.Code;
import dev.portcullis.admin.model.TokenState;
import dev.portcullis.admin.store.AuditEntry;
import dev.portcullis.admin.store.CredentialRow;
import dev.portcullis.admin.store.NewCredential;
import dev.portcullis.admin.store.WriteTransaction;
import dev.portcullis.core.token.CredentialKind;
import dev.portcullis.core.token.MintedToken;
import dev.portcullis.core.token.PlainToken;
import dev.portcullis.core.verify.CredentialRecord;
import dev.portcullis.core.verify.CredentialState;
import java.sql.SQLException;
import java.time.Duration;

/**
 * Puts a new token or key in the place of one: for the same user, with the same name, restrictions
 * and lifetime. Writes are one after another, so of two rotations of one credential the second
 * finds that it was rotated already.
 */
final class Rotation {
    /** The longest that an old credential goes on working beside the new one. */
    static final Duration OVERLAP_MAX = Duration.ofDays(30);

    private final TokenPolicy policy;
    private final TokenIssuer issuer;

    Rotation(TokenPolicy policy, TokenIssuer issuer) {
        this.policy = policy;
        this.issuer = issuer;
    }

    /** The new one, and the old one as it is now. */
    record Successor(PlainToken plain, CredentialRow row, CredentialRow replaced) {}

    /**
     * An overlap in milliseconds.
     *
     * @param overlap null stands for none
     * @throws ServiceException {@code INVALID_ARGUMENT}
     */
    static long overlapMillis(Duration overlap) {
        if (overlap == null) {
            return 0;
        }
        if (overlap.isNegative() || overlap.compareTo(OVERLAP_MAX) > 0) {
            throw ServiceException.invalid(
                    "overlap", "must be from 0 to " + OVERLAP_MAX.toDays() + " days");
        }
        return overlap.toMillis();
    }

    /**
     * Rotates by hand.
     *
     * @param overlapMillis for how long the old one goes on working, within its own expiry
     * @throws ServiceException {@code FAILED_PRECONDITION} when it is not live, or was rotated
     *     already; {@code PERMISSION_DENIED} when the new one were more than the actor may issue
     */
    Committed<RotatedToken> byHand(
            WriteTransaction transaction, Actor actor, CredentialRow old, long overlapMillis)
            throws SQLException {
        long now = transaction.nowMillis();
        checkRotatable(old, now);
        boolean own = actor.holder() != null && actor.holder().credentialId().equals(old.id());
        if (!own) {
            TokenIssuer.checkWithin(actor, old.record().restrictions(), lifetime(old));
        }
        long until = Math.min(now + overlapMillis, old.record().expiresAtMillis());
        Successor made = make(transaction, actor, old, until, "rotate");
        return new Committed<>(
                new RotatedToken(
                        made.plain(),
                        Views.token(made.row(), now),
                        Views.token(made.replaced(), now)),
                transaction.takeRevision());
    }

    private static void checkRotatable(CredentialRow old, long nowMillis) {
        TokenState state = Views.token(old, nowMillis).state();
        if (state != TokenState.LIVE) {
            throw new ServiceException(
                    Code.FAILED_PRECONDITION,
                    "it is " + state.word() + "; only what is live can be rotated");
        }
        if (old.replacedBy() != null) {
            throw new ServiceException(
                    Code.FAILED_PRECONDITION,
                    "it was rotated already, to " + old.replacedBy());
        }
    }

    /**
     * Makes the new one, and lets the old one work until an instant.
     *
     * @param replacedAt milliseconds since the epoch; not past the old one's expiry
     * @param how the last word of the audit event's action
     */
    Successor make(
            WriteTransaction transaction,
            Actor actor,
            CredentialRow old,
            long replacedAt,
            String how)
            throws SQLException {
        CredentialKind kind = old.record().kind();
        MintedToken minted = issuer.mint(transaction, kind);
        long lifetime = lifetime(old);
        boolean endless = lifetime == CredentialRecord.NEVER;
        CredentialRecord record = new CredentialRecord(
                minted.prefix(), kind, minted.hash(), old.record().userId(), CredentialState.LIVE,
                endless ? lifetime : transaction.nowMillis() + lifetime,
                CredentialRecord.NEVER, old.record().restrictions(), null);
        // where the policy has become stricter, it may not live long enough to be rotated again
        Long rotateBefore = old.rotateBefore() == null || old.rotateBefore() >= lifetime
                ? null : old.rotateBefore();
        CredentialRow row = transaction.credentialWriter().insert(new NewCredential(
                record, old.name(), actor.userId(), old, rotateBefore));
        transaction.credentialWriter().replace(old.id(), row.id(), replacedAt);
        CredentialRow replaced = transaction.credential(old.id());
        String target = Revocation.targetKind(old);
        transaction.audit(actor, new AuditEntry(
                target + "." + how, target, old.id(),
                AuditJson.credential(old, "live"), AuditJson.credential(replaced, "replaced")));
        TokenIssuer.auditIssue(transaction, actor, row);
        return new Successor(minted.plain(), row, replaced);
    }

    /** How long the old one was made to live, within what the policy allows by now; in ms. */
    private long lifetime(CredentialRow old) {
        long expiresAt = old.record().expiresAtMillis();
        if (expiresAt == CredentialRecord.NEVER && policy.allowNonExpiring()) {
            return CredentialRecord.NEVER;
        }
        // an endless one ends up at the longest, too
        return Math.min(expiresAt - old.createdAt(), policy.maxLifetime().toMillis());
    }
}
