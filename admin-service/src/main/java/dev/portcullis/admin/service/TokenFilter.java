package dev.portcullis.admin.service;

import dev.portcullis.admin.model.TokenState;
import java.time.Instant;

/**
 * Which tokens or keys to list.
 *
 * @param user id or name of their user; null or empty: all users
 * @param state only this state; null: all
 * @param expiresBefore only what ends before; null: all
 * @param lastUsedBefore only what was last used before, or never; null: all
 */
public record TokenFilter(
        String user, TokenState state, Instant expiresBefore, Instant lastUsedBefore) {

    /** By user and state alone. */
    public TokenFilter(String user, TokenState state) {
        this(user, state, null, null);
    }
}
