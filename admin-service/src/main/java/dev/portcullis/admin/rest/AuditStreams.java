package dev.portcullis.admin.rest;

import dev.portcullis.admin.model.Actor;
import dev.portcullis.admin.model.AuditRecord;
import dev.portcullis.admin.service.AuditFilter;
import dev.portcullis.admin.service.AuditLog;
import java.util.Arrays;

/** Joins those who follow the audit log with the connections that read it. Any thread. */
final class AuditStreams {
    private static final int BYTES_MAX = 256 * 1024;
    private static final long HEARTBEAT_MILLIS = 10_000;

    private final AuditLog auditLog;

    AuditStreams(AuditLog auditLog) {
        this.auditLog = auditLog;
    }

    /** One event on a line, each behind {@code afterSeq}; fails as {@link AuditLog#follow} does. */
    EventStream open(Actor actor, AuditFilter filter, long afterSeq) {
        Ending ending = new Ending();
        EventStream events = new EventStream(BYTES_MAX, HEARTBEAT_MILLIS, ending::close);
        ending.of(auditLog.follow(
                actor,
                filter,
                afterSeq,
                event -> events.write(line(event)),
                // it ends by itself: too slow, closing, or no longer allowed to read
                failure -> events.end()));
        return events;
    }

    private static byte[] line(AuditRecord event) {
        byte[] json = Json.write(RenderAudit.event(event));
        byte[] line = Arrays.copyOf(json, json.length + 1);
        line[json.length] = '\n';
        return line;
    }

    /** Ends a subscription, even one that is not there yet when it is to end. */
    private static final class Ending {
        private AuditLog.Subscription subscription;
        private boolean over;

        synchronized void of(AuditLog.Subscription made) {
            subscription = made;
            if (over) {
                made.close();
            }
        }

        synchronized void close() {
            over = true;
            if (subscription != null) {
                subscription.close();
            }
        }
    }
}
