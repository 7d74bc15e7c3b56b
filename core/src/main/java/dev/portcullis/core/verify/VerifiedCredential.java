package dev.portcullis.core.verify;

/**
 * Proof that somebody presented the secret of a live credential. Only {@link TokenVerifier} makes
 * one, so what demands it cannot be reached with an unverified credential.
 */
public final class VerifiedCredential implements Verification {
    private final CredentialRecord credential;

    VerifiedCredential(CredentialRecord credential) {
        this.credential = credential;
    }

    /** The record it was verified against. */
    public CredentialRecord credential() {
        return credential;
    }

    @Override
    public String toString() {
        return "verified " + credential.prefix();
    }
}
