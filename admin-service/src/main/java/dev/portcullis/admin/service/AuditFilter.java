package dev.portcullis.admin.service;

import dev.portcullis.admin.model.ServiceException;
import dev.portcullis.admin.store.AuditQuery;
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
    private static final Instant FIRST = Instant.EPOCH;
    private static final Instant LAST = Instant.parse("9999-12-31T23:59:59Z");

    /** Every event. */
    public static AuditFilter all() {
        return new AuditFilter(null, null, null, null, null);
    }

    /**
     * Checks it.
     *
     * @throws ServiceException {@code INVALID_ARGUMENT} for {@code actor}, {@code target} and
     *     {@code action} longer than any, and for {@code until} that is not after {@code since}
     */
    AuditQuery query() {
        if (since != null && until != null && !until.isAfter(since)) {
            throw ServiceException.invalid("until", "must be after since");
        }
        return new AuditQuery(
                text("actor", actor), text("target", target), text("action", action),
                millis(since), millis(until));
    }

    private static String text(String field, String text) {
        if (text == null || text.isEmpty()) {
            return null;
        }
        if (text.length() > Names.TEXT_MAX) {
            throw ServiceException.invalid(field, "is longer than any there is");
        }
        return text;
    }

    /** Rounded up: an event that happened within the first millisecond happened before it. */
    private static Long millis(Instant instant) {
        if (instant == null) {
            return null;
        }
        Instant sane = instant.isBefore(FIRST) ? FIRST : instant.isAfter(LAST) ? LAST : instant;
        return sane.plusNanos(999_999).toEpochMilli();
    }
}
