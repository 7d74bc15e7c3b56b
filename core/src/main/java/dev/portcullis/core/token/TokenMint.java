package dev.portcullis.core.token;

import java.math.BigInteger;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.random.RandomGenerator;

/**
 * Makes new credentials. The prefix is random too, so that it tells nothing; the store refuses the
 * one in 62<sup>12</sup> that is taken.
 *
 * <p>Any thread, when its generator is.
 */
public final class TokenMint {
    private static final BigInteger RADIX = BigInteger.valueOf(62);
    private static final int SECRET_BITS = 256;

    private final TokenFormat format;
    private final RandomGenerator random;

    /**
     * @param random the source of every secret: a {@link java.security.SecureRandom} everywhere but
     *     in tests
     */
    public TokenMint(TokenFormat format, RandomGenerator random) {
        this.format = format;
        this.random = random;
    }

    /** A new credential of a kind. */
    public MintedToken mint(CredentialKind kind) {
        byte[] prefix = randomPrefix();
        byte[] secret = randomSecret();
        TokenHash hash = TokenHash.ofSha256(sha256().digest(secret));
        PlainToken plain = new PlainToken(format.write(kind, prefix, secret));
        return new MintedToken(kind, TokenPrefix.packed(prefix, 0), hash, plain);
    }

    private byte[] randomPrefix() {
        byte[] prefix = new byte[TokenPrefix.LENGTH];
        for (int i = 0; i < prefix.length; i++) {
            prefix[i] = Base62.digit(random.nextInt(62));
        }
        return prefix;
    }

    /** Exactly 256 random bits, written with 43 digits. */
    private byte[] randomSecret() {
        byte[] bits = new byte[SECRET_BITS / Byte.SIZE];
        random.nextBytes(bits);
        BigInteger rest = new BigInteger(1, bits);
        byte[] secret = new byte[TokenFormat.SECRET_LENGTH];
        for (int i = secret.length - 1; i >= 0; i--) {
            BigInteger[] parts = rest.divideAndRemainder(RADIX);
            secret[i] = Base62.digit(parts[1].intValue());
            rest = parts[0];
        }
        return secret;
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
