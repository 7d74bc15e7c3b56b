package dev.portcullis.gateway.lookup;

import com.google.protobuf.Message;
import dev.portcullis.core.access.Principal;
import dev.portcullis.core.access.Restrictions;
import dev.portcullis.core.access.Role;
import dev.portcullis.core.access.UserKind;
import dev.portcullis.core.token.CredentialKind;
import dev.portcullis.core.token.TokenHash;
import dev.portcullis.core.token.TokenPrefix;
import dev.portcullis.core.verify.CredentialRecord;
import dev.portcullis.core.verify.CredentialState;
import dev.portcullis.proto.origin.v1.HashAlgorithm;
import dev.portcullis.proto.origin.v1.PrincipalRecord;
import dev.portcullis.proto.origin.v1.ResolveResponse;
import java.util.HashMap;
import java.util.Map;

/**
 * Reads records off the wire. Whatever is not entirely understood is no record at all. That goes
 * for fields of a newer release too: one may be a restriction, and to leave it out would be
 * permission.
 */
final class WireRecords {
    private WireRecords() {}

    /**
     * What the origin answered about a prefix.
     *
     * @throws IllegalArgumentException when the answer is no record, or another's; the message
     *     names no value
     */
    static Resolved read(TokenPrefix asked, ResolveResponse answer) {
        requireKnown(answer);
        require(answer.getAsOf() >= 0, "as_of");
        if (!answer.hasCredential()) {
            require(!answer.hasPrincipal(), "a principal without a credential");
            return new Resolved(answer.getAsOf(), null, null);
        }
        CredentialRecord credential = credential(answer.getCredential());
        require(credential.prefix().equals(asked), "another's credential");
        if (!answer.hasPrincipal()) {
            return new Resolved(answer.getAsOf(), credential, null);
        }
        Principal principal = principal(answer.getPrincipal());
        require(principal.userId().equals(credential.userId()), "another's principal");
        return new Resolved(answer.getAsOf(), credential, principal);
    }

    private static CredentialRecord credential(
            dev.portcullis.proto.origin.v1.CredentialRecord wire) {
        requireKnown(wire);
        require(wire.getHashAlgorithm() == HashAlgorithm.HASH_ALGORITHM_SHA_256, "hash algorithm");
        require(!wire.getUserId().isEmpty(), "user id");
        require(wire.getExpiresAtMs() >= 0, "expiry");
        long expiresAt = wire.getExpiresAtMs() == 0
                ? CredentialRecord.NEVER
                : wire.getExpiresAtMs();
        require(wire.getReplacedAtMs() >= 0, "replacement");
        long replacedAt = wire.getReplacedAtMs() == 0
                ? CredentialRecord.NEVER
                : wire.getReplacedAtMs();
        require(!wire.hasRestrictions(), "restrictions");
        require(wire.getParentPrefix().isEmpty(), "a parent");
        return new CredentialRecord(
                TokenPrefix.of(wire.getPrefix()),
                kind(wire.getKind()),
                TokenHash.ofSha256(wire.getHash().toByteArray()),
                wire.getUserId(),
                state(wire.getState()),
                expiresAt,
                replacedAt,
                Restrictions.NONE,
                null);
    }

    private static Principal principal(PrincipalRecord wire) {
        requireKnown(wire);
        require(!wire.getUserId().isEmpty(), "user id");
        Map<String, Role> roles = new HashMap<>();
        wire.getRolesMap().forEach((application, role) -> roles.put(application, role(role)));
        return new Principal(
                wire.getUserId(),
                wire.getName(),
                kind(wire.getKind()),
                wire.getBlocked(),
                wire.getGroupsList(),
                roles);
    }

    private static CredentialKind kind(dev.portcullis.proto.origin.v1.CredentialKind wire) {
        return switch (wire) {
            case CREDENTIAL_KIND_ACCESS_TOKEN -> CredentialKind.ACCESS_TOKEN;
            case CREDENTIAL_KIND_API_KEY -> CredentialKind.API_KEY;
            case CREDENTIAL_KIND_EXCHANGED_TOKEN -> CredentialKind.EXCHANGED_TOKEN;
            case CREDENTIAL_KIND_UNSPECIFIED, UNRECOGNIZED -> throw malformed("credential kind");
        };
    }

    private static CredentialState state(dev.portcullis.proto.origin.v1.CredentialState wire) {
        return switch (wire) {
            case CREDENTIAL_STATE_LIVE -> CredentialState.LIVE;
            case CREDENTIAL_STATE_REVOKED -> CredentialState.REVOKED;
            case CREDENTIAL_STATE_UNSPECIFIED, UNRECOGNIZED -> throw malformed("credential state");
        };
    }

    private static UserKind kind(dev.portcullis.proto.origin.v1.UserKind wire) {
        return switch (wire) {
            case USER_KIND_SERVICE -> UserKind.SERVICE;
            case USER_KIND_PERSON -> UserKind.PERSON;
            case USER_KIND_INTERNAL -> UserKind.INTERNAL;
            case USER_KIND_UNSPECIFIED, UNRECOGNIZED -> throw malformed("user kind");
        };
    }

    private static Role role(dev.portcullis.proto.origin.v1.Role wire) {
        return switch (wire) {
            case ROLE_AUDITOR -> Role.AUDITOR;
            case ROLE_READER -> Role.READER;
            case ROLE_WRITER -> Role.WRITER;
            case ROLE_ADMIN -> Role.ADMIN;
            case ROLE_UNSPECIFIED, UNRECOGNIZED -> throw malformed("role");
        };
    }

    private static void requireKnown(Message message) {
        require(message.getUnknownFields().asMap().isEmpty(), "a field of a newer release");
    }

    private static void require(boolean holds, String what) {
        if (!holds) {
            throw malformed(what);
        }
    }

    private static IllegalArgumentException malformed(String what) {
        return new IllegalArgumentException("malformed record: " + what);
    }
}
