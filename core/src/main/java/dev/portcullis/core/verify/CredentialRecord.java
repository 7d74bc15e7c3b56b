package dev.portcullis.core.verify;

import dev.portcullis.core.access.Restrictions;
import dev.portcullis.core.token.CredentialKind;
import dev.portcullis.core.token.TokenHash;
import dev.portcullis.core.token.TokenPrefix;
import java.util.Objects;

/**
 * What is known of a credential, enough to verify it. Immutable; no field is null but the parent.
 *
 * @param userId the user it belongs to
 * @param expiresAtMillis milliseconds since the epoch: it is expired at this instant and after;
 *     {@link #NEVER} when it does not expire
 * @param replacedAtMillis milliseconds since the epoch: it is replaced at this instant and after,
 *     when the overlap of its rotation is over; {@link #NEVER} when it was not rotated
 * @param restrictions what it is narrowed to
 * @param parent the API key it was exchanged from, without which it is not good; null for what was
 *     not exchanged
 */
public record CredentialRecord(
        TokenPrefix prefix,
        CredentialKind kind,
        TokenHash hash,
        String userId,
        CredentialState state,
        long expiresAtMillis,
        long replacedAtMillis,
        Restrictions restrictions,
        TokenPrefix parent) {

    /** The instant of what never happens. */
    public static final long NEVER = Long.MAX_VALUE;

    /** A null must not pass for no restriction. */
    public CredentialRecord {
        Objects.requireNonNull(restrictions, "restrictions");
    }

    /** A credential that was neither rotated nor exchanged, and has no restriction. */
    public CredentialRecord(
            TokenPrefix prefix,
            CredentialKind kind,
            TokenHash hash,
            String userId,
            CredentialState state,
            long expiresAtMillis) {
        this(prefix, kind, hash, userId, state, expiresAtMillis, NEVER, Restrictions.NONE, null);
    }

    /** Whether it is expired at an instant, in milliseconds since the epoch. */
    public boolean expiredAt(long nowMillis) {
        return nowMillis >= expiresAtMillis;
    }

    /** Whether it is replaced at an instant, in milliseconds since the epoch. */
    public boolean replacedAt(long nowMillis) {
        return nowMillis >= replacedAtMillis;
    }
}
