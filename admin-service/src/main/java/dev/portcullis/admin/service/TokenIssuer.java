package dev.portcullis.admin.service;

import dev.portcullis.admin.model.Actor;
import dev.portcullis.admin.model.Actor.Holder;
import dev.portcullis.admin.model.Committed;
import dev.portcullis.admin.model.ServiceException;
import dev.portcullis.admin.service.TokenLifetime.For;
import dev.portcullis.admin.service.TokenLifetime.Never;
import dev.portcullis.admin.service.TokenLifetime.Until;
import dev.portcullis.admin.store.AuditEntry;
import dev.portcullis.admin.store.CredentialRow;
import dev.portcullis.admin.store.NewCredential;
import dev.portcullis.admin.store.UserRow;
import dev.portcullis.admin.store.WriteTransaction;
import dev.portcullis.core.access.Restrictions;
import dev.portcullis.core.token.CredentialKind;
import dev.portcullis.core.token.MintedToken;
import dev.portcullis.core.token.TokenMint;
import dev.portcullis.core.verify.CredentialRecord;
import dev.portcullis.core.verify.CredentialState;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;

/** Checks what is asked for against the policy and the asker, and issues credentials. */
final class TokenIssuer {
    private static final Duration ROTATE_BEFORE_MIN = Duration.ofMinutes(1);

    private final TokenPolicy policy;
    private final TokenMint mint;

    TokenIssuer(TokenPolicy policy, TokenMint mint) {
        this.policy = policy;
        this.mint = mint;
    }

    /**
     * What is to be issued, when it is well formed and neither the policy nor what the actor holds
     * forbids it.
     *
     * @throws ServiceException {@code INVALID_ARGUMENT}; {@code PERMISSION_DENIED} when it were
     *     broader than the actor's credential, or longer-lived
     */
    Terms check(Actor actor, NewToken request, Instant now) {
        String name = Names.name("name", request.name());
        check(request.lifetime(), now);
        Restrictions restrictions = LimitsReader.read(request.limits());
        long lifetime = lifetime(actor, request.lifetime(), now);
        Long rotateBefore = rotateBefore(request.rotateBefore(), lifetime);
        checkWithin(actor, restrictions, lifetime);
        Long until = request.lifetime() instanceof Until end ? end.instant().toEpochMilli() : null;
        return new Terms(name, lifetime, until, restrictions, rotateBefore);
    }

    // ------------------------------------------------------------------------------- lifetimes

    private void check(TokenLifetime lifetime, Instant now) {
        if (lifetime instanceof Until until) {
            checkInstant(until.instant(), now);
        } else if (lifetime instanceof For time) {
            checkDuration(time.duration());
        } else if (lifetime instanceof Never && !policy.allowNonExpiring()) {
            throw ServiceException.invalid(
                    "never_expires", "the configuration does not allow tokens without an end");
        }
    }

    private void checkInstant(Instant instant, Instant now) {
        if (!instant.isAfter(now)) {
            throw ServiceException.invalid("expires_at", "must be in the future");
        }
        if (instant.isAfter(now.plus(policy.maxLifetime()))) {
            throw ServiceException.invalid(
                    "expires_at", "must be at most " + text(policy.maxLifetime()) + " from now");
        }
    }

    private void checkDuration(Duration duration) {
        if (duration.compareTo(TokenPolicy.MIN_LIFETIME) < 0
                || duration.compareTo(policy.maxLifetime()) > 0) {
            throw ServiceException.invalid(
                    "expires_in_seconds",
                    "must be from 1 second to " + text(policy.maxLifetime()));
        }
    }

    private static String text(Duration time) {
        return time.toSecondsPart() == 0 && time.toHoursPart() == 0 && time.toMinutesPart() == 0
                ? time.toDays() + " days"
                : time.toSeconds() + " seconds";
    }

    /** In milliseconds; {@link CredentialRecord#NEVER}: without an end. */
    private long lifetime(Actor actor, TokenLifetime lifetime, Instant now) {
        if (lifetime instanceof Until until) {
            return until.instant().toEpochMilli() - now.toEpochMilli();
        }
        if (lifetime instanceof For time) {
            return time.duration().toMillis();
        }
        if (lifetime instanceof Never) {
            return CredentialRecord.NEVER;
        }
        long standard = policy.defaultLifetime().toMillis();
        return actor.holder() == null
                ? standard
                : Math.min(standard, actor.holder().lifetimeMillis());
    }

    private static Long rotateBefore(Duration before, long lifetime) {
        if (before == null) {
            return null;
        }
        if (lifetime == CredentialRecord.NEVER) {
            throw ServiceException.invalid("rotate_before_expiry", "the token never expires");
        }
        if (before.compareTo(ROTATE_BEFORE_MIN) < 0
                || before.compareTo(Duration.ofMillis(lifetime)) >= 0) {
            throw ServiceException.invalid(
                    "rotate_before_expiry", "must be from 1 minute to less than the token lives");
        }
        return before.toMillis();
    }

    // ------------------------------------------------------------------------ the minting rule

    /**
     * Demands that the actor's credential is as broad as another, and made to live as long: else it
     * would be worth more to a thief than its restrictions say.
     *
     * @param lifetime of the other, in milliseconds; {@link CredentialRecord#NEVER}: without an end
     * @throws ServiceException {@code PERMISSION_DENIED}
     */
    static void checkWithin(Actor actor, Restrictions restrictions, long lifetime) {
        Holder holder = actor.holder();
        if (holder == null) {
            return;
        }
        if (!restrictions.within(holder.restrictions())) {
            throw ServiceException.permissionDenied(
                    "a token cannot issue one that is broader than itself; this one is restricted");
        }
        if (lifetime > holder.lifetimeMillis()) {
            throw ServiceException.permissionDenied(
                    "a token cannot issue one that lives longer than itself; this one was made for "
                            + text(Duration.ofMillis(holder.lifetimeMillis())));
        }
    }

    // --------------------------------------------------------------------------------- issuing

    /** Makes a credential whose prefix nobody has. */
    MintedToken mint(WriteTransaction transaction, CredentialKind kind) throws SQLException {
        MintedToken minted = mint.mint(kind);
        while (transaction.credentials().isTaken(minted.prefix().toString())) {
            minted = mint.mint(kind);
        }
        return minted;
    }

    /** Issues a token or key on terms that have been checked. */
    Committed<IssuedToken> issue(
            WriteTransaction transaction,
            Actor actor,
            CredentialKind kind,
            UserRow user,
            Terms terms)
            throws SQLException {
        MintedToken minted = mint(transaction, kind);
        CredentialRecord record = new CredentialRecord(
                minted.prefix(), kind, minted.hash(), user.id(), CredentialState.LIVE,
                terms.expiresAt(transaction.nowMillis()), CredentialRecord.NEVER,
                terms.restrictions(), null);
        CredentialRow row = transaction.credentialWriter().insert(new NewCredential(
                record, terms.name(), actor.userId(), null, terms.rotateBefore()));
        auditIssue(transaction, actor, row);
        return new Committed<>(
                new IssuedToken(minted.plain(), Views.token(row, transaction.nowMillis())),
                transaction.takeRevision());
    }

    /** Says that a token or key is there. */
    static void auditIssue(WriteTransaction transaction, Actor actor, CredentialRow row)
            throws SQLException {
        String target = Revocation.targetKind(row);
        transaction.audit(actor, new AuditEntry(
                target.equals("key") ? "key.create" : "token.issue", target, row.id(),
                null, AuditJson.credential(row, "live")));
    }
}
