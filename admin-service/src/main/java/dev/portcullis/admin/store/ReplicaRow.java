package dev.portcullis.admin.store;

/**
 * What a replica of the admin-service tells the others.
 *
 * @param id of the row: the replica's id and its incarnation, so that a replica that starts again
 *     under its id leaves the row of its former self, whose gateways may still hold leases
 * @param incarnation random for each start, and for each time that it was taken for gone
 * @param version rises with every renewal
 * @param leaseMillis for how long after a renewal was asked for its gateways may hold leases,
 *     margin included
 * @param ackedRevision everything up to here is effective on all its gateways
 * @param gateways how they stand, as JSON; null when it was not asked for
 * @param software version of its program
 */
public record ReplicaRow(
        String id,
        String incarnation,
        long version,
        long leaseMillis,
        long ackedRevision,
        String gateways,
        String software) {}
