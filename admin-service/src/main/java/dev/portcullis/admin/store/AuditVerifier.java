package dev.portcullis.admin.store;

import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;

/**
 * Follows the chain of audit events from the first to the last, in pages, and names the first event
 * that is not as it was written. Any thread that may block.
 */
public final class AuditVerifier {
    private static final int PAGE = 1_000;

    private final Store store;

    /** A verifier of what a store holds. */
    public AuditVerifier(Store store) {
        this.store = store;
    }

    /** Hears how far verifying has come. */
    public interface Progress {
        /** So many events of so many are in order. What it throws ends verifying. */
        void at(long verified, long total);
    }

    /**
     * What was found.
     *
     * @param events how many events are in order
     * @param problem what is wrong with the one behind them, or null when nothing is
     * @param lastHash of the last event, 32 zero octets where there is none; null when something is
     *     wrong
     */
    public record Result(long events, String problem, byte[] lastHash) {
        /** Whether no event is missing and none was altered. */
        public boolean intact() {
            return problem == null;
        }
    }

    /** Reads every event, page by page. Events that come while it runs are verified too. */
    public Result verify() {
        return verify(0, null, (verified, total) -> {});
    }

    /**
     * As {@link #verify()}, and against something that was kept elsewhere: a chain that was
     * rewritten as a whole is in order, and only this tells it from the true one.
     *
     * @param expectedSeq the event that must be there; 0: nothing is expected
     * @param expectedHash the hash it must have; null: any
     */
    public Result verify(long expectedSeq, byte[] expectedHash, Progress progress) {
        AuditChain chain = new AuditChain(expectedSeq, expectedHash);
        while (true) {
            Step step = store.read(transaction -> step(transaction, chain));
            if (step.result != null) {
                return step.result;
            }
            progress.at(chain.seq(), step.total);
        }
    }

    /** Verifies what a transaction sees, what it has written itself included. */
    static Result verify(ReadTransaction transaction) throws SQLException {
        AuditChain chain = new AuditChain(0, null);
        Step step;
        do {
            step = step(transaction, chain);
        } while (step.result == null);
        return step.result;
    }

    /** How many events there are, and what was found, or null while there is more to verify. */
    private record Step(long total, Result result) {}

    private static Step step(ReadTransaction transaction, AuditChain chain) throws SQLException {
        ReadTransaction.AuditHead head = transaction.auditHead();
        Long inFront = chain.seq() == 0 ? transaction.auditTable().inFront() : null;
        if (inFront != null) {
            return new Step(head.seq(), new Result(0, "event " + inFront + " was added", null));
        }
        List<AuditEvent> events = transaction.auditAfter(chain.seq(), PAGE);
        for (AuditEvent event : events) {
            String problem = chain.add(event, transaction);
            if (problem != null) {
                return new Step(head.seq(), new Result(chain.seq(), problem, null));
            }
        }
        return new Step(
                head.seq(), events.size() < PAGE ? chain.end(head, transaction) : null);
    }

    /** Whether two hashes are the same. */
    static boolean same(byte[] one, byte[] other) {
        return Arrays.equals(one, other);
    }
}
