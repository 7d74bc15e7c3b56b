package dev.portcullis.benchmarks.chaos;

import dev.portcullis.benchmarks.chaos.Timeline.Expected;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/** Counts answers, and holds each against what had to become of its request. Any thread. */
final class Tally {
    private static final int TOLD_MAX = 20;
    private static final int OK = 200;
    private static final int UNAUTHORIZED = 401;
    private static final int FORBIDDEN = 403;
    private static final int BAD_GATEWAY = 502;
    private static final int GATEWAY_TIMEOUT = 504;

    /** Accepted while no fault is active and all is settled. */
    private final Timeline quiet = new Timeline(Expected.EITHER);

    private final LongAdder accepted = new LongAdder();
    private final LongAdder refused = new LongAdder();
    private final LongAdder unavailable = new LongAdder();
    private final LongAdder broken = new LongAdder();
    private final LongAdder mustAccept = new LongAdder();
    private final LongAdder mustRefuse = new LongAdder();
    private final LongAdder mustServe = new LongAdder();
    private final AtomicInteger afterPropagated = new AtomicInteger();
    private final AtomicInteger afterInstant = new AtomicInteger();
    private final AtomicInteger wronglyRefused = new AtomicInteger();
    private final AtomicInteger notServed = new AtomicInteger();
    private final List<String> told = new CopyOnWriteArrayList<>();

    /**
     * One answer.
     *
     * @param status 0 when there was none
     */
    record Answer(int gateway, Credential credential, boolean writes, int status) {}

    /** When faults are active and when not. */
    Timeline quiet() {
        return quiet;
    }

    /** Counts an answer to a request that was sent and answered at these instants. */
    void count(Answer answer, long sent, long answered) {
        Expected expected = answer.credential.expected(answer.writes, sent, answered);
        boolean quietly = quiet.during(sent, answered) == Expected.ACCEPTED;
        if (expected.isRefused()) {
            mustRefuse.increment();
        } else if (expected == Expected.ACCEPTED) {
            mustAccept.increment();
            if (quietly) {
                mustServe.increment();
            }
        }
        switch (answer.status) {
            case OK, BAD_GATEWAY, GATEWAY_TIMEOUT -> accepted(answer, expected, sent);
            case UNAUTHORIZED, FORBIDDEN -> {
                refused.increment();
                if (expected == Expected.ACCEPTED) {
                    wrong(wronglyRefused, "a good token was refused", answer, sent);
                }
            }
            default -> {
                (answer.status == 0 ? broken : unavailable).increment();
                if (expected == Expected.ACCEPTED && quietly) {
                    wrong(notServed, "a good token was not served, without a fault", answer, sent);
                }
            }
        }
    }

    private void accepted(Answer answer, Expected expected, long sent) {
        accepted.increment();
        if (expected == Expected.REFUSED) {
            wrong(afterPropagated, "accepted after 'propagated'", answer, sent);
        } else if (expected == Expected.REFUSED_BY_INSTANT) {
            wrong(afterInstant, "accepted after 'effective_everywhere_by'", answer, sent);
        }
    }

    private void wrong(AtomicInteger counter, String what, Answer answer, long sent) {
        counter.incrementAndGet();
        if (told.size() < TOLD_MAX) {
            told.add(String.format("%s: gw-%d, token %s, %s, status %d, answered after %d ms",
                    what, answer.gateway + 1, answer.credential,
                    answer.writes ? "POST" : "GET", answer.status,
                    (System.nanoTime() - sent) / 1_000_000));
        }
    }

    long acceptedCount() {
        return accepted.sum();
    }

    long refusedCount() {
        return refused.sum();
    }

    long unavailableCount() {
        return unavailable.sum();
    }

    long brokenCount() {
        return broken.sum();
    }

    /** How many had to be accepted, refused, and served. */
    long[] obligations() {
        return new long[] {mustAccept.sum(), mustRefuse.sum(), mustServe.sum()};
    }

    /** Whether nothing was wrong up to now. */
    boolean isClean() {
        return afterPropagatedCount() + afterInstantCount() + wronglyRefusedCount()
                + notServedCount() == 0;
    }

    int afterPropagatedCount() {
        return afterPropagated.get();
    }

    int afterInstantCount() {
        return afterInstant.get();
    }

    int wronglyRefusedCount() {
        return wronglyRefused.get();
    }

    int notServedCount() {
        return notServed.get();
    }

    /** The first of what went wrong, in words. */
    List<String> told() {
        return told;
    }
}
