package dev.portcullis.admin;

import static dev.portcullis.admin.RpcCalls.assertFails;
import static dev.portcullis.admin.RpcCalls.assertInvalid;
import static dev.portcullis.admin.RpcCalls.assertPropagated;
import static dev.portcullis.admin.RpcCalls.instant;
import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.proto.admin.v1.AccessServiceGrpc;
import dev.portcullis.proto.admin.v1.AddGroupMembersRequest;
import dev.portcullis.proto.admin.v1.Binding;
import dev.portcullis.proto.admin.v1.CreateGroupRequest;
import dev.portcullis.proto.admin.v1.CreateGroupResponse;
import dev.portcullis.proto.admin.v1.CreateUserRequest;
import dev.portcullis.proto.admin.v1.DeleteBindingRequest;
import dev.portcullis.proto.admin.v1.DeleteGroupRequest;
import dev.portcullis.proto.admin.v1.DeleteUserKeyRequest;
import dev.portcullis.proto.admin.v1.ExplainAccessRequest;
import dev.portcullis.proto.admin.v1.ExplainAccessResponse;
import dev.portcullis.proto.admin.v1.GetGroupRequest;
import dev.portcullis.proto.admin.v1.GetUserRequest;
import dev.portcullis.proto.admin.v1.Group;
import dev.portcullis.proto.admin.v1.GroupList;
import dev.portcullis.proto.admin.v1.GroupMember;
import dev.portcullis.proto.admin.v1.GroupReference;
import dev.portcullis.proto.admin.v1.GroupServiceGrpc;
import dev.portcullis.proto.admin.v1.ListBindingsRequest;
import dev.portcullis.proto.admin.v1.ListGroupMembersRequest;
import dev.portcullis.proto.admin.v1.ListGroupMembersResponse;
import dev.portcullis.proto.admin.v1.ListGroupsRequest;
import dev.portcullis.proto.admin.v1.ListGroupsResponse;
import dev.portcullis.proto.admin.v1.PutBindingRequest;
import dev.portcullis.proto.admin.v1.RemoveGroupMembersRequest;
import dev.portcullis.proto.admin.v1.RenameGroupRequest;
import dev.portcullis.proto.admin.v1.Role;
import dev.portcullis.proto.admin.v1.SetUserKeyRequest;
import dev.portcullis.proto.admin.v1.UpdateUserRequest;
import dev.portcullis.proto.admin.v1.UpdateUserResponse;
import dev.portcullis.proto.admin.v1.User;
import io.grpc.Status;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Groups, what they give, and updates of users, over a real socket. */
class RpcGroupsTest {
    /** RFC 7517, appendix A.1. */
    private static final String JWK = """
            {"kty":"EC","crv":"P-256",
             "x":"MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4",
             "y":"4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM"}""";

    @TempDir
    static Path directory;

    private static TestAdmin admin;
    private static GroupServiceGrpc.GroupServiceBlockingStub groups;

    @BeforeAll
    static void start() throws Exception {
        admin = TestAdmin.start(directory);
        groups = GroupServiceGrpc.newBlockingStub(admin.as(admin.adminToken));
    }

    @AfterAll
    static void stop() throws Exception {
        admin.close();
    }

    @Test
    void group_isMadeShownRenamedFilledEmptiedAndDeleted() {
        String first = admin.user("first member", null);
        CreateGroupResponse made = groups.createGroup(CreateGroupRequest.newBuilder()
                .setName("builders").addMembers("first member").build());
        Group group = made.getGroup();
        assertThat(group.getId()).matches("grp_[0-9A-Za-z]{16}");
        assertThat(group.getName()).isEqualTo("builders");
        assertThat(instant(group.getCreatedAt())).isEqualTo(admin.clock.instant());
        assertThat(group.getCreatedBy()).startsWith("usr_");
        assertThat(group.getMemberCount()).isOne();
        assertPropagated(made.getPropagation());
        for (String name : List.of("builders", group.getId())) {
            assertThat(groups.getGroup(GetGroupRequest.newBuilder().setGroup(name).build())
                    .getGroup()).isEqualTo(group);
        }
        assertFails(Status.Code.ALREADY_EXISTS, () -> groups.createGroup(
                CreateGroupRequest.newBuilder().setName("Builders").build()));

        assertThat(groups.renameGroup(RenameGroupRequest.newBuilder()
                .setGroup("builders").setName("makers").build()).getGroup().getName())
                .isEqualTo("makers");
        String second = admin.user("second member", null);
        assertThat(groups.addGroupMembers(AddGroupMembersRequest.newBuilder()
                        .setGroup("makers").addUsers(second).addUsers("first member").build())
                .getGroup().getMemberCount()).isEqualTo(2);
        assertThat(members("makers")).containsExactly(
                member(first, "first member"), member(second, "second member"));
        assertThat(groups.removeGroupMembers(RemoveGroupMembersRequest.newBuilder()
                        .setGroup("makers").addUsers("first member").build())
                .getGroup().getMemberCount()).isOne();
        assertPropagated(groups.deleteGroup(
                DeleteGroupRequest.newBuilder().setGroup("makers").build()).getPropagation());
        assertFails(Status.Code.NOT_FOUND, () -> groups.getGroup(
                GetGroupRequest.newBuilder().setGroup(group.getId()).build()));
    }

