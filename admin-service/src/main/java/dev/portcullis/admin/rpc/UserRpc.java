package dev.portcullis.admin.rpc;

import dev.portcullis.admin.model.Page;
import dev.portcullis.admin.model.PageRequest;
import dev.portcullis.admin.model.ServiceException;
import dev.portcullis.admin.model.User;
import dev.portcullis.admin.service.NewUser;
import dev.portcullis.admin.service.UserFilter;
import dev.portcullis.admin.service.Users;
import dev.portcullis.proto.admin.v1.Binding;
import dev.portcullis.proto.admin.v1.BlockUserRequest;
import dev.portcullis.proto.admin.v1.BlockUserResponse;
import dev.portcullis.proto.admin.v1.CreateUserRequest;
import dev.portcullis.proto.admin.v1.CreateUserResponse;
import dev.portcullis.proto.admin.v1.DeleteUserRequest;
import dev.portcullis.proto.admin.v1.DeleteUserResponse;
import dev.portcullis.proto.admin.v1.GetUserRequest;
import dev.portcullis.proto.admin.v1.GetUserResponse;
import dev.portcullis.proto.admin.v1.ListUsersRequest;
import dev.portcullis.proto.admin.v1.ListUsersResponse;
import dev.portcullis.proto.admin.v1.UnblockUserRequest;
import dev.portcullis.proto.admin.v1.UnblockUserResponse;
import dev.portcullis.proto.admin.v1.UserServiceGrpc;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.List;

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
                actor -> users.create(actor, newUser(request)),
                (user, propagation) -> CreateUserResponse.newBuilder()
                        .setUser(Translation.user(user)).setPropagation(propagation).build());
    }

    @Override
    public void getUser(GetUserRequest request, StreamObserver<GetUserResponse> reply) {
        replies.read(reply, actor -> GetUserResponse.newBuilder()
                .setUser(Translation.user(users.get(actor, request.getUser())))
                .build());
    }

    @Override
    public void listUsers(ListUsersRequest request, StreamObserver<ListUsersResponse> reply) {
        replies.read(reply, actor -> {
            Page<User> page = users.list(
                    actor,
                    new UserFilter(Translation.kind("kind", request.getKind())),
                    new PageRequest(request.getPageSize(), request.getPageToken()));
            ListUsersResponse.Builder response = ListUsersResponse.newBuilder()
                    .setNextPageToken(page.nextPageToken());
            page.items().forEach(user -> response.addUsers(Translation.user(user)));
            return response.build();
        });
    }

    @Override
    public void blockUser(BlockUserRequest request, StreamObserver<BlockUserResponse> reply) {
        replies.change(
                reply,
                actor -> users.block(actor, request.getUser()),
                (user, propagation) -> BlockUserResponse.newBuilder()
                        .setUser(Translation.user(user)).setPropagation(propagation).build());
    }

    @Override
    public void unblockUser(
            UnblockUserRequest request, StreamObserver<UnblockUserResponse> reply) {
        replies.change(
                reply,
                actor -> users.unblock(actor, request.getUser()),
                (user, propagation) -> UnblockUserResponse.newBuilder()
                        .setUser(Translation.user(user)).setPropagation(propagation).build());
    }

    @Override
    public void deleteUser(DeleteUserRequest request, StreamObserver<DeleteUserResponse> reply) {
        replies.change(
                reply,
                actor -> users.delete(actor, request.getUser()),
                (user, propagation) -> DeleteUserResponse.newBuilder()
                        .setPropagation(propagation).build());
    }

    private static NewUser newUser(CreateUserRequest request) {
        List<NewUser.NewBinding> bindings = new ArrayList<>();
        for (Binding binding : request.getBindingsList()) {
            String field = "bindings[" + bindings.size() + "]";
            if (!binding.getSubjectId().isEmpty()) {
                throw ServiceException.invalid(
                        field + ".subject_id", "must be empty: the user is the new one");
            }
            bindings.add(new NewUser.NewBinding(
                    binding.getApplication(),
                    Translation.role(field + ".role", binding.getRole())));
        }
        return new NewUser(
                request.getName(),
                request.getDescription(),
                Translation.kind("kind", request.getKind()),
                bindings);
    }
}
