package dev.portcullis.admin.change;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/**
 * Until when a replica may let leases reach: one lease length behind the moment before it last
 * asked to be renewed. Guarded by the lease table's lock. Times are nanoseconds on its clock.
 *
 * <p>The monotonic clock may stand still while a machine is suspended. Then the other replicas have
 * counted on, and this one would not know. So when wall time has run ahead of it by more than half
 * a margin since the renewal, there is no ceiling until the next one. A wall clock that is set
 * costs a second without new leases.
 */
final class Ceiling {
    private final InstantSource clock;
    private final long leaseNanos;
    private final long suspensionNanosMax;
    private boolean renewed;
    private long sent;
    private Instant wallSent = Instant.EPOCH;

    Ceiling(LeaseConfig config, InstantSource clock) {
        this.clock = clock;
        this.leaseNanos = config.maxStaleness().toNanos();
        this.suspensionNanosMax = config.margin().toNanos() / 2;
    }

    /** A renewal that was asked for at this time has succeeded. */
    void renewed(long sentAt, Instant wallSentAt) {
        renewed = true;
        sent = sentAt;
        wallSent = wallSentAt;
    }

    /** From now on no lease may be given, until the next renewal. */
    void end() {
        renewed = false;
    }

    /**
     * A time that lies before the commit of every revision that the last renewal did not bring.
     */
    long lastSent() {
        return sent;
    }

    /** The instant by the wall clock. */
    Instant wallNow() {
        return clock.instant();
    }

    /** The end of the longest lease that may be given; past when none may. */
    long at(long now) {
        return renewed && !wasSuspended(now) ? sent + leaseNanos : Long.MIN_VALUE;
    }

    private boolean wasSuspended(long now) {
        Duration wall = Duration.between(wallSent, clock.instant());
        return wall.compareTo(Duration.ofNanos(now - sent + suspensionNanosMax)) > 0;
    }
}
