package dev.portcullis.admin.store;

import static dev.portcullis.admin.store.AuditVerifier.same;

import dev.portcullis.admin.store.AuditVerifier.Result;
import java.sql.SQLException;

/**
 * A walk along the chain of audit events: it knows the last event that was in order, and says what
 * is wrong with the first that is not.
 */
final class AuditChain {
    /** How far around its place it is looked for the number that an event was written with. */
    private static final int PLACES_MAX = 10_000;

    private final long expectedSeq;
    private final byte[] expectedHash;
    private long seq;
    private byte[] hash = new byte[32];
    /** The hash of the event before the last. */
    private byte[] hashBefore = new byte[32];

    AuditChain(long expectedSeq, byte[] expectedHash) {
        this.expectedSeq = expectedSeq;
        this.expectedHash = expectedHash;
    }

    /** The number of the last event in order. */
    long seq() {
        return seq;
    }

    /** Goes on to an event, or says what is wrong with it. */
    String add(AuditEvent event, ReadTransaction transaction) throws SQLException {
        String problem = problemOf(event, transaction);
        if (problem == null) {
            seq = event.seq();
            hashBefore = hash;
            hash = event.hash();
        }
        return problem;
    }

    private String problemOf(AuditEvent event, ReadTransaction transaction) throws SQLException {
        long place = seq + 1;
        if (event.seq() != place) {
            String moved = movedFrom(place, transaction);
            return moved == null ? missing(place, event.seq() - 1) : moved;
        }
        if (!same(event.previousHash(), hash)) {
            return unlinked(event, transaction);
        }
        if (!same(event.hash(), event.expectedHash())) {
            return "event " + place + " was altered";
        }
        if (place == expectedSeq && expectedHash != null && !same(event.hash(), expectedHash)) {
            return "event " + place + " is not the one that was expected: the log was written anew,"
                    + " up to this event at least";
        }
        return null;
    }

    /** An event in the right place that names another one as the one before it. */
    private String unlinked(AuditEvent event, ReadTransaction transaction) throws SQLException {
        long place = event.seq();
        String moved = movedFrom(place, transaction);
        if (moved != null) {
            return moved;
        }
        long written = writtenAs(event);
        if (written == seq && same(event.previousHash(), hashBefore)) {
            return "event " + seq + " was added: the one behind it was written in its place";
        }
        if (written > place) {
            return missing(place, written - 1) + ": event " + written
                    + " was moved to the place of event " + place;
        }
        if (written != 0 && written < place) {
            return "event " + place + " is not the one that was written here: it is event "
                    + written;
        }
        return "event " + place + " does not follow the one before it: one of them was altered";
    }

    /** Says where the event that belongs in a place is now; null when it is nowhere. */
    private String movedFrom(long place, ReadTransaction transaction) throws SQLException {
        AuditEvent found = transaction.auditTable().linkedTo(hash);
        if (found == null || found.seq() == place || !found.wasWrittenAs(place)) {
            return null;
        }
        return "event " + place + " was reordered: it is found in the place of event "
                + found.seq();
    }

    /** The number that an event was written with, or 0 when none near its place fits. */
    private static long writtenAs(AuditEvent event) {
        for (int off = 0; off <= PLACES_MAX; off++) {
            if (event.wasWrittenAs(event.seq() + off)) {
                return event.seq() + off;
            }
            if (off < event.seq() && event.wasWrittenAs(event.seq() - off)) {
                return event.seq() - off;
            }
        }
        return 0;
    }

    /** What is to be said when there are no more events. */
    Result end(ReadTransaction.AuditHead head, ReadTransaction transaction) throws SQLException {
        if (head.seq() != seq && same(head.hash(), hash)) {
            return new Result(Math.min(seq, head.seq()),
                    "the head was altered: it names event " + head.seq()
                            + ", but the last one is event " + seq,
                    null);
        }
        if (head.seq() < seq) {
            return behind(head, transaction);
        }
        if (head.seq() > seq) {
            return new Result(seq, missing(seq + 1, head.seq()), null);
        }
        if (!same(head.hash(), hash)) {
            return new Result(seq,
                    "event " + seq + " is not the one that was written last: it or the head was"
                            + " altered",
                    null);
        }
        if (expectedSeq > seq) {
            return new Result(seq,
                    "event " + expectedSeq + " was expected, but the log ends with event " + seq,
                    null);
        }
        return new Result(seq, null, hash);
    }

    private static Result behind(ReadTransaction.AuditHead head, ReadTransaction transaction)
            throws SQLException {
        byte[] atHead = head.seq() == 0
                ? new byte[32]
                : transaction.auditAfter(head.seq() - 1, 1).get(0).hash();
        return same(atHead, head.hash())
                ? new Result(head.seq(), "event " + (head.seq() + 1) + " was added", null)
                : new Result(head.seq(),
                        "the head was altered: it names event " + head.seq() + " as the last",
                        null);
    }

    private static String missing(long from, long to) {
        return from >= to
                ? "event " + from + " is missing"
                : "events " + from + " to " + to + " are missing";
    }
}
