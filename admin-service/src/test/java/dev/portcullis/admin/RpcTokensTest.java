package dev.portcullis.admin;

import static dev.portcullis.admin.RpcCalls.assertFails;
import static dev.portcullis.admin.RpcCalls.assertInvalid;
import static dev.portcullis.admin.RpcCalls.assertPropagated;
import static dev.portcullis.admin.RpcCalls.instant;
import static dev.portcullis.admin.RpcCalls.seconds;
import static dev.portcullis.admin.RpcCalls.timestamp;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Duration;
import com.google.protobuf.Timestamp;
import dev.portcullis.proto.admin.v1.CreateUserRequest;
import dev.portcullis.proto.admin.v1.GetSuccessorRequest;
import dev.portcullis.proto.admin.v1.GetTokenRequest;
import dev.portcullis.proto.admin.v1.IssueTokenRequest;
import dev.portcullis.proto.admin.v1.IssueTokenResponse;
import dev.portcullis.proto.admin.v1.ListTokensRequest;
import dev.portcullis.proto.admin.v1.ListUsersRequest;
import dev.portcullis.proto.admin.v1.Restrictions;
import dev.portcullis.proto.admin.v1.RevokeTokenRequest;
import dev.portcullis.proto.admin.v1.Role;
import dev.portcullis.proto.admin.v1.RotateTokenRequest;
import dev.portcullis.proto.admin.v1.RotateTokenResponse;
import dev.portcullis.proto.admin.v1.Token;
import dev.portcullis.proto.admin.v1.TokenState;
import dev.portcullis.proto.admin.v1.UserKind;
import io.grpc.Status;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rotation, restrictions, filters, and what holders may do with their own, over a real socket. */
class RpcTokensTest {
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

    private static RotateTokenRequest rotate(String id, long overlapSeconds) {
        return RotateTokenRequest.newBuilder()
                .setId(id).setOverlap(seconds(overlapSeconds)).build();
    }

    private static Token get(String id) {
        return admin.tokens(admin.adminToken)
                .getToken(GetTokenRequest.newBuilder().setId(id).build()).getToken();
    }

    @Test
    void token_isRotatedAndTheOldOneWorksUntilTheOverlapHasPassed() {
        var tokens = admin.tokens(admin.adminToken);
        IssueTokenResponse old = admin.issue(admin.user("rotated", Role.ROLE_AUDITOR));
        String oldId = old.getToken().getId();
        RotateTokenResponse rotated = tokens.rotateToken(rotate(oldId, 60));
        Token fresh = rotated.getToken();
        assertPropagated(rotated.getPropagation());
        assertThat(rotated.getPlainToken()).startsWith("pct_" + fresh.getId() + "_");
        assertThat(fresh.getName()).isEqualTo(old.getToken().getName());
        assertThat(fresh.getReplaces()).isEqualTo(oldId);
        assertThat(fresh.getFamily()).isEqualTo(oldId);
        assertThat(rotated.getReplaced().getReplacedBy()).isEqualTo(fresh.getId());
        assertThat(instant(rotated.getReplaced().getReplacedAt()))
                .isEqualTo(admin.clock.instant().plusSeconds(60));

        for (String plain : List.of(old.getPlainToken(), rotated.getPlainToken())) {
            assertThat(admin.users(plain).listUsers(ListUsersRequest.getDefaultInstance())
                    .getUsersCount()).isPositive();
        }
        assertFails(Status.Code.FAILED_PRECONDITION, () -> tokens.rotateToken(rotate(oldId, 0)));
        admin.clock.advance(java.time.Duration.ofSeconds(60));
        assertFails(Status.Code.UNAUTHENTICATED, () -> admin.users(old.getPlainToken())
                .listUsers(ListUsersRequest.getDefaultInstance()));
        assertThat(get(oldId).getState()).isEqualTo(TokenState.TOKEN_STATE_REPLACED);
    }

