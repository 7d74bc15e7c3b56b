package dev.portcullis.core.token;

import java.security.MessageDigest;

/**
 * A well-formed credential as it was found in a request: nothing about it has been verified.
 *
 * <p>It refers to the bytes it was parsed from instead of copying the secret, so it lives no longer
 * than they do. Its text form shows the prefix alone.
 */
public final class PresentedCredential {
    private final CredentialKind kind;
    private final TokenPrefix prefix;
    private final byte[] text;
    private final int secretAt;

    PresentedCredential(CredentialKind kind, TokenPrefix prefix, byte[] text, int secretAt) {
        this.kind = kind;
        this.prefix = prefix;
        this.text = text;
        this.secretAt = secretAt;
    }

    /** What the credential's tag says it is. */
    public CredentialKind kind() {
        return kind;
    }

    /** The public part, for the look-up. */
    public TokenPrefix prefix() {
        return prefix;
    }

    /** Feeds the 43 characters of the secret to {@code digest}; the only way to them. */
    public void digestSecret(MessageDigest digest) {
        digest.update(text, secretAt, TokenFormat.SECRET_LENGTH);
    }

    @Override
    public String toString() {
        return kind + " " + prefix + " (secret hidden)";
    }
}