    private static List<GroupMember> members(String group) {
        List<GroupMember> members = new ArrayList<>();
        ListGroupMembersRequest request = ListGroupMembersRequest.newBuilder()
                .setGroup(group).setPageSize(1).build();
        ListGroupMembersResponse page;
        do {
            page = groups.listGroupMembers(request);
            members.addAll(page.getMembersList());
            request = request.toBuilder().setPageToken(page.getNextPageToken()).build();
        } while (!page.getNextPageToken().isEmpty());
        return members;
    }

    private static GroupMember member(String id, String name) {
        return GroupMember.newBuilder().setUserId(id).setUserName(name).build();
    }

    @Test
    void groups_areListedByPagesInTheOrderOfTheirNames() {
        for (int i : new int[] {3, 1, 2}) {
            groups.createGroup(CreateGroupRequest.newBuilder().setName("page " + i).build());
        }
        List<String> names = new ArrayList<>();
        ListGroupsRequest request = ListGroupsRequest.newBuilder().setPageSize(1).build();
        ListGroupsResponse page;
        do {
            page = groups.listGroups(request);
            page.getGroupsList().forEach(group -> names.add(group.getName()));
            request = request.toBuilder().setPageToken(page.getNextPageToken()).build();
        } while (!page.getNextPageToken().isEmpty());
        assertThat(names).containsSubsequence("page 1", "page 2", "page 3");
    }

    @Test
    void badGroup_isRefusedNamingTheField() {
        assertInvalid("name", () -> groups.createGroup(CreateGroupRequest.getDefaultInstance()));
        assertInvalid("name", () -> groups.createGroup(
                CreateGroupRequest.newBuilder().setName("a,b").build()));
        assertInvalid("group", () -> groups.getGroup(GetGroupRequest.getDefaultInstance()));
        assertInvalid("page_size", () -> groups.listGroups(
                ListGroupsRequest.newBuilder().setPageSize(1_001).build()));
        assertInvalid("users", () -> groups.addGroupMembers(AddGroupMembersRequest.newBuilder()
                .setGroup(groupNamed("bad members").getId())
                .addAllUsers(IntStream.range(0, 1_001).mapToObj(i -> "u" + i).toList()).build()));
        assertFails(Status.Code.NOT_FOUND, () -> groups.createGroup(CreateGroupRequest.newBuilder()
                .setName("of nobody").addMembers("nobody").build()));
    }

    private static Group groupNamed(String name) {
        return groups.createGroup(
                CreateGroupRequest.newBuilder().setName(name).build()).getGroup();
    }

    @Test
    void bindingOfAGroup_isItsMembersAndIsExplained() {
        String user = admin.user("inherits", null);
        Group group = groups.createGroup(CreateGroupRequest.newBuilder()
                .setName("givers").addMembers(user).build()).getGroup();
        var bindings = admin.bindings(admin.adminToken);
        Binding binding = bindings.putBinding(PutBindingRequest.newBuilder()
                .setGroup("givers").setApplication("shop").setRole(Role.ROLE_WRITER).build())
                .getBinding();
        assertThat(binding.getSubjectId()).isEqualTo(group.getId());
        assertThat(bindings.listBindings(ListBindingsRequest.newBuilder()
                .setGroup(group.getId()).build()).getBindingsList()).containsExactly(binding);
        assertThat(bindings.listBindings(ListBindingsRequest.newBuilder()
                .setUser(user).build()).getBindingsList()).isEmpty();

        ExplainAccessResponse explained = explain("inherits", "shop", "POST");
        assertThat(explained.getAllowed()).isTrue();
        assertThat(explained.getCode()).isEmpty();
        assertThat(explained.getAccess()).isEqualTo("write");
        assertThat(explained.getRole()).isEqualTo(Role.ROLE_WRITER);
        assertThat(explained.getBindings(0).getBinding()).isEqualTo(binding);
        assertThat(explained.getBindings(0).getGroup()).isEqualTo("givers");
        assertThat(explained.getReasonsList()).isNotEmpty();

        assertPropagated(bindings.deleteBinding(DeleteBindingRequest.newBuilder()
                .setGroup("givers").setApplication("shop").build()).getPropagation());
        ExplainAccessResponse refused = explain("inherits", "shop", "");
        assertThat(refused.getAllowed()).isFalse();
        assertThat(refused.getCode()).isEqualTo("access_denied");
        assertThat(refused.getAccess()).isEqualTo("read");
    }

