package dev.portcullis.admin.change;

/**
 * A gateway that opens a stream, and what is known of it.
 *
 * @param gatewayId which gateway it says it is
 * @param instance which of its processes: another for each start; empty when it did not say. Two
 *     that differ never are the same process
 * @param lastRevision the newest revision it says it has applied
 * @param remote whether it lives in another process than the origin
 * @param enrollment name of the enrolment it showed itself with; empty for the gateway within the
 *     origin's own process
 * @param version of its software; empty when it did not say
 * @param address where it comes from, without port; empty within one process
 * @param replicaId the replica of the admin-service at which it arrives
 */
public record Arrival(
        String gatewayId,
        String instance,
        long lastRevision,
        boolean remote,
        String enrollment,
        String version,
        String address,
        String replicaId) {

    /** One of which nothing is known but what leases rest on. */
    public static Arrival of(String gatewayId, long lastRevision, boolean remote) {
        return new Arrival(gatewayId, "", lastRevision, remote, "", "", "", "");
    }
}
