package dev.portcullis.admin.service;

import dev.portcullis.admin.model.Actor;
import dev.portcullis.admin.model.Committed;
import dev.portcullis.admin.model.ServiceException;
import dev.portcullis.admin.service.TokenLifetime.For;
import dev.portcullis.admin.service.TokenLifetime.Never;
import dev.portcullis.admin.service.TokenLifetime.Until;
import dev.portcullis.admin.store.AuditEntry;
import dev.portcullis.admin.store.CredentialRow;
import dev.portcullis.admin.store.UserRow;
import dev.portcullis.admin.store.WriteTransaction;
import dev.portcullis.core.token.CredentialKind;
import dev.portcullis.core.token.MintedToken;
import dev.portcullis.core.token.TokenMint;
import dev.portcullis.core.verify.CredentialRecord;
import dev.portcullis.core.verify.CredentialState;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;

/** Checks lifetimes against the policy, and issues access tokens inside a transaction. */
final class TokenIssuer {
    private final TokenPolicy policy;
    private final TokenMint mint;

    TokenIssuer(TokenPolicy policy, TokenMint mint) {
        this.policy = policy;
        this.mint = mint;
    }

    /** Refuses a lifetime that the policy does not allow. */
    void check(TokenLifetime lifetime, Instant now) {
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
                    "expires_at", "must be at most " + longest() + " from now");
        }
    }

    private void checkDuration(Duration duration) {
        if (duration.compareTo(TokenPolicy.MIN_LIFETIME) < 0
                || duration.compareTo(policy.maxLifetime()) > 0) {
            throw ServiceException.invalid(
                    "expires_in_seconds", "must be from 1 second to " + longest());
        }
    }

    private String longest() {
        Duration longest = policy.maxLifetime();
        return longest.toSecondsPart() == 0 && longest.toHoursPart() == 0
                        && longest.toMinutesPart() == 0
                ? longest.toDays() + " days"
                : longest.toSeconds() + " seconds";
    }

    /** Issues a token whose name and lifetime have been checked. */
    Committed<IssuedToken> issue(
            WriteTransaction transaction,
            Actor actor,
            UserRow user,
            String name,
            TokenLifetime lifetime)
            throws SQLException {
        MintedToken minted = mint.mint(CredentialKind.ACCESS_TOKEN);
        while (transaction.credentials().isTaken(minted.prefix().toString())) {
            minted = mint.mint(CredentialKind.ACCESS_TOKEN);
        }
        CredentialRecord record = new CredentialRecord(
                minted.prefix(), minted.kind(), minted.hash(), user.id(), CredentialState.LIVE,
                expiry(lifetime, transaction.nowMillis()));
        CredentialRow row = transaction.insertCredential(record, name, actor.userId());
        transaction.audit(actor, new AuditEntry(
                "token.issue", "token", row.id(), null, AuditJson.credential(row, "live")));
        return new Committed<>(
                new IssuedToken(minted.plain(), Views.token(row, transaction.nowMillis())),
                transaction.takeRevision());
    }

    private long expiry(TokenLifetime lifetime, long nowMillis) {
        if (lifetime instanceof Until until) {
            return until.instant().toEpochMilli();
        }
        if (lifetime instanceof For time) {
            return nowMillis + time.duration().toMillis();
        }
        if (lifetime instanceof Never) {
            return CredentialRecord.NEVER;
        }
        return nowMillis + policy.defaultLifetime().toMillis();
    }
}
