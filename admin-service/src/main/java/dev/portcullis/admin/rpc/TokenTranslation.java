package dev.portcullis.admin.rpc;

import dev.portcullis.admin.change.Propagation;
import dev.portcullis.admin.model.Page;
import dev.portcullis.admin.service.IssuedToken;
import dev.portcullis.admin.service.NewToken;
import dev.portcullis.admin.service.RotatedToken;
import dev.portcullis.admin.service.SealedToken;
import dev.portcullis.admin.service.TokenFilter;
import dev.portcullis.admin.service.TokenLifetime;
import dev.portcullis.core.access.Restrictions;
import dev.portcullis.proto.admin.v1.GetSuccessorResponse;
import dev.portcullis.proto.admin.v1.GetTokenResponse;
import dev.portcullis.proto.admin.v1.IssueTokenRequest;
import dev.portcullis.proto.admin.v1.IssueTokenResponse;
import dev.portcullis.proto.admin.v1.ListTokensRequest;
import dev.portcullis.proto.admin.v1.ListTokensResponse;
import dev.portcullis.proto.admin.v1.RevokeTokenResponse;
import dev.portcullis.proto.admin.v1.RotateTokenRequest;
import dev.portcullis.proto.admin.v1.RotateTokenResponse;
import dev.portcullis.proto.admin.v1.Token;
import java.time.Duration;

/** {@link Translation} of access tokens. */
final class TokenTranslation {
    private TokenTranslation() {}

    static NewToken newToken(IssueTokenRequest request) {
        return new NewToken(
                request.getUser(),
                request.getName(),
                lifetime(request),
                request.hasRestrictions()
                        ? CredentialTranslation.limits(request.getRestrictions())
                        : null,
                request.hasRotateBeforeExpiry()
                        ? Translation.duration(
                                "rotate_before_expiry", request.getRotateBeforeExpiry())
                        : null);
    }

    private static TokenLifetime lifetime(IssueTokenRequest request) {
        return switch (request.getLifetimeCase()) {
            case EXPIRES_AT -> new TokenLifetime.Until(
                    Translation.instant("expires_at", request.getExpiresAt()));
            case EXPIRES_IN_SECONDS -> new TokenLifetime.For(
                    Duration.ofSeconds(request.getExpiresInSeconds()));
            case NEVER_EXPIRES -> CredentialTranslation.neverExpires(request.getNeverExpires());
            case LIFETIME_NOT_SET -> new TokenLifetime.Standard();
        };
    }

    static TokenFilter filter(ListTokensRequest request) {
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

    /**
     * The overlap, or one that the use case is going to refuse when it is none: whether the caller
     * may rotate the token is asked before that, and only the use case knows.
     */
    static Duration overlap(RotateTokenRequest request) {
        return Translation.isDuration(request.getOverlap())
                ? Translation.duration("overlap", request.getOverlap())
                : Duration.ofSeconds(-1);
    }

    static Token token(dev.portcullis.admin.model.Token token) {
        Token.Builder builder = Token.newBuilder()
                .setId(token.id())
                .setName(token.name())
                .setUserId(token.userId())
                .setState(CredentialTranslation.state(token.state()))
                .setCreatedAt(Translation.timestamp(token.createdAt()))
                .setCreatedBy(token.createdBy())
                .setFamily(token.family())
                .setHashAlgorithm(token.algorithm().word());
        times(token, builder);
        if (token.lastUsedFrom() != null) {
            builder.setLastUsedFrom(token.lastUsedFrom());
        }
        if (!token.restrictions().equals(Restrictions.NONE)) {
            builder.setRestrictions(CredentialTranslation.restrictions(token.restrictions()));
        }
        if (token.replaces() != null) {
            builder.setReplaces(token.replaces());
        }
        if (token.replacedBy() != null) {
            builder.setReplacedBy(token.replacedBy());
        }
        if (token.pepperId() != null) {
            builder.setPepperId(token.pepperId());
        }
        return builder.build();
    }

    private static void times(dev.portcullis.admin.model.Token token, Token.Builder builder) {
        if (token.expiresAt() != null) {
            builder.setExpiresAt(Translation.timestamp(token.expiresAt()));
        }
        if (token.revokedAt() != null) {
            builder.setRevokedAt(Translation.timestamp(token.revokedAt()));
        }
        if (token.lastUsedAt() != null) {
            builder.setLastUsedAt(Translation.timestamp(token.lastUsedAt()));
        }
        if (token.replacedAt() != null) {
            builder.setReplacedAt(Translation.timestamp(token.replacedAt()));
        }
        if (token.rotateBefore() != null) {
            builder.setRotateBeforeExpiry(Translation.duration(token.rotateBefore()));
        }
    }

    static IssueTokenResponse issued(IssuedToken issued, Propagation propagation) {
        return IssueTokenResponse.newBuilder()
                .setPlainToken(issued.plain().reveal())
                .setToken(token(issued.token()))
                .setPropagation(Translation.propagation(propagation))
                .build();
    }

    static GetTokenResponse got(dev.portcullis.admin.model.Token token) {
        return GetTokenResponse.newBuilder().setToken(token(token)).build();
    }

    static ListTokensResponse list(Page<dev.portcullis.admin.model.Token> page) {
        ListTokensResponse.Builder response = ListTokensResponse.newBuilder()
                .setNextPageToken(page.nextPageToken());
        page.items().forEach(token -> response.addTokens(token(token)));
        return response.build();
    }

    static RevokeTokenResponse revoked(
            dev.portcullis.admin.model.Token token, Propagation propagation) {
        return RevokeTokenResponse.newBuilder()
                .setToken(token(token))
                .setPropagation(Translation.propagation(propagation))
                .build();
    }

    static RotateTokenResponse rotated(RotatedToken rotated, Propagation propagation) {
        return RotateTokenResponse.newBuilder()
                .setPlainToken(rotated.plain().reveal())
                .setToken(token(rotated.token()))
                .setReplaced(token(rotated.replaced()))
                .setPropagation(Translation.propagation(propagation))
                .build();
    }

    static GetSuccessorResponse successor(SealedToken successor) {
        return GetSuccessorResponse.newBuilder()
                .setToken(token(successor.token()))
                .setSealedToken(successor.sealed())
                .build();
    }
}
