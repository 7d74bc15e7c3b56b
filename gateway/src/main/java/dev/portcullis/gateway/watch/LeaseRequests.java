package dev.portcullis.gateway.watch;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * When each message that asks for a lease was sent, until it is answered. Bounded: a question that
 * is too old to be remembered is not answered any more, which costs a renewal and nothing else.
 * Control thread only.
 */
final class LeaseRequests {
    static final int MAX = 64;

    private record Sent(long sequence, Lease.Moment at) {}

    private final Deque<Sent> unanswered = new ArrayDeque<>();
    private long sequence;
    /** The number of the last message that was answered. */
    private long answered;

    /** Notes that a message is being sent now, and numbers it. */
    long sent(Lease.Moment now) {
        if (unanswered.size() == MAX) {
            unanswered.removeFirst();
        }
        sequence++;
        unanswered.addLast(new Sent(sequence, now));
        return sequence;
    }

    /** Whether an answer to that message may come now: once, and later ones after it. */
    boolean mayBeAnswered(long answeredSequence) {
        return answeredSequence > answered && answeredSequence <= sequence;
    }

    /** When the message of that number was sent, or null when it is not known (any more). */
    Lease.Moment answered(long answeredSequence) {
        answered = answeredSequence;
        // answers come in the order of the questions: an older one will not be answered any more
        while (!unanswered.isEmpty() && unanswered.getFirst().sequence() < answeredSequence) {
            unanswered.removeFirst();
        }
        boolean known = !unanswered.isEmpty()
                && unanswered.getFirst().sequence() == answeredSequence;
        return known ? unanswered.removeFirst().at() : null;
    }

    /** How long the oldest question has waited, in nanoseconds; 0 when none waits. */
    long oldestWaitNanos(long nowNanos) {
        return unanswered.isEmpty() ? 0 : nowNanos - unanswered.getFirst().at().nanos();
    }
}
