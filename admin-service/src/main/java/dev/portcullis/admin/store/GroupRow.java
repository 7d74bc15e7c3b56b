package dev.portcullis.admin.store;

/**
 * A stored group. Instants are milliseconds since the epoch.
 *
 * @param nameKey the name in the form in which it is unique
 * @param revision of the latest change to the group, its members or bindings
 */
public record GroupRow(
        String id,
        String name,
        String nameKey,
        long createdAt,
        String createdBy,
        long createdRevision,
        long memberCount,
        long revision) {}
