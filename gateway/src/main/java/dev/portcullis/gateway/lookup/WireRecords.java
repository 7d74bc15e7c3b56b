package dev.portcullis.gateway.lookup;

import static dev.portcullis.proto.origin.v1.HashAlgorithm.HASH_ALGORITHM_HMAC_SHA_256;
import static dev.portcullis.proto.origin.v1.Role.ROLE_UNSPECIFIED;

import com.google.protobuf.Message;
import dev.portcullis.core.access.Cidr;
import dev.portcullis.core.access.Fingerprint;
import dev.portcullis.core.access.Principal;
import dev.portcullis.core.access.Restrictions;
import dev.portcullis.core.access.Role;
import dev.portcullis.core.access.UserKind;
import dev.portcullis.core.token.CredentialKind;
import dev.portcullis.core.token.HashAlgorithm;
import dev.portcullis.core.token.TokenHash;
import dev.portcullis.core.token.TokenPrefix;
import dev.portcullis.core.verify.CredentialRecord;
import dev.portcullis.core.verify.CredentialState;
import dev.portcullis.proto.origin.v1.PrincipalRecord;
import dev.portcullis.proto.origin.v1.ResolveResponse;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Reads records off the wire. Whatever is not entirely understood is no record at all. That goes
 * for fields of a newer release too: one may be a restriction, and to leave it out would be
 * permission.
 */
final class WireRecords {
    /** Applications, and address ranges, that one credential may be restricted to. */
    private static final int RESTRICTIONS_MAX = 100;

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
            require(!answer.hasParent(), "a parent without a credential");
            return new Resolved(answer.getAsOf(), null, null, null);
        }
        CredentialRecord credential = credential(answer.getCredential());
        require(credential.prefix().equals(asked), "another's credential");
        return new Resolved(
                answer.getAsOf(),
                credential,
                parent(credential, answer),
                principal(credential, answer));
    }

    /** The API key of an exchanged token; that has one, and nothing else does. */
    private static CredentialRecord parent(CredentialRecord credential, ResolveResponse answer) {
        require(answer.hasParent() == (credential.parent() != null), "parent");
        if (!answer.hasParent()) {
            return null;
        }
        CredentialRecord parent = credential(answer.getParent());
        require(parent.kind() == CredentialKind.API_KEY, "kind of the parent");
        require(parent.prefix().equals(credential.parent()), "another's parent");
        require(!parent.prefix().equals(credential.prefix()), "its own parent");
        require(parent.userId().equals(credential.userId()), "a parent of another user");
        return parent;
    }

    private static Principal principal(CredentialRecord credential, ResolveResponse answer) {
        if (!answer.hasPrincipal()) {
            return null;
        }
        Principal principal = principal(answer.getPrincipal());
        require(principal.userId().equals(credential.userId()), "another's principal");
        return principal;
    }

    private static CredentialRecord credential(
            dev.portcullis.proto.origin.v1.CredentialRecord wire) {
        requireKnown(wire);
        CredentialKind kind = kind(wire.getKind());
        boolean exchanged = kind == CredentialKind.EXCHANGED_TOKEN;
        require(exchanged == !wire.getParentPrefix().isEmpty(), "parent prefix");
        require(!wire.getUserId().isEmpty(), "user id");
        TokenHash hash = hash(wire);
        require(hash.algorithm() != HashAlgorithm.SHA_256_WHOLE
                || kind == CredentialKind.ACCESS_TOKEN, "kind of an imported token");
        return new CredentialRecord(
                TokenPrefix.of(wire.getPrefix()),
                kind,
                hash,
                wire.getUserId(),
                state(wire.getState()),
                instant(wire.getExpiresAtMs(), "expiry"),
                instant(wire.getReplacedAtMs(), "replacement"),
                wire.hasRestrictions() ? restrictions(wire.getRestrictions()) : Restrictions.NONE,
                exchanged ? TokenPrefix.of(wire.getParentPrefix()) : null);
    }

    private static TokenHash hash(dev.portcullis.proto.origin.v1.CredentialRecord wire) {
        byte[] octets = wire.getHash().toByteArray();
        String pepperId = wire.getPepperId();
        boolean peppered = wire.getHashAlgorithm() == HASH_ALGORITHM_HMAC_SHA_256;
        require(peppered || pepperId.isEmpty(), "pepper id");
        return switch (wire.getHashAlgorithm()) {
            case HASH_ALGORITHM_SHA_256 -> TokenHash.ofSha256(octets);
            case HASH_ALGORITHM_HMAC_SHA_256 -> TokenHash.ofHmacSha256(pepperId, octets);
            case HASH_ALGORITHM_SHA_256_WHOLE -> TokenHash.ofWhole(octets);
            case HASH_ALGORITHM_UNSPECIFIED, UNRECOGNIZED -> throw malformed("hash algorithm");
        };
    }

    private static long instant(long millis, String what) {
        require(millis >= 0, what);
        return millis == 0 ? CredentialRecord.NEVER : millis;
    }

    private static Restrictions restrictions(
            dev.portcullis.proto.origin.v1.Restrictions wire) {
        requireKnown(wire);
        require(wire.getApplicationsCount() <= RESTRICTIONS_MAX, "too many applications");
        require(wire.getCidrsCount() <= RESTRICTIONS_MAX, "too many address ranges");
        require(wire.getCertificatesCount() <= RESTRICTIONS_MAX, "too many certificates");
        require(!wire.getApplicationsList().contains(""), "application");
        boolean capped = wire.getMaxRole() != ROLE_UNSPECIFIED;
        return new Restrictions(
                capped ? role(wire.getMaxRole()) : null,
                Set.copyOf(wire.getApplicationsList()),
                wire.getCidrsList().stream().map(WireRecords::cidr).toList(),
                wire.getCertificatesList().stream()
                        .map(WireRecords::certificate)
                        .collect(Collectors.toSet()));
    }

    private static Fingerprint certificate(String text) {
        try {
            return Fingerprint.parse(text);
        } catch (IllegalArgumentException notAFingerprint) {
            throw malformed("certificate");
        }
    }

    private static Cidr cidr(String text) {
        try {
            return Cidr.parse(text);
        } catch (IllegalArgumentException notARange) {
            throw malformed("address range");
        }
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
