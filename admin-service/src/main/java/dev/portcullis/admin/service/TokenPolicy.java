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
 * @param exchangedLifetime of a token exchanged from a key; 1 minute to 24 hours
 * @param liveKeysMax the most live keys of one user; 1 to 100
 * @param revokeFamilyOnReuse whether a replaced token that comes back revokes all of its family
 */
public record TokenPolicy(
        String mark,
        Duration defaultLifetime,
        Duration maxLifetime,
        boolean allowNonExpiring,
        Duration exchangedLifetime,
        int liveKeysMax,
        boolean revokeFamilyOnReuse) {

    /** The shortest life of a token. */
    public static final Duration MIN_LIFETIME = Duration.ofSeconds(1);

    private static final Duration EXCHANGED_MIN = Duration.ofMinutes(1);
    private static final Duration EXCHANGED_MAX = Duration.ofHours(24);
    private static final int LIVE_KEYS_LIMIT = 100;

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
        if (exchangedLifetime.compareTo(EXCHANGED_MIN) < 0
                || exchangedLifetime.compareTo(EXCHANGED_MAX) > 0) {
            throw new IllegalArgumentException(
                    "the lifetime of an exchanged token is from 1 min to 24 h");
        }
        if (liveKeysMax < 1 || liveKeysMax > LIVE_KEYS_LIMIT) {
            throw new IllegalArgumentException(
                    "the most live keys of a user is from 1 to " + LIVE_KEYS_LIMIT);
        }
    }

    /** What is said here, and everything else by default. */
    public TokenPolicy(
            String mark,
            Duration defaultLifetime,
            Duration maxLifetime,
            boolean allowNonExpiring) {
        this(mark, defaultLifetime, maxLifetime, allowNonExpiring, Duration.ofHours(1), 2, false);
    }

    /**
     * 360 days, at most 365, never without an end; an hour for what is exchanged, two live keys for
     * each user, and a family outlives the reuse of one of its dead.
     */
    public static TokenPolicy defaults() {
        return new TokenPolicy(
                TokenFormat.DEFAULT_MARK, Duration.ofDays(360), Duration.ofDays(365), false);
    }
}
