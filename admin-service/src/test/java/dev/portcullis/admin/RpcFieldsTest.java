package dev.portcullis.admin;

import static dev.portcullis.admin.RpcCalls.assertInvalid;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Timestamp;
import dev.portcullis.proto.admin.v1.Binding;
import dev.portcullis.proto.admin.v1.BlockUserRequest;
import dev.portcullis.proto.admin.v1.CreateUserRequest;
import dev.portcullis.proto.admin.v1.DeleteBindingRequest;
import dev.portcullis.proto.admin.v1.DeleteUserRequest;
import dev.portcullis.proto.admin.v1.GetTokenRequest;
import dev.portcullis.proto.admin.v1.GetUserRequest;
import dev.portcullis.proto.admin.v1.IssueTokenRequest;
import dev.portcullis.proto.admin.v1.ListBindingsRequest;
import dev.portcullis.proto.admin.v1.ListTokensRequest;
import dev.portcullis.proto.admin.v1.ListUsersRequest;
import dev.portcullis.proto.admin.v1.PutBindingRequest;
import dev.portcullis.proto.admin.v1.RevokeTokenRequest;
import dev.portcullis.proto.admin.v1.Role;
import dev.portcullis.proto.admin.v1.UnblockUserRequest;
import dev.portcullis.proto.admin.v1.UserKind;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The limits of every field of the gRPC contract: the last good value, the first bad one. */
class RpcFieldsTest {
    private static final long YEAR = Duration.ofDays(365).toSeconds();

    @TempDir
    static Path directory;

    private static TestAdmin admin;

    @BeforeAll
    static void start() throws Exception {
        admin = TestAdmin.start(directory);
        admin.user("u", null);
    }

    @AfterAll
    static void stop() throws Exception {
        admin.close();
    }

    static Stream<Arguments> badUsers() {
        return Stream.of(
                Arguments.of("name", user("")),
                Arguments.of("name", user("x".repeat(151))),
                Arguments.of("name", user(" x")),
                Arguments.of("name", user("x ")),
                Arguments.of("name", user("a\nb")),
                Arguments.of("name", user("a\0b")),
                Arguments.of("description", user("d").setDescription("x".repeat(1_001))),
                Arguments.of("description", user("d").setDescription("\0")),
                Arguments.of("kind", user("k").setKind(UserKind.USER_KIND_INTERNAL)),
                Arguments.of("kind", user("k").setKindValue(99)),
                Arguments.of("bindings[0].role", user("b").addBindings(binding("a"))),
                Arguments.of("bindings[0].role",
                        user("b").addBindings(binding("a").setRoleValue(99))),
                Arguments.of("bindings[1].application", user("b")
                        .addBindings(reader("a")).addBindings(reader("A"))),
                Arguments.of("bindings[1].application", user("b")
                        .addBindings(reader("a")).addBindings(reader("a"))),
                Arguments.of("bindings[0].application", user("b").addBindings(reader(""))),
                Arguments.of("bindings[0].subject_id",
                        user("b").addBindings(reader("a").setSubjectId("x"))),
                Arguments.of("bindings", user("b").addAllBindings(
                        IntStream.range(0, 101).mapToObj(i -> reader("a" + i).build()).toList())));
    }

    @ParameterizedTest
    @MethodSource("badUsers")
    void badUser_isRefusedNamingTheField(String field, CreateUserRequest.Builder request) {
        assertInvalid(field, () -> admin.users(admin.adminToken).createUser(request.build()));
    }

    @Test
    void largestUser_isTaken() {
        assertThat(admin.users(admin.adminToken).createUser(user("ü".repeat(150))
                .setDescription("x".repeat(1_000))
                .setKind(UserKind.USER_KIND_PERSON)
                .addAllBindings(IntStream.range(0, 99)
                        .mapToObj(i -> reader("a" + i).build()).toList())
                .addBindings(reader("z".repeat(63)))
                .build()).getUser().getBindingsCount()).isEqualTo(100);
    }

    @Test
    void missingUser_isRefusedNamingTheField() {
        var users = admin.users(admin.adminToken);
        var bindings = admin.bindings(admin.adminToken);
        var tokens = admin.tokens(admin.adminToken);
        assertInvalid("user", () -> users.getUser(GetUserRequest.getDefaultInstance()));
        assertInvalid("user", () -> users.blockUser(BlockUserRequest.getDefaultInstance()));
        assertInvalid("user", () -> users.unblockUser(UnblockUserRequest.getDefaultInstance()));
        assertInvalid("user", () -> users.deleteUser(DeleteUserRequest.getDefaultInstance()));
        assertInvalid("user", () -> bindings.listBindings(
                ListBindingsRequest.getDefaultInstance()));
        assertInvalid("user", () -> bindings.putBinding(PutBindingRequest.newBuilder()
                .setApplication("a").setRole(Role.ROLE_READER).build()));
        assertInvalid("user", () -> bindings.deleteBinding(
                DeleteBindingRequest.newBuilder().setApplication("a").build()));
        assertInvalid("user", () -> tokens.issueToken(
                IssueTokenRequest.newBuilder().setName("n").build()));
        assertInvalid("user", () -> users.getUser(
                GetUserRequest.newBuilder().setUser("x".repeat(5_000)).build()));
    }

