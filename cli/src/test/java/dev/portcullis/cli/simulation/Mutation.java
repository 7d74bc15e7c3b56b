package dev.portcullis.cli.simulation;

import com.google.protobuf.ByteString;
import dev.portcullis.proto.origin.v1.CacheKey;
import dev.portcullis.proto.origin.v1.LeaseGrant;
import dev.portcullis.proto.origin.v1.WatchResponse;

/** A fault that the product must not have: the simulation has to find each. */
enum Mutation {
    NONE,
    /** Leases are longer for gateways than the origin counts. */
    LEASE_TOO_LONG,
    /** A change is told of without its keys. */
    CHANGE_LOST,
    /** A replica that was taken for gone goes on giving leases. */
    LAPSED_REPLICA_GOES_ON,
    /** Who waits for a change does not look at the other replicas. */
    ROWS_NOT_READ;

    /** Whether it takes several replicas to show. */
    boolean replicas() {
        return this == LAPSED_REPLICA_GOES_ON || this == ROWS_NOT_READ;
    }

    /** Under which the shared cache is sealed. */
    private static final CacheKey KEY = CacheKey.newBuilder()
            .setId("simulated")
            .setKey(ByteString.copyFrom(new byte[32]))
            .build();

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
        if (response.hasWelcome()) {
            return (R) response.toBuilder()
                    .setWelcome(response.getWelcome().toBuilder().setCacheKey(KEY))
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
