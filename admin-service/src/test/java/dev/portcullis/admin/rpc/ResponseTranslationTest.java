package dev.portcullis.admin.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.Message;
import dev.portcullis.admin.change.Propagation;
import dev.portcullis.admin.model.AuditRecord;
import dev.portcullis.admin.model.Binding;
import dev.portcullis.admin.model.Explanation;
import dev.portcullis.admin.model.Group;
import dev.portcullis.admin.model.GroupReference;
import dev.portcullis.admin.model.Member;
import dev.portcullis.admin.model.Page;
import dev.portcullis.admin.model.Token;
import dev.portcullis.admin.model.TokenState;
import dev.portcullis.admin.model.User;
import dev.portcullis.admin.service.AuditLog.Verified;
import dev.portcullis.admin.service.ForeignImport.Imported;
import dev.portcullis.admin.service.IssuedToken;
import dev.portcullis.admin.service.RotatedToken;
import dev.portcullis.admin.service.SealedToken;
import dev.portcullis.core.access.Access;
import dev.portcullis.core.access.Cidr;
import dev.portcullis.core.access.Fingerprint;
import dev.portcullis.core.access.Restrictions;
import dev.portcullis.core.access.Role;
import dev.portcullis.core.access.UserKind;
import dev.portcullis.core.token.CredentialKind;
import dev.portcullis.core.token.HashAlgorithm;
import dev.portcullis.core.token.PlainToken;
import dev.portcullis.core.token.TokenFormat;
import dev.portcullis.core.token.TokenMint;
import dev.portcullis.proto.admin.v1.VerifyAuditResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** What the use cases answer gets into the replies, whole. */
class ResponseTranslationTest {
    private static final Instant T = Instant.parse("2026-01-02T03:04:05.006Z");
    private static final PlainToken PLAIN =
            new TokenMint(new TokenFormat("pc"), new Random(1))
                    .mint(CredentialKind.ACCESS_TOKEN).plain();

    private static final Propagation PENDING =
            new Propagation(7, List.of("gw-1"), T.plusSeconds(1));
    private static final Binding BINDING = new Binding("usr_1", "shop", Role.WRITER);
    private static final Restrictions RESTRICTIONS = new Restrictions(
            Role.READER, Set.of("shop", "books"), List.of(Cidr.parse("192.0.2.0/24")),
            Set.of(Fingerprint.parse("ab".repeat(32))));
    private static final User USER = new User(
            "usr_1", "name", "description", UserKind.SERVICE, true, T, "usr_2", T.plusSeconds(2),
            List.of(BINDING), List.of(new GroupReference("grp_1", "group")), "thumb", 8);
    private static final Group GROUP =
            new Group("grp_1", "group", T, "usr_2", 3, List.of(BINDING), 9);
    private static final Token TOKEN = new Token(
            "prefix", CredentialKind.ACCESS_TOKEN, "ci", "usr_1", TokenState.REPLACED, T, "usr_2",
            T.plusSeconds(3), T.plusSeconds(4), T.plusSeconds(5), "192.0.2.1", RESTRICTIONS,
            T.plusSeconds(6), "before", "behind", "first", Duration.ofDays(7),
            HashAlgorithm.HMAC_SHA_256, "pepper", null);
    private static final AuditRecord EVENT = new AuditRecord(
            1, 2, T, "usr_2", "admin", "192.0.2.2", "r", "user.block", "user", "usr_1",
            "{}", "{\"blocked\":true}", new byte[] {1}, new byte[] {2});
    private static final Explanation EXPLANATION = new Explanation(
            true, "code", Access.WRITE, Role.WRITER,
            List.of(new Explanation.ExplainedBinding(BINDING, "group")), List.of("why"));

