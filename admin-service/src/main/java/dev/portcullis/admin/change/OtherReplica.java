package dev.portcullis.admin.change;

import dev.portcullis.admin.model.GatewayStanding;
import dev.portcullis.admin.store.ReplicaRow;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Another replica, as its row was last read. Times are nanoseconds on the lease table's clock.
 *
 * @param row without its JSON
 * @param firstSeen when this incarnation and version of it was first read, or later
 * @param leaseNanos for how long after a renewal was asked for its gateways may hold leases
 * @param gateways as the JSON told when it was last read
 */
record OtherReplica(
        ReplicaRow row, long firstSeen, long leaseNanos, List<ListedGateway> gateways) {

    /**
     * What a row that was just read says.
     *
     * @param before how it was last time; null: it was not there
     * @param now after it was read
     * @param usualLeaseMillis taken for the length of leases where the row tells none, as this
     *     program never writes it
     */
    static OtherReplica of(ReplicaRow row, OtherReplica before, long now, long usualLeaseMillis) {
        boolean same = before != null
                && before.row.incarnation().equals(row.incarnation())
                && before.row.version() == row.version();
        long millis = row.leaseMillis() > 0 ? row.leaseMillis() : usualLeaseMillis;
        return new OtherReplica(
                new ReplicaRow(
                        row.id(), row.incarnation(), row.version(), row.leaseMillis(),
                        row.ackedRevision(), null, row.software()),
                same ? before.firstSeen : now,
                Math.min(millis, 2 * LeaseConfig.LIMIT.toMillis()) * 1_000_000,
                gateways(row, before));
    }

    private static List<ListedGateway> gateways(ReplicaRow row, OtherReplica before) {
        if (row.gateways() != null) {
            return ReplicaGateways.read(row.gateways(), replicaId(row.id()));
        }
        return before == null ? List.of() : before.gateways;
    }

    /** The id of the replica whose row this is. */
    String replicaId() {
        return replicaId(row.id());
    }

    private static String replicaId(String rowId) {
        int slash = rowId.indexOf('/');
        return slash < 0 ? rowId : rowId.substring(0, slash);
    }

    /**
     * Whether none of its gateways can hold a lease, unless it renews its row after all.
     *
     * @param readAt before a read that found it unchanged
     */
    boolean lapsed(long readAt) {
        return readAt - firstSeen >= leaseNanos;
    }

    /** Whether a gateway may hold a lease from it without watching it any more. */
    boolean hasDetached() {
        return gateways.stream().anyMatch(each -> !each.standing().attached());
    }

    /**
     * The gateways that watch it and were given a longer lease since the row was read before.
     *
     * @param before null: it was not there
     */
    List<ListedGateway> grown(OtherReplica before) {
        if (before == null || before.gateways == gateways) {
            return List.of();
        }
        Map<WatchingGateway.Key, Instant> leases = new HashMap<>();
        for (ListedGateway each : before.gateways) {
            if (each.standing().attached() && each.standing().leaseUntil() != null) {
                leases.put(key(each), each.standing().leaseUntil());
            }
        }
        return gateways.stream().filter(each -> {
            Instant had = leases.get(key(each));
            Instant has = each.standing().leaseUntil();
            return each.standing().attached() && !each.instance().isEmpty()
                    && had != null && has != null && has.isAfter(had);
        }).toList();
    }

    /** Adds the processes that watch it and have applied a revision. */
    void addReached(long revision, Set<WatchingGateway.Key> reached) {
        for (ListedGateway listed : gateways) {
            GatewayStanding gateway = listed.standing();
            if (gateway.attached() && gateway.applied() >= revision
                    && !listed.instance().isEmpty()) {
                reached.add(key(listed));
            }
        }
    }

    private static WatchingGateway.Key key(ListedGateway listed) {
        return new WatchingGateway.Key(listed.standing().id(), listed.instance());
    }

    /**
     * Adds who has not confirmed a revision: its gateways by name, or else the replica, for it may
     * have given a lease to one of which its row does not tell yet.
     *
     * @param reached processes that have applied the revision, wherever they watch now
     */
    void addUnconfirmed(
            long revision, Set<WatchingGateway.Key> reached, Set<String> names) {
        boolean found = false;
        for (ListedGateway listed : gateways) {
            GatewayStanding gateway = listed.standing();
            boolean counts = gateway.attached() || gateway.leaseUntil() != null;
            if (counts && gateway.applied() < revision && !reached.contains(key(listed))) {
                names.add(gateway.id());
                found = true;
            }
        }
        if (!found) {
            names.add("replica " + replicaId());
        }
    }
}
