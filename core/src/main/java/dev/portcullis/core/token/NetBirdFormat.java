package dev.portcullis.core.token;

import java.nio.charset.StandardCharsets;
import java.security.DigestException;
import java.security.MessageDigest;

/**
 * The text of a NetBird personal access token: {@code nbp_}, 30 base62 characters, and the CRC-32
 * of those 30 (the tag is left out) as six base62 characters, zeros in front. Such tokens are
 * imported by the SHA-256 of their whole text, and then work as they are.
 *
 * <p>They have no prefix of ours, so one is derived: 12 base62 characters from the SHA-256 of that
 * hash. By it they are looked up, listed, logged and revoked like all others. It is of the hash's
 * hash because it is public, and nothing of what is stored may be.
 *
 * <p>Not thread-safe: it owns a digest and scratch space, so that a parse allocates no more than
 * its result.
 */
public final class NetBirdFormat {
    /** Characters in a token. */
    public static final int LENGTH = 40;

    private static final byte[] TAG = "nbp_".getBytes(StandardCharsets.US_ASCII);
    private static final int CHECKSUM_AT = LENGTH - Checksum.LENGTH;

    /** 62<sup>6</sup>: what six characters can say. */
    private static final long HALF_PREFIXES = 62L * 62 * 62 * 62 * 62 * 62;
    private static final int HALF = TokenPrefix.LENGTH / 2;

    private final MessageDigest sha256 = Sha256.create();
    private final byte[] hash = new byte[TokenHash.LENGTH];
    private final byte[] prefix = new byte[TokenPrefix.LENGTH];

    /**
     * The access token that stands in {@code text} from {@code from} (inclusive) to {@code to}
     * (exclusive), or null when there is none: wrong length, tag, alphabet or checksum. The result
     * refers to {@code text}, which must not change while it is used.
     */
    public PresentedCredential parse(byte[] text, int from, int to) {
        if (to - from != LENGTH
                || !startsWithTag(text, from)
                || !Base62.isBase62(text, from + TAG.length, to)
                || !Checksum.matches(text, from + TAG.length, from + CHECKSUM_AT)) {
            return null;
        }
        sha256.update(text, from, LENGTH);
        hashInPlace();
        return PresentedCredential.imported(derivePrefix(), text, from);
    }

    /**
     * The prefix under which an imported token is kept.
     *
     * @param sha256OfWhole SHA-256 of the token's whole text
     * @throws IllegalArgumentException when it is not 32 octets
     */
    public static TokenPrefix prefixOf(byte[] sha256OfWhole) {
        if (sha256OfWhole.length != TokenHash.LENGTH) {
            throw new IllegalArgumentException("a SHA-256 hash is " + TokenHash.LENGTH
                    + " octets, not " + sha256OfWhole.length);
        }
        NetBirdFormat format = new NetBirdFormat();
        System.arraycopy(sha256OfWhole, 0, format.hash, 0, TokenHash.LENGTH);
        return format.derivePrefix();
    }

    private static boolean startsWithTag(byte[] text, int from) {
        for (int i = 0; i < TAG.length; i++) {
            if (text[from + i] != TAG[i]) {
                return false;
            }
        }
        return true;
    }

    /** Six characters from each of the first two times eight octets of the hash's hash. */
    private TokenPrefix derivePrefix() {
        sha256.update(hash, 0, hash.length);
        hashInPlace();
        for (int half = 0; half < 2; half++) {
            long rest = Long.remainderUnsigned(longAt(half * Long.BYTES), HALF_PREFIXES);
            for (int i = (half + 1) * HALF - 1; i >= half * HALF; i--) {
                prefix[i] = Base62.digit((int) (rest % 62));
                rest /= 62;
            }
        }
        return TokenPrefix.packed(prefix, 0);
    }

    private void hashInPlace() {
        try {
            sha256.digest(hash, 0, hash.length);
        } catch (DigestException e) {
            sha256.reset();
            throw new IllegalStateException("a SHA-256 digest has 32 octets", e);
        }
    }

    private long longAt(int index) {
        long value = 0;
        for (int i = index; i < index + Long.BYTES; i++) {
            value = value << Byte.SIZE | hash[i] & 0xff;
        }
        return value;
    }
}
