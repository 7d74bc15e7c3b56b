package dev.portcullis.admin.origin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.portcullis.admin.service.ForeignImport;
import dev.portcullis.admin.service.ForeignUser.ForeignToken;
import dev.portcullis.admin.service.ForeignUser;
import dev.portcullis.admin.service.IssuedToken;
import dev.portcullis.admin.service.NewToken.Limits;
import dev.portcullis.admin.service.NewToken;
import dev.portcullis.admin.service.TokenPolicy;
import dev.portcullis.admin.service.Tokens;
import dev.portcullis.core.token.NetBirdFormat;
import dev.portcullis.core.token.Pepper;
import dev.portcullis.core.token.Peppers;
import dev.portcullis.core.token.TokenFormat;
import dev.portcullis.core.token.TokenMint;
import dev.portcullis.proto.origin.v1.CredentialKind;
import dev.portcullis.proto.origin.v1.CredentialRecord;
import dev.portcullis.proto.origin.v1.CredentialState;
import dev.portcullis.proto.origin.v1.HashAlgorithm;
import dev.portcullis.proto.origin.v1.RefusalSummary;
import dev.portcullis.proto.origin.v1.ReportRefusalsRequest;
import dev.portcullis.proto.origin.v1.ResolveRequest;
import dev.portcullis.proto.origin.v1.ResolveResponse;
import dev.portcullis.proto.origin.v1.Restrictions;
import dev.portcullis.proto.origin.v1.Role;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** What gateways are told of credentials of every kind, and what they tell of refusals. */
class CredentialRecordsTest extends OriginFixture {
    private ResolveResponse resolved(String prefix) {
        return blocking().resolve(
                ResolveRequest.newBuilder().setCredentialPrefix(prefix).build());
    }

    private IssuedToken key(Limits limits) {
        return keys.create(system, new NewToken("ci", "deploy", null, limits, null)).value();
    }

    private String exchanged(IssuedToken key) {
        return exchange.exchange(
                key.token().id(), key.plain().reveal(), null, "192.0.2.1", "r")
                .value().token().id();
    }

    private List<String> audited(String action) throws Exception {
        return test.query("SELECT target_id FROM audit_event WHERE action = '" + action + "'");
    }

    @Test
    void plainCredential_hasNoneOfTheOptionalFields() {
        ResolveResponse response = resolved(issue());
        CredentialRecord record = response.getCredential();
        assertThat(record.hasRestrictions()).isFalse();
        assertThat(record.getReplacedAtMs()).isZero();
        assertThat(record.getParentPrefix()).isEmpty();
        assertThat(record.getPepperId()).isEmpty();
        assertThat(response.hasParent()).isFalse();
    }

    @Test
    void restrictions_goOverTheWire() {
        IssuedToken key = key(new Limits(
                dev.portcullis.core.access.Role.READER, List.of("b", "a"),
                List.of("192.0.2.0/24", "2001:db8::/32"),
                List.of("cd".repeat(32), "ab".repeat(32))));
        CredentialRecord record = resolved(key.token().id()).getCredential();
        assertThat(record.getKind()).isEqualTo(CredentialKind.CREDENTIAL_KIND_API_KEY);
        assertThat(record.getRestrictions()).isEqualTo(Restrictions.newBuilder()
                .setMaxRole(Role.ROLE_READER)
                .addApplications("a").addApplications("b")
                .addCidrs("192.0.2.0/24").addCidrs("2001:db8::/32")
                .addCertificates("ab".repeat(32)).addCertificates("cd".repeat(32))
                .build());
    }

    @Test
    void exchangedToken_comesWithItsKey() {
        IssuedToken key = key(null);
        String id = exchanged(key);
        ResolveResponse response = resolved(id);
        assertThat(response.getAsOf()).isEqualTo(test.store().revision());
        assertThat(response.getCredential().getKind())
                .isEqualTo(CredentialKind.CREDENTIAL_KIND_EXCHANGED_TOKEN);
        assertThat(response.getCredential().getParentPrefix()).isEqualTo(key.token().id());
        assertThat(response.getParent()).isEqualTo(resolved(key.token().id()).getCredential());
        assertThat(response.getPrincipal().getUserId()).isEqualTo(userId());
        keys.revoke(system, key.token().id());
        response = resolved(id);
        assertThat(response.getCredential().getState())
                .isEqualTo(CredentialState.CREDENTIAL_STATE_LIVE);
        assertThat(response.getParent().getState())
                .isEqualTo(CredentialState.CREDENTIAL_STATE_REVOKED);
    }

    @Test
    void expiredKey_saysSoToItsTokens() {
        IssuedToken key = key(null);
        String id = exchanged(key);
        keys.expire(system, key.token().id());
        assertThat(resolved(id).getParent().getExpiresAtMs()).isEqualTo(1);
    }

