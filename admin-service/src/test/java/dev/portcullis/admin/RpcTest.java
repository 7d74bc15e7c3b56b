package dev.portcullis.admin;

import static dev.portcullis.admin.RpcCalls.assertFails;
import static dev.portcullis.admin.RpcCalls.assertPropagated;
import static dev.portcullis.admin.RpcCalls.instant;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.Any;
import com.google.rpc.ErrorInfo;
import dev.portcullis.proto.admin.v1.Binding;
import dev.portcullis.proto.admin.v1.BlockUserRequest;
import dev.portcullis.proto.admin.v1.BlockUserResponse;
import dev.portcullis.proto.admin.v1.CreateUserRequest;
import dev.portcullis.proto.admin.v1.CreateUserResponse;
import dev.portcullis.proto.admin.v1.DeleteBindingRequest;
import dev.portcullis.proto.admin.v1.DeleteUserRequest;
import dev.portcullis.proto.admin.v1.GetTokenRequest;
import dev.portcullis.proto.admin.v1.GetUserRequest;
import dev.portcullis.proto.admin.v1.IssueTokenRequest;
import dev.portcullis.proto.admin.v1.IssueTokenResponse;
import dev.portcullis.proto.admin.v1.ListBindingsRequest;
import dev.portcullis.proto.admin.v1.ListTokensRequest;
import dev.portcullis.proto.admin.v1.ListTokensResponse;
import dev.portcullis.proto.admin.v1.ListUsersRequest;
import dev.portcullis.proto.admin.v1.ListUsersResponse;
import dev.portcullis.proto.admin.v1.PutBindingRequest;
import dev.portcullis.proto.admin.v1.RevokeTokenRequest;
import dev.portcullis.proto.admin.v1.RevokeTokenResponse;
import dev.portcullis.proto.admin.v1.Role;
import dev.portcullis.proto.admin.v1.Token;
import dev.portcullis.proto.admin.v1.TokenState;
import dev.portcullis.proto.admin.v1.UnblockUserRequest;
import dev.portcullis.proto.admin.v1.User;
import dev.portcullis.proto.admin.v1.UserKind;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.protobuf.StatusProto;
import io.grpc.reflection.v1.ServerReflectionGrpc;
import io.grpc.reflection.v1.ServerReflectionRequest;
import io.grpc.reflection.v1.ServerReflectionResponse;
import io.grpc.reflection.v1.ServiceResponse;
import io.grpc.stub.StreamObserver;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every method of the gRPC contract, over a real socket. */
class RpcTest {
    @TempDir
    static Path directory;

    private static TestAdmin admin;

    @BeforeAll
    static void start() throws Exception {
        admin = TestAdmin.start(directory);
    }

    @AfterAll
    static void stop() throws Exception {
        admin.close();
    }

    @Test
    void user_isMadeShownBlockedUnblockedAndDeleted() {
        var users = admin.users(admin.adminToken);
        CreateUserResponse made = users.createUser(CreateUserRequest.newBuilder()
                .setName("build robot")
                .setDescription("builds")
                .addBindings(Binding.newBuilder()
                        .setRole(Role.ROLE_WRITER).setApplication("shop"))
                .build());
        User user = made.getUser();
        assertThat(user.getId()).matches("usr_[0-9A-Za-z]{16}");
        assertThat(user.getKind()).isEqualTo(UserKind.USER_KIND_SERVICE);
        assertThat(user.getDescription()).isEqualTo("builds");
        assertThat(instant(user.getCreatedAt())).isEqualTo(admin.clock.instant());
        assertThat(user.getCreatedBy()).startsWith("usr_");
        assertThat(user.hasLastUsedAt()).isFalse();
        assertThat(user.getBindings(0).getSubjectId()).isEqualTo(user.getId());
        assertPropagated(made.getPropagation());

        GetUserRequest byName = GetUserRequest.newBuilder().setUser("build robot").build();
        assertThat(users.getUser(byName).getUser()).isEqualTo(user);
        GetUserRequest byId = GetUserRequest.newBuilder().setUser(user.getId()).build();
        assertThat(users.getUser(byId).getUser()).isEqualTo(user);

        BlockUserResponse blocked = users.blockUser(
                BlockUserRequest.newBuilder().setUser(user.getId()).build());
        assertThat(blocked.getUser().getBlocked()).isTrue();
        assertThat(blocked.getPropagation().getRevision())
                .isGreaterThan(made.getPropagation().getRevision());
        assertThat(users.unblockUser(UnblockUserRequest.newBuilder().setUser(user.getId()).build())
                .getUser().getBlocked()).isFalse();

        assertPropagated(users.deleteUser(
                DeleteUserRequest.newBuilder().setUser(user.getId()).build()).getPropagation());
        assertFails(Status.Code.NOT_FOUND, () -> users.getUser(byId));
        assertFails(Status.Code.ALREADY_EXISTS, () -> users.createUser(
                CreateUserRequest.newBuilder().setName("build robot").build()));
    }

