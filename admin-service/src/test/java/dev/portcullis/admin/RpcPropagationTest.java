package dev.portcullis.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.Descriptors.ServiceDescriptor;
import dev.portcullis.proto.admin.v1.AccessProto;
import dev.portcullis.proto.admin.v1.AddGroupMembersRequest;
import dev.portcullis.proto.admin.v1.AuditProto;
import dev.portcullis.proto.admin.v1.BindingServiceGrpc;
import dev.portcullis.proto.admin.v1.BindingServiceGrpc.BindingServiceBlockingStub;
import dev.portcullis.proto.admin.v1.BindingsProto;
import dev.portcullis.proto.admin.v1.BlockUserRequest;
import dev.portcullis.proto.admin.v1.CreateGroupRequest;
import dev.portcullis.proto.admin.v1.CreateKeyRequest;
import dev.portcullis.proto.admin.v1.CreateUserRequest;
import dev.portcullis.proto.admin.v1.DeleteBindingRequest;
import dev.portcullis.proto.admin.v1.DeleteGroupRequest;
import dev.portcullis.proto.admin.v1.DeleteUserRequest;
import dev.portcullis.proto.admin.v1.EnrollGatewayRequest;
import dev.portcullis.proto.admin.v1.ExpireKeyRequest;
import dev.portcullis.proto.admin.v1.ForeignUser;
import dev.portcullis.proto.admin.v1.GatewayServiceGrpc;
import dev.portcullis.proto.admin.v1.GatewayServiceGrpc.GatewayServiceBlockingStub;
import dev.portcullis.proto.admin.v1.GatewaysProto;
import dev.portcullis.proto.admin.v1.GroupServiceGrpc;
import dev.portcullis.proto.admin.v1.GroupServiceGrpc.GroupServiceBlockingStub;
import dev.portcullis.proto.admin.v1.GroupsProto;
import dev.portcullis.proto.admin.v1.ImportForeignRequest;
import dev.portcullis.proto.admin.v1.ImportServiceGrpc;
import dev.portcullis.proto.admin.v1.ImportsProto;
import dev.portcullis.proto.admin.v1.IssueTokenRequest;
import dev.portcullis.proto.admin.v1.KeyServiceGrpc;
import dev.portcullis.proto.admin.v1.KeyServiceGrpc.KeyServiceBlockingStub;
import dev.portcullis.proto.admin.v1.KeysProto;
import dev.portcullis.proto.admin.v1.Propagation;
import dev.portcullis.proto.admin.v1.PutBindingRequest;
import dev.portcullis.proto.admin.v1.RemoveGatewayRequest;
import dev.portcullis.proto.admin.v1.RemoveGroupMembersRequest;
import dev.portcullis.proto.admin.v1.RenameGroupRequest;
import dev.portcullis.proto.admin.v1.RevokeKeyRequest;
import dev.portcullis.proto.admin.v1.RevokeTokenRequest;
import dev.portcullis.proto.admin.v1.Role;
import dev.portcullis.proto.admin.v1.RotateKeyRequest;
import dev.portcullis.proto.admin.v1.RotateTokenRequest;
import dev.portcullis.proto.admin.v1.TokenServiceGrpc.TokenServiceBlockingStub;
import dev.portcullis.proto.admin.v1.TokensProto;
import dev.portcullis.proto.admin.v1.UnblockUserRequest;
import dev.portcullis.proto.admin.v1.UpdateUserRequest;
import dev.portcullis.proto.admin.v1.UserServiceGrpc.UserServiceBlockingStub;
import dev.portcullis.proto.admin.v1.UsersProto;
import io.grpc.Metadata;
import io.grpc.stub.AbstractStub;
import io.grpc.stub.MetadataUtils;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every call that can change a verdict says how far that has reached. */
class RpcPropagationTest {
    /** What no verdict rests on: the key that successors are sealed to. */
    private static final Set<String> NO_VERDICT =
            Set.of("UserService.SetUserKey", "UserService.DeleteUserKey");

    private final Map<String, Supplier<Propagation>> changes = new LinkedHashMap<>();

    @TempDir
    private Path directory;

    private TestAdmin admin;

    @BeforeEach
    void start() throws Exception {
        admin = TestAdmin.start(directory);
    }

    @AfterEach
    void stop() throws Exception {
        admin.close();
    }

