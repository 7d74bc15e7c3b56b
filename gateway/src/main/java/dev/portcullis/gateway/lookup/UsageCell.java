package dev.portcullis.gateway.lookup;

import dev.portcullis.core.token.TokenPrefix;
import java.net.InetAddress;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;

/**
 * When and from where a credential was last used, until that is reported. Written by event loops,
 * emptied by the control thread.
 *
 * <p>Writes happen once a millisecond at most, so that loops which share a busy credential mostly
 * read. Time and source are two fields: under a race they may be of two uses within one
 * millisecond.
 */
final class UsageCell {
    private static final AtomicIntegerFieldUpdater<UsageCell> QUEUED =
            AtomicIntegerFieldUpdater.newUpdater(UsageCell.class, "queued");

    private final TokenPrefix prefix;
    private final UsageReporter reporter;
    private InetAddress source;
    /**
     * Volatile, like {@link #queued}: either the use sees the cell emptied, or the emptier the use.
     */
    private volatile long lastUsedMillis;
    private volatile int queued;

    UsageCell(TokenPrefix prefix, UsageReporter reporter) {
        this.prefix = prefix;
        this.reporter = reporter;
    }

    void used(long nowMillis, InetAddress from) {
        if (nowMillis <= lastUsedMillis) {
            return;
        }
        source = from;
        lastUsedMillis = nowMillis;
        if (queued == 0 && QUEUED.compareAndSet(this, 0, 1) && !reporter.queue(this)) {
            queued = 0;
        }
    }

    /** What to report. From here on a use queues the cell again. Control thread. */
    UsageReporter.Use take() {
        queued = 0;
        long at = lastUsedMillis;
        return new UsageReporter.Use(prefix, at, source);
    }
}
