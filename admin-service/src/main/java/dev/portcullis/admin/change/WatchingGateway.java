package dev.portcullis.admin.change;

import dev.portcullis.admin.model.GatewayStanding;
import java.time.Instant;

/**
 * One process that is a gateway, as long as it is attached or holds a lease. Guarded by the table.
 * Times are nanoseconds on the table's clock.
 */
final class WatchingGateway {
    /**
     * What tells one gateway from another: a process that was given the id of one that is gone must
     * not take over, and end, the lease that the other may still hold.
     */
    record Key(String id, String instance) {}

    final Key key;
    /** Of its latest stream. */
    Arrival arrival;
    long attachedAt;
    /** Whether a stream of it ever came from another process. */
    boolean remote;
    /** Null when no stream is open. */
    LeaseTable.Attachment attachment;
    /** The newest revision that it says it has applied. */
    long applied;
    /** What it has to have applied before it is given a lease, or a longer one. */
    long required;
    /** The end of its lease, margin included; it holds none when that has passed. */
    long leaseEnd;
    /** Until when it counts although it was given no lease yet. */
    long countedUntil;

    WatchingGateway(Key key) {
        this.key = key;
    }

    /** The newest revision that it cannot answer without having applied. */
    long confirmed(long now) {
        if (leaseEnd > now) {
            return applied;
        }
        return countedUntil > now ? Math.max(applied, required) : Long.MAX_VALUE;
    }

    /** How it stands; instants are told from that of {@code now}. */
    GatewayStanding standing(long now, long marginNanos, Instant wallNow) {
        long own = leaseEnd - marginNanos;
        return new GatewayStanding(
                key.id, arrival.enrollment(), attachment != null, applied,
                own > now ? wallNow.plusNanos(own - now) : null,
                arrival.version(), arrival.address(), arrival.replicaId(),
                wallNow.minusNanos(now - attachedAt));
    }
}
