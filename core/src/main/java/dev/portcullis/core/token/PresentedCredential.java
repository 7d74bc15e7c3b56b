package dev.portcullis.core.token;

import java.security.MessageDigest;
import javax.crypto.Mac;

/**
 * A well-formed credential as it was found in a request: nothing about it has been verified.
 *
 * <p>It refers to the bytes it was parsed from instead of copying the secret, so it lives no longer
 * than they do. Its text form shows the prefix alone; the secret leaves it only into a hash.
 */
public final class PresentedCredential {
    private final CredentialKind kind;
    private final TokenPrefix prefix;
    private final byte[] text;
    private final int secretAt;
    private final boolean imported;

    private PresentedCredential(
            CredentialKind kind, TokenPrefix prefix, byte[] text, int secretAt, boolean imported) {
        this.kind = kind;
        this.prefix = prefix;
        this.text = text;
        this.secretAt = secretAt;
        this.imported = imported;
    }

    /** One of ours, whose 43 secret characters stand at an index. */
    static PresentedCredential ours(
            CredentialKind kind, TokenPrefix prefix, byte[] text, int secretAt) {
        return new PresentedCredential(kind, prefix, text, secretAt, false);
    }

    /** An access token of another system, which is secret as a whole. */
    static PresentedCredential imported(TokenPrefix prefix, byte[] text, int from) {
        return new PresentedCredential(CredentialKind.ACCESS_TOKEN, prefix, text, from, true);
    }

    /** What the credential's tag says it is. */
    public CredentialKind kind() {
        return kind;
    }

    /** The public part, for the look-up. */
    public TokenPrefix prefix() {
        return prefix;
    }

    /**
     * Whether a hash of that algorithm can be one of this form of credential: ours are hashed by
     * their secret, with a pepper or without, imported ones as a whole.
     */
    public boolean fits(HashAlgorithm algorithm) {
        return imported == (algorithm == HashAlgorithm.SHA_256_WHOLE);
    }

    /** Feeds what is secret to {@code digest}: our 43 characters, or all of an imported token. */
    public void digestSecret(MessageDigest digest) {
        digest.update(text, secretAt, secretLength());
    }

    /** Feeds what is secret to {@code mac}: our 43 characters, or all of an imported token. */
    public void digestSecret(Mac mac) {
        mac.update(text, secretAt, secretLength());
    }

    private int secretLength() {
        return imported ? NetBirdFormat.LENGTH : TokenFormat.SECRET_LENGTH;
    }

    @Override
    public String toString() {
        return kind + " " + prefix + " (secret hidden)";
    }
}
