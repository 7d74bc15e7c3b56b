package dev.portcullis.admin.store;

import dev.portcullis.core.access.UserKind;

/**
 * A stored user. Instants are milliseconds since the epoch.
 *
 * @param nameKey the name in the form in which it is unique
 * @param createdRevision with {@code id}, the user's place in the order of creation
 * @param deletedAt null: they are not
 * @param lastUsedAt null: never
 * @param revision of the latest change to the user or their bindings
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
        long revision) {

    /** Whether the user was deleted. */
    public boolean deleted() {
        return deletedAt != null;
    }
}
