package dev.portcullis.admin.origin;

import com.google.protobuf.ByteString;
import dev.portcullis.admin.store.Change;
import dev.portcullis.core.access.Principal;
import dev.portcullis.core.access.Restrictions;
import dev.portcullis.core.verify.CredentialRecord;
import dev.portcullis.proto.origin.v1.Changes;
import dev.portcullis.proto.origin.v1.CredentialKind;
import dev.portcullis.proto.origin.v1.CredentialState;
import dev.portcullis.proto.origin.v1.HashAlgorithm;
import dev.portcullis.proto.origin.v1.PrincipalRecord;
import dev.portcullis.proto.origin.v1.Role;
import dev.portcullis.proto.origin.v1.UserKind;
import java.util.List;

/** From what the store knows to what goes over the wire. */
final class OriginRecords {
    /** An instant that every clock has passed. */
    private static final long ENDED = 1;

    private OriginRecords() {}

    /**
     * A credential as gateways are told of it.
     *
     * @param nowMillis by the origin's clock, in milliseconds since the epoch
     */
    static dev.portcullis.proto.origin.v1.CredentialRecord of(
            CredentialRecord record, long nowMillis) {
        dev.portcullis.proto.origin.v1.CredentialRecord.Builder message =
                dev.portcullis.proto.origin.v1.CredentialRecord.newBuilder()
                        .setPrefix(record.prefix().toString())
                        .setKind(switch (record.kind()) {
                            case ACCESS_TOKEN -> CredentialKind.CREDENTIAL_KIND_ACCESS_TOKEN;
                            case API_KEY -> CredentialKind.CREDENTIAL_KIND_API_KEY;
                            case EXCHANGED_TOKEN -> CredentialKind.CREDENTIAL_KIND_EXCHANGED_TOKEN;
                        })
                        .setHashAlgorithm(switch (record.hash().algorithm()) {
                            case SHA_256 -> HashAlgorithm.HASH_ALGORITHM_SHA_256;
                            case HMAC_SHA_256 -> HashAlgorithm.HASH_ALGORITHM_HMAC_SHA_256;
                            case SHA_256_WHOLE -> HashAlgorithm.HASH_ALGORITHM_SHA_256_WHOLE;
                        })
                        .setHash(ByteString.copyFrom(record.hash().octets()))
                        .setUserId(record.userId())
                        .setState(switch (record.state()) {
                            case LIVE -> CredentialState.CREDENTIAL_STATE_LIVE;
                            case REVOKED -> CredentialState.CREDENTIAL_STATE_REVOKED;
                        })
                        .setExpiresAtMs(end(record.expiresAtMillis(), nowMillis))
                        .setReplacedAtMs(end(record.replacedAtMillis(), nowMillis));
        if (record.hash().pepperId() != null) {
            message.setPepperId(record.hash().pepperId());
        }
        if (record.parent() != null) {
            message.setParentPrefix(record.parent().toString());
        }
        if (!record.restrictions().equals(Restrictions.NONE)) {
            message.setRestrictions(of(record.restrictions()));
        }
        return message.build();
    }

    /**
     * On the wire 0 says never. What has ended by this clock is told as ended long ago: a gateway
     * whose clock is behind must not take it for good after the change was confirmed.
     */
    private static long end(long millis, long nowMillis) {
        if (millis == CredentialRecord.NEVER) {
            return 0;
        }
        return millis <= nowMillis ? ENDED : millis;
    }

    private static dev.portcullis.proto.origin.v1.Restrictions of(Restrictions restrictions) {
        dev.portcullis.proto.origin.v1.Restrictions.Builder message =
                dev.portcullis.proto.origin.v1.Restrictions.newBuilder()
                        .addAllApplications(restrictions.applications().stream().sorted().toList());
        if (restrictions.maxRole() != null) {
            message.setMaxRole(of(restrictions.maxRole()));
        }
        restrictions.cidrs().forEach(cidr -> message.addCidrs(cidr.toString()));
        message.addAllCertificates(restrictions.sortedCertificates());
        return message.build();
    }

    static PrincipalRecord of(Principal principal) {
        PrincipalRecord.Builder record = PrincipalRecord.newBuilder()
                .setUserId(principal.userId())
                .setName(principal.name())
                .setKind(switch (principal.kind()) {
                    case SERVICE -> UserKind.USER_KIND_SERVICE;
                    case PERSON -> UserKind.USER_KIND_PERSON;
                    case INTERNAL -> UserKind.USER_KIND_INTERNAL;
                })
                .setBlocked(principal.blocked())
                .addAllGroups(principal.groups());
        principal.roles().forEach((application, role) ->
                record.putRoles(application, of(role)));
        return record.build();
    }

    private static Role of(dev.portcullis.core.access.Role role) {
        return switch (role) {
            case AUDITOR -> Role.ROLE_AUDITOR;
            case READER -> Role.ROLE_READER;
            case WRITER -> Role.ROLE_WRITER;
            case ADMIN -> Role.ROLE_ADMIN;
        };
    }

    static Changes of(List<Change> changes) {
        Changes.Builder message = Changes.newBuilder();
        for (Change change : changes) {
            message.addChanges(dev.portcullis.proto.origin.v1.Change.newBuilder()
                    .setRevision(change.revision())
                    .setMark(change.mark())
                    .addAllKeys(change.keys()));
        }
        return message.build();
    }
}
