package dev.portcullis.gateway.exchange;

import java.util.concurrent.atomic.LongAdder;

/** Counts of one application's exchanges over all loops; any thread. */
public final class ApplicationStats {
    private static final int CLASSES = 6;

    private final LongAdder[] byClass = ExchangeStats.adders(CLASSES);

    void finished(int status) {
        byClass[Math.min(status / 100, CLASSES - 1)].increment();
    }

    /**
     * Ended exchanges with a status of one class: 2 for 2xx; 0 for those in which no status was
     * sent.
     */
    public long responses(int statusClass) {
        return byClass[statusClass].sum();
    }
}
