package dev.portcullis.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.portcullis.core.token.CredentialKind;
import dev.portcullis.proto.admin.v1.AccessServiceGrpc;
import dev.portcullis.proto.admin.v1.AuditServiceGrpc;
import dev.portcullis.proto.admin.v1.Binding;
import dev.portcullis.proto.admin.v1.BindingServiceGrpc;
import dev.portcullis.proto.admin.v1.BlockUserRequest;
import dev.portcullis.proto.admin.v1.CreateUserRequest;
import dev.portcullis.proto.admin.v1.DeleteUserRequest;
import dev.portcullis.proto.admin.v1.GetUserRequest;
import dev.portcullis.proto.admin.v1.GatewayServiceGrpc;
import dev.portcullis.proto.admin.v1.GroupServiceGrpc;
import dev.portcullis.proto.admin.v1.ImportServiceGrpc;
import dev.portcullis.proto.admin.v1.IssueTokenRequest;
import dev.portcullis.proto.admin.v1.IssueTokenResponse;
import dev.portcullis.proto.admin.v1.KeyServiceGrpc;
import dev.portcullis.proto.admin.v1.ListUsersRequest;
import dev.portcullis.proto.admin.v1.RevokeTokenRequest;
import dev.portcullis.proto.admin.v1.Role;
import dev.portcullis.proto.admin.v1.TokenServiceGrpc;
import dev.portcullis.proto.admin.v1.UnblockUserRequest;
import dev.portcullis.proto.admin.v1.UserServiceGrpc;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Who may do what, on both edges, and in which order that is found out. */
class AuthorizationTest {
    private static final String ALIKE = "a valid access token is needed";
    private static final byte[] NOTHING = {};

    /** What an auditor may call. */
    private static final Set<String> READING = Set.of(
            "portcullis.admin.v1.UserService/GetUser",
            "portcullis.admin.v1.UserService/ListUsers",
            "portcullis.admin.v1.GroupService/GetGroup",
            "portcullis.admin.v1.GroupService/ListGroups",
            "portcullis.admin.v1.GroupService/ListGroupMembers",
            "portcullis.admin.v1.BindingService/ListBindings",
            "portcullis.admin.v1.TokenService/GetToken",
            "portcullis.admin.v1.TokenService/ListTokens",
            "portcullis.admin.v1.KeyService/GetKey",
            "portcullis.admin.v1.KeyService/ListKeys",
            "portcullis.admin.v1.AccessService/ExplainAccess",
            "portcullis.admin.v1.GatewayService/ListGateways",
            "portcullis.admin.v1.AuditService/ListAuditEvents",
            "portcullis.admin.v1.AuditService/StreamAuditEvents",
            "portcullis.admin.v1.AuditService/VerifyAudit");

    @TempDir
    static Path directory;

    private static TestAdmin admin;
    private static final Map<Caller, String[]> HEADERS = new LinkedHashMap<>();

    /** Every kind of caller, with the HTTP status that reading and changing get them. */
    enum Caller {
        NO_HEADER(401, 401),
        EMPTY_HEADER(401, 401),
        SCHEME_ALONE(401, 401),
        OTHER_SCHEME(401, 401),
        MALFORMED(401, 401),
        BAD_CHECKSUM(401, 401),
        OVERLONG(401, 401),
        UNKNOWN(401, 401),
        WRONG_SECRET(401, 401),
        API_KEY(401, 401),
        EXPIRED(401, 401),
        REVOKED(401, 401),
        TWO_HEADERS(400, 400),
        BLOCKED(403, 403),
        DELETED(401, 401),
        NO_ROLE(403, 403),
        READER(403, 403),
        WRITER(403, 403),
        ADMIN_OF_ONE_APPLICATION(403, 403),
        AUDITOR(200, 403),
        ADMIN(200, 200),
        ADMIN_AS_TOKEN(200, 200),
        ADMIN_IN_CAPITALS(200, 200);

        private final int read;
        private final int change;

        Caller(int read, int change) {
            this.read = read;
            this.change = change;
        }

