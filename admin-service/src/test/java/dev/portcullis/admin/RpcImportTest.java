package dev.portcullis.admin;

import static dev.portcullis.admin.RpcCalls.assertFails;
import static dev.portcullis.admin.RpcCalls.assertInvalid;
import static dev.portcullis.admin.RpcCalls.assertPropagated;
import static dev.portcullis.admin.RpcCalls.instant;
import static dev.portcullis.admin.RpcCalls.timestamp;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.Timestamp;
import dev.portcullis.proto.admin.v1.ForeignToken;
import dev.portcullis.proto.admin.v1.ForeignUser;
import dev.portcullis.proto.admin.v1.GetUserRequest;
import dev.portcullis.proto.admin.v1.GroupReference;
import dev.portcullis.proto.admin.v1.ImportForeignRequest;
import dev.portcullis.proto.admin.v1.ImportForeignResponse;
import dev.portcullis.proto.admin.v1.ImportServiceGrpc;
import dev.portcullis.proto.admin.v1.ListTokensRequest;
import dev.portcullis.proto.admin.v1.Role;
import dev.portcullis.proto.admin.v1.Token;
import dev.portcullis.proto.admin.v1.User;
import dev.portcullis.proto.admin.v1.UserKind;
import io.grpc.Status;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Imports over a real socket. */
class RpcImportTest {
    @TempDir
    static Path directory;

    private static TestAdmin admin;
    private static ImportServiceGrpc.ImportServiceBlockingStub imports;

    @BeforeAll
    static void start() throws Exception {
        admin = TestAdmin.start(directory);
        imports = ImportServiceGrpc.newBlockingStub(admin.as(admin.adminToken));
    }

    @AfterAll
    static void stop() throws Exception {
        admin.close();
    }

    private static ForeignToken.Builder token(String text) throws Exception {
        byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes("US-ASCII"));
        return ForeignToken.newBuilder()
                .setName("imported")
                .setSha256(ByteString.copyFrom(digest))
                .setExpiresAt(timestamp(admin.clock.instant().plusSeconds(3_600)));
    }

    @Test
    void usersAndTokens_areTakenOverOnceAndFoundAgain() throws Exception {
        ImportForeignRequest request = ImportForeignRequest.newBuilder()
                .addUsers(ForeignUser.newBuilder()
                        .setName("peer").setDescription("from elsewhere")
                        .setKind(UserKind.USER_KIND_SERVICE)
                        .setRole(Role.ROLE_READER)
                        .setBlocked(true)
                        .addGroups("peers")
                        .addTokens(token("first")
                                .setCreatedAt(timestamp(admin.clock.instant().minusSeconds(60)))
                                .setLastUsedAt(timestamp(admin.clock.instant().minusSeconds(30)))))
                .build();
        ImportForeignResponse first = imports.importForeign(request);
        assertThat(first.getUsersCreated()).isOne();
        assertThat(first.getTokensCreated()).isOne();
        assertPropagated(first.getPropagation());

        User user = admin.users(admin.adminToken)
                .getUser(GetUserRequest.newBuilder().setUser("peer").build()).getUser();
        assertThat(user.getDescription()).isEqualTo("from elsewhere");
        assertThat(user.getBlocked()).isTrue();
        assertThat(user.getBindings(0).getRole()).isEqualTo(Role.ROLE_READER);
        assertThat(user.getGroupsList()).extracting(GroupReference::getName)
                .containsExactly("peers");
        Token token = admin.tokens(admin.adminToken).listTokens(
                ListTokensRequest.newBuilder().setUser("peer").build()).getTokens(0);
        assertThat(token.getHashAlgorithm()).isEqualTo("sha-256-whole");
        assertThat(instant(token.getCreatedAt()))
                .isEqualTo(admin.clock.instant().minusSeconds(60));
        assertThat(instant(token.getLastUsedAt()))
                .isEqualTo(admin.clock.instant().minusSeconds(30));

        ImportForeignResponse second = imports.importForeign(request);
        assertThat(second.getUsersCreated()).isZero();
        assertThat(second.getUsersFound()).isOne();
        assertThat(second.getTokensCreated()).isZero();
        assertThat(second.getTokensFound()).isOne();
    }

    @Test
    void thousandTokensWithTheLongestNames_areTakenAtOnce() throws Exception {
        ImportForeignRequest.Builder request = ImportForeignRequest.newBuilder();
        for (int u = 0; u < 100; u++) {
            ForeignUser.Builder user = request.addUsersBuilder()
                    .setName("\u00fc".repeat(140) + " " + u)
                    .setDescription("\u00fc".repeat(1_000));
            for (int t = 0; t < 10; t++) {
                user.addTokens(token(u + "/" + t).setName("\u00fc".repeat(150)));
            }
        }
        assertThat(request.build().getSerializedSize()).isGreaterThan(500_000);
        ImportForeignResponse response = imports.importForeign(request.build());
        assertThat(response.getUsersCreated()).isEqualTo(100);
        assertThat(response.getTokensCreated()).isEqualTo(1_000);
    }

    @Test
    void badImport_isRefusedNamingTheFieldAndLeavesNothing() throws Exception {
        ForeignUser good = ForeignUser.newBuilder()
                .setName("good one").addTokens(token("good")).build();
        assertInvalid("users[1].name", () -> imports.importForeign(
                ImportForeignRequest.newBuilder()
                        .addUsers(good).addUsers(ForeignUser.getDefaultInstance()).build()));
        assertInvalid("users[0].tokens[1].sha256", () -> imports.importForeign(
                ImportForeignRequest.newBuilder().addUsers(good.toBuilder()
                        .addTokens(ForeignToken.newBuilder().setName("n"))).build()));
        assertInvalid("users[0].tokens[1].created_at", () -> imports.importForeign(
                ImportForeignRequest.newBuilder().addUsers(good.toBuilder()
                        .addTokens(good.getTokens(0).toBuilder().setCreatedAt(
                                Timestamp.newBuilder().setNanos(-1)))).build()));
        assertInvalid("users[0].kind", () -> imports.importForeign(
                ImportForeignRequest.newBuilder()
                        .addUsers(good.toBuilder().setKindValue(99)).build()));
        assertInvalid("users", () -> imports.importForeign(
                ImportForeignRequest.newBuilder().addAllUsers(IntStream.range(0, 101)
                        .mapToObj(i -> good.toBuilder().setName("u" + i).clearTokens().build())
                        .toList()).build()));
        assertFails(Status.Code.NOT_FOUND,
                () -> admin.users(admin.adminToken).getUser(
                        GetUserRequest.newBuilder().setUser("good one").build()));
    }
}