    @Test
    void users_areListedByPagesAndKind() {
        var users = admin.users(admin.adminToken);
        for (int i = 0; i < 5; i++) {
            users.createUser(CreateUserRequest.newBuilder()
                    .setName("person " + i).setKind(UserKind.USER_KIND_PERSON).build());
        }
        List<String> names = new ArrayList<>();
        ListUsersRequest request = ListUsersRequest.newBuilder()
                .setPageSize(2).setKind(UserKind.USER_KIND_PERSON).build();
        ListUsersResponse page;
        do {
            page = users.listUsers(request);
            assertThat(page.getUsersCount()).isBetween(1, 2);
            page.getUsersList().forEach(user -> names.add(user.getName()));
            request = request.toBuilder().setPageToken(page.getNextPageToken()).build();
        } while (!page.getNextPageToken().isEmpty());
        assertThat(names).containsExactly(
                "person 0", "person 1", "person 2", "person 3", "person 4");
    }

    @Test
    void binding_isPutReplacedListedAndDeleted() {
        var bindings = admin.bindings(admin.adminToken);
        String user = admin.user("bound", null);
        PutBindingRequest put = PutBindingRequest.newBuilder()
                .setUser("bound").setApplication("shop").setRole(Role.ROLE_READER).build();
        assertPropagated(bindings.putBinding(put).getPropagation());
        Binding replaced = bindings.putBinding(
                put.toBuilder().setRole(Role.ROLE_WRITER).build()).getBinding();
        assertThat(replaced).isEqualTo(Binding.newBuilder()
                .setSubjectId(user).setApplication("shop").setRole(Role.ROLE_WRITER).build());

        ListBindingsRequest list = ListBindingsRequest.newBuilder().setUser(user).build();
        assertThat(bindings.listBindings(list).getBindingsList()).containsExactly(replaced);
        DeleteBindingRequest delete = DeleteBindingRequest.newBuilder()
                .setUser(user).setApplication("shop").build();
        assertPropagated(bindings.deleteBinding(delete).getPropagation());
        assertThat(bindings.listBindings(list).getBindingsList()).isEmpty();
        assertFails(Status.Code.NOT_FOUND, () -> bindings.deleteBinding(delete));
    }

    @Test
    void token_isIssuedShownListedAndRevoked() {
        var tokens = admin.tokens(admin.adminToken);
        String user = admin.user("holder", Role.ROLE_AUDITOR);
        IssueTokenResponse issued = tokens.issueToken(IssueTokenRequest.newBuilder()
                .setUser("holder").setName("ci").setExpiresInSeconds(60).build());
        Token token = issued.getToken();
        assertThat(issued.getPlainToken()).startsWith("pct_" + token.getId() + "_");
        assertThat(token.getState()).isEqualTo(TokenState.TOKEN_STATE_LIVE);
        assertThat(token.getUserId()).isEqualTo(user);
        assertThat(instant(token.getExpiresAt()))
                .isEqualTo(admin.clock.instant().plusSeconds(60));
        assertPropagated(issued.getPropagation());
        assertThat(admin.users(issued.getPlainToken())
                .listUsers(ListUsersRequest.getDefaultInstance()).getUsersCount()).isPositive();

        GetTokenRequest get = GetTokenRequest.newBuilder().setId(token.getId()).build();
        assertThat(tokens.getToken(get).getToken().getName()).isEqualTo("ci");

        RevokeTokenRequest revoke = RevokeTokenRequest.newBuilder().setId(token.getId()).build();
        RevokeTokenResponse revoked = tokens.revokeToken(revoke);
        assertThat(revoked.getToken().getState()).isEqualTo(TokenState.TOKEN_STATE_REVOKED);
        assertThat(instant(revoked.getToken().getRevokedAt())).isEqualTo(admin.clock.instant());
        assertPropagated(revoked.getPropagation());
        assertFails(Status.Code.UNAUTHENTICATED, () -> admin.users(issued.getPlainToken())
                .listUsers(ListUsersRequest.getDefaultInstance()));
        RevokeTokenResponse again = tokens.revokeToken(revoke);
        assertThat(again.getPropagation().getRevision())
                .isEqualTo(revoked.getPropagation().getRevision());

        ListTokensResponse listed = tokens.listTokens(ListTokensRequest.newBuilder()
                .setUser(user).setState(TokenState.TOKEN_STATE_REVOKED).build());
        assertThat(listed.getTokensList()).extracting(Token::getId)
                .containsExactly(token.getId());
    }

