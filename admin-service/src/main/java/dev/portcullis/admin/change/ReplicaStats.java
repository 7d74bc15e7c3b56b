package dev.portcullis.admin.change;

import java.time.Duration;

/**
 * What a replica of the admin-service can be watched by.
 *
 * @param replicas how many there are, this one included, as the rows were last read
 * @param ceilingLeft for how long from now the leases that it gives may reach; zero: it may give
 *     none
 * @param renewals of its row that have succeeded since its start
 * @param renewalsFailed those that have failed
 * @param expulsions how often it found its row gone, because others had taken it for gone
 * @param rowsDeleted rows of other replicas that it deleted, because they were no longer renewed
 * @param gateways that watch it or may hold a lease from it
 * @param idsUsedTwice how many of their ids are used at another replica too, at the same time, by
 *     another process
 * @param unacknowledged how many revisions its slowest gateway is behind
 */
public record ReplicaStats(
        int replicas,
        Duration ceilingLeft,
        long renewals,
        long renewalsFailed,
        long expulsions,
        long rowsDeleted,
        int gateways,
        int idsUsedTwice,
        long unacknowledged) {}
