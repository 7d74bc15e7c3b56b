package dev.portcullis.admin.origin;

import dev.portcullis.admin.change.ChangeFeed;
import dev.portcullis.admin.change.LeaseMark;
import dev.portcullis.admin.change.LeaseTable;
import dev.portcullis.admin.service.Enrollments;
import dev.portcullis.admin.service.Refusals;
import dev.portcullis.admin.service.Usages;
import dev.portcullis.admin.store.Store;
import java.time.InstantSource;
import java.util.concurrent.Executor;

/**
 * What the origin stands on.
 *
 * @param mark null where the rows of replicas do its work
 * @param replicaId which replica of the admin-service this is
 * @param enrollments who gateways of other processes are
 * @param workers where calls may block on the database; bounded, and throws {@link
 *     java.util.concurrent.RejectedExecutionException} when it is full
 * @param clock by which what was ended has ended
 */
public record OriginWiring(
        Store store,
        Usages usages,
        Refusals refusals,
        ChangeFeed feed,
        LeaseTable leases,
        LeaseMark mark,
        String replicaId,
        Enrollments enrollments,
        CacheKeys cacheKeys,
        KnownPrefixes known,
        Executor workers,
        InstantSource clock) {}