        /** Those whom nothing may be told about what exists. */
        boolean isStranger() {
            return ordinal() <= API_KEY.ordinal();
        }
    }

    @BeforeAll
    static void start() throws Exception {
        admin = TestAdmin.start(directory);
        strangers();
        formerFriends();
        users();
    }

    private static void strangers() {
        String token = admin.adminToken;
        header(Caller.NO_HEADER);
        header(Caller.EMPTY_HEADER, "");
        header(Caller.SCHEME_ALONE, "Bearer");
        header(Caller.OTHER_SCHEME, "Digest " + token);
        header(Caller.MALFORMED, "Bearer nonsense");
        header(Caller.BAD_CHECKSUM, "Bearer " + token.substring(0, token.length() - 1) + "~");
        header(Caller.OVERLONG, "Bearer " + token + token);
        header(Caller.UNKNOWN, "Bearer " + TokenForge.unknown(CredentialKind.ACCESS_TOKEN));
        header(Caller.WRONG_SECRET, "Bearer " + TokenForge.withOtherSecret(token));
        header(Caller.API_KEY, "Bearer " + TokenForge.unknown(CredentialKind.API_KEY));
        header(Caller.TWO_HEADERS, "Bearer " + token, "Bearer " + token);
    }

    private static void formerFriends() {
        String user = admin.user("former", Role.ROLE_ADMIN);
        String expired = admin.tokens(admin.adminToken).issueToken(IssueTokenRequest.newBuilder()
                .setUser(user).setName("short").setExpiresInSeconds(1).build()).getPlainToken();
        admin.clock.advance(Duration.ofSeconds(1));
        header(Caller.EXPIRED, "Bearer " + expired);
        IssueTokenResponse revoked = admin.issue(user);
        admin.tokens(admin.adminToken).revokeToken(
                RevokeTokenRequest.newBuilder().setId(revoked.getToken().getId()).build());
        header(Caller.REVOKED, "Bearer " + revoked.getPlainToken());
        header(Caller.BLOCKED, "Bearer " + admin.tokenOf("blocked", Role.ROLE_ADMIN));
        admin.users(admin.adminToken).blockUser(
                BlockUserRequest.newBuilder().setUser("blocked").build());
        header(Caller.DELETED, "Bearer " + admin.tokenOf("deleted", Role.ROLE_ADMIN));
        admin.users(admin.adminToken).deleteUser(
                DeleteUserRequest.newBuilder().setUser("deleted").build());
    }

    private static void users() {
        header(Caller.NO_ROLE, "Bearer " + admin.tokenOf("no-role", null));
        header(Caller.READER, "Bearer " + admin.tokenOf("reader", Role.ROLE_READER));
        header(Caller.WRITER, "Bearer " + admin.tokenOf("writer", Role.ROLE_WRITER));
        header(Caller.AUDITOR, "Bearer " + admin.tokenOf("auditor", Role.ROLE_AUDITOR));
        admin.users(admin.adminToken).createUser(CreateUserRequest.newBuilder()
                .setName("one-app")
                .addBindings(Binding.newBuilder().setRole(Role.ROLE_ADMIN).setApplication("a"))
                .build());
        header(Caller.ADMIN_OF_ONE_APPLICATION,
                "Bearer " + admin.issue("one-app").getPlainToken());
        header(Caller.ADMIN, "Bearer " + admin.adminToken);
        header(Caller.ADMIN_AS_TOKEN, "Token " + admin.adminToken);
        header(Caller.ADMIN_IN_CAPITALS, "BEARER " + admin.adminToken);
    }

    private static void header(Caller caller, String... values) {
        HEADERS.put(caller, values);
    }

    @AfterAll
    static void stop() throws Exception {
        admin.close();
    }

