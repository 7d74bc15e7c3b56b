package dev.portcullis.admin.store;

/**
 * What happened to whom: the part of an audit event that a use case knows.
 *
 * @param action for example {@code token.revoke}
 * @param targetKind for example {@code token}
 * @param before JSON of what was, or null when there was nothing
 * @param after JSON of what is, or null when there is nothing
 */
public record AuditEntry(
        String action, String targetKind, String targetId, String before, String after) {}
