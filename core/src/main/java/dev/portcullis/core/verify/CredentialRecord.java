package dev.portcullis.core.verify;

import dev.portcullis.core.token.CredentialKind;
import dev.portcullis.core.token.TokenHash;
import dev.portcullis.core.token.TokenPrefix;

/**
 * What is known of a credential, enough to verify it. Immutable; no field is null.
 *
 * @param userId the user it belongs to
 * @param expiresAtMillis milliseconds since the epoch: it is expired at this instant and after;
 *     {@link #NEVER} when it does not expire
 */
public record CredentialRecord(
        TokenPrefix prefix,
        CredentialKind kind,
        TokenHash hash,
        String userId,
        CredentialState state,
        long expiresAtMillis) {

    /** The expiry of what never expires. */
    public static final long NEVER = Long.MAX_VALUE;

    /** Whether it is expired at an instant, in milliseconds since the epoch. */
    public boolean expiredAt(long nowMillis) {
        return nowMillis >= expiresAtMillis;
    }
}
