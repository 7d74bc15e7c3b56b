package dev.portcullis.admin.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.nimbusds.jose.JWEAlgorithm;
import com.nimbusds.jose.JWEDecrypter;
import com.nimbusds.jose.JWEObject;
import com.nimbusds.jose.crypto.ECDHDecrypter;
import com.nimbusds.jose.crypto.RSADecrypter;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import dev.portcullis.admin.model.Actor;
import dev.portcullis.admin.model.ServiceException;
import dev.portcullis.admin.model.ServiceException.Code;
import dev.portcullis.admin.model.Token;
import dev.portcullis.admin.model.TokenState;
import dev.portcullis.admin.store.AuditEvent;
import dev.portcullis.admin.store.TestStore;
import dev.portcullis.core.access.Role;
import dev.portcullis.core.token.TokenFormat;
import dev.portcullis.core.token.TokenMint;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AutomaticRotationTest extends ServiceFixture {
    private static final Duration LIFE = Duration.ofDays(10);
    private static final Duration BEFORE = Duration.ofDays(3);

    private AutomaticRotation rotation;
    private JWK key;

    @BeforeEach
    void makeUser() throws Exception {
        rotation = new AutomaticRotation(
                test.store(), policy, new TokenMint(new TokenFormat("pc"), random), clock);
        key = new ECKeyGenerator(Curve.P_256).generate();
        user("ci-bot");
        users.setKey(ADMIN, "ci-bot", key.toPublicJWK().toJSONString());
    }

    private IssuedToken issue(Duration before) {
        return tokens.issue(ADMIN, new NewToken(
                "ci-bot", "nightly", new TokenLifetime.For(LIFE), null, before)).value();
    }

    private static String open(String sealed, JWEDecrypter decrypter) throws Exception {
        JWEObject jwe = JWEObject.parse(sealed);
        jwe.decrypt(decrypter);
        return jwe.getPayload().toString();
    }

    private long count(String action) {
        return test.store().<List<AuditEvent>>read(t -> t.auditAfter(0, 1_000)).stream()
                .filter(event -> event.entry().action().equals(action)).count();
    }

    @Test
    void dueToken_rotatedAndSealedForItsHolder() throws Exception {
        IssuedToken old = issue(BEFORE);
        String id = old.token().id();
        assertThat(old.token().rotateBefore()).isEqualTo(BEFORE);
        Actor holder = holding(old);
        clock.advance(LIFE.minus(BEFORE).minusMillis(1));
        rotation.rotateDue();
        refused(() -> tokens.successor(holder, "self"), Code.NOT_FOUND);
        clock.advance(Duration.ofMillis(1));
        rotation.rotateDue();
        SealedToken sealed = tokens.successor(holder, "self");
        assertThat(tokens.successor(holder, id)).isEqualTo(sealed);
        assertThat(tokens.successor(ADMIN, id)).isEqualTo(sealed);
        refused(() -> tokens.successor(AUDITOR, id), Code.PERMISSION_DENIED);
        Token made = sealed.token();
        assertThat(made.createdBy()).isEqualTo("system");
        assertThat(made.expiresAt()).isEqualTo(clock.instant().plus(LIFE));
        assertThat(made.rotateBefore()).isEqualTo(BEFORE);
        assertThat(made.replaces()).isEqualTo(id);
        assertThat(made.family()).isEqualTo(id);
        String plain = open(sealed.sealed(), new ECDHDecrypter(key.toECKey()));
        assertThat(authenticator.authenticate(plain, "192.0.2.7", "r").holder().credentialId())
                .isEqualTo(made.id());
        assertThat(tokens.get(ADMIN, id).replacedBy()).isEqualTo(made.id());
        assertThat(test.dump()).noneMatch(row -> row.contains(plain.substring(17, 40)));
        assertThat(count("token.rotate_automatic")).isEqualTo(1);
    }

    @Test
    void successorOfABroaderToken_isNotForARestrictedOne() throws Exception {
        String id = issue(BEFORE).token().id();
        user("second", new NewUser.NewBinding("*", Role.ADMIN));
        Actor restricted = holding(tokens.issue(ADMIN, new NewToken(
                "second", "here", new TokenLifetime.For(LIFE.multipliedBy(2)),
                new NewToken.Limits(null, null, List.of("192.0.2.0/24")), null)).value());
        Actor brief = holding(tokens.issue(ADMIN, new NewToken(
                "second", "brief", new TokenLifetime.For(LIFE.minusDays(1)), null, null)).value());
        // who holds either may register a key of their own, and would then open what is sealed
        users.setKey(restricted, "ci-bot",
                new ECKeyGenerator(Curve.P_256).generate().toPublicJWK().toJSONString());
        clock.advance(LIFE.minus(BEFORE));
        rotation.rotateDue();
        refused(() -> tokens.successor(restricted, id), Code.PERMISSION_DENIED);
        refused(() -> tokens.successor(brief, id), Code.PERMISSION_DENIED);
        assertThat(tokens.successor(ADMIN, id).token().replaces()).isEqualTo(id);
    }

    @Test
    void oldToken_worksUntilItsOwnExpiry() {
        IssuedToken old = issue(BEFORE);
        Instant end = old.token().expiresAt();
        clock.advance(LIFE.minus(BEFORE));
        rotation.rotateDue();
        clock.set(end.minusMillis(1));
        holding(old);
        clock.set(end);
        refused(() -> holding(old), Code.UNAUTHENTICATED);
        assertThat(tokens.get(ADMIN, old.token().id()).state()).isEqualTo(TokenState.REPLACED);
    }

    @Test
    void sealed_namesItsKeyAndItsForm() throws Exception {
        IssuedToken old = issue(BEFORE);
        clock.advance(LIFE.minus(BEFORE));
        rotation.rotateDue();
        JWEObject ec = JWEObject.parse(tokens.successor(ADMIN, old.token().id()).sealed());
        assertThat(ec.getHeader().getAlgorithm()).isEqualTo(JWEAlgorithm.ECDH_ES_A256KW);
        assertThat(ec.getHeader().getEncryptionMethod().getName()).isEqualTo("A256GCM");
        assertThat(ec.getHeader().getKeyID()).isEqualTo(key.computeThumbprint().toString());
        assertThat(ec.getHeader().getType().getType()).isEqualTo("JOSE");
    }

    @Test
    void rsaKey_opensItToo() throws Exception {
        JWK rsa = new RSAKeyGenerator(2_048).generate();
        users.setKey(ADMIN, "ci-bot", rsa.toPublicJWK().toJSONString());
        IssuedToken old = issue(BEFORE);
        clock.advance(LIFE.minus(BEFORE));
        rotation.rotateDue();
        SealedToken sealed = tokens.successor(ADMIN, old.token().id());
        assertThat(JWEObject.parse(sealed.sealed()).getHeader().getAlgorithm())
                .isEqualTo(JWEAlgorithm.RSA_OAEP_256);
        assertThat(open(sealed.sealed(), new RSADecrypter(rsa.toRSAKey())))
                .startsWith("pct_" + sealed.token().id());
    }

    @Test
    void chain_goesOnByItself() {
        String id = issue(BEFORE).token().id();
        String first = id;
        for (int i = 0; i < 3; i++) {
            clock.advance(LIFE.minus(BEFORE));
            rotation.rotateDue();
            rotation.rotateDue();
            id = tokens.successor(ADMIN, id).token().id();
        }
        assertThat(tokens.get(ADMIN, id).family()).isEqualTo(first);
        assertThat(count("token.rotate_automatic")).isEqualTo(3);
    }

    @Test
    void tokensThatAreNotToBeRotated_areLeftAlone() {
        String plain = issue(null).token().id();
        String revoked = issue(BEFORE).token().id();
        tokens.revoke(ADMIN, revoked);
        String byHand = issue(BEFORE).token().id();
        tokens.rotate(ADMIN, byHand, Duration.ofDays(30));
        tokens.revoke(ADMIN, tokens.get(ADMIN, byHand).replacedBy());
        clock.advance(LIFE.minus(BEFORE));
        rotation.rotateDue();
        assertThat(count("token.rotate_automatic")).isZero();
        for (String id : List.of(plain, revoked, byHand)) {
            refused(() -> tokens.successor(ADMIN, id), Code.NOT_FOUND);
        }
    }

    @Test
    void rotatedAutomatically_notRotatedByHandAgain() {
        String id = issue(BEFORE).token().id();
        clock.advance(LIFE.minus(BEFORE));
        rotation.rotateDue();
        refused(() -> tokens.rotate(ADMIN, id, null), Code.FAILED_PRECONDITION);
    }

    @Test
    void userWithoutAKeyAnyMore_saidOnceAndLeft() throws Exception {
        String id = issue(BEFORE).token().id();
        refused(() -> users.deleteKey(ADMIN, "ci-bot"), Code.FAILED_PRECONDITION);
        TestStore.alter(directory, "UPDATE users SET jwk = NULL, jwk_thumbprint = NULL");
        checkGivenUp(id, LIFE.minus(BEFORE), "no_key");
        assertThat(tokens.get(ADMIN, id).state()).isEqualTo(TokenState.LIVE);
    }

    @Test
    void keyThatIsNone_saidOnceAndLeft() throws Exception {
        String id = issue(BEFORE).token().id();
        TestStore.alter(directory, "UPDATE users SET jwk = '{}' WHERE jwk IS NOT NULL");
        checkGivenUp(id, LIFE.minus(BEFORE), "key_unusable");
        assertThat(test.query("SELECT count(*) FROM credentials WHERE family = '" + id + "'"))
                .containsExactly("|1");
    }

    @Test
    void keyThatNothingCanBeSealedTo_keepsNoOtherTokenFromRotating() throws Exception {
        String id = issue(BEFORE).token().id();
        String key = UserKeyTest.beyondField(new ECKeyGenerator(Curve.P_256).generate(), true);
        TestStore.alter(directory, "UPDATE users SET jwk = '" + key + "' WHERE jwk IS NOT NULL");
        user("other");
        users.setKey(ADMIN, "other", this.key.toPublicJWK().toJSONString());
        String other = tokens.issue(ADMIN, new NewToken(
                "other", "nightly", new TokenLifetime.For(LIFE), null, BEFORE)).value()
                .token().id();
        clock.advance(LIFE.minus(BEFORE));
        rotation.rotateDue();
        assertThat(tokens.successor(ADMIN, other).token().replaces()).isEqualTo(other);
        assertThat(tokens.get(ADMIN, id).rotateBefore()).isNull();
    }

    @Test
    void tokenThatExpiredMeanwhile_saidOnceAndLeft() {
        checkGivenUp(issue(BEFORE).token().id(), LIFE, "expired");
    }

    private void checkGivenUp(String id, Duration after, String reason) {
        clock.advance(after);
        rotation.rotateDue();
        rotation.rotateDue();
        List<AuditEvent> events = test.store().<List<AuditEvent>>read(t -> t.auditAfter(0, 1_000));
        assertThat(events.stream()
                .filter(event -> event.entry().action().equals("token.rotate_automatic")))
                .singleElement().matches(event -> event.entry().targetId().equals(id)
                        && event.entry().after().contains(reason));
        assertThat(tokens.get(ADMIN, id).rotateBefore()).isNull();
        refused(() -> tokens.successor(ADMIN, id), Code.NOT_FOUND);
    }

    @Test
    void moreThanOneBatch_allRotatedInOneRun() throws Exception {
        for (int i = 0; i < 101; i++) {
            issue(BEFORE);
        }
        clock.advance(LIFE.minus(BEFORE));
        rotation.rotateDue();
        assertThat(test.query("SELECT count(*) FROM sealed_token")).containsExactly("|101");
    }

    @Test
    void failingAnywhere_changesNothingAndTheNextRunRotates() throws Exception {
        String id = issue(BEFORE).token().id();
        clock.advance(LIFE.minus(BEFORE));
        List<String> before = test.dump();
        for (int failAt = 1; ; failAt++) {
            test.failAt(failAt);
            Throwable failure = catchThrowable(rotation::rotateDue);
            test.stopFailing();
            if (failure == null) {
                break;
            }
            assertThat(failure).isInstanceOf(ServiceException.class);
            assertThat(test.dump()).isEqualTo(before);
        }
        tokens.successor(ADMIN, id);
    }

    @Test
    void wrongTimesBeforeExpiry_areNamed() {
        for (Duration wrong : List.of(
                Duration.ofSeconds(59), Duration.ZERO, Duration.ofDays(-1), LIFE,
                Duration.ofSeconds(Long.MAX_VALUE))) {
            assertThat(refusedField(() -> issue(wrong))).isEqualTo("rotate_before_expiry");
        }
        issue(Duration.ofMinutes(1));
        issue(LIFE.minusMillis(1));
    }

    @Test
    void userWithoutAKey_getsNoTokenThatRotates() {
        user("keyless");
        refused(() -> tokens.issue(ADMIN, new NewToken(
                "keyless", "x", new TokenLifetime.For(LIFE), null, BEFORE)),
                Code.FAILED_PRECONDITION);
    }
}
