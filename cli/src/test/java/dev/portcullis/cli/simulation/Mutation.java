package dev.portcullis.cli.simulation;

import dev.portcullis.proto.origin.v1.LeaseGrant;
import dev.portcullis.proto.origin.v1.WatchResponse;

/** A fault that the product must not have: the simulation has to find each. */
enum Mutation {
    NONE,
    /** Leases are longer for gateways than the origin counts. */
    LEASE_TOO_LONG,
    /** A change is told of without its keys. */
    CHANGE_LOST;

    /** What a gateway gets of what the origin says. */
    @SuppressWarnings("unchecked") // of the type that was tested for
    <R> R toGateway(R message) {
        if (!(message instanceof WatchResponse)) {
            return message;
        }
        WatchResponse response = (WatchResponse) message;
        if (this == LEASE_TOO_LONG && response.hasLease()) {
            LeaseGrant lease = response.getLease();
            return (R) response.toBuilder()
                    .setLease(lease.toBuilder().setDurationMs(lease.getDurationMs() * 3))
                    .build();
        }
        if (this == CHANGE_LOST && response.hasChanges()) {
            WatchResponse.Builder less = response.toBuilder();
            less.getChangesBuilder().getChangesBuilderList()
                    .forEach(change -> change.clearKeys());
            return (R) less.build();
        }
        return message;
    }
}