    @Test
    void badOverlap_isRefusedNamingTheField() {
        var tokens = admin.tokens(admin.adminToken);
        String id = admin.issue(admin.user("overlapping", null)).getToken().getId();
        for (Duration bad : List.of(
                seconds(-1),
                seconds(30 * 86_400 + 1),
                Duration.newBuilder().setSeconds(1).setNanos(-1).build(),
                Duration.newBuilder().setSeconds(Long.MAX_VALUE).build())) {
            assertInvalid("overlap", () -> tokens.rotateToken(
                    RotateTokenRequest.newBuilder().setId(id).setOverlap(bad).build()));
        }
        assertThat(get(id).getReplacedBy()).isEmpty();
    }

    @Test
    void anybody_mayGetRotateAndRevokeTheTokenTheyCallWith() {
        IssueTokenResponse issued = admin.issue(admin.user("holder", null));
        var self = admin.tokens(issued.getPlainToken());
        GetTokenRequest get = GetTokenRequest.newBuilder().setId("self").build();
        assertThat(self.getToken(get).getToken().getId()).isEqualTo(issued.getToken().getId());
        assertThat(self.getToken(GetTokenRequest.newBuilder()
                .setId(issued.getToken().getId()).build()).getToken())
                .isEqualTo(self.getToken(get).getToken());
        assertFails(Status.Code.NOT_FOUND, () -> self.getSuccessor(
                GetSuccessorRequest.newBuilder().setId("self").build()));

        RotateTokenResponse rotated = self.rotateToken(rotate("self", 0));
        var renewed = admin.tokens(rotated.getPlainToken());
        assertThat(renewed.getToken(get).getToken().getId())
                .isEqualTo(rotated.getToken().getId());
        assertFails(Status.Code.UNAUTHENTICATED, () -> self.getToken(get));
        assertPropagated(renewed.revokeToken(
                RevokeTokenRequest.newBuilder().setId("self").build()).getPropagation());
        assertFails(Status.Code.UNAUTHENTICATED, () -> renewed.getToken(get));
    }

    @Test
    void serviceUser_mayDoNothingElse() {
        String other = admin.issue(admin.user("other", null)).getToken().getId();
        IssueTokenResponse issued = admin.issue(admin.user("modest", Role.ROLE_WRITER));
        var tokens = admin.tokens(issued.getPlainToken());
        String own = admin.issue("modest").getToken().getId();
        for (String id : List.of(other, own, "", "nonsense", "zzzzzzzzzzzz")) {
            assertFails(Status.Code.PERMISSION_DENIED, () -> tokens.getToken(
                    GetTokenRequest.newBuilder().setId(id).build()));
            assertFails(Status.Code.PERMISSION_DENIED, () -> tokens.rotateToken(rotate(id, 0)));
            assertFails(Status.Code.PERMISSION_DENIED, () -> tokens.rotateToken(rotate(id, -1)));
            assertFails(Status.Code.PERMISSION_DENIED, () -> tokens.revokeToken(
                    RevokeTokenRequest.newBuilder().setId(id).build()));
            assertFails(Status.Code.PERMISSION_DENIED, () -> tokens.getSuccessor(
                    GetSuccessorRequest.newBuilder().setId(id).build()));
        }
        assertFails(Status.Code.PERMISSION_DENIED, () -> tokens.listTokens(
                ListTokensRequest.newBuilder().setUser("modest").build()));
        assertFails(Status.Code.PERMISSION_DENIED, () -> tokens.issueToken(
                IssueTokenRequest.newBuilder().setUser("modest").setName("n").build()));
    }

