package dev.portcullis.admin.store;

/**
 * Which audit events to read. What is null leaves nothing out. Instants are milliseconds since the
 * epoch.
 *
 * @param actor id, or name at the time, of who acted
 * @param targetId of who or what was acted upon
 * @param action an action, {@code token.issue}, or its beginning up to the dot, {@code token.} or
 *     {@code token}
 * @param since the first instant
 * @param until the instant behind the last
 */
public record AuditQuery(String actor, String targetId, String action, Long since, Long until) {
    /** Every event. */
    public static final AuditQuery ALL = new AuditQuery(null, null, null, null, null);

    /** The whole action that is asked for, or null. */
    String wholeAction() {
        return action == null || family() != null ? null : action;
    }

    /** The beginning, dot included, of the actions that are asked for, or null. */
    String family() {
        if (action == null) {
            return null;
        }
        int dot = action.indexOf('.');
        if (dot < 0) {
            return action + ".";
        }
        return dot == action.length() - 1 ? action : null;
    }

    /** Whether an event is one of those asked for. */
    public boolean matches(AuditEvent event) {
        return (actor == null || actor.equals(event.actor().userId())
                        || actor.equals(event.actor().userName()))
                && (targetId == null || targetId.equals(event.entry().targetId()))
                && matchesAction(event.entry().action())
                && (since == null || event.happenedAt() >= since)
                && (until == null || event.happenedAt() < until);
    }

    private boolean matchesAction(String of) {
        if (action == null) {
            return true;
        }
        String family = family();
        return family == null ? action.equals(of) : of.startsWith(family);
    }
}
