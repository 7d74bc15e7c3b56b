package dev.portcullis.admin.rpc;

import dev.portcullis.admin.service.Users;
import dev.portcullis.proto.admin.v1.BlockUserRequest;
import dev.portcullis.proto.admin.v1.BlockUserResponse;
import dev.portcullis.proto.admin.v1.CreateUserRequest;
import dev.portcullis.proto.admin.v1.CreateUserResponse;
import dev.portcullis.proto.admin.v1.DeleteUserKeyRequest;
import dev.portcullis.proto.admin.v1.DeleteUserKeyResponse;
import dev.portcullis.proto.admin.v1.DeleteUserRequest;
import dev.portcullis.proto.admin.v1.DeleteUserResponse;
import dev.portcullis.proto.admin.v1.GetUserRequest;
import dev.portcullis.proto.admin.v1.GetUserResponse;
import dev.portcullis.proto.admin.v1.ListUsersRequest;
import dev.portcullis.proto.admin.v1.ListUsersResponse;
import dev.portcullis.proto.admin.v1.SetUserKeyRequest;
import dev.portcullis.proto.admin.v1.SetUserKeyResponse;
import dev.portcullis.proto.admin.v1.UnblockUserRequest;
import dev.portcullis.proto.admin.v1.UnblockUserResponse;
import dev.portcullis.proto.admin.v1.UpdateUserRequest;
import dev.portcullis.proto.admin.v1.UpdateUserResponse;
import dev.portcullis.proto.admin.v1.UserServiceGrpc;
import io.grpc.stub.StreamObserver;

/** {@code UserService}. */
final class UserRpc extends UserServiceGrpc.UserServiceImplBase {
    private final Users users;
    private final Replies replies;

    UserRpc(Users users, Replies replies) {
        this.users = users;
        this.replies = replies;
    }

    @Override
    public void createUser(CreateUserRequest request, StreamObserver<CreateUserResponse> reply) {
        replies.change(
                reply,
                actor -> users.create(actor, UserTranslation.newUser(request)),
                UserTranslation::created);
    }

    @Override
    public void getUser(GetUserRequest request, StreamObserver<GetUserResponse> reply) {
        replies.read(reply, actor ->
                UserTranslation.got(users.get(actor, request.getUser())));
    }

    @Override
    public void listUsers(ListUsersRequest request, StreamObserver<ListUsersResponse> reply) {
        replies.read(reply, actor -> UserTranslation.list(users.list(
                actor,
                UserTranslation.filter(request),
                Translation.page(request.getPageSize(), request.getPageToken()))));
    }

    @Override
    public void updateUser(UpdateUserRequest request, StreamObserver<UpdateUserResponse> reply) {
        replies.change(
                reply,
                actor -> users.update(actor, request.getUser(), UserTranslation.update(request)),
                UserTranslation::updated);
    }

    @Override
    public void blockUser(BlockUserRequest request, StreamObserver<BlockUserResponse> reply) {
        replies.change(
                reply,
                actor -> users.block(actor, request.getUser()),
                UserTranslation::blocked);
    }

    @Override
    public void unblockUser(
            UnblockUserRequest request, StreamObserver<UnblockUserResponse> reply) {
        replies.change(
                reply,
                actor -> users.unblock(actor, request.getUser()),
                UserTranslation::unblocked);
    }

    @Override
    public void deleteUser(DeleteUserRequest request, StreamObserver<DeleteUserResponse> reply) {
        replies.change(
                reply,
                actor -> users.delete(actor, request.getUser()),
                (user, propagation) -> UserTranslation.deleted(propagation));
    }

    @Override
    public void setUserKey(SetUserKeyRequest request, StreamObserver<SetUserKeyResponse> reply) {
        replies.change(
                reply,
                actor -> users.setKey(actor, request.getUser(), request.getJwk()),
                (user, propagation) -> UserTranslation.keySet(user));
    }

    @Override
    public void deleteUserKey(
            DeleteUserKeyRequest request, StreamObserver<DeleteUserKeyResponse> reply) {
        replies.change(
                reply,
                actor -> users.deleteKey(actor, request.getUser()),
                (user, propagation) -> UserTranslation.keyDeleted(user));
    }
}
