package dev.portcullis.admin.service;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.OctetSequenceKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jose.util.Base64URL;
import dev.portcullis.admin.model.Committed;
import dev.portcullis.admin.model.ServiceException;
import dev.portcullis.admin.model.ServiceException.Code;
import dev.portcullis.admin.model.User;
import dev.portcullis.admin.store.AuditEvent;
import dev.portcullis.admin.store.TestStore;
import java.math.BigInteger;
import java.security.spec.ECFieldFp;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class UserKeyTest extends ServiceFixture {
    /** The example of RFC 7638, section 3.1, and its thumbprint. */
    private static final String RFC_7638 = "{\"kty\":\"RSA\",\"n\":\"0vx7agoebGcQSuuPiLJXZptN9nndrQ"
            + "mbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhM"
            + "stn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqz"
            + "s8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2"
            + "NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw\",\"e\":\"AQAB\","
            + "\"alg\":\"RS256\",\"kid\":\"2011-04-29\"}";

    private String storedKey(String user) {
        return test.store().read(t -> t.userKey(users.get(ADMIN, user).id()));
    }

    private String lastAction() {
        List<AuditEvent> events = test.store().read(t -> t.auditAfter(0, 1_000));
        return events.get(events.size() - 1).entry().action();
    }

    static Stream<JWK> soundKeys() throws Exception {
        return Stream.of(
                new ECKeyGenerator(Curve.P_256).generate(),
                new ECKeyGenerator(Curve.P_384).generate(),
                new ECKeyGenerator(Curve.P_521).generate(),
                new RSAKeyGenerator(2_048).generate());
    }

    @ParameterizedTest
    @MethodSource("soundKeys")
    void publicKey_isRegisteredByItsThumbprint(JWK key) throws Exception {
        user("ci");
        JWK shown = key.toPublicJWK();
        Committed<User> set = users.setKey(ADMIN, "ci", shown.toJSONString());
        assertThat(set.value().keyThumbprint()).isEqualTo(shown.computeThumbprint().toString());
        assertThat(set.revision()).isEqualTo(test.store().revision());
        assertThat(users.get(AUDITOR, "ci")).isEqualTo(set.value());
        assertThat(JWK.parse(storedKey("ci")).getRequiredParams())
                .isEqualTo(shown.getRequiredParams());
    }

    @Test
    void thumbprint_isThatOfTheStandard() {
        user("ci");
        assertThat(users.setKey(ADMIN, "ci", RFC_7638).value().keyThumbprint())
                .isEqualTo("NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs");
        assertThat(storedKey("ci")).doesNotContain("2011", "RS256");
    }

    @Test
    void keyReplacedAndDeleted_leavesItsTrace() throws Exception {
        user("ci");
        assertThat(users.get(ADMIN, "ci").keyThumbprint()).isEmpty();
        users.setKey(ADMIN, "ci", RFC_7638);
        assertThat(lastAction()).isEqualTo("user.key_set");
        long at = test.store().revision();
        assertThat(users.setKey(ADMIN, "ci", RFC_7638).revision()).isEqualTo(at);
        users.setKey(ADMIN, "ci", new ECKeyGenerator(Curve.P_256).generate().toPublicJWK()
                .toJSONString());
        assertThat(test.store().revision()).isEqualTo(at + 1);
        assertThat(users.deleteKey(ADMIN, "ci").value().keyThumbprint()).isEmpty();
        assertThat(lastAction()).isEqualTo("user.key_delete");
        assertThat(storedKey("ci")).isNull();
        assertThat(users.deleteKey(ADMIN, "ci").revision()).isEqualTo(at + 2);
        assertThat(test.store().revision()).isEqualTo(at + 2);
    }

    @Test
    void keyOfATokenThatRotatesAutomatically_staysUntilThatOneIsDead() throws Exception {
        user("ci");
        users.setKey(ADMIN, "ci", RFC_7638);
        String id = token("ci").token().id();
        TestStore.alter(directory,
                "UPDATE credentials SET rotate_before = 60000 WHERE prefix = '" + id + "'");
        refused(() -> users.deleteKey(ADMIN, "ci"), Code.FAILED_PRECONDITION);
        tokens.revoke(ADMIN, id);
        users.deleteKey(ADMIN, "ci");
    }

    static Stream<String> unsoundKeys() throws Exception {
        String ec = new ECKeyGenerator(Curve.P_256).generate().toPublicJWK().toJSONString();
        RSAKey rsa = new RSAKeyGenerator(2_048).generate().toPublicJWK();
        BigInteger modulus = rsa.getModulus().decodeToBigInteger();
        ECKey beyond = new ECKeyGenerator(Curve.P_256).generate();
        return Stream.of(
                beyondField(beyond, true), beyondField(beyond, false),
                // the JDK takes no exponent beyond 64 bits with so long a modulus
                rsa(BigInteger.ONE.shiftLeft(4_095).setBit(0),
                        BigInteger.ONE.shiftLeft(100).setBit(0)),
                null, "", "{}", "[]", "null", "x", "{\"kty\":\"EC\"}", ec + ec,
                "{\"kty\":\"nonsense\"}", "[".repeat(4_000), ec.replace("P-256", "P-384"),
                ec.replaceFirst("\"x\":\"...", "\"x\":\"AAA"),
                " ".repeat(UserKey.TEXT_MAX) + ec,
                new ECKeyGenerator(Curve.P_256).generate().toJSONString(),
                new RSAKeyGenerator(2_048).generate().toJSONString(),
                new OctetSequenceKeyGenerator(256).generate().toJSONString(),
                new ECKeyGenerator(Curve.P_256).keyUse(com.nimbusds.jose.jwk.KeyUse.SIGNATURE)
                        .generate().toPublicJWK().toJSONString(),
                new OctetKeyPair.Builder(Curve.X25519, Base64URL.encode(new byte[32])).build()
                        .toJSONString(),
                rsa(modulus, BigInteger.ONE), rsa(modulus, BigInteger.valueOf(3)),
                rsa(modulus, BigInteger.valueOf(65_538)), rsa(modulus, BigInteger.ZERO),
                rsa(modulus, BigInteger.ONE.shiftLeft(300).setBit(0)),
                rsa(modulus.clearBit(0), BigInteger.valueOf(65_537)),
                rsa(modulus.shiftRight(1).setBit(0), BigInteger.valueOf(65_537)),
                rsa(BigInteger.ONE.shiftLeft(8_192).setBit(0), BigInteger.valueOf(65_537)));
    }

    /** The same point, of which one coordinate is not the least that it could be. */
    static String beyondField(ECKey key, boolean x) {
        BigInteger prime = ((ECFieldFp) Curve.P_256.toECParameterSpec().getCurve().getField())
                .getP();
        BigInteger more = (x ? key.getX() : key.getY()).decodeToBigInteger().add(prime);
        return "{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\""
                + (x ? Base64URL.encode(more) : key.getX()) + "\",\"y\":\""
                + (x ? key.getY() : Base64URL.encode(more)) + "\"}";
    }

    private static String rsa(BigInteger modulus, BigInteger exponent) {
        return "{\"kty\":\"RSA\",\"n\":\"" + Base64URL.encode(modulus) + "\",\"e\":\""
                + Base64URL.encode(exponent) + "\"}";
    }

    @ParameterizedTest
    @MethodSource("unsoundKeys")
    void anythingElse_isRefusedWithoutRepeatingIt(String text) {
        user("ci");
        ServiceException refusal =
                refused(() -> users.setKey(ADMIN, "ci", text), Code.INVALID_ARGUMENT);
        assertThat(refusal.field()).isEqualTo("jwk");
        assertThat(refusal.getMessage()).hasSizeLessThan(100);
        assertThat(refusal.getCause()).isNull();
        assertThat(storedKey("ci")).isNull();
    }

    @Test
    void onlyAnAdministrator_setsKeys_andNotOfInternalUsers() throws Exception {
        user("ci");
        refused(() -> users.setKey(AUDITOR, "ci", ""), Code.PERMISSION_DENIED);
        refused(() -> users.deleteKey(AUDITOR, "ci"), Code.PERMISSION_DENIED);
        refused(() -> users.setKey(ADMIN, "nobody", RFC_7638), Code.NOT_FOUND);
        TestStore.alter(directory, "UPDATE users SET kind = 'internal' WHERE name = 'ci'");
        refused(() -> users.setKey(ADMIN, "ci", RFC_7638), Code.FAILED_PRECONDITION);
    }
}
