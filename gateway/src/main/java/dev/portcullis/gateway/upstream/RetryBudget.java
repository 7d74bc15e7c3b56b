package dev.portcullis.gateway.upstream;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * How many requests of an application may be sent again at once: a share of those in progress, so
 * that retries cannot multiply the load of an application that fails. Shared by all loops; any
 * thread.
 */
final class RetryBudget {
    private final UpstreamConfig.Retry config;
    private final ClusterStats stats;
    private final AtomicInteger retrying = new AtomicInteger();

    RetryBudget(UpstreamConfig.Retry config, ClusterStats stats) {
        this.config = config;
        this.stats = stats;
    }

    /** Takes a place, to be given back; false when there is none. */
    boolean take() {
        long inProgress = stats.sum(EndpointStats::leased);
        long places = Math.max(config.budgetMin(), inProgress * config.budgetPercent() / 100);
        if (retrying.incrementAndGet() <= places) {
            return true;
        }
        retrying.decrementAndGet();
        return false;
    }

    void giveBack() {
        retrying.decrementAndGet();
    }

    /** Places that are taken. */
    int taken() {
        return retrying.get();
    }
}
