package dev.portcullis.cli.client;

import dev.portcullis.proto.admin.v1.AuditEvent;
import java.util.List;

/** How audit events are shown to people. */
final class AuditView {
    static final List<String> HEADS = List.of(
            "SEQ", "WHEN", "WHO", "FROM", "WHAT", "WHOM", "CHANGE");

    private AuditView() {}

    /** The cells of a row; what changed stands last, as it is long. */
    static List<String> row(AuditEvent event) {
        return List.of(Long.toString(event.getSeq()), Output.instant(event.getHappenedAt()),
                event.getActorName(), event.getSource(), event.getAction(),
                event.getTargetKind() + " " + event.getTargetId(),
                AuditChange.text(event.getBefore(), event.getAfter()));
    }

    /** A line of a log that goes on: columns of the usual widths, as the longest is not known. */
    static String line(AuditEvent event) {
        List<String> cells = row(event);
        return "%6s  %s  %-16s  %-15s  %-22s  %s  %s".formatted(cells.toArray())
                .stripTrailing();
    }
}
