package dev.portcullis.admin.change;

import dev.portcullis.admin.model.GatewayStanding;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ids that two gateways use at once, at different replicas. At one replica the second is refused;
 * here it is only told: each of the two counts for itself, so that no promise is at stake, but one
 * enrolment serves two processes, and lists tell of it as of one. Guarded by its owner.
 *
 * <p>A process that went over to another replica under a new instance must not look so. So a
 * gateway has to have watched here for a while, and the lease of the other one to have grown
 * meanwhile: nobody gives a lease to one that is gone.
 */
final class UsedTwice {
    /** Longer than two lists of gateways are apart, and the turns around them. */
    static final Duration WATCHED_MIN = Duration.ofSeconds(15);
    private static final long TOLD_FOR_NANOS = Duration.ofSeconds(30).toNanos();
    private static final Logger LOG = LoggerFactory.getLogger(UsedTwice.class);

    /** When each was last found to be. */
    private final Map<String, Long> found = new HashMap<>();

    /**
     * The rows of the others were read.
     *
     * @param here the gateways of this replica
     * @param last how the rows were before, by their ids
     * @param now by the lease table's clock, and by the wall clock
     */
    void look(
            Collection<ListedGateway> here,
            Map<String, OtherReplica> last,
            Map<String, OtherReplica> others,
            long now,
            Instant wallNow) {
        found.values().removeIf(at -> now - at > TOLD_FOR_NANOS);
        Map<String, ListedGateway> settled = new HashMap<>();
        for (ListedGateway each : here) {
            GatewayStanding standing = each.standing();
            boolean longEnough = !standing.attachedAt().plus(WATCHED_MIN).isAfter(wallNow);
            if (standing.attached() && longEnough && !each.instance().isEmpty()) {
                settled.put(standing.id(), each);
            }
        }
        others.forEach((rowId, other) -> {
            for (ListedGateway each : other.grown(last.get(rowId))) {
                ListedGateway own = settled.get(each.standing().id());
                if (own != null && !own.instance().equals(each.instance())) {
                    note(own.standing(), each.standing(), now);
                }
            }
        });
    }

    private void note(GatewayStanding here, GatewayStanding there, long now) {
        if (found.put(here.id(), now) == null) {
            LOG.warn("two processes say at once that they are gateway {}: one ({}) watches this"
                            + " replica, one ({}) replica {}; give each an id of its own"
                            + " (gateway_id)",
                    here.id(), here.address(), there.address(), there.replicaId());
        }
    }

    /** How many there are. */
    int count() {
        return found.size();
    }
}
