package dev.portcullis.admin.service;

import dev.portcullis.core.access.Restrictions;
import dev.portcullis.core.verify.CredentialRecord;

/**
 * What a credential that is to be issued will be like; validated.
 *
 * @param lifetimeMillis {@link CredentialRecord#NEVER}: without an end
 * @param untilMillis the instant it is to expire at, in milliseconds since the epoch; null: when
 *     its lifetime has passed
 * @param rotateBefore how long before its expiry it is rotated automatically, in milliseconds;
 *     null: it is not
 */
record Terms(
        String name,
        long lifetimeMillis,
        Long untilMillis,
        Restrictions restrictions,
        Long rotateBefore) {

    /** When it expires if it is made at an instant; both in milliseconds since the epoch. */
    long expiresAt(long nowMillis) {
        if (untilMillis != null) {
            return untilMillis;
        }
        return lifetimeMillis == CredentialRecord.NEVER
                ? CredentialRecord.NEVER
                : nowMillis + lifetimeMillis;
    }
}
