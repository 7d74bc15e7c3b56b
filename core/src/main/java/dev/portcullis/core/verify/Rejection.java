package dev.portcullis.core.verify;

/**
 * Why a credential was rejected. Everything that could tell a stranger whether a credential exists
 * is one and the same {@link #INVALID}; the others are told only to who has proved possession of
 * the secret.
 */
public enum Rejection implements Verification {
    /** Unknown, of another kind, or with the wrong secret. */
    INVALID,
    EXPIRED,
    REVOKED,
    REPLACED
}
