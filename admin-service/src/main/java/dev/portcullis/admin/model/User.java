package dev.portcullis.admin.model;

import dev.portcullis.core.access.UserKind;
import java.time.Instant;
import java.util.List;

/**
 * A user who is not deleted. Immutable.
 *
 * @param id "usr_" and 16 base62 characters
 * @param description may be empty, never null
 * @param createdBy id of the user who made this one, or {@link Actor#SYSTEM_ID}
 * @param lastUsedAt the latest use of any of the user's credentials; null: never
 * @param bindings the user's own, in the order of the applications' names
 * @param groups in the order of their names
 * @param keyThumbprint of the registered public key (RFC 7638, base64url); empty: none
 * @param revision of the latest change to the user, their bindings or memberships
 */
public record User(
        String id,
        String name,
        String description,
        UserKind kind,
        boolean blocked,
        Instant createdAt,
        String createdBy,
        Instant lastUsedAt,
        List<Binding> bindings,
        List<GroupReference> groups,
        String keyThumbprint,
        long revision) {

    /** Copies what could change. */
    public User {
        bindings = List.copyOf(bindings);
        groups = List.copyOf(groups);
    }
}
