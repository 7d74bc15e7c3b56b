package dev.portcullis.admin.store;

import java.util.Arrays;
import java.util.List;

/** Follows the chain of audit events from the first to the last. */
public final class AuditVerifier {
    private static final int PAGE = 1_000;

    private final Store store;

    /** A verifier of what a store holds. */
    public AuditVerifier(Store store) {
        this.store = store;
    }

    /**
     * What was found.
     *
     * @param events how many events are in order
     * @param problem what is wrong with the one behind them, or null when nothing is
     */
    public record Result(long events, String problem) {
        /** Whether no event is missing and none was altered. */
        public boolean intact() {
            return problem == null;
        }
    }

    /** Reads every event, page by page. Events that come while it runs are verified too. */
    public Result verify() {
        long seq = 0;
        byte[] hash = new byte[32];
        while (true) {
            Page page = nextPage(seq);
            for (AuditEvent event : page.events) {
                String problem = problemOf(event, seq, hash);
                if (problem != null) {
                    return new Result(seq, problem);
                }
                seq = event.seq();
                hash = event.hash();
            }
            if (page.events.size() < PAGE) {
                return atEnd(page.head, seq, hash);
            }
        }
    }

    /** Events and the chain's head, of one snapshot. */
    private record Page(List<AuditEvent> events, ReadTransaction.AuditHead head) {}

    private Page nextPage(long after) {
        return store.read(transaction ->
                new Page(transaction.auditAfter(after, PAGE), transaction.auditHead()));
    }

    private static String problemOf(AuditEvent event, long previous, byte[] previousHash) {
        if (event.seq() != previous + 1) {
            return "event " + (previous + 1) + " is missing";
        }
        if (!Arrays.equals(event.previousHash(), previousHash)) {
            return "event " + event.seq() + " does not follow the one before it";
        }
        if (!Arrays.equals(event.hash(), event.expectedHash())) {
            return "event " + event.seq() + " was altered";
        }
        return null;
    }

    private static Result atEnd(ReadTransaction.AuditHead head, long seq, byte[] hash) {
        if (head.seq() < seq) {
            return new Result(head.seq(), "event " + (head.seq() + 1) + " was added");
        }
        if (head.seq() > seq) {
            return new Result(seq, "events " + (seq + 1) + " to " + head.seq() + " are missing");
        }
        if (!Arrays.equals(head.hash(), hash)) {
            return new Result(seq, "event " + seq + " is not the one that was written last");
        }
        return new Result(seq, null);
    }
}
