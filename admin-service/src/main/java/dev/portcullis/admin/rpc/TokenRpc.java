package dev.portcullis.admin.rpc;

import dev.portcullis.admin.model.Page;
import dev.portcullis.admin.model.PageRequest;
import dev.portcullis.admin.model.ServiceException;
import dev.portcullis.admin.model.Token;
import dev.portcullis.admin.service.NewToken;
import dev.portcullis.admin.service.TokenFilter;
import dev.portcullis.admin.service.TokenLifetime;
import dev.portcullis.admin.service.Tokens;
import dev.portcullis.proto.admin.v1.GetTokenRequest;
import dev.portcullis.proto.admin.v1.GetTokenResponse;
import dev.portcullis.proto.admin.v1.IssueTokenRequest;
import dev.portcullis.proto.admin.v1.IssueTokenResponse;
import dev.portcullis.proto.admin.v1.ListTokensRequest;
import dev.portcullis.proto.admin.v1.ListTokensResponse;
import dev.portcullis.proto.admin.v1.RevokeTokenRequest;
import dev.portcullis.proto.admin.v1.RevokeTokenResponse;
import dev.portcullis.proto.admin.v1.TokenServiceGrpc;
import io.grpc.stub.StreamObserver;
import java.time.Duration;

/** {@code TokenService}. */
final class TokenRpc extends TokenServiceGrpc.TokenServiceImplBase {
    private final Tokens tokens;
    private final Replies replies;

    TokenRpc(Tokens tokens, Replies replies) {
        this.tokens = tokens;
        this.replies = replies;
    }

    @Override
    public void issueToken(IssueTokenRequest request, StreamObserver<IssueTokenResponse> reply) {
        replies.change(
                reply,
                actor -> tokens.issue(actor, new NewToken(
                        request.getUser(), request.getName(), lifetime(request))),
                (issued, propagation) -> IssueTokenResponse.newBuilder()
                        .setPlainToken(issued.plain().reveal())
                        .setToken(Translation.token(issued.token()))
                        .setPropagation(propagation)
                        .build());
    }

    @Override
    public void getToken(GetTokenRequest request, StreamObserver<GetTokenResponse> reply) {
        replies.read(reply, actor -> GetTokenResponse.newBuilder()
                .setToken(Translation.token(tokens.get(actor, request.getId())))
                .build());
    }

    @Override
    public void listTokens(ListTokensRequest request, StreamObserver<ListTokensResponse> reply) {
        replies.read(reply, actor -> {
            Page<Token> page = tokens.list(
                    actor,
                    new TokenFilter(
                            request.getUser(), Translation.state("state", request.getState())),
                    new PageRequest(request.getPageSize(), request.getPageToken()));
            ListTokensResponse.Builder response = ListTokensResponse.newBuilder()
                    .setNextPageToken(page.nextPageToken());
            page.items().forEach(token -> response.addTokens(Translation.token(token)));
            return response.build();
        });
    }

    @Override
    public void revokeToken(
            RevokeTokenRequest request, StreamObserver<RevokeTokenResponse> reply) {
        replies.change(
                reply,
                actor -> tokens.revoke(actor, request.getId()),
                (token, propagation) -> RevokeTokenResponse.newBuilder()
                        .setToken(Translation.token(token)).setPropagation(propagation).build());
    }

    private static TokenLifetime lifetime(IssueTokenRequest request) {
        return switch (request.getLifetimeCase()) {
            case EXPIRES_AT -> new TokenLifetime.Until(
                    Translation.instant("expires_at", request.getExpiresAt()));
            case EXPIRES_IN_SECONDS -> new TokenLifetime.For(
                    Duration.ofSeconds(request.getExpiresInSeconds()));
            case NEVER_EXPIRES -> neverExpires(request.getNeverExpires());
            case LIFETIME_NOT_SET -> new TokenLifetime.Standard();
        };
    }

    /** False says nothing about when it expires, and guessing would be wrong half of the time. */
    private static TokenLifetime neverExpires(boolean never) {
        if (!never) {
            throw ServiceException.invalid("never_expires", "is true or left out");
        }
        return new TokenLifetime.Never();
    }
}
