package dev.portcullis.admin.rpc;

import com.google.protobuf.ByteString;
import dev.portcullis.admin.model.AuditRecord;
import dev.portcullis.admin.model.Page;
import dev.portcullis.admin.service.AuditFilter;
import dev.portcullis.admin.service.AuditLog.Verified;
import dev.portcullis.proto.admin.v1.AuditEvent;
import dev.portcullis.proto.admin.v1.ListAuditEventsResponse;
import dev.portcullis.proto.admin.v1.StreamAuditEventsResponse;
import dev.portcullis.proto.admin.v1.VerifyAuditRequest;
import dev.portcullis.proto.admin.v1.VerifyAuditResponse;

/** {@link Translation} of the audit log. */
final class AuditTranslation {
    private AuditTranslation() {}

    static AuditFilter filter(dev.portcullis.proto.admin.v1.AuditFilter filter) {
        return new AuditFilter(
                filter.getActor(),
                filter.getTarget(),
                filter.getAction(),
                filter.hasSince()
                        ? Translation.instant("since", filter.getSince())
                        : null,
                filter.hasUntil()
                        ? Translation.instant("until", filter.getUntil())
                        : null);
    }

    /** The hash that is expected, or null when none is. */
    static byte[] expectedHash(VerifyAuditRequest request) {
        return request.getExpectedHash().isEmpty()
                ? null
                : request.getExpectedHash().toByteArray();
    }

    static AuditEvent event(AuditRecord event) {
        return AuditEvent.newBuilder()
                .setSeq(event.seq())
                .setRevision(event.revision())
                .setHappenedAt(Translation.timestamp(event.happenedAt()))
                .setActorId(event.actorId())
                .setActorName(event.actorName())
                .setSource(event.source())
                .setRequestId(event.requestId())
                .setAction(event.action())
                .setTargetKind(event.targetKind())
                .setTargetId(event.targetId())
                .setBefore(event.before() == null ? "" : event.before())
                .setAfter(event.after() == null ? "" : event.after())
                .setPreviousHash(ByteString.copyFrom(event.previousHash()))
                .setHash(ByteString.copyFrom(event.hash()))
                .build();
    }

    static ListAuditEventsResponse list(Page<AuditRecord> page) {
        ListAuditEventsResponse.Builder response = ListAuditEventsResponse.newBuilder()
                .setNextPageToken(page.nextPageToken());
        page.items().forEach(event -> response.addEvents(event(event)));
        return response.build();
    }

    static StreamAuditEventsResponse streamed(AuditRecord event) {
        return StreamAuditEventsResponse.newBuilder().setEvent(event(event)).build();
    }

    static VerifyAuditResponse progress(long verified, long total) {
        return VerifyAuditResponse.newBuilder().setVerified(verified).setTotal(total).build();
    }

    /** @param total how many events there are, as the last progress said */
    static VerifyAuditResponse verified(Verified found, long total) {
        VerifyAuditResponse.Builder builder = VerifyAuditResponse.newBuilder()
                .setVerified(found.events())
                .setTotal(Math.max(total, found.events()))
                .setFinished(true);
        if (found.problem() != null) {
            builder.setProblem(found.problem());
        }
        if (found.lastHash() != null) {
            builder.setLastHash(ByteString.copyFrom(found.lastHash()));
        }
        return builder.build();
    }
}
