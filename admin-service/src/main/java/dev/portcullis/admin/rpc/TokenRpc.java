package dev.portcullis.admin.rpc;

import dev.portcullis.admin.model.Actor;
import dev.portcullis.admin.service.Tokens;
import dev.portcullis.proto.admin.v1.GetSuccessorRequest;
import dev.portcullis.proto.admin.v1.GetSuccessorResponse;
import dev.portcullis.proto.admin.v1.GetTokenRequest;
import dev.portcullis.proto.admin.v1.GetTokenResponse;
import dev.portcullis.proto.admin.v1.IssueTokenRequest;
import dev.portcullis.proto.admin.v1.IssueTokenResponse;
import dev.portcullis.proto.admin.v1.ListTokensRequest;
import dev.portcullis.proto.admin.v1.ListTokensResponse;
import dev.portcullis.proto.admin.v1.RevokeTokenRequest;
import dev.portcullis.proto.admin.v1.RevokeTokenResponse;
import dev.portcullis.proto.admin.v1.RotateTokenRequest;
import dev.portcullis.proto.admin.v1.RotateTokenResponse;
import dev.portcullis.proto.admin.v1.TokenServiceGrpc;
import io.grpc.stub.StreamObserver;

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
                actor -> tokens.issue(actor, OwnTokens.translated(
                        actor, Actor::requireAdministrator,
                        () -> TokenTranslation.newToken(request))),
                TokenTranslation::issued);
    }

    @Override
    public void getToken(GetTokenRequest request, StreamObserver<GetTokenResponse> reply) {
        replies.read(reply, actor -> TokenTranslation.got(tokens.get(actor, request.getId())));
    }

    @Override
    public void listTokens(ListTokensRequest request, StreamObserver<ListTokensResponse> reply) {
        replies.read(reply, actor -> TokenTranslation.list(tokens.list(
                actor,
                OwnTokens.translated(
                        actor, Actor::requireReader, () -> TokenTranslation.filter(request)),
                Translation.page(request.getPageSize(), request.getPageToken()))));
    }

    @Override
    public void revokeToken(
            RevokeTokenRequest request, StreamObserver<RevokeTokenResponse> reply) {
        replies.change(
                reply,
                actor -> tokens.revoke(actor, request.getId()),
                TokenTranslation::revoked);
    }

    @Override
    public void rotateToken(
            RotateTokenRequest request, StreamObserver<RotateTokenResponse> reply) {
        replies.change(
                reply,
                actor -> tokens.rotate(
                        actor, request.getId(), TokenTranslation.overlap(request)),
                TokenTranslation::rotated);
    }

    @Override
    public void getSuccessor(
            GetSuccessorRequest request, StreamObserver<GetSuccessorResponse> reply) {
        replies.read(reply, actor ->
                TokenTranslation.successor(tokens.successor(actor, request.getId())));
    }
}