    private static Stream<MethodDescriptor> changing() {
        return Stream.of(AccessProto.getDescriptor(), AuditProto.getDescriptor(),
                        BindingsProto.getDescriptor(), GatewaysProto.getDescriptor(),
                        GroupsProto.getDescriptor(), ImportsProto.getDescriptor(),
                        KeysProto.getDescriptor(), TokensProto.getDescriptor(),
                        UsersProto.getDescriptor())
                .map(FileDescriptor::getServices)
                .flatMap(services -> services.stream().map(ServiceDescriptor::getMethods))
                .flatMap(methods -> methods.stream())
                .filter(method -> !method.getName().matches("(Get|List|Stream|Verify|Explain).*"))
                .filter(method -> !NO_VERDICT.contains(nameOf(method)));
    }

    private static String nameOf(MethodDescriptor method) {
        return method.getService().getName() + "." + method.getName();
    }

    @Test
    void everyChange_hasRoomForItsPropagation() {
        assertThat(changing()).hasSizeGreaterThan(20).allSatisfy(method ->
                assertThat(method.getOutputType().findFieldByName("propagation"))
                        .as(nameOf(method)).isNotNull());
    }

    @Test
    void everyChangeThatAGatewayDoesNotConfirm_isPendingWithItsNameAndTheInstant()
            throws Exception {
        user("ci");
        user("other");
        user("third");
        gatewaysChange(gateways());
        usersChange(admin.users(admin.adminToken));
        groupsChange(groups());
        bindingsChange(bindings());
        tokensChange(admin.tokens(admin.adminToken));
        keysChange(keys());
        changes.put("ImportService.ImportForeign", () ->
                unhurried(ImportServiceGrpc.newBlockingStub(admin.as(admin.adminToken)))
                        .importForeign(ImportForeignRequest.newBuilder().addUsers(
                                ForeignUser.newBuilder().setName("foreign")).build())
                        .getPropagation());
        Set<String> all = new TreeSet<>();
        changing().forEach(method -> all.add(nameOf(method)));
        assertThat(changes.keySet()).containsExactlyInAnyOrderElementsOf(all);

        try (SilentGateway gateway = new SilentGateway(admin.server, "edge-1")) {
            changes.forEach((name, change) -> {
                Propagation propagation = change.get();
                assertThat(propagation.getState()).as(name).isEqualTo(Propagation.State.PENDING);
                assertThat(propagation.getUnconfirmedGatewaysList()).as(name)
                        .containsExactly(gateway.id());
                assertThat(RpcCalls.instant(propagation.getEffectiveEverywhereBy())).as(name)
                        .isAfter(admin.clock.instant());
            });
        }
    }

    /** Which does not wait. */
    private static <S extends AbstractStub<S>> S unhurried(S stub) {
        Metadata prefer = new Metadata();
        prefer.put(Metadata.Key.of("prefer", Metadata.ASCII_STRING_MARSHALLER), "wait=0");
        return stub.withInterceptors(MetadataUtils.newAttachHeadersInterceptor(prefer));
    }

    private GatewayServiceBlockingStub gateways() {
        return GatewayServiceGrpc.newBlockingStub(admin.as(admin.adminToken));
    }

    private GroupServiceBlockingStub groups() {
        return GroupServiceGrpc.newBlockingStub(admin.as(admin.adminToken));
    }

    private BindingServiceBlockingStub bindings() {
        return BindingServiceGrpc.newBlockingStub(admin.as(admin.adminToken));
    }

    private KeyServiceBlockingStub keys() {
        return KeyServiceGrpc.newBlockingStub(admin.as(admin.adminToken));
    }

    private void user(String name) {
        admin.user(name, Role.ROLE_READER);
    }

    private void gatewaysChange(GatewayServiceBlockingStub plain) {
        GatewayServiceBlockingStub stub = unhurried(plain);
        changes.put("GatewayService.EnrollGateway", () -> stub.enrollGateway(
                EnrollGatewayRequest.newBuilder().setName("e").build()).getPropagation());
        changes.put("GatewayService.RemoveGateway", () -> stub.removeGateway(
                RemoveGatewayRequest.newBuilder().setName("e").build()).getPropagation());
    }