    @Test
    void tokens_areListedByPages() {
        var tokens = admin.tokens(admin.adminToken);
        admin.user("many", null);
        List<String> issued = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            issued.add(admin.issue("many").getToken().getId());
        }
        List<String> listed = new ArrayList<>();
        ListTokensRequest request =
                ListTokensRequest.newBuilder().setUser("many").setPageSize(2).build();
        ListTokensResponse page;
        do {
            page = tokens.listTokens(request);
            page.getTokensList().forEach(token -> listed.add(token.getId()));
            request = request.toBuilder().setPageToken(page.getNextPageToken()).build();
        } while (!page.getNextPageToken().isEmpty());
        assertThat(listed).containsExactlyElementsOf(issued);
    }

    @Test
    void lastAdministrator_isKept() {
        assertFails(Status.Code.FAILED_PRECONDITION, () -> admin.users(admin.adminToken)
                .deleteUser(DeleteUserRequest.newBuilder().setUser("admin").build()));
        assertFails(Status.Code.FAILED_PRECONDITION, () -> admin.users(admin.adminToken)
                .blockUser(BlockUserRequest.newBuilder().setUser("admin").build()));
    }

    @Test
    void error_saysItsReason() throws Exception {
        StatusRuntimeException e = catchThrowableOfType(StatusRuntimeException.class,
                () -> admin.users(admin.adminToken).getUser(
                        GetUserRequest.newBuilder().setUser("nobody").build()));
        assertThat(e.getStatus().getDescription()).contains("not found");
        Any detail = StatusProto.fromThrowable(e).getDetails(0);
        ErrorInfo info = detail.unpack(ErrorInfo.class);
        assertThat(info.getReason()).isEqualTo("NOT_FOUND");
        assertThat(info.getDomain()).isEqualTo("portcullis.dev");
    }

    @Test
    void health_isOpenToAnybody() {
        assertThat(HealthGrpc.newBlockingStub(admin.channel)
                .check(HealthCheckRequest.getDefaultInstance()).getStatus())
                .isEqualTo(HealthCheckResponse.ServingStatus.SERVING);
    }

    @Test
    void reflection_isOpenToAnybody() throws Exception {
        List<String> names = reflect(
                        ServerReflectionRequest.newBuilder().setListServices("").build())
                .getListServicesResponse().getServiceList().stream()
                .map(ServiceResponse::getName).toList();
        assertThat(names).contains(
                "portcullis.admin.v1.UserService",
                "portcullis.admin.v1.GroupService",
                "portcullis.admin.v1.BindingService",
                "portcullis.admin.v1.TokenService",
                "portcullis.admin.v1.KeyService",
                "portcullis.admin.v1.AccessService",
                "portcullis.admin.v1.AuditService",
                "portcullis.admin.v1.ImportService",
                "grpc.reflection.v1alpha.ServerReflection",
                "grpc.health.v1.Health");
        assertThat(reflect(ServerReflectionRequest.newBuilder()
                        .setFileContainingSymbol("portcullis.admin.v1.UserService").build())
                .getFileDescriptorResponse().getFileDescriptorProtoCount()).isPositive();
    }

    private static ServerReflectionResponse reflect(ServerReflectionRequest request)
            throws Exception {
        CompletableFuture<ServerReflectionResponse> answer = new CompletableFuture<>();
        StreamObserver<ServerReflectionRequest> requests = ServerReflectionGrpc
                .newStub(admin.channel)
                .serverReflectionInfo(new StreamObserver<>() {
                    @Override
                    public void onNext(ServerReflectionResponse response) {
                        answer.complete(response);
                    }

                    @Override
                    public void onError(Throwable t) {
                        answer.completeExceptionally(t);
                    }

                    @Override
                    public void onCompleted() {
                        // the answer has come before
                    }
                });
        requests.onNext(request);
        try {
            return answer.get(10, TimeUnit.SECONDS);
        } finally {
            requests.onCompleted();
        }
    }

    @Test
    void message_isBounded() {
        String huge = "x".repeat(2 * 1024 * 1024);
        assertFails(Status.Code.RESOURCE_EXHAUSTED, () -> admin.users(admin.adminToken)
                .createUser(CreateUserRequest.newBuilder().setName(huge).build()));
        assertThat(admin.users(admin.adminToken).getUser(
                GetUserRequest.newBuilder().setUser("admin").build()).hasUser()).isTrue();
    }

    @Test
    void metadata_isBounded() {
        assertThatThrownBy(() -> admin.users("x".repeat(20_000))
                .listUsers(ListUsersRequest.getDefaultInstance()))
                .isInstanceOf(StatusRuntimeException.class);
    }
}