    @Test
    void callerWhoMayNot_isToldSoBeforeAnythingOfTheRequestIsLookedAt() {
        Timestamp none = Timestamp.newBuilder().setNanos(-1).build();
        for (Role role : new Role[] {null, Role.ROLE_WRITER}) {
            String plain = admin.tokenOf("hasty " + role, role);
            assertFails(Status.Code.PERMISSION_DENIED, () -> admin.tokens(plain).issueToken(
                    IssueTokenRequest.newBuilder().setExpiresAt(none).build()));
            assertFails(Status.Code.PERMISSION_DENIED, () -> admin.tokens(plain).listTokens(
                    ListTokensRequest.newBuilder().setExpiresBefore(none).build()));
            assertFails(Status.Code.PERMISSION_DENIED, () -> admin.tokens(plain).listTokens(
                    ListTokensRequest.newBuilder().setStateValue(99).build()));
        }
        String auditor = admin.tokenOf("hasty auditor", Role.ROLE_AUDITOR);
        assertFails(Status.Code.PERMISSION_DENIED, () -> admin.tokens(auditor).issueToken(
                IssueTokenRequest.newBuilder().setExpiresAt(none).build()));
        assertInvalid("expires_before", () -> admin.tokens(auditor).listTokens(
                ListTokensRequest.newBuilder().setExpiresBefore(none).build()));
    }

    @Test
    void personWithATokenOfOneApplication_isToldSoBeforeAnythingElse() {
        admin.users(admin.adminToken).createUser(CreateUserRequest.newBuilder()
                .setName("grace").setKind(UserKind.USER_KIND_PERSON).build());
        String narrow = admin.tokens(admin.adminToken).issueToken(IssueTokenRequest.newBuilder()
                .setUser("grace").setName("n")
                .setRestrictions(Restrictions.newBuilder().addApplications("shop")).build())
                .getPlainToken();
        Timestamp none = Timestamp.newBuilder().setNanos(-1).build();
        assertFails(Status.Code.PERMISSION_DENIED, () -> admin.tokens(narrow).issueToken(
                IssueTokenRequest.newBuilder().setExpiresAt(none).build()));
        assertFails(Status.Code.PERMISSION_DENIED, () -> admin.tokens(narrow).listTokens(
                ListTokensRequest.newBuilder().setExpiresBefore(none).build()));
    }

    @Test
    void person_managesTheirOwnTokensAndNoOthers() {
        admin.users(admin.adminToken).createUser(CreateUserRequest.newBuilder()
                .setName("ada").setKind(UserKind.USER_KIND_PERSON).build());
        admin.user("not ada", null);
        var ada = admin.tokens(admin.issue("ada").getPlainToken());
        Token own = ada.issueToken(IssueTokenRequest.newBuilder()
                .setUser("ada").setName("mine").build()).getToken();
        assertThat(ada.listTokens(ListTokensRequest.newBuilder().setUser("ada").build())
                .getTokensList()).extracting(Token::getId).contains(own.getId()).hasSize(2);
        assertThat(ada.revokeToken(RevokeTokenRequest.newBuilder().setId(own.getId()).build())
                .getToken().getState()).isEqualTo(TokenState.TOKEN_STATE_REVOKED);
        assertInvalid("never_expires", () -> ada.issueToken(IssueTokenRequest.newBuilder()
                .setUser("ada").setName("n").setNeverExpires(false).build()));
        assertFails(Status.Code.PERMISSION_DENIED, () -> ada.issueToken(
                IssueTokenRequest.newBuilder().setUser("not ada").setName("n").build()));
        assertFails(Status.Code.PERMISSION_DENIED, () -> ada.listTokens(
                ListTokensRequest.newBuilder().setUser("not ada").build()));
    }

