package dev.portcullis.admin.change;

import java.time.Instant;
import java.util.List;

/**
 * How far a committed change has reached.
 *
 * @param revision the change's
 * @param unconfirmedGateways ids of the gateways that have not confirmed, sorted; {@link
 *     #UNKNOWN_GATEWAY} for those that may still hold a lease from before the origin's last start.
 *     Empty: effective on every gateway
 * @param effectiveEverywhereBy when pending, the instant by which even the unconfirmed gateways
 *     have stopped answering from what they knew before; else null
 */
public record Propagation(
        long revision, List<String> unconfirmedGateways, Instant effectiveEverywhereBy) {

    /** Stands for gateways the origin does not know yet. */
    public static final String UNKNOWN_GATEWAY = "unknown";

    /** Copies what could change. */
    public Propagation {
        unconfirmedGateways = List.copyOf(unconfirmedGateways);
    }

    /** Effective everywhere. */
    static Propagation everywhere(long revision) {
        return new Propagation(revision, List.of(), null);
    }

    /** Whether every gateway has confirmed. */
    public boolean propagated() {
        return unconfirmedGateways.isEmpty();
    }
}
