package dev.portcullis.admin;

import static dev.portcullis.admin.RpcCalls.assertFails;
import static dev.portcullis.admin.RpcCalls.assertInvalid;
import static dev.portcullis.admin.RpcCalls.assertPropagated;
import static dev.portcullis.admin.RpcCalls.instant;
import static dev.portcullis.admin.RpcCalls.seconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.proto.admin.v1.CreateKeyRequest;
import dev.portcullis.proto.admin.v1.CreateKeyResponse;
import dev.portcullis.proto.admin.v1.ExpireKeyRequest;
import dev.portcullis.proto.admin.v1.ExpireKeyResponse;
import dev.portcullis.proto.admin.v1.GetKeyRequest;
import dev.portcullis.proto.admin.v1.Key;
import dev.portcullis.proto.admin.v1.KeyServiceGrpc;
import dev.portcullis.proto.admin.v1.ListKeysRequest;
import dev.portcullis.proto.admin.v1.ListUsersRequest;
import dev.portcullis.proto.admin.v1.Restrictions;
import dev.portcullis.proto.admin.v1.RevokeKeyRequest;
import dev.portcullis.proto.admin.v1.Role;
import dev.portcullis.proto.admin.v1.RotateKeyRequest;
import dev.portcullis.proto.admin.v1.RotateKeyResponse;
import dev.portcullis.proto.admin.v1.TokenState;
import io.grpc.Status;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** API keys over a real socket. */
class RpcKeysTest {
    @TempDir
    static Path directory;

    private static TestAdmin admin;
    private static KeyServiceGrpc.KeyServiceBlockingStub keys;

    @BeforeAll
    static void start() throws Exception {
        admin = TestAdmin.start(directory);
        keys = KeyServiceGrpc.newBlockingStub(admin.as(admin.adminToken));
    }

    @AfterAll
    static void stop() throws Exception {
        admin.close();
    }

    private static CreateKeyRequest.Builder key(String user) {
        return CreateKeyRequest.newBuilder().setUser(user).setName("ci");
    }

    private static Key get(String id) {
        return keys.getKey(GetKeyRequest.newBuilder().setId(id).build()).getKey();
    }

    @Test
    void key_isMadeShownListedAndRevoked() {
        String user = admin.user("keyed", Role.ROLE_ADMIN);
        Restrictions restrictions = Restrictions.newBuilder()
                .setMaxRole(Role.ROLE_READER).addApplications("shop").build();
        CreateKeyResponse made = keys.createKey(key("keyed")
                .setExpiresInSeconds(60).setRestrictions(restrictions).build());
        Key key = made.getKey();
        assertThat(made.getPlainSecret()).startsWith("pck_" + key.getId() + "_");
        assertThat(key.getName()).isEqualTo("ci");
        assertThat(key.getUserId()).isEqualTo(user);
        assertThat(key.getState()).isEqualTo(TokenState.TOKEN_STATE_LIVE);
        assertThat(instant(key.getExpiresAt())).isEqualTo(admin.clock.instant().plusSeconds(60));
        assertThat(key.getRestrictions()).isEqualTo(restrictions);
        assertPropagated(made.getPropagation());
        assertThat(get(key.getId())).isEqualTo(key);
        assertThat(keys.listKeys(ListKeysRequest.newBuilder().setUser("keyed").build())
                .getKeysList()).containsExactly(key);
        assertFails(Status.Code.UNAUTHENTICATED, () -> admin.users(made.getPlainSecret())
                .listUsers(ListUsersRequest.getDefaultInstance()));

        RevokeKeyRequest revoke = RevokeKeyRequest.newBuilder().setId(key.getId()).build();
        assertThat(keys.revokeKey(revoke).getKey().getState())
                .isEqualTo(TokenState.TOKEN_STATE_REVOKED);
        assertThat(keys.listKeys(ListKeysRequest.newBuilder()
                        .setUser("keyed").setState(TokenState.TOKEN_STATE_LIVE).build())
                .getKeysCount()).isZero();
    }

    @Test
    void key_expiresWhenItIsTold() {
        admin.user("expiring", null);
        String id = keys.createKey(key("expiring").build()).getKey().getId();
        ExpireKeyRequest expire = ExpireKeyRequest.newBuilder().setId(id).build();
        ExpireKeyResponse expired = keys.expireKey(expire);
        assertThat(expired.getKey().getState()).isEqualTo(TokenState.TOKEN_STATE_EXPIRED);
        assertThat(instant(expired.getKey().getExpiresAt())).isEqualTo(admin.clock.instant());
        assertPropagated(expired.getPropagation());
        assertFails(Status.Code.FAILED_PRECONDITION, () -> keys.expireKey(expire));
    }

    @Test
    void key_isRotatedWithAnOverlap() {
        admin.user("changing over", null);
        Key old = keys.createKey(key("changing over").build()).getKey();
        RotateKeyResponse rotated = keys.rotateKey(RotateKeyRequest.newBuilder()
                .setId(old.getId()).setOverlap(seconds(60)).build());
        assertThat(rotated.getPlainSecret()).startsWith("pck_" + rotated.getKey().getId() + "_");
        assertThat(rotated.getKey().getReplaces()).isEqualTo(old.getId());
        assertThat(rotated.getReplaced().getReplacedBy()).isEqualTo(rotated.getKey().getId());
        assertPropagated(rotated.getPropagation());
        admin.clock.advance(java.time.Duration.ofSeconds(60));
        assertThat(get(old.getId()).getState()).isEqualTo(TokenState.TOKEN_STATE_REPLACED);
    }

    @Test
    void keysOfAUser_areFew() {
        admin.user("two keys", null);
        keys.createKey(key("two keys").build());
        keys.createKey(key("two keys").build());
        assertFails(Status.Code.FAILED_PRECONDITION,
                () -> keys.createKey(key("two keys").build()));
    }

    @Test
    void badKey_isRefusedNamingTheField() {
        admin.user("bad keys", null);
        assertInvalid("name", () -> keys.createKey(key("bad keys").setName("").build()));
        assertInvalid("expires_in_seconds",
                () -> keys.createKey(key("bad keys").setExpiresInSeconds(0).build()));
        assertInvalid("never_expires",
                () -> keys.createKey(key("bad keys").setNeverExpires(false).build()));
        assertInvalid("id", () -> get("nonsense"));
        assertInvalid("state", () -> keys.listKeys(
                ListKeysRequest.newBuilder().setStateValue(99).build()));
        assertInvalid("overlap", () -> keys.rotateKey(RotateKeyRequest.newBuilder()
                .setId("zzzzzzzzzzzz").setOverlap(seconds(-1)).build()));
        String token = admin.issue("bad keys").getToken().getId();
        assertFails(Status.Code.NOT_FOUND, () -> get(token));
    }
}
