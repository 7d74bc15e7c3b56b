package dev.portcullis.admin.store;

import dev.portcullis.core.access.UserKind;

/**
 * A stored user. Instants are milliseconds since the epoch.
 *
 * @param nameKey the name in the form in which it is unique
 * @param createdRevision with {@code id}, the user's place in the order of creation
 * @param deletedAt null: they are not
 * @param lastUsedAt null: never
 * @param revision of the latest change to the user, their bindings or memberships
 * @param keyThumbprint of the registered public key (RFC 7638, base64url); null: none is
 */
public record UserRow(
        String id,
        String name,
        String nameKey,
        String description,
        UserKind kind,
        boolean blocked,
        long createdAt,
        String createdBy,
        long createdRevision,
        Long deletedAt,
        Long lastUsedAt,
        long revision,
        String keyThumbprint) {

    /** A user without a registered key. */
    public UserRow(
            String id,
            String name,
            String nameKey,
            String description,
            UserKind kind,
            boolean blocked,
            long createdAt,
            String createdBy,
            long createdRevision,
            Long deletedAt,
            Long lastUsedAt,
            long revision) {
        this(id, name, nameKey, description, kind, blocked, createdAt, createdBy, createdRevision,
                deletedAt, lastUsedAt, revision, null);
    }

    /** Whether the user was deleted. */
    public boolean deleted() {
        return deletedAt != null;
    }
}