    @ParameterizedTest
    @EnumSource(Caller.class)
    void grpcCall_getsWhatItsCallerMay(Caller caller) {
        UserServiceGrpc.UserServiceBlockingStub stub = UserServiceGrpc.newBlockingStub(
                admin.withAuthorization(HEADERS.get(caller)));
        Status read = statusOf(() -> stub.listUsers(ListUsersRequest.getDefaultInstance()));
        Status change = statusOf(() -> stub.unblockUser(
                UnblockUserRequest.newBuilder().setUser("reader").build()));

        assertThat(read.getCode()).isEqualTo(codeOf(caller.read));
        assertThat(change.getCode()).isEqualTo(codeOf(caller.change));
        if (caller.isStranger()) {
            assertThat(read.getDescription()).isEqualTo(ALIKE);
            assertThat(change.getDescription()).isEqualTo(ALIKE);
        }
    }

    @ParameterizedTest
    @EnumSource(Caller.class)
    void restRequest_getsWhatItsCallerMay(Caller caller) throws Exception {
        String[] headers = HEADERS.get(caller);
        HttpResponse<String> read = admin.rest("GET", "/api/users", null, headers);
        HttpResponse<String> change = admin.rest(
                "PUT", "/api/users/reader", "{\"is_blocked\":false}", headers);

        assertThat(read.statusCode()).isEqualTo(caller.read);
        assertThat(change.statusCode()).isEqualTo(caller.change);
        if (caller.read != 200) {
            assertThat(TestAdmin.json(read).fieldNames()).toIterable()
                    .containsExactly("message", "code");
            assertThat(TestAdmin.json(read).get("code").intValue()).isEqualTo(caller.read);
        }
        if (caller.isStranger()) {
            assertThat(TestAdmin.json(read).get("message").textValue()).isEqualTo(ALIKE);
            assertThat(TestAdmin.json(change).get("message").textValue()).isEqualTo(ALIKE);
            assertThat(read.headers().firstValue("www-authenticate")).isPresent();
        }
    }

    @Test
    void grpcOrder_isAuthenticateAuthoriseValidate() {
        CreateUserRequest invalid = CreateUserRequest.getDefaultInstance();
        GetUserRequest missing = GetUserRequest.newBuilder().setUser("nobody").build();

        assertThat(statusOf(() -> admin.users(null).createUser(invalid)).getCode())
                .isEqualTo(Status.Code.UNAUTHENTICATED);
        assertThat(statusOf(() -> users(Caller.AUDITOR).createUser(invalid)).getCode())
                .isEqualTo(Status.Code.PERMISSION_DENIED);
        assertThat(statusOf(() -> users(Caller.ADMIN).createUser(invalid)).getCode())
                .isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(statusOf(() -> users(Caller.READER).getUser(missing)).getCode())
                .isEqualTo(Status.Code.PERMISSION_DENIED);
        assertThat(statusOf(() -> users(Caller.AUDITOR).getUser(missing)).getCode())
                .isEqualTo(Status.Code.NOT_FOUND);
    }

    @Test
    void restOrder_isAuthenticateAuthoriseValidate() throws Exception {
        for (String path : List.of("/api/users", "/api/unknown", "/api/users?bad=1", "/api")) {
            assertThat(admin.rest("POST", path, "not json", "Bearer x").statusCode())
                    .isEqualTo(401);
            assertThat(admin.rest("POST", path, "not json", HEADERS.get(Caller.AUDITOR))
                    .statusCode()).isEqualTo(403);
            assertThat(admin.rest("GET", path, null, HEADERS.get(Caller.READER))
                    .statusCode()).isEqualTo(403);
        }
        assertThat(admin.rest("POST", "/api/users", "not json").statusCode()).isEqualTo(400);
        assertThat(admin.rest("GET", "/api/users/nobody", null,
                HEADERS.get(Caller.AUDITOR)).statusCode()).isEqualTo(404);
    }

    @ParameterizedTest
    @EnumSource(Caller.class)
    void everyMethodOfTheContract_isClosedToThoseItIsNotFor(Caller caller) {
        Channel channel = admin.withAuthorization(HEADERS.get(caller));
        for (String method : methodsOfTheContract()) {
            int allowed = READING.contains(method) ? caller.read : caller.change;
            Status.Code code = codeOf(channel, method, NOTHING);
            if (allowed == 200) {
                assertThat(code).as(method)
                        .isNotIn(Status.Code.UNAUTHENTICATED, Status.Code.PERMISSION_DENIED);
            } else {
                assertThat(code).as(method).isEqualTo(codeOf(allowed));
            }
        }
    }

