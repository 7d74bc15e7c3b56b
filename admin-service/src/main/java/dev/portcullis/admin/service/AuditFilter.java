package dev.portcullis.admin.service;

import java.time.Instant;

/**
 * Which audit events. Each component may be null or empty: then it leaves nothing out.
 *
 * @param actor id, or name at the time
 * @param target id of who or what was acted upon
 * @param action an action, or its beginning up to a dot
 * @param since the first instant
 * @param until the instant behind the last
 */
public record AuditFilter(
        String actor, String target, String action, Instant since, Instant until) {
    /** Every event. */
    public static AuditFilter all() {
        return new AuditFilter(null, null, null, null, null);
    }
}
