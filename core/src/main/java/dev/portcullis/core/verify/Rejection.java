package dev.portcullis.core.verify;

/**
 * Why a credential was rejected. Everything that could tell a stranger whether a credential exists
 * is one and the same {@link #INVALID}; {@link #EXPIRED}, {@link #REVOKED} and {@link #REPLACED}
 * are told only to who has proved possession of the secret.
 */
public enum Rejection implements Verification {
    /** Unknown, of another kind or form, or with the wrong secret. */
    INVALID,
    EXPIRED,
    REVOKED,
    REPLACED,
    /**
     * The record names a pepper that this process does not hold, so that nothing can be said of the
     * secret. The caller answers that it cannot know; never that the credential is wrong.
     */
    UNVERIFIABLE;

    /** Whether the secret was right, so that the reason may be told and the holder be named. */
    public boolean provesPossession() {
        return this != INVALID && this != UNVERIFIABLE;
    }
}
