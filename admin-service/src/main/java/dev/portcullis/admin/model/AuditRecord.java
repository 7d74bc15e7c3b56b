package dev.portcullis.admin.model;

import java.time.Instant;

/**
 * An audit event as it is shown.
 *
 * @param seq counts from 1 without a gap
 * @param before JSON, or null
 * @param after JSON, or null
 */
public record AuditRecord(
        long seq,
        long revision,
        Instant happenedAt,
        String actorId,
        String actorName,
        String source,
        String requestId,
        String action,
        String targetKind,
        String targetId,
        String before,
        String after,
        byte[] previousHash,
        byte[] hash) {}
