package dev.portcullis.gateway.upstream;

import java.util.concurrent.atomic.LongAdder;

/** Counts over all loops; any thread. */
public final class UpstreamStats {
    final LongAdder opened = new LongAdder();
    final LongAdder open = new LongAdder();
    final LongAdder leased = new LongAdder();

    /** Connections opened since the start. */
    public long opened() {
        return opened.sum();
    }

    /** Connections open now, idle or leased. */
    public long open() {
        return open.sum();
    }

    /** Connections leased now. */
    public long leased() {
        return leased.sum();
    }
}