    @Test
    void restrictions_areShownAndKeptAndOpenNoMore() {
        var tokens = admin.tokens(admin.adminToken);
        admin.user("narrow", Role.ROLE_ADMIN);
        Restrictions restrictions = Restrictions.newBuilder()
                .setMaxRole(Role.ROLE_AUDITOR)
                .addCidrs("127.0.0.0/8").addCidrs("2001:db8::/32")
                .build();
        IssueTokenResponse issued = tokens.issueToken(IssueTokenRequest.newBuilder()
                .setUser("narrow").setName("n").setRestrictions(restrictions).build());
        assertThat(issued.getToken().getRestrictions()).isEqualTo(restrictions);
        assertThat(get(issued.getToken().getId()).getRestrictions()).isEqualTo(restrictions);
        var narrow = admin.users(issued.getPlainToken());
        assertThat(narrow.listUsers(ListUsersRequest.getDefaultInstance()).getUsersCount())
                .isPositive();
        assertFails(Status.Code.PERMISSION_DENIED, () -> narrow.createUser(
                CreateUserRequest.newBuilder().setName("by an auditor").build()));

        String elsewhere = tokens.issueToken(IssueTokenRequest.newBuilder()
                .setUser("narrow").setName("n")
                .setRestrictions(Restrictions.newBuilder().addCidrs("192.0.2.0/24")).build())
                .getPlainToken();
        assertFails(Status.Code.PERMISSION_DENIED, () -> admin.users(elsewhere)
                .listUsers(ListUsersRequest.getDefaultInstance()));
        String ofOneApplication = tokens.issueToken(IssueTokenRequest.newBuilder()
                .setUser("narrow").setName("n")
                .setRestrictions(Restrictions.newBuilder().addApplications("shop")).build())
                .getPlainToken();
        assertFails(Status.Code.PERMISSION_DENIED, () -> admin.users(ofOneApplication)
                .listUsers(ListUsersRequest.getDefaultInstance()));
    }

    @Test
    void badRestrictions_areRefusedNamingTheField() {
        var tokens = admin.tokens(admin.adminToken);
        admin.user("badly restricted", null);
        IssueTokenRequest good = IssueTokenRequest.newBuilder()
                .setUser("badly restricted").setName("n").build();
        assertInvalid("restrictions.cidrs[1]", () -> tokens.issueToken(good.toBuilder()
                .setRestrictions(Restrictions.newBuilder()
                        .addCidrs("192.0.2.0/24").addCidrs("192.0.2.1/24")).build()));
        assertInvalid("restrictions.applications[0]", () -> tokens.issueToken(good.toBuilder()
                .setRestrictions(Restrictions.newBuilder().addApplications("A b")).build()));
        assertInvalid("restrictions.max_role", () -> tokens.issueToken(good.toBuilder()
                .setRestrictions(Restrictions.newBuilder().setMaxRoleValue(77)).build()));
        assertInvalid("rotate_before_expiry", () -> tokens.issueToken(good.toBuilder()
                .setRotateBeforeExpiry(seconds(1)).build()));
    }

    @Test
    void tokens_areListedByWhenTheyExpireAndWereUsed() {
        var tokens = admin.tokens(admin.adminToken);
        admin.user("filtered", null);
        Instant now = admin.clock.instant();
        String[] ids = new String[3];
        for (int i : new int[] {2, 0, 1}) {
            ids[i] = tokens.issueToken(IssueTokenRequest.newBuilder()
                            .setUser("filtered").setName("t" + i)
                            .setExpiresAt(timestamp(now.plusSeconds(100 + i))).build())
                    .getToken().getId();
        }
        ListTokensRequest.Builder request = ListTokensRequest.newBuilder().setUser("filtered");
        assertThat(tokens.listTokens(request.clone()
                        .setExpiresBefore(timestamp(now.plusSeconds(102))).build())
                .getTokensList()).extracting(Token::getId).containsExactly(ids[0], ids[1]);
        assertThat(tokens.listTokens(request.clone()
                        .setLastUsedBefore(timestamp(now)).build())
                .getTokensList()).extracting(Token::getId).containsExactlyInAnyOrder(ids);
        assertThat(tokens.listTokens(request.clone()
                        .setState(TokenState.TOKEN_STATE_LIVE).build())
                .getTokensList()).extracting(Token::getId)
                .containsExactly(ids[0], ids[1], ids[2]);
        assertThat(tokens.listTokens(request.clone()
                .setState(TokenState.TOKEN_STATE_REPLACED).build()).getTokensCount()).isZero();
    }
}