    private static List<Message> responses() {
        return List.of(
                UserTranslation.created(USER, PENDING),
                UserTranslation.got(USER),
                UserTranslation.list(new Page<>(List.of(USER), "next")),
                UserTranslation.updated(USER, PENDING),
                UserTranslation.blocked(USER, PENDING),
                UserTranslation.unblocked(USER, PENDING),
                UserTranslation.deleted(PENDING),
                UserTranslation.keySet(USER),
                UserTranslation.keyDeleted(USER),
                GroupTranslation.created(GROUP, PENDING),
                GroupTranslation.got(GROUP),
                GroupTranslation.list(new Page<>(List.of(GROUP), "next")),
                GroupTranslation.renamed(GROUP, PENDING),
                GroupTranslation.deleted(PENDING),
                GroupTranslation.membersAdded(GROUP, PENDING),
                GroupTranslation.membersRemoved(GROUP, PENDING),
                GroupTranslation.members(
                        new Page<>(List.of(new Member("usr_1", "name")), "next")),
                BindingTranslation.put(BINDING, PENDING),
                BindingTranslation.list(List.of(BINDING)),
                BindingTranslation.deleted(PENDING),
                TokenTranslation.issued(new IssuedToken(PLAIN, TOKEN), PENDING),
                TokenTranslation.got(TOKEN),
                TokenTranslation.list(new Page<>(List.of(TOKEN), "next")),
                TokenTranslation.revoked(TOKEN, PENDING),
                TokenTranslation.rotated(new RotatedToken(PLAIN, TOKEN, TOKEN), PENDING),
                TokenTranslation.successor(new SealedToken(TOKEN, "e.y.J")),
                KeyTranslation.created(new IssuedToken(PLAIN, TOKEN), PENDING),
                KeyTranslation.got(TOKEN),
                KeyTranslation.list(new Page<>(List.of(TOKEN), "next")),
                KeyTranslation.revoked(TOKEN, PENDING),
                KeyTranslation.expired(TOKEN, PENDING),
                KeyTranslation.rotated(new RotatedToken(PLAIN, TOKEN, TOKEN), PENDING),
                AccessTranslation.explained(EXPLANATION),
                AuditTranslation.list(new Page<>(List.of(EVENT), "next")),
                AuditTranslation.streamed(EVENT),
                AuditTranslation.progress(1, 2),
                AuditTranslation.verified(new Verified(2, "event 3 is gone", null), 2),
                AuditTranslation.verified(new Verified(2, null, new byte[] {3}), 2),
                ImportTranslation.imported(new Imported(1, 2, 3, 4), PENDING));
    }

    @Test
    void everyFieldOfEveryResponse_saysSomething() {
        Map<Descriptor, Set<String>> set = new LinkedHashMap<>();
        responses().forEach(response -> set
                .computeIfAbsent(response.getDescriptorForType(), type -> new TreeSet<>())
                .addAll(ContractFields.setPaths(response)));

        assertThat(set.keySet()).containsExactlyInAnyOrderElementsOf(
                ContractFields.of(MethodDescriptor::getOutputType));
        set.forEach((type, paths) ->
                assertThat(paths).as(type.getName()).isEqualTo(ContractFields.paths(type)));
    }

    @Test
    void token_isShownAsItIs() {
        assertThat(TokenTranslation.token(TOKEN)).hasToString("""
                id: "prefix"
                name: "ci"
                user_id: "usr_1"
                state: TOKEN_STATE_REPLACED
                created_at {
                  seconds: 1767323045
                  nanos: 6000000
                }
                created_by: "usr_2"
                expires_at {
                  seconds: 1767323048
                  nanos: 6000000
                }
                revoked_at {
                  seconds: 1767323049
                  nanos: 6000000
                }
                last_used_at {
                  seconds: 1767323050
                  nanos: 6000000
                }
                last_used_from: "192.0.2.1"
                restrictions {
                  max_role: ROLE_READER
                  applications: "books"
                  applications: "shop"
                  cidrs: "192.0.2.0/24"
                  certificates: "abababababababababababababababababababababababababababababababab"
                }
                replaced_at {
                  seconds: 1767323051
                  nanos: 6000000
                }
                replaces: "before"
                replaced_by: "behind"
                family: "first"
                rotate_before_expiry {
                  seconds: 604800
                }
                hash_algorithm: "hmac-sha-256"
                pepper_id: "pepper"
                """);
    }

