package dev.portcullis.admin.rpc;

import dev.portcullis.admin.change.Propagation;
import dev.portcullis.admin.model.Page;
import dev.portcullis.admin.model.Token;
import dev.portcullis.admin.service.IssuedToken;
import dev.portcullis.admin.service.NewToken;
import dev.portcullis.admin.service.RotatedToken;
import dev.portcullis.admin.service.TokenFilter;
import dev.portcullis.admin.service.TokenLifetime;
import dev.portcullis.core.access.Restrictions;
import dev.portcullis.proto.admin.v1.CreateKeyRequest;
import dev.portcullis.proto.admin.v1.CreateKeyResponse;
import dev.portcullis.proto.admin.v1.ExpireKeyResponse;
import dev.portcullis.proto.admin.v1.GetKeyResponse;
import dev.portcullis.proto.admin.v1.Key;
import dev.portcullis.proto.admin.v1.ListKeysRequest;
import dev.portcullis.proto.admin.v1.ListKeysResponse;
import dev.portcullis.proto.admin.v1.RevokeKeyResponse;
import dev.portcullis.proto.admin.v1.RotateKeyRequest;
import dev.portcullis.proto.admin.v1.RotateKeyResponse;
import java.time.Duration;

/** {@link Translation} of API keys. */
final class KeyTranslation {
    private KeyTranslation() {}

    static NewToken newKey(CreateKeyRequest request) {
        return new NewToken(
                request.getUser(),
                request.getName(),
                lifetime(request),
                request.hasRestrictions()
                        ? CredentialTranslation.limits(request.getRestrictions())
                        : null,
                null);
    }

    private static TokenLifetime lifetime(CreateKeyRequest request) {
        return switch (request.getLifetimeCase()) {
            case EXPIRES_AT -> new TokenLifetime.Until(
                    Translation.instant("expires_at", request.getExpiresAt()));
            case EXPIRES_IN_SECONDS -> new TokenLifetime.For(
                    Duration.ofSeconds(request.getExpiresInSeconds()));
            case NEVER_EXPIRES -> CredentialTranslation.neverExpires(request.getNeverExpires());
            case LIFETIME_NOT_SET -> new TokenLifetime.Standard();
        };
    }

    static TokenFilter filter(ListKeysRequest request) {
        return new TokenFilter(
                request.getUser(),
                CredentialTranslation.state("state", request.getState()),
                request.hasExpiresBefore()
                        ? Translation.instant("expires_before", request.getExpiresBefore())
                        : null,
                request.hasLastUsedBefore()
                        ? Translation.instant("last_used_before", request.getLastUsedBefore())
                        : null);
    }

    static Duration overlap(RotateKeyRequest request) {
        return Translation.duration("overlap", request.getOverlap());
    }

    static Key key(Token key) {
        Key.Builder builder = Key.newBuilder()
                .setId(key.id())
                .setName(key.name())
                .setUserId(key.userId())
                .setState(CredentialTranslation.state(key.state()))
                .setCreatedAt(Translation.timestamp(key.createdAt()))
                .setCreatedBy(key.createdBy())
                .setFamily(key.family());
        times(key, builder);
        if (key.lastUsedFrom() != null) {
            builder.setLastUsedFrom(key.lastUsedFrom());
        }
        if (!key.restrictions().equals(Restrictions.NONE)) {
            builder.setRestrictions(CredentialTranslation.restrictions(key.restrictions()));
        }
        if (key.replaces() != null) {
            builder.setReplaces(key.replaces());
        }
        if (key.replacedBy() != null) {
            builder.setReplacedBy(key.replacedBy());
        }
        return builder.build();
    }

    private static void times(Token key, Key.Builder builder) {
        if (key.expiresAt() != null) {
            builder.setExpiresAt(Translation.timestamp(key.expiresAt()));
        }
        if (key.revokedAt() != null) {
            builder.setRevokedAt(Translation.timestamp(key.revokedAt()));
        }
        if (key.lastUsedAt() != null) {
            builder.setLastUsedAt(Translation.timestamp(key.lastUsedAt()));
        }
        if (key.replacedAt() != null) {
            builder.setReplacedAt(Translation.timestamp(key.replacedAt()));
        }
    }

    static CreateKeyResponse created(IssuedToken issued, Propagation propagation) {
        return CreateKeyResponse.newBuilder()
                .setPlainSecret(issued.plain().reveal())
                .setKey(key(issued.token()))
                .setPropagation(Translation.propagation(propagation))
                .build();
    }

    static GetKeyResponse got(Token key) {
        return GetKeyResponse.newBuilder().setKey(key(key)).build();
    }

    static ListKeysResponse list(Page<Token> page) {
        ListKeysResponse.Builder response = ListKeysResponse.newBuilder()
                .setNextPageToken(page.nextPageToken());
        page.items().forEach(key -> response.addKeys(key(key)));
        return response.build();
    }

    static RevokeKeyResponse revoked(Token key, Propagation propagation) {
        return RevokeKeyResponse.newBuilder()
                .setKey(key(key))
                .setPropagation(Translation.propagation(propagation))
                .build();
    }

    static ExpireKeyResponse expired(Token key, Propagation propagation) {
        return ExpireKeyResponse.newBuilder()
                .setKey(key(key))
                .setPropagation(Translation.propagation(propagation))
                .build();
    }

    static RotateKeyResponse rotated(RotatedToken rotated, Propagation propagation) {
        return RotateKeyResponse.newBuilder()
                .setPlainSecret(rotated.plain().reveal())
                .setKey(key(rotated.token()))
                .setReplaced(key(rotated.replaced()))
                .setPropagation(Translation.propagation(propagation))
                .build();
    }
}
