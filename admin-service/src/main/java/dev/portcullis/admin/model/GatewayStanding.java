package dev.portcullis.admin.model;

import java.time.Instant;

/**
 * How one gateway stands with the admin-service.
 *
 * @param id of its process
 * @param enrollment name of the enrolment it showed itself with; empty for the gateway within the
 *     admin-service's own process
 * @param attached whether its stream is open
 * @param applied the newest revision it has applied
 * @param leaseUntil until when it may answer from what it knows; null when it may not
 * @param version of its software; empty when it did not say
 * @param address where it comes from, without port; empty within one process
 * @param replicaId the replica of the admin-service that it watches, or watched last
 * @param attachedAt when its latest stream was opened
 */
public record GatewayStanding(
        String id,
        String enrollment,
        boolean attached,
        long applied,
        Instant leaseUntil,
        String version,
        String address,
        String replicaId,
        Instant attachedAt) {}