    @Test
    void keyAndToken_sayTheSameOfWhatTheyShare() {
        var key = KeyTranslation.key(TOKEN);
        var token = TokenTranslation.token(TOKEN);
        key.getAllFields().forEach((field, value) -> assertThat(value).as(field.getName())
                .isEqualTo(token.getField(
                        token.getDescriptorForType().findFieldByName(field.getName()))));
    }

    @Test
    void user_isShownAsItIs() {
        assertThat(UserTranslation.user(USER)).hasToString("""
                id: "usr_1"
                name: "name"
                description: "description"
                kind: USER_KIND_SERVICE
                blocked: true
                created_at {
                  seconds: 1767323045
                  nanos: 6000000
                }
                created_by: "usr_2"
                last_used_at {
                  seconds: 1767323047
                  nanos: 6000000
                }
                bindings {
                  subject_id: "usr_1"
                  role: ROLE_WRITER
                  application: "shop"
                }
                groups {
                  id: "grp_1"
                  name: "group"
                }
                key_thumbprint: "thumb"
                revision: 8
                """);
    }

    @Test
    void auditEvent_isShownAsItIs() {
        assertThat(AuditTranslation.event(EVENT)).hasToString("""
                seq: 1
                revision: 2
                happened_at {
                  seconds: 1767323045
                  nanos: 6000000
                }
                actor_id: "usr_2"
                actor_name: "admin"
                source: "192.0.2.2"
                request_id: "r"
                action: "user.block"
                target_kind: "user"
                target_id: "usr_1"
                before: "{}"
                after: "{\\"blocked\\":true}"
                previous_hash: "\\001"
                hash: "\\002"
                """);
    }

    @Test
    void whatIsAbsent_staysAbsent() {
        Token fresh = new Token(
                "prefix", CredentialKind.ACCESS_TOKEN, "ci", "usr_1", TokenState.LIVE, T, "usr_2",
                null, null, null, null, Restrictions.NONE, null, null, null, "first", null,
                HashAlgorithm.SHA_256, null, null);
        Set<String> always = Set.of(
                "id", "name", "user_id", "state", "created_at", "created_by", "family");
        assertThat(ContractFields.setPaths(KeyTranslation.key(fresh))).isEqualTo(always);
        Set<String> withHash = new HashSet<>(always);
        withHash.add("hash_algorithm");
        assertThat(ContractFields.setPaths(TokenTranslation.token(fresh))).isEqualTo(withHash);

        AuditRecord first = new AuditRecord(
                1, 2, T, "a", "b", "c", "d", "e", "f", "g", null, null, new byte[1], new byte[1]);
        assertThat(ContractFields.setPaths(AuditTranslation.event(first)))
                .doesNotContain("before", "after");
        Explanation refused = new Explanation(
                false, "access_denied", Access.READ, null, List.of(), List.of("no binding"));
        assertThat(ContractFields.setPaths(AccessTranslation.explained(refused)))
                .containsExactlyInAnyOrder("code", "access", "reasons");
        assertThat(Translation.propagation(new Propagation(3, List.of(), null)).getState())
                .isEqualTo(dev.portcullis.proto.admin.v1.Propagation.State.PROPAGATED);
    }

    @Test
    void verification_tellsHowManyEventsThereAre() {
        VerifyAuditResponse wrong =
                AuditTranslation.verified(new Verified(2, "event 3 is gone", null), 5);
        assertThat(wrong.getVerified()).isEqualTo(2);
        assertThat(wrong.getTotal()).isEqualTo(5);
        assertThat(wrong.getFinished()).isTrue();
        assertThat(AuditTranslation.verified(new Verified(2, null, new byte[] {3}), 0).getTotal())
                .isEqualTo(2);
    }
}
