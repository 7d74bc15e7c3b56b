package dev.portcullis.gateway.upstream;

import java.util.concurrent.atomic.LongAdder;

/** Counts of one endpoint over all loops; any thread. */
public final class EndpointStats {
    final LongAdder opened = new LongAdder();
    final LongAdder open = new LongAdder();
    final LongAdder leased = new LongAdder();
    final LongAdder connectFailures = new LongAdder();
    final LongAdder handshakeFailures = new LongAdder();
    final LongAdder ejections = new LongAdder();
    final LongAdder checks = new LongAdder();
    final LongAdder checksFailed = new LongAdder();

    EndpointStats() {}

    /** Connections opened since the start. */
    public long opened() {
        return opened.sum();
    }

    /** Connections open now, idle or leased. */
    public long open() {
        return open.sum();
    }

    /** Leases now: connections, or streams of connections that many requests share. */
    public long leased() {
        return leased.sum();
    }

    /** Connections that could not be opened. */
    public long connectFailures() {
        return connectFailures.sum();
    }

    /** TLS handshakes that failed: such a connection counts as one that could not be opened. */
    public long handshakeFailures() {
        return handshakeFailures.sum();
    }

    /** How often one of its addresses was ejected. */
    public long ejections() {
        return ejections.sum();
    }

    /** Active checks that have ended. */
    public long checks() {
        return checks.sum();
    }

    /** Active checks that found that it is not well. */
    public long checksFailed() {
        return checksFailed.sum();
    }
}
