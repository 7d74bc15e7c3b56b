package dev.portcullis.admin.store;

import dev.portcullis.core.verify.CredentialRecord;

/**
 * A credential to be stored.
 *
 * @param createdBy id of a user, or {@link dev.portcullis.admin.model.Actor#SYSTEM_ID}
 * @param replaces the one it is rotated from, whose family it joins; null: none, it founds one
 * @param rotateBefore how long before its expiry it is rotated automatically, in milliseconds;
 *     null: it is not
 */
public record NewCredential(
        CredentialRecord record,
        String name,
        String createdBy,
        CredentialRow replaces,
        Long rotateBefore) {

    /** One that was not rotated from another and will not be by itself. */
    public NewCredential(CredentialRecord record, String name, String createdBy) {
        this(record, name, createdBy, null, null);
    }

    /** Prefix of the first of its family. */
    String family() {
        return replaces == null ? record.prefix().toString() : replaces.family();
    }
}
