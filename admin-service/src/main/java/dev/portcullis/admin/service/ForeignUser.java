package dev.portcullis.admin.service;

import dev.portcullis.core.access.Role;
import dev.portcullis.core.access.UserKind;
import java.time.Instant;
import java.util.List;

/**
 * A user of another system. Nothing is validated yet.
 *
 * @param role on all applications; null: none
 * @param groups names, made where they do not exist
 */
public record ForeignUser(
        String name,
        String description,
        UserKind kind,
        Role role,
        boolean blocked,
        List<String> groups,
        List<ForeignToken> tokens) {

    /**
     * A token of another system.
     *
     * @param sha256 of its whole text
     * @param expiresAt null: never
     * @param createdAt null: unknown, so now
     * @param lastUsedAt null: never
     */
    public record ForeignToken(
            String name, byte[] sha256, Instant expiresAt, Instant createdAt, Instant lastUsedAt) {}
}
