package dev.portcullis.admin.store;

import java.util.List;

/**
 * Audit events that match a query, in the order asked for.
 *
 * @param events no more than were asked for; fewer, even none, do not mean that there are no more
 * @param scannedTo every event up to this one has been looked at: what goes on does so behind it
 * @param more whether there may be others behind {@code scannedTo}
 */
public record AuditPage(List<AuditEvent> events, long scannedTo, boolean more) {
    /** Copies what could change. */
    public AuditPage {
        events = List.copyOf(events);
    }
}