    @Test
    void badBinding_isRefusedNamingTheField() {
        var bindings = admin.bindings(admin.adminToken);
        PutBindingRequest good = PutBindingRequest.newBuilder()
                .setUser("u").setApplication("a").setRole(Role.ROLE_READER).build();
        assertInvalid("role", () -> bindings.putBinding(
                good.toBuilder().setRole(Role.ROLE_UNSPECIFIED).build()));
        assertInvalid("role", () -> bindings.putBinding(
                good.toBuilder().setRoleValue(17).build()));
        for (String application : new String[] {"", "A", "a b", "a".repeat(64), "**", "a/b"}) {
            assertInvalid("application", () -> bindings.putBinding(
                    good.toBuilder().setApplication(application).build()));
            assertInvalid("application", () -> bindings.deleteBinding(
                    DeleteBindingRequest.newBuilder()
                            .setUser("u").setApplication(application).build()));
        }
    }

    @Test
    void badToken_isRefusedNamingTheField() {
        var tokens = admin.tokens(admin.adminToken);
        assertInvalid("name", () -> tokens.issueToken(token().setName("").build()));
        assertInvalid("name", () -> tokens.issueToken(
                token().setName("x".repeat(151)).build()));
        for (String id : new String[] {"", "abc", "x".repeat(13), "ab-defghijkl"}) {
            assertInvalid("id", () -> tokens.getToken(
                    GetTokenRequest.newBuilder().setId(id).build()));
            assertInvalid("id", () -> tokens.revokeToken(
                    RevokeTokenRequest.newBuilder().setId(id).build()));
        }
        assertInvalid("state", () -> tokens.listTokens(
                ListTokensRequest.newBuilder().setStateValue(99).build()));
    }

    @Test
    void badLifetime_isRefusedNamingTheField() {
        var tokens = admin.tokens(admin.adminToken);
        for (long seconds : new long[] {0, -1, YEAR + 1, Long.MAX_VALUE, Long.MIN_VALUE}) {
            assertInvalid("expires_in_seconds", () -> tokens.issueToken(
                    token().setExpiresInSeconds(seconds).build()));
        }
        long now = admin.clock.instant().getEpochSecond();
        for (Timestamp at : new Timestamp[] {
            Timestamp.getDefaultInstance(),
            Timestamp.newBuilder().setSeconds(now).build(),
            Timestamp.newBuilder().setSeconds(now + YEAR + 1).build(),
            Timestamp.newBuilder().setSeconds(now + 10).setNanos(-1).build(),
            Timestamp.newBuilder().setSeconds(now + 10).setNanos(1_000_000_000).build(),
            Timestamp.newBuilder().setSeconds(Long.MAX_VALUE).build(),
            Timestamp.newBuilder().setSeconds(Long.MIN_VALUE).build()
        }) {
            assertInvalid("expires_at", () -> tokens.issueToken(
                    token().setExpiresAt(at).build()));
        }
        assertInvalid("never_expires", () -> tokens.issueToken(
                token().setNeverExpires(true).build()));
        assertInvalid("never_expires", () -> tokens.issueToken(
                token().setNeverExpires(false).build()));
    }

    @Test
    void longestLifetimes_areTaken() {
        var tokens = admin.tokens(admin.adminToken);
        long now = admin.clock.instant().getEpochSecond();
        assertThat(tokens.issueToken(token().setExpiresInSeconds(YEAR).build())
                .getToken().getExpiresAt().getSeconds()).isEqualTo(now + YEAR);
        assertThat(tokens.issueToken(token().setExpiresAt(
                        Timestamp.newBuilder().setSeconds(now + YEAR)).build())
                .getToken().getExpiresAt().getSeconds()).isEqualTo(now + YEAR);
        assertThat(tokens.issueToken(token().build())
                .getToken().getExpiresAt().getSeconds())
                .isEqualTo(now + Duration.ofDays(360).toSeconds());
    }

    @Test
    void badPage_isRefusedNamingTheField() {
        var users = admin.users(admin.adminToken);
        var tokens = admin.tokens(admin.adminToken);
        for (int size : new int[] {-1, 1_001, Integer.MAX_VALUE, Integer.MIN_VALUE}) {
            assertInvalid("page_size", () -> users.listUsers(
                    ListUsersRequest.newBuilder().setPageSize(size).build()));
            assertInvalid("page_size", () -> tokens.listTokens(
                    ListTokensRequest.newBuilder().setPageSize(size).build()));
        }
        for (String token : new String[] {"x", "%%%", "x".repeat(10_000), "\u00e4"}) {
            assertInvalid("page_token", () -> users.listUsers(
                    ListUsersRequest.newBuilder().setPageToken(token).build()));
            assertInvalid("page_token", () -> tokens.listTokens(
                    ListTokensRequest.newBuilder().setPageToken(token).build()));
        }
        assertInvalid("kind", () -> users.listUsers(
                ListUsersRequest.newBuilder().setKindValue(99).build()));
    }

    private static CreateUserRequest.Builder user(String name) {
        return CreateUserRequest.newBuilder().setName(name);
    }

    private static Binding.Builder binding(String application) {
        return Binding.newBuilder().setApplication(application);
    }

    private static Binding.Builder reader(String application) {
        return binding(application).setRole(Role.ROLE_READER);
    }

    private static IssueTokenRequest.Builder token() {
        return IssueTokenRequest.newBuilder().setUser("u").setName("n");
    }
}
