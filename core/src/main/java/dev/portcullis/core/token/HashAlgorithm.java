package dev.portcullis.core.token;

import java.util.Locale;

/** How the hash on record was made, and of what. */
public enum HashAlgorithm {
    /** SHA-256 of the 43 characters of the secret. */
    SHA_256,
    /** HMAC-SHA-256 (RFC 2104) of them, keyed with a {@link Pepper}. */
    HMAC_SHA_256,
    /** SHA-256 of the whole text of a token that another system issued ({@link NetBirdFormat}). */
    SHA_256_WHOLE;

    private final String word = name().toLowerCase(Locale.ROOT).replace('_', '-');

    /** The algorithm's name as users read it: {@code hmac-sha-256}. */
    public String word() {
        return word;
    }
}
