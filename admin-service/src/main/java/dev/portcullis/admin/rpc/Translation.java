package dev.portcullis.admin.rpc;

import com.google.protobuf.Timestamp;
import dev.portcullis.admin.model.ServiceException;
import dev.portcullis.proto.admin.v1.Binding;
import dev.portcullis.proto.admin.v1.Propagation;
import dev.portcullis.proto.admin.v1.Role;
import dev.portcullis.proto.admin.v1.Token;
import dev.portcullis.proto.admin.v1.TokenState;
import dev.portcullis.proto.admin.v1.User;
import dev.portcullis.proto.admin.v1.UserKind;
import java.time.Instant;

/**
 * Between the words of the contract and those of the use cases. A word that the contract does not
 * have is the caller's mistake; a word of ours that it does not have is a defect.
 */
final class Translation {
    /** 0001-01-01 and 9999-12-31: what {@code google.protobuf.Timestamp} may say. */
    private static final long SECONDS_MIN = -62_135_596_800L;
    private static final long SECONDS_MAX = 253_402_300_799L;
    private static final int NANOS_MAX = 999_999_999;

    private Translation() {}

    static User user(dev.portcullis.admin.model.User user) {
        User.Builder builder = User.newBuilder()
                .setId(user.id())
                .setName(user.name())
                .setDescription(user.description())
                .setKind(kind(user.kind()))
                .setBlocked(user.blocked())
                .setCreatedAt(timestamp(user.createdAt()))
                .setCreatedBy(user.createdBy());
        if (user.lastUsedAt() != null) {
            builder.setLastUsedAt(timestamp(user.lastUsedAt()));
        }
        user.bindings().forEach(binding -> builder.addBindings(binding(binding)));
        return builder.build();
    }

    static Binding binding(dev.portcullis.admin.model.Binding binding) {
        return Binding.newBuilder()
                .setSubjectId(binding.userId())
                .setApplication(binding.application())
                .setRole(role(binding.role()))
                .build();
    }

    static Token token(dev.portcullis.admin.model.Token token) {
        Token.Builder builder = Token.newBuilder()
                .setId(token.id())
                .setName(token.name())
                .setUserId(token.userId())
                .setState(state(token.state()))
                .setCreatedAt(timestamp(token.createdAt()))
                .setCreatedBy(token.createdBy());
        if (token.expiresAt() != null) {
            builder.setExpiresAt(timestamp(token.expiresAt()));
        }
        if (token.revokedAt() != null) {
            builder.setRevokedAt(timestamp(token.revokedAt()));
        }
        if (token.lastUsedAt() != null) {
            builder.setLastUsedAt(timestamp(token.lastUsedAt()));
        }
        if (token.lastUsedFrom() != null) {
            builder.setLastUsedFrom(token.lastUsedFrom());
        }
        return builder.build();
    }

    static Propagation propagation(dev.portcullis.admin.change.Propagation propagation) {
        Propagation.Builder builder = Propagation.newBuilder()
                .setState(propagation.propagated()
                        ? Propagation.State.PROPAGATED
                        : Propagation.State.PENDING)
                .setRevision(propagation.revision())
                .addAllUnconfirmedGateways(propagation.unconfirmedGateways());
        if (propagation.effectiveEverywhereBy() != null) {
            builder.setEffectiveEverywhereBy(timestamp(propagation.effectiveEverywhereBy()));
        }
        return builder.build();
    }

    static Timestamp timestamp(Instant instant) {
        return Timestamp.newBuilder()
                .setSeconds(instant.getEpochSecond())
                .setNanos(instant.getNano())
                .build();
    }

    /** @throws ServiceException naming {@code field} when it is no instant */
    static Instant instant(String field, Timestamp timestamp) {
        long seconds = timestamp.getSeconds();
        int nanos = timestamp.getNanos();
        if (seconds < SECONDS_MIN || seconds > SECONDS_MAX || nanos < 0 || nanos > NANOS_MAX) {
            throw ServiceException.invalid(field, "is not a valid timestamp");
        }
        return Instant.ofEpochSecond(seconds, nanos);
    }

    /** The role of a request, or null when it is left out; whether it may be is a rule. */
    static dev.portcullis.core.access.Role role(String field, Role role) {
        return switch (role) {
            case ROLE_UNSPECIFIED -> null;
            case ROLE_AUDITOR -> dev.portcullis.core.access.Role.AUDITOR;
            case ROLE_READER -> dev.portcullis.core.access.Role.READER;
            case ROLE_WRITER -> dev.portcullis.core.access.Role.WRITER;
            case ROLE_ADMIN -> dev.portcullis.core.access.Role.ADMIN;
            case UNRECOGNIZED -> throw unknown(field);
        };
    }

    /** The kind of a request, or null when it is left out. */
    static dev.portcullis.core.access.UserKind kind(String field, UserKind kind) {
        return switch (kind) {
            case USER_KIND_UNSPECIFIED -> null;
            case USER_KIND_SERVICE -> dev.portcullis.core.access.UserKind.SERVICE;
            case USER_KIND_PERSON -> dev.portcullis.core.access.UserKind.PERSON;
            case USER_KIND_INTERNAL -> dev.portcullis.core.access.UserKind.INTERNAL;
            case UNRECOGNIZED -> throw unknown(field);
        };
    }

    /** The state of a request, or null when it is left out. */
    static dev.portcullis.admin.model.TokenState state(String field, TokenState state) {
        return switch (state) {
            case TOKEN_STATE_UNSPECIFIED -> null;
            case TOKEN_STATE_LIVE -> dev.portcullis.admin.model.TokenState.LIVE;
            case TOKEN_STATE_EXPIRED -> dev.portcullis.admin.model.TokenState.EXPIRED;
            case TOKEN_STATE_REVOKED -> dev.portcullis.admin.model.TokenState.REVOKED;
            case TOKEN_STATE_REPLACED -> dev.portcullis.admin.model.TokenState.REPLACED;
            case UNRECOGNIZED -> throw unknown(field);
        };
    }

    private static Role role(dev.portcullis.core.access.Role role) {
        return switch (role) {
            case AUDITOR -> Role.ROLE_AUDITOR;
            case READER -> Role.ROLE_READER;
            case WRITER -> Role.ROLE_WRITER;
            case ADMIN -> Role.ROLE_ADMIN;
        };
    }

    private static UserKind kind(dev.portcullis.core.access.UserKind kind) {
        return switch (kind) {
            case SERVICE -> UserKind.USER_KIND_SERVICE;
            case PERSON -> UserKind.USER_KIND_PERSON;
            case INTERNAL -> UserKind.USER_KIND_INTERNAL;
        };
    }

    private static TokenState state(dev.portcullis.admin.model.TokenState state) {
        return switch (state) {
            case LIVE -> TokenState.TOKEN_STATE_LIVE;
            case EXPIRED -> TokenState.TOKEN_STATE_EXPIRED;
            case REVOKED -> TokenState.TOKEN_STATE_REVOKED;
            case REPLACED -> TokenState.TOKEN_STATE_REPLACED;
        };
    }

    private static ServiceException unknown(String field) {
        return ServiceException.invalid(field, "is not a value of the contract");
    }
}
