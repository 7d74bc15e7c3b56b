package dev.portcullis.admin.service;

import dev.portcullis.admin.service.RefusalBudget.LeftOut;
import dev.portcullis.admin.store.CredentialRow;
import java.time.Instant;

/** What audit events show of refusals. Nothing of a secret, as nothing of one ever comes here. */
final class RefusalJson {
    private RefusalJson() {}

    static String refusal(String gatewayId, Refusal refusal, long nowMillis) {
        return AuditJson.object(json -> {
            json.writeStringField("code", refusal.code());
            json.writeStringField("gateway", gatewayId);
            if (!refusal.application().isEmpty()) {
                json.writeStringField("application", refusal.application());
            }
            json.writeNumberField("count", refusal.count());
            json.writeStringField("first_at", instant(refusal.firstAt(), nowMillis));
            json.writeStringField("last_at", instant(refusal.lastAt(), nowMillis));
        });
    }

    /** A gateway's clock may be anywhere; an instant to come would only mislead. */
    private static String instant(long millis, long nowMillis) {
        return Instant.ofEpochMilli(Math.min(millis, nowMillis)).toString();
    }

    static String leftOut(LeftOut leftOut) {
        return AuditJson.object(json -> {
            json.writeNumberField("left_out_summaries", leftOut.summaries());
            json.writeNumberField("left_out_requests", leftOut.requests());
        });
    }

    static String reuse(CredentialRow row, int revoked) {
        return AuditJson.object(json -> {
            json.writeStringField("user_id", row.record().userId());
            json.writeStringField("family", row.family());
            json.writeStringField(
                    "replaced_at",
                    Instant.ofEpochMilli(row.record().replacedAtMillis()).toString());
            json.writeNumberField("revoked_credentials", revoked);
        });
    }
}
