package dev.portcullis.admin.service;

import dev.portcullis.core.token.TokenFormat;
import java.time.Duration;

/**
 * What tokens look like and how long they may live.
 *
 * @param mark what every credential's text begins with
 * @param defaultLifetime when nothing is asked for; 1 second to {@code maxLifetime}
 * @param maxLifetime the longest that may be asked for
 * @param allowNonExpiring whether a token may be issued that never expires
 */
public record TokenPolicy(
        String mark, Duration defaultLifetime, Duration maxLifetime, boolean allowNonExpiring) {

    /** The shortest life of a token. */
    public static final Duration MIN_LIFETIME = Duration.ofSeconds(1);

    /** No lifetime may be configured to be longer: what is later could not be written as a date. */
    private static final Duration LIFETIME_LIMIT = Duration.ofDays(36_500);

    /**
     * Checks that the values fit together.
     *
     * @throws IllegalArgumentException when they do not; the message says which
     */
    public TokenPolicy {
        new TokenFormat(mark);
        if (maxLifetime.compareTo(MIN_LIFETIME) < 0 || maxLifetime.compareTo(LIFETIME_LIMIT) > 0) {
            throw new IllegalArgumentException(
                    "the longest lifetime of a token is from 1 s to 36500 d");
        }
        if (defaultLifetime.compareTo(MIN_LIFETIME) < 0
                || defaultLifetime.compareTo(maxLifetime) > 0) {
            throw new IllegalArgumentException(
                    "the default lifetime of a token is from 1 s to the longest lifetime");
        }
    }

    /** 360 days, at most 365, never without an end. */
    public static TokenPolicy defaults() {
        return new TokenPolicy(
                TokenFormat.DEFAULT_MARK, Duration.ofDays(360), Duration.ofDays(365), false);
    }
}
