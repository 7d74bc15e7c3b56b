package dev.portcullis.admin.model;

import java.time.Instant;

/**
 * An access token as it may be shown: nothing of its secret.
 *
 * @param id the token's prefix
 * @param state as of the instant it was read
 * @param expiresAt null: never
 * @param revokedAt null: it was not revoked
 * @param lastUsedAt null: never used
 * @param lastUsedFrom the client's address at its last use; null: never used
 */
public record Token(
        String id,
        String name,
        String userId,
        TokenState state,
        Instant createdAt,
        String createdBy,
        Instant expiresAt,
        Instant revokedAt,
        Instant lastUsedAt,
        String lastUsedFrom) {}
