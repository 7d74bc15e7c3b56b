package dev.portcullis.core.token;

import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Objects;

/**
 * The digest of a secret: all of it that is ever stored.
 *
 * <p>SHA-256, a fast hash, is right here because the secret is 256 random bits: there is nothing to
 * guess that stretching could make dearer. With a pepper it is HMAC-SHA-256, and a stolen database
 * does not even say whether a token that was found belongs to it.
 *
 * <p>Immutable; any thread.
 */
public final class TokenHash {
    /** Octets in a hash, whatever its algorithm. */
    public static final int LENGTH = 32;

    private final HashAlgorithm algorithm;
    private final String pepperId;
    private final byte[] octets;

    private TokenHash(HashAlgorithm algorithm, String pepperId, byte[] octets) {
        if (octets.length != LENGTH) {
            throw new IllegalArgumentException(
                    "a SHA-256 hash is " + LENGTH + " octets, not " + octets.length);
        }
        this.algorithm = algorithm;
        this.pepperId = pepperId;
        this.octets = octets.clone();
    }

    /**
     * A plain hash of a secret, as it was stored.
     *
     * @throws IllegalArgumentException when it is not 32 octets
     */
    public static TokenHash ofSha256(byte[] octets) {
        return new TokenHash(HashAlgorithm.SHA_256, null, octets);
    }

    /**
     * A keyed hash of a secret, as it was stored.
     *
     * @param pepperId names the key; this process need not hold it
     * @throws IllegalArgumentException when the id is none, or the hash is not 32 octets
     */
    public static TokenHash ofHmacSha256(String pepperId, byte[] octets) {
        Pepper.requireId(pepperId);
        return new TokenHash(HashAlgorithm.HMAC_SHA_256, pepperId, octets);
    }

    /**
     * A hash of the whole text of an imported token, as it was stored.
     *
     * @throws IllegalArgumentException when it is not 32 octets
     */
    public static TokenHash ofWhole(byte[] octets) {
        return new TokenHash(HashAlgorithm.SHA_256_WHOLE, null, octets);
    }

    /** How it was made. */
    public HashAlgorithm algorithm() {
        return algorithm;
    }

    /** The id of the key it was made with; null unless it is an HMAC. */
    public String pepperId() {
        return pepperId;
    }

    /** The 32 octets, as a copy, for storing. */
    public byte[] octets() {
        return octets.clone();
    }

    /**
     * Whether these are the octets of this hash, in a time that does not depend on where they
     * differ. That they were made by the same algorithm is for the caller to know.
     *
     * @see MessageDigest#isEqual
     */
    public boolean matches(byte[] digest) {
        return MessageDigest.isEqual(octets, digest);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof TokenHash that
                && algorithm == that.algorithm
                && Objects.equals(pepperId, that.pepperId)
                && matches(that.octets);
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
