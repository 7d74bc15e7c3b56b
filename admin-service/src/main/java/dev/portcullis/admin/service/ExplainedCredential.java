package dev.portcullis.admin.service;

import dev.portcullis.admin.store.CredentialRow;
import dev.portcullis.core.token.CredentialKind;
import dev.portcullis.core.token.TokenHash;
import dev.portcullis.core.token.TokenPrefix;
import dev.portcullis.core.verify.CredentialRecord;
import dev.portcullis.core.verify.CredentialState;
import dev.portcullis.core.verify.Rejection;
import dev.portcullis.core.verify.TokenVerifier;
import java.time.Instant;
import java.util.List;

/**
 * The credential that a request to be explained comes with.
 *
 * @param row null when none was named
 * @param parent the record of the key it was exchanged from; null when there is none
 * @param nowMillis the instant of the request, in milliseconds since the epoch
 */
record ExplainedCredential(
        CredentialRecord record, CredentialRow row, CredentialRecord parent, long nowMillis) {

    /** Stands in for the token of a user: without end and without restriction, and of no secret. */
    static ExplainedCredential ofNone(String userId, long nowMillis) {
        CredentialRecord record = new CredentialRecord(
                TokenPrefix.of("0".repeat(TokenPrefix.LENGTH)),
                CredentialKind.ACCESS_TOKEN,
                TokenHash.ofSha256(new byte[TokenHash.LENGTH]),
                userId,
                CredentialState.LIVE,
                CredentialRecord.NEVER);
        return new ExplainedCredential(record, null, null, nowMillis);
    }

    /** Why it would be rejected, or null. */
    Rejection rejection() {
        return TokenVerifier.rejectionOf(record, parent, nowMillis);
    }

    /** How it stands, in words; none for a user's stand-in. */
    List<String> reasons(Rejection rejection) {
        if (row == null) {
            return List.of();
        }
        String name = name(record);
        String own = standing(record);
        if (own != null) {
            return List.of(name + " " + own);
        }
        if (rejection == null) {
            return List.of(name + " is live" + (record.expiresAtMillis() == CredentialRecord.NEVER
                    ? ""
                    : " until " + at(record.expiresAtMillis())));
        }
        String dead = parent == null ? null : standing(parent);
        return List.of(name + " was exchanged from an API key that "
                + (dead == null ? "is not there for it any more" : dead));
    }

    /** What ended a credential by itself, or null. In the order in which it is verified. */
    private String standing(CredentialRecord of) {
        if (of.state() == CredentialState.REVOKED) {
            return "was revoked" + (of == record && row.revokedAt() != null
                    ? " at " + at(row.revokedAt())
                    : "");
        }
        if (of.replacedAt(nowMillis)) {
            return "was replaced at " + at(of.replacedAtMillis());
        }
        return of.expiredAt(nowMillis) ? "expired at " + at(of.expiresAtMillis()) : null;
    }

    private static String name(CredentialRecord record) {
        String kind = switch (record.kind()) {
            case ACCESS_TOKEN -> "access token ";
            case API_KEY -> "API key ";
            case EXCHANGED_TOKEN -> "exchanged token ";
        };
        return kind + record.prefix();
    }

    private static String at(long millis) {
        return Instant.ofEpochMilli(millis).toString();
    }
}