    @Test
    void octetsThatAreNoMessage_areLookedAtOnlyOnceTheCallerIsLetIn() {
        // field 15 says it is longer than the message
        byte[] noMessage = {0x7a, 0x7f};
        for (String method : methodsOfTheContract()) {
            assertThat(codeOf(admin.channel, method, noMessage)).as(method)
                    .isEqualTo(Status.Code.UNAUTHENTICATED);
            assertThat(codeOf(admin.as(admin.adminToken), method, noMessage)).as(method)
                    .isEqualTo(Status.Code.INVALID_ARGUMENT);
            if (!method.contains(".TokenService/")) {
                Channel writer = admin.withAuthorization(HEADERS.get(Caller.WRITER));
                assertThat(codeOf(writer, method, noMessage)).as(method)
                        .isEqualTo(Status.Code.PERMISSION_DENIED);
            }
        }
    }

    private static List<String> methodsOfTheContract() {
        List<String> names = new ArrayList<>();
        List.of(UserServiceGrpc.getServiceDescriptor(),
                        GroupServiceGrpc.getServiceDescriptor(),
                        BindingServiceGrpc.getServiceDescriptor(),
                        TokenServiceGrpc.getServiceDescriptor(),
                        KeyServiceGrpc.getServiceDescriptor(),
                        AccessServiceGrpc.getServiceDescriptor(),
                        AuditServiceGrpc.getServiceDescriptor(),
                        GatewayServiceGrpc.getServiceDescriptor(),
                        ImportServiceGrpc.getServiceDescriptor())
                .forEach(service -> service.getMethods()
                        .forEach(method -> names.add(method.getFullMethodName())));
        assertThat(names).hasSizeGreaterThan(30).containsAll(READING);
        return names;
    }

    /** How a call ends; OK as well when it answers and goes on. */
    private static Status.Code codeOf(Channel channel, String method, byte[] message) {
        ClientCall<byte[], byte[]> call = channel.newCall(
                MethodDescriptor.newBuilder(OctetsMarshaller.INSTANCE, OctetsMarshaller.INSTANCE)
                        .setType(MethodDescriptor.MethodType.SERVER_STREAMING)
                        .setFullMethodName(method)
                        .build(),
                CallOptions.DEFAULT.withDeadlineAfter(20, TimeUnit.SECONDS));
        CompletableFuture<Status.Code> code = new CompletableFuture<>();
        call.start(new ClientCall.Listener<>() {
            @Override
            public void onMessage(byte[] answer) {
                code.complete(Status.Code.OK);
            }

            @Override
            public void onClose(Status closed, Metadata trailers) {
                code.complete(closed.getCode());
            }
        }, new Metadata());
        call.request(1);
        call.sendMessage(message);
        call.halfClose();
        Status.Code answered = code.join();
        call.cancel("heard enough", null);
        return answered;
    }

    private static UserServiceGrpc.UserServiceBlockingStub users(Caller caller) {
        return UserServiceGrpc.newBlockingStub(admin.withAuthorization(HEADERS.get(caller)));
    }

    private static Status statusOf(Runnable call) {
        StatusRuntimeException e = catchThrowableOfType(StatusRuntimeException.class, call::run);
        return e == null ? Status.OK : e.getStatus();
    }

    private static Status.Code codeOf(int httpStatus) {
        return switch (httpStatus) {
            case 200 -> Status.Code.OK;
            case 400 -> Status.Code.INVALID_ARGUMENT;
            case 401 -> Status.Code.UNAUTHENTICATED;
            case 403 -> Status.Code.PERMISSION_DENIED;
            default -> throw new IllegalArgumentException("" + httpStatus);
        };
    }
}
