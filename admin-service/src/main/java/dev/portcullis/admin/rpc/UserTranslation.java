package dev.portcullis.admin.rpc;

import dev.portcullis.admin.change.Propagation;
import dev.portcullis.admin.model.Page;
import dev.portcullis.admin.model.ServiceException;
import dev.portcullis.admin.service.NewUser;
import dev.portcullis.admin.service.NewUser.NewBinding;
import dev.portcullis.admin.service.UserFilter;
import dev.portcullis.admin.service.UserUpdate;
import dev.portcullis.proto.admin.v1.Binding;
import dev.portcullis.proto.admin.v1.BlockUserResponse;
import dev.portcullis.proto.admin.v1.CreateUserRequest;
import dev.portcullis.proto.admin.v1.CreateUserResponse;
import dev.portcullis.proto.admin.v1.DeleteUserKeyResponse;
import dev.portcullis.proto.admin.v1.DeleteUserResponse;
import dev.portcullis.proto.admin.v1.GetUserResponse;
import dev.portcullis.proto.admin.v1.GroupReference;
import dev.portcullis.proto.admin.v1.ListUsersRequest;
import dev.portcullis.proto.admin.v1.ListUsersResponse;
import dev.portcullis.proto.admin.v1.Role;
import dev.portcullis.proto.admin.v1.SetUserKeyResponse;
import dev.portcullis.proto.admin.v1.UnblockUserResponse;
import dev.portcullis.proto.admin.v1.UpdateUserRequest;
import dev.portcullis.proto.admin.v1.UpdateUserResponse;
import dev.portcullis.proto.admin.v1.User;
import java.util.ArrayList;
import java.util.List;

/** {@link Translation} of users. */
final class UserTranslation {
    private UserTranslation() {}

    static NewUser newUser(CreateUserRequest request) {
        return new NewUser(
                request.getName(),
                request.getDescription(),
                Translation.kind("kind", request.getKind()),
                newBindings(request.getBindingsList()),
                request.getGroupsList(),
                request.getCreateGroup());
    }

    private static List<NewBinding> newBindings(List<Binding> requested) {
        List<NewBinding> bindings = new ArrayList<>();
        for (Binding binding : requested) {
            String field = "bindings[" + bindings.size() + "]";
            if (!binding.getSubjectId().isEmpty()) {
                throw ServiceException.invalid(
                        field + ".subject_id", "must be empty: the user is the new one");
            }
            bindings.add(new NewBinding(
                    binding.getApplication(),
                    Translation.role(field + ".role", binding.getRole())));
        }
        return bindings;
    }

    static UserFilter filter(ListUsersRequest request) {
        return new UserFilter(Translation.kind("kind", request.getKind()));
    }

    static UserUpdate update(UpdateUserRequest request) {
        return new UserUpdate(
                request.hasDescription() ? request.getDescription() : null,
                request.hasRole() ? newRole(request.getRole()) : null,
                request.hasBlocked() ? request.getBlocked() : null,
                request.hasGroups() ? request.getGroups().getGroupsList() : null,
                request.getExpectedRevision());
    }

    /** A role that is given as none is not one that is left out. */
    private static dev.portcullis.core.access.Role newRole(Role role) {
        dev.portcullis.core.access.Role given = Translation.role("role", role);
        if (given == null) {
            throw ServiceException.invalid(
                    "role", "is none; delete the binding to take a role away");
        }
        return given;
    }

    static User user(dev.portcullis.admin.model.User user) {
        User.Builder builder = User.newBuilder()
                .setId(user.id())
                .setName(user.name())
                .setDescription(user.description())
                .setKind(Translation.kind(user.kind()))
                .setBlocked(user.blocked())
                .setCreatedAt(Translation.timestamp(user.createdAt()))
                .setCreatedBy(user.createdBy())
                .setKeyThumbprint(user.keyThumbprint())
                .setRevision(user.revision());
        if (user.lastUsedAt() != null) {
            builder.setLastUsedAt(Translation.timestamp(user.lastUsedAt()));
        }
        user.bindings().forEach(binding ->
                builder.addBindings(BindingTranslation.binding(binding)));
        user.groups().forEach(group -> builder.addGroups(
                GroupReference.newBuilder().setId(group.id()).setName(group.name())));
        return builder.build();
    }

    static CreateUserResponse created(
            dev.portcullis.admin.model.User user, Propagation propagation) {
        return CreateUserResponse.newBuilder()
                .setUser(user(user))
                .setPropagation(Translation.propagation(propagation))
                .build();
    }

    static GetUserResponse got(dev.portcullis.admin.model.User user) {
        return GetUserResponse.newBuilder().setUser(user(user)).build();
    }

    static ListUsersResponse list(Page<dev.portcullis.admin.model.User> page) {
        ListUsersResponse.Builder response = ListUsersResponse.newBuilder()
                .setNextPageToken(page.nextPageToken());
        page.items().forEach(user -> response.addUsers(user(user)));
        return response.build();
    }

    static UpdateUserResponse updated(
            dev.portcullis.admin.model.User user, Propagation propagation) {
        return UpdateUserResponse.newBuilder()
                .setUser(user(user))
                .setPropagation(Translation.propagation(propagation))
                .build();
    }

    static BlockUserResponse blocked(
            dev.portcullis.admin.model.User user, Propagation propagation) {
        return BlockUserResponse.newBuilder()
                .setUser(user(user))
                .setPropagation(Translation.propagation(propagation))
                .build();
    }

    static UnblockUserResponse unblocked(
            dev.portcullis.admin.model.User user, Propagation propagation) {
        return UnblockUserResponse.newBuilder()
                .setUser(user(user))
                .setPropagation(Translation.propagation(propagation))
                .build();
    }

    static DeleteUserResponse deleted(Propagation propagation) {
        return DeleteUserResponse.newBuilder()
                .setPropagation(Translation.propagation(propagation))
                .build();
    }

    static SetUserKeyResponse keySet(dev.portcullis.admin.model.User user) {
        return SetUserKeyResponse.newBuilder().setUser(user(user)).build();
    }

    static DeleteUserKeyResponse keyDeleted(dev.portcullis.admin.model.User user) {
        return DeleteUserKeyResponse.newBuilder().setUser(user(user)).build();
    }
}
