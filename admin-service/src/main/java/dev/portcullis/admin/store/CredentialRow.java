package dev.portcullis.admin.store;

import dev.portcullis.core.verify.CredentialRecord;

/**
 * A stored credential. Instants are milliseconds since the epoch.
 *
 * @param record what verification needs of it
 * @param createdRevision with the prefix, the credential's place in the order of creation
 * @param revokedAt null: it is not
 * @param lastUsedAt null: never
 * @param lastUsedFrom null: never
 * @param revision of the latest change to it
 * @param replaces prefix of the one it was rotated from; null: none
 * @param replacedBy prefix of the one it was rotated to; null: none
 * @param family prefix of the first of all that were rotated from one another
 * @param rotateBefore how long before its expiry it is rotated automatically, in milliseconds;
 *     null: it is not
 */
public record CredentialRow(
        CredentialRecord record,
        String name,
        long createdAt,
        String createdBy,
        long createdRevision,
        Long revokedAt,
        Long lastUsedAt,
        String lastUsedFrom,
        long revision,
        String replaces,
        String replacedBy,
        String family,
        Long rotateBefore) {

    /** The prefix as text. */
    public String id() {
        return record.prefix().toString();
    }

    /** When time ends it, whatever else does; {@link CredentialRecord#NEVER}: it does not. */
    public long endsAt() {
        return Math.min(record.expiresAtMillis(), record.replacedAtMillis());
    }
}
