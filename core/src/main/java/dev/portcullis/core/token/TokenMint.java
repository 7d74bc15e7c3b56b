package dev.portcullis.core.token;

import java.math.BigInteger;
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
    private final Peppers peppers;

    /**
     * A mint that hashes plainly.
     *
     * @param random the source of every secret: a {@link java.security.SecureRandom} everywhere but
     *     in tests
     */
    public TokenMint(TokenFormat format, RandomGenerator random) {
        this(format, random, Peppers.NONE);
    }

    /**
     * A mint that hashes with the current pepper, or plainly when there is none.
     *
     * @param random the source of every secret: a {@link java.security.SecureRandom} everywhere but
     *     in tests
     */
    public TokenMint(TokenFormat format, RandomGenerator random, Peppers peppers) {
        this.format = format;
        this.random = random;
        this.peppers = peppers;
    }

    /** A new credential of a kind. */
    public MintedToken mint(CredentialKind kind) {
        byte[] prefix = randomPrefix();
        byte[] secret = randomSecret();
        TokenHash hash = hash(secret);
        PlainToken plain = new PlainToken(format.write(kind, prefix, secret));
        return new MintedToken(kind, TokenPrefix.packed(prefix, 0), hash, plain);
    }

    private TokenHash hash(byte[] secret) {
        Pepper pepper = peppers.current();
        return pepper == null
                ? TokenHash.ofSha256(Sha256.create().digest(secret))
                : TokenHash.ofHmacSha256(pepper.id(), pepper.newMac().doFinal(secret));
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
}
