package dev.portcullis.gateway.protect;

import java.util.concurrent.atomic.LongAdder;

/** What the protection counts, for metrics; any thread. */
public final class ProtectionStats {
    final LongAdder addressRefused = new LongAdder();
    final LongAdder failedAttempts = new LongAdder();
    final LongAdder heldBack = new LongAdder();
    final LongAdder overTokenRate = new LongAdder();
    final LongAdder overExchanges = new LongAdder();
    final LongAdder overMemory = new LongAdder();
    private final LongAdder proxyHeadersRefused = new LongAdder();

    /** A connection was closed since its PROXY header was malformed, late or missing. */
    public void proxyHeaderRefused() {
        proxyHeadersRefused.increment();
    }

    /** Connections closed since their PROXY header was malformed, late or missing. */
    public long proxyHeadersRefused() {
        return proxyHeadersRefused.sum();
    }

    /** Connections closed at once, since their address had as many as it may have. */
    public long connectionsOfAddressRefused() {
        return addressRefused.sum();
    }

    /** Requests whose credential was not good. */
    public long failedAttempts() {
        return failedAttempts.sum();
    }

    /** Requests refused for how often their source had failed. */
    public long failedAttemptsRefused() {
        return heldBack.sum();
    }

    /** Requests refused since their credential had asked for too much. */
    public long tokenRateRefused() {
        return overTokenRate.sum();
    }

    /** Requests refused since there were as many exchanges as there may be. */
    public long exchangesRefused() {
        return overExchanges.sum();
    }

    /** Requests refused since memory was near its end. */
    public long memoryRefused() {
        return overMemory.sum();
    }
}
