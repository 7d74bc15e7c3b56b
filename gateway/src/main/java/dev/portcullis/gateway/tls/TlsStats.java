package dev.portcullis.gateway.tls;

import java.util.concurrent.atomic.LongAdder;

/** Counts of TLS handshakes with clients; any thread. */
public final class TlsStats {
    final LongAdder handshakes = new LongAdder();
    final LongAdder failures = new LongAdder();

    /** Handshakes that were completed. */
    public long handshakes() {
        return handshakes.sum();
    }

    /** Handshakes that failed, were given up or took too long. */
    public long failures() {
        return failures.sum();
    }
}