    @Test
    void whatWasEndedAtOnce_hasEndedByEveryClock() {
        String kept = issue();
        tokens.rotate(system, kept, Duration.ofHours(1));
        assertThat(resolved(kept).getCredential().getReplacedAtMs())
                .isEqualTo(time.millis() + Duration.ofHours(1).toMillis());
        String ended = issue();
        tokens.rotate(system, ended, Duration.ZERO);
        assertThat(resolved(ended).getCredential().getReplacedAtMs()).isEqualTo(1);
    }

    @Test
    void rotatedCredential_saysUntilWhenItWorks() {
        String id = issue();
        tokens.rotate(system, id, Duration.ofMinutes(5));
        CredentialRecord record = resolved(id).getCredential();
        assertThat(record.getState()).isEqualTo(CredentialState.CREDENTIAL_STATE_LIVE);
        assertThat(record.getReplacedAtMs())
                .isEqualTo(time.millis() + Duration.ofMinutes(5).toMillis());
    }

    @Test
    void pepperedHash_namesItsPepper() {
        Pepper pepper = Pepper.of("p-1", new byte[32]);
        TokenMint mint = new TokenMint(
                new TokenFormat("pc"), new SecureRandom(), Peppers.of(pepper, List.of()));
        String id = new Tokens(test.store(), TokenPolicy.defaults(), mint, time)
                .issue(system, new NewToken("ci", "t", null)).value().token().id();
        CredentialRecord record = resolved(id).getCredential();
        assertThat(record.getHashAlgorithm())
                .isEqualTo(HashAlgorithm.HASH_ALGORITHM_HMAC_SHA_256);
        assertThat(record.getPepperId()).isEqualTo("p-1");
    }

    @Test
    void importedToken_saysHowItsHashWasMade() {
        byte[] sha256 = new byte[32];
        sha256[0] = 7;
        new ForeignImport(test.store(), TokenPolicy.defaults(), new SecureRandom(), time).take(
                system, List.of(new ForeignUser(
                        "nb", "", null, null, false, List.of(), List.of(new ForeignToken(
                                "t", sha256, time.instant().plusSeconds(60), null, null)))));
        CredentialRecord record =
                resolved(NetBirdFormat.prefixOf(sha256).toString()).getCredential();
        assertThat(record.getHashAlgorithm()).isEqualTo(HashAlgorithm.HASH_ALGORITHM_SHA_256_WHOLE);
        assertThat(record.getHash().toByteArray()).isEqualTo(sha256);
    }

    @Test
    void purgedToken_isAnsweredLikeOneThatNeverWas() {
        String id = exchanged(key(null));
        time.advance(Duration.ofHours(26));
        assertThat(resolved(id).hasCredential()).isTrue();
        long revision = test.store().revision();
        test.store().purgeExchanged();
        ResolveResponse response = resolved(id);
        assertThat(response.hasCredential()).isFalse();
        assertThat(response.hasParent()).isFalse();
        assertThat(response.getAsOf()).isEqualTo(revision);
    }

    @Test
    void refusals_arrive() throws Exception {
        String id = issue();
        tokens.rotate(system, id, Duration.ZERO);
        blocking().reportRefusals(ReportRefusalsRequest.newBuilder()
                .setGatewayId("g")
                .addRefusals(refusal().setCode("credential_replaced").setPrefix(id))
                .addRefusals(refusal().setCode("access_denied").setApplication("app"))
                .build());
        assertThat(audited("access.refused")).containsExactly("|" + id, "|g");
        assertThat(audited("token.reuse_detected")).containsExactly("|" + id);
    }

    private RefusalSummary.Builder refusal() {
        return RefusalSummary.newBuilder()
                .setCode("x").setSource("192.0.2.1").setCount(3)
                .setFirstAtMs(time.millis()).setLastAtMs(time.millis());
    }

    @Test
    void malformedRefusals_areRefused() throws Exception {
        assertThat(refused(() -> blocking().reportRefusals(ReportRefusalsRequest.newBuilder()
                .addRefusals(refusal()).build())))
                .isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(refused(() -> blocking().reportRefusals(ReportRefusalsRequest.newBuilder()
                .setGatewayId("g").addRefusals(refusal().setCount(0)).build())))
                .isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(refused(() -> blocking().reportRefusals(ReportRefusalsRequest.newBuilder()
                .setGatewayId("g")
                .addAllRefusals(Collections.nCopies(1_001, refusal().build())).build())))
                .isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(audited("access.refused")).isEmpty();
    }

    private static Status.Code refused(ThrowingCallable call) {
        return catchThrowableOfType(StatusRuntimeException.class, call).getStatus().getCode();
    }
}
