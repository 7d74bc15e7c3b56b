package dev.portcullis.admin.rpc;

import dev.portcullis.admin.service.Keys;
import dev.portcullis.proto.admin.v1.CreateKeyRequest;
import dev.portcullis.proto.admin.v1.CreateKeyResponse;
import dev.portcullis.proto.admin.v1.ExpireKeyRequest;
import dev.portcullis.proto.admin.v1.ExpireKeyResponse;
import dev.portcullis.proto.admin.v1.GetKeyRequest;
import dev.portcullis.proto.admin.v1.GetKeyResponse;
import dev.portcullis.proto.admin.v1.KeyServiceGrpc;
import dev.portcullis.proto.admin.v1.ListKeysRequest;
import dev.portcullis.proto.admin.v1.ListKeysResponse;
import dev.portcullis.proto.admin.v1.RevokeKeyRequest;
import dev.portcullis.proto.admin.v1.RevokeKeyResponse;
import dev.portcullis.proto.admin.v1.RotateKeyRequest;
import dev.portcullis.proto.admin.v1.RotateKeyResponse;
import io.grpc.stub.StreamObserver;

/** {@code KeyService}. */
final class KeyRpc extends KeyServiceGrpc.KeyServiceImplBase {
    private final Keys keys;
    private final Replies replies;

    KeyRpc(Keys keys, Replies replies) {
        this.keys = keys;
        this.replies = replies;
    }

    @Override
    public void createKey(CreateKeyRequest request, StreamObserver<CreateKeyResponse> reply) {
        replies.change(
                reply,
                actor -> keys.create(actor, KeyTranslation.newKey(request)),
                KeyTranslation::created);
    }

    @Override
    public void getKey(GetKeyRequest request, StreamObserver<GetKeyResponse> reply) {
        replies.read(reply, actor -> KeyTranslation.got(keys.get(actor, request.getId())));
    }

    @Override
    public void listKeys(ListKeysRequest request, StreamObserver<ListKeysResponse> reply) {
        replies.read(reply, actor -> KeyTranslation.list(keys.list(
                actor,
                KeyTranslation.filter(request),
                Translation.page(request.getPageSize(), request.getPageToken()))));
    }

    @Override
    public void revokeKey(RevokeKeyRequest request, StreamObserver<RevokeKeyResponse> reply) {
        replies.change(
                reply,
                actor -> keys.revoke(actor, request.getId()),
                KeyTranslation::revoked);
    }

    @Override
    public void expireKey(ExpireKeyRequest request, StreamObserver<ExpireKeyResponse> reply) {
        replies.change(
                reply,
                actor -> keys.expire(actor, request.getId()),
                KeyTranslation::expired);
    }

    @Override
    public void rotateKey(RotateKeyRequest request, StreamObserver<RotateKeyResponse> reply) {
        replies.change(
                reply,
                actor -> keys.rotate(actor, request.getId(), KeyTranslation.overlap(request)),
                KeyTranslation::rotated);
    }
}
