package dev.portcullis.admin.origin;

import dev.portcullis.admin.origin.OriginStats.Refusal;
import java.util.HashSet;
import java.util.Set;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts the callers that are not let in, and says so in the log: of each address once in a while
 * for each reason, and never more than a few lines at once, since anybody can knock. Any thread.
 */
final class TurnedAway {
    private static final Logger LOG = LoggerFactory.getLogger(TurnedAway.class);
    /** As long as it takes a gateway that was refused to come again. */
    static final long WHILE_NANOS = 5_000_000_000L;
    static final int LINES_MAX = 10;

    private final OriginStats stats;
    private final LongSupplier nanoTime;
    // guarded by this
    private final Set<String> said = new HashSet<>();
    private long until;
    private long unsaid;

    TurnedAway(OriginStats stats, LongSupplier nanoTime) {
        this.stats = stats;
        this.nanoTime = nanoTime;
        this.until = nanoTime.getAsLong();
    }

    /**
     * One was turned away.
     *
     * @param source its address, without port
     * @param why as it was told
     */
    void note(Refusal reason, String source, String why) {
        stats.count(reason);
        long missed = 0;
        synchronized (this) {
            long now = nanoTime.getAsLong();
            if (now - until >= 0) {
                until = now + WHILE_NANOS;
                said.clear();
                missed = unsaid;
                unsaid = 0;
            }
            if (said.size() >= LINES_MAX || !said.add(reason + " " + source)) {
                unsaid++;
                return;
            }
        }
        if (missed > 0) {
            LOG.warn("{} more callers were turned away before, of which no line tells", missed);
        }
        LOG.warn("a caller from {} is not let in as a gateway: {}", source, why);
    }
}