    private static ExplainAccessResponse explain(String user, String application, String method) {
        return AccessServiceGrpc.newBlockingStub(admin.as(admin.adminToken)).explainAccess(
                ExplainAccessRequest.newBuilder()
                        .setUser(user).setApplication(application).setMethod(method)
                        .setPath("/").build());
    }

    @Test
    void explanation_isOfAUserOrAToken() {
        var access = AccessServiceGrpc.newBlockingStub(admin.as(admin.adminToken));
        String token = admin.issue(admin.user("explained", Role.ROLE_READER)).getToken().getId();
        assertThat(access.explainAccess(ExplainAccessRequest.newBuilder()
                .setToken(token).setApplication("shop").build()).getAllowed()).isTrue();
        assertFails(Status.Code.INVALID_ARGUMENT, () -> access.explainAccess(
                ExplainAccessRequest.newBuilder().setApplication("shop").build()));
        assertInvalid("application", () -> access.explainAccess(
                ExplainAccessRequest.newBuilder().setUser("admin").build()));
    }

    @Test
    void user_isMadeInGroupsAndWithOneOfTheirOwn() {
        groupNamed("crew");
        User user = admin.users(admin.adminToken).createUser(CreateUserRequest.newBuilder()
                .setName("sailor").addGroups("crew").setCreateGroup(true).build()).getUser();
        assertThat(user.getGroupsList()).extracting(GroupReference::getName)
                .containsExactly("crew", "sailor");
    }

    @Test
    void user_isUpdatedInOneStep() {
        var users = admin.users(admin.adminToken);
        groupNamed("old");
        groupNamed("new");
        User before = users.createUser(CreateUserRequest.newBuilder()
                .setName("updated").setDescription("before").addGroups("old").build()).getUser();
        UpdateUserRequest update = UpdateUserRequest.newBuilder()
                .setUser("updated")
                .setDescription("after")
                .setRole(Role.ROLE_READER)
                .setBlocked(true)
                .setGroups(GroupList.newBuilder().addGroups("new"))
                .setExpectedRevision(before.getRevision())
                .build();
        UpdateUserResponse updated = users.updateUser(update);
        User after = updated.getUser();
        assertPropagated(updated.getPropagation());
        assertThat(after.getDescription()).isEqualTo("after");
        assertThat(after.getBindingsList()).containsExactly(Binding.newBuilder()
                .setSubjectId(after.getId()).setRole(Role.ROLE_READER).setApplication("*").build());
        assertThat(after.getBlocked()).isTrue();
        assertThat(after.getGroupsList()).extracting(GroupReference::getName)
                .containsExactly("new");
        assertThat(after.getRevision()).isGreaterThan(before.getRevision());

        assertFails(Status.Code.FAILED_PRECONDITION, () -> users.updateUser(update));
        assertInvalid("role", () -> users.updateUser(
                update.toBuilder().setRole(Role.ROLE_UNSPECIFIED).build()));
        assertThat(users.updateUser(UpdateUserRequest.newBuilder()
                .setUser("updated").setDescription("").build()).getUser())
                .isEqualTo(users.getUser(
                        GetUserRequest.newBuilder().setUser("updated").build()).getUser())
                .extracting(User::getDescription, User::getBlocked, User::getGroupsCount)
                .containsExactly("", true, 1);
    }

    @Test
    void keyOfAUser_isRegisteredShownAndTakenAway() {
        var users = admin.users(admin.adminToken);
        admin.user("key holder", null);
        User with = users.setUserKey(SetUserKeyRequest.newBuilder()
                .setUser("key holder").setJwk(JWK).build()).getUser();
        assertThat(with.getKeyThumbprint()).matches("[0-9A-Za-z_-]{43}");
        assertThat(users.deleteUserKey(DeleteUserKeyRequest.newBuilder()
                .setUser("key holder").build()).getUser().getKeyThumbprint()).isEmpty();
        assertInvalid("jwk", () -> users.setUserKey(SetUserKeyRequest.newBuilder()
                .setUser("key holder").setJwk("{}").build()));
        assertInvalid("jwk", () -> users.setUserKey(SetUserKeyRequest.newBuilder()
                .setUser("key holder")
                .setJwk(JWK.replace("}", ",\"d\":\"870MB6gfuTJ4HtUnUvYMyJpr5eUZNP4Bk43bVdj3eAE\"}"))
                .build()));
    }
}