    private void usersChange(UserServiceBlockingStub plain) {
        UserServiceBlockingStub stub = unhurried(plain);
        changes.put("UserService.CreateUser", () -> stub.createUser(
                CreateUserRequest.newBuilder().setName("new").build()).getPropagation());
        changes.put("UserService.UpdateUser", () -> stub.updateUser(UpdateUserRequest.newBuilder()
                .setUser("new").setRole(Role.ROLE_WRITER).build()).getPropagation());
        changes.put("UserService.BlockUser", () -> stub.blockUser(
                BlockUserRequest.newBuilder().setUser("new").build()).getPropagation());
        changes.put("UserService.UnblockUser", () -> stub.unblockUser(
                UnblockUserRequest.newBuilder().setUser("new").build()).getPropagation());
        changes.put("UserService.DeleteUser", () -> stub.deleteUser(
                DeleteUserRequest.newBuilder().setUser("new").build()).getPropagation());
    }

    private void groupsChange(GroupServiceBlockingStub plain) {
        GroupServiceBlockingStub stub = unhurried(plain);
        changes.put("GroupService.CreateGroup", () -> stub.createGroup(
                CreateGroupRequest.newBuilder().setName("g").addMembers("ci").build())
                .getPropagation());
        changes.put("GroupService.RenameGroup", () -> stub.renameGroup(
                RenameGroupRequest.newBuilder().setGroup("g").setName("h").build())
                .getPropagation());
        changes.put("GroupService.AddGroupMembers", () -> stub.addGroupMembers(
                AddGroupMembersRequest.newBuilder().setGroup("h").addUsers("other").build())
                .getPropagation());
        changes.put("GroupService.RemoveGroupMembers", () -> stub.removeGroupMembers(
                RemoveGroupMembersRequest.newBuilder().setGroup("h").addUsers("other").build())
                .getPropagation());
        changes.put("GroupService.DeleteGroup", () -> stub.deleteGroup(
                DeleteGroupRequest.newBuilder().setGroup("h").build()).getPropagation());
    }

    private void bindingsChange(BindingServiceBlockingStub plain) {
        BindingServiceBlockingStub stub = unhurried(plain);
        changes.put("BindingService.PutBinding", () -> stub.putBinding(
                PutBindingRequest.newBuilder().setUser("ci").setRole(Role.ROLE_WRITER)
                        .setApplication("shop").build()).getPropagation());
        changes.put("BindingService.DeleteBinding", () -> stub.deleteBinding(
                DeleteBindingRequest.newBuilder().setUser("ci").setApplication("shop").build())
                .getPropagation());
    }

    private void tokensChange(TokenServiceBlockingStub plain) {
        TokenServiceBlockingStub stub = unhurried(plain);
        String one = admin.issue("ci").getToken().getId();
        String other = admin.issue("ci").getToken().getId();
        changes.put("TokenService.IssueToken", () -> stub.issueToken(
                IssueTokenRequest.newBuilder().setUser("ci").setName("t").build())
                .getPropagation());
        changes.put("TokenService.RotateToken", () -> stub.rotateToken(
                RotateTokenRequest.newBuilder().setId(one).build()).getPropagation());
        changes.put("TokenService.RevokeToken", () -> stub.revokeToken(
                RevokeTokenRequest.newBuilder().setId(other).build()).getPropagation());
    }

    private void keysChange(KeyServiceBlockingStub plain) {
        KeyServiceBlockingStub stub = unhurried(plain);
        String one = key(plain, "ci");
        String other = key(plain, "other");
        String third = key(plain, "third");
        changes.put("KeyService.RotateKey", () -> stub.rotateKey(
                RotateKeyRequest.newBuilder().setId(one).build()).getPropagation());
        changes.put("KeyService.ExpireKey", () -> stub.expireKey(
                ExpireKeyRequest.newBuilder().setId(third).build()).getPropagation());
        changes.put("KeyService.RevokeKey", () -> stub.revokeKey(
                RevokeKeyRequest.newBuilder().setId(other).build()).getPropagation());
        changes.put("KeyService.CreateKey", () -> stub.createKey(
                CreateKeyRequest.newBuilder().setUser("other").setName("k").build())
                .getPropagation());
    }

    private static String key(KeyServiceBlockingStub stub, String user) {
        return stub.createKey(CreateKeyRequest.newBuilder().setUser(user).setName("k").build())
                .getKey().getId();
    }
}
