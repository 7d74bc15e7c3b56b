package dev.portcullis.gateway.exchange;

/**
 * Counts of one application's exchanges over all loops. Written by the loops, read by any thread.
 */
public final class ApplicationStats {
    /** Classes of status: 2 for 2xx, and 0 for those in which no status was sent. */
    public static final int CLASSES = 6;

    private static final int OUTCOMES = Outcome.values().length;
    private static final TimeBuckets TIMES = TimeBuckets.OF_EXCHANGES;
    private static final int UPSTREAM = CLASSES * OUTCOMES;
    private static final int WHOLE = UPSTREAM + TIMES.cells();
    private static final int WIDTH = WHOLE + TIMES.cells();

    private final LoopCells cells;

    ApplicationStats(int loops) {
        cells = new LoopCells(loops, WIDTH);
    }

    /** On a loop: an exchange has ended, after so many nanoseconds. */
    void finished(int loop, Exchange exchange, Outcome outcome, long nanos) {
        int statusClass = Math.min(exchange.status() / 100, CLASSES - 1);
        cells.add(loop, statusClass * OUTCOMES + outcome.ordinal(), 1);
        TIMES.record(cells, loop, WHOLE, nanos, 1);
        if (exchange.upstreamNanos() >= 0) {
            TIMES.record(cells, loop, UPSTREAM, exchange.upstreamNanos(), 1);
        }
    }

    /** Ended exchanges with a status of one class and one outcome. */
    public long responses(int statusClass, Outcome outcome) {
        return cells.sum(statusClass * OUTCOMES + outcome.ordinal());
    }

    /** From the lease of the upstream connection to the head of its response. */
    public Times upstreamTimes() {
        return TIMES.read(cells, UPSTREAM);
    }

    /** From the request's head to the end of the exchange. */
    public Times exchangeTimes() {
        return TIMES.read(cells, WHOLE);
    }
}
