package dev.portcullis.admin.model;

import java.time.Instant;
import java.util.List;

/**
 * A group of users. Immutable.
 *
 * @param id "grp_" and 16 base62 characters
 * @param createdBy id of the user who made it, or {@link Actor#SYSTEM_ID}
 * @param bindings in the order of the applications' names
 * @param revision of the latest change to the group, its members or bindings
 */
public record Group(
        String id,
        String name,
        Instant createdAt,
        String createdBy,
        long memberCount,
        List<Binding> bindings,
        long revision) {

    /** Copies what could change. */
    public Group {
        bindings = List.copyOf(bindings);
    }
}
