package dev.portcullis.gateway.server;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/** Counts of client connections; any thread. */
public final class ServerStats {
    final AtomicInteger open = new AtomicInteger();
    final LongAdder refused = new LongAdder();

    /** Client connections open now. */
    public int open() {
        return open.get();
    }

    /** Client connections closed at once, since there were too many. */
    public long refused() {
        return refused.sum();
    }
}
