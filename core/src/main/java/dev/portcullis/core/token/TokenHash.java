package dev.portcullis.core.token;

import java.security.MessageDigest;
import java.util.Arrays;

/**
 * The digest of a secret: all of it that is ever stored.
 *
 * <p>SHA-256, a fast hash, is right here because the secret is 256 random bits: there is nothing to
 * guess that stretching could make dearer.
 *
 * <p>Immutable; any thread.
 */
public final class TokenHash {
    /** Octets in a hash. */
    public static final int LENGTH = 32;

    private final byte[] octets;

    private TokenHash(byte[] octets) {
        this.octets = octets;
    }

    /**
     * A hash as it was stored.
     *
     * @throws IllegalArgumentException when it is not 32 octets
     */
    public static TokenHash ofSha256(byte[] octets) {
        if (octets.length != LENGTH) {
            throw new IllegalArgumentException(
                    "a SHA-256 hash is " + LENGTH + " octets, not " + octets.length);
        }
        return new TokenHash(octets.clone());
    }

    /** The 32 octets, as a copy, for storing. */
    public byte[] octets() {
        return octets.clone();
    }

    /**
     * Whether {@code digest} is this hash, in a time that does not depend on where they differ.
     *
     * @see MessageDigest#isEqual
     */
    public boolean matches(byte[] digest) {
        return MessageDigest.isEqual(octets, digest);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof TokenHash that && matches(that.octets);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(octets);
    }

    /** Nothing of the hash: it is not for logs. */
    @Override
    public String toString() {
        return "TokenHash(hidden)";
    }
}
