package dev.portcullis.admin.store;

import dev.portcullis.admin.model.TokenState;

/**
 * Which access tokens to read, in order of creation.
 *
 * @param userId only this user's; null: all users'
 * @param state only in this state at {@code nowMillis}; null: all
 * @param nowMillis milliseconds since the epoch
 * @param limit the most to read
 */
public record CredentialQuery(
        String userId, TokenState state, long nowMillis, Cursor after, int limit) {}
