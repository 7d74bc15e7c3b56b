package dev.portcullis.admin.service;

import java.time.InstantSource;

/**
 * How many summaries of refusals may still go into the audit log: so many a minute, whoever
 * reports them. What is left out is counted, and told of when its minute is over.
 *
 * <p>Any thread.
 */
final class RefusalBudget {
    /** Summaries written in one minute. */
    static final int PER_MINUTE = 60;

    private static final long MINUTE_MILLIS = 60_000;

    private final InstantSource clock;
    private long minuteFrom;
    private int written;
    private long summariesLeftOut;
    private long requestsLeftOut;

    RefusalBudget(InstantSource clock) {
        this.clock = clock;
        this.minuteFrom = clock.millis();
    }

    /** What was left out: so many summaries, which stood for so many requests. */
    record LeftOut(long summaries, long requests) {}

    /** Whether a summary of so many requests may be written; if not, it counts as left out. */
    synchronized boolean take(long requests) {
        if (isOver() && summariesLeftOut == 0) {
            begin();
        }
        if (written < PER_MINUTE) {
            written++;
            return true;
        }
        summariesLeftOut++;
        requestsLeftOut = saturatedSum(requestsLeftOut, requests);
        return false;
    }

    /** What was left out in a minute that is over, once; null when that is nothing. */
    synchronized LeftOut leftOut() {
        if (summariesLeftOut == 0 || !isOver()) {
            return null;
        }
        LeftOut leftOut = new LeftOut(summariesLeftOut, requestsLeftOut);
        begin();
        return leftOut;
    }

    private void begin() {
        minuteFrom = clock.millis();
        written = 0;
        summariesLeftOut = 0;
        requestsLeftOut = 0;
    }

    /** A clock that was set back begins a new minute, lest the old one last for hours. */
    private boolean isOver() {
        long passed = clock.millis() - minuteFrom;
        return passed < 0 || passed >= MINUTE_MILLIS;
    }

    private static long saturatedSum(long a, long b) {
        return a > Long.MAX_VALUE - b ? Long.MAX_VALUE : a + b;
    }
}
