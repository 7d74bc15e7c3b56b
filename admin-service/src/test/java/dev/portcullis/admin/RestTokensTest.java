package dev.portcullis.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.portcullis.proto.admin.v1.Role;
import java.math.BigInteger;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Access tokens over REST: restrictions, rotation, filters, and what everybody may with theirs. */
class RestTokensTest {
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
    void restrictions_areShownAsTheyAre() throws Exception {
        admin.user("restricted", null);
        JsonNode token = issue("restricted", "\"restrictions\":{\"max_role\":\"user\","
                + "\"applications\":[\"b\",\"a\"],\"cidrs\":[\"2001:db8::/32\",\"192.0.2.1\"],"
                + "\"certificates\":[\"" + "AB".repeat(32) + "\"]}")
                .get("personal_access_token");
        assertThat(token.get("restrictions").toString()).isEqualTo(("{'max_role':'reader',"
                + "'applications':['a','b'],'cidrs':['2001:db8::/32','192.0.2.1/32'],"
                + "'certificates':['" + "ab".repeat(32) + "']}")
                .replace('\'', '"'));
    }

    @Test
    void tokenThatWasMade_cannotBeChanged() throws Exception {
        admin.user("unchanging", null);
        JsonNode token = issue("unchanging", "\"expires_in\":30").get("personal_access_token");
        String path = "/api/users/unchanging/tokens/" + token.get("id").textValue();

        for (String method : new String[] {"PUT", "PATCH", "POST"}) {
            HttpResponse<String> refused = admin.rest(method, path, "{\"name\":\"other\"}");
            assertThat(refused.statusCode()).as(method).isEqualTo(405);
            assertThat(refused.headers().firstValue("allow")).contains("GET, DELETE, HEAD");
        }
        assertThat(TestAdmin.json(admin.rest("GET", path, null))).isEqualTo(token);
    }

    @Test
    void badRestrictions_areRefusedNamingThem() throws Exception {
        admin.user("unrestricted", null);
        for (String[] bad : new String[][] {
            {"restrictions", "7"},
            {"restrictions.max_role", "{\"max_role\":\"king\"}"},
            {"restrictions.cidrs[1]", "{\"cidrs\":[\"192.0.2.0/24\",\"192.0.2.1/24\"]}"},
            {"restrictions.certificates[0]", "{\"certificates\":[\"ab:cd\"]}"},
            {"restrictions.applications[0]", "{\"applications\":[\"A\"]}"},
            {"restrictions.applications", "{\"applications\":\"a\"}"},
            {"restrictions.source", "{\"source\":\"a\"}"}
        }) {
            HttpResponse<String> refused = admin.rest("POST", "/api/users/unrestricted/tokens",
                    "{\"name\":\"t\",\"restrictions\":" + bad[1] + "}");
            assertThat(refused.statusCode()).as(bad[1]).isEqualTo(422);
            assertThat(TestAdmin.json(refused).get("message").textValue())
                    .startsWith(bad[0] + ": ");
        }
    }

    @Test
    void rotatedToken_worksBesideTheOldOneAndThenAlone() throws Exception {
        admin.user("rotating", Role.ROLE_AUDITOR);
        JsonNode issued = issue("rotating", "\"expires_in\":30");
        String old = issued.get("plain_token").textValue();
        String path = "/api/users/rotating/tokens/"
                + issued.get("personal_access_token").get("id").textValue();
        HttpResponse<String> rotated =
                admin.rest("POST", path + "/rotate", "{\"overlap\":\"1h\"}");
        assertThat(rotated.statusCode()).as(rotated.body()).isEqualTo(200);
        JsonNode json = TestAdmin.json(rotated);
        String fresh = json.get("plain_token").textValue();
        JsonNode replaced = json.get("replaced");
        assertThat(replaced.get("replaced_by"))
                .isEqualTo(json.get("personal_access_token").get("id"));
        assertThat(json.get("personal_access_token").get("family")).isEqualTo(replaced.get("id"));
        assertThat(replaced.get("replaced_at").textValue())
                .isEqualTo(admin.clock.instant().plusSeconds(3_600).toString());
        assertThat(status(old)).isEqualTo(200);
        assertThat(status(fresh)).isEqualTo(200);
        assertThat(admin.rest("POST", path + "/rotate", null).statusCode()).isEqualTo(409);
        admin.clock.advance(Duration.ofHours(1));
        assertThat(status(old)).isEqualTo(401);
        assertThat(status(fresh)).isEqualTo(200);
        assertThat(TestAdmin.json(admin.rest("GET", path, null)).get("state").textValue())
                .isEqualTo("replaced");
        HttpResponse<String> bad = admin.rest("POST", path + "/rotate", "{\"overlap\":\"soon\"}");
        assertThat(bad.statusCode()).isEqualTo(422);
        assertThat(bad.body()).contains("overlap: ");
    }

    private static int status(String token) throws Exception {
        return admin.rest("GET", "/api/users", null, "Bearer " + token).statusCode();
    }

    @Test
    void everybody_mayInspectRotateAndRevokeWhatTheyHold() throws Exception {
        String user = admin.user("humble", Role.ROLE_READER);
        String own = "Bearer " + issue("humble", "\"expires_in\":1").get("plain_token")
                .textValue();
        String self = "/api/users/current/tokens/self";
        JsonNode seen = TestAdmin.json(admin.rest("GET", self, null, own));
        assertThat(seen.get("user_id").textValue()).isEqualTo(user);
        String byId = "/api/users/" + user + "/tokens/" + seen.get("id").textValue();
        assertThat(TestAdmin.json(admin.rest("GET", byId, null, own)).get("id"))
                .isEqualTo(seen.get("id"));
        JsonNode me = TestAdmin.json(admin.rest("GET", "/api/users/current", null, own));
        assertThat(me.get("id").textValue()).isEqualTo(user);
        assertThat(me.get("is_current").booleanValue()).isTrue();

        String next = "Bearer " + TestAdmin.json(admin.rest("POST", self + "/rotate", "", own))
                .get("plain_token").textValue();
        assertThat(admin.rest("GET", self, null, own).statusCode()).isEqualTo(401);
        assertThat(admin.rest("GET", self + "/successor", null, next).statusCode())
                .isEqualTo(404);
        assertThat(admin.rest("DELETE", self, null, next).statusCode()).isEqualTo(200);
        assertThat(admin.rest("GET", self, null, next).statusCode()).isEqualTo(401);
    }

    @Test
    void serviceUserWithoutARole_mayNothingElse() throws Exception {
        String user = admin.user("limited", Role.ROLE_WRITER);
        String other = issue("limited", "\"expires_in\":1")
                .get("personal_access_token").get("id").textValue();
        String own = "Bearer " + issue("limited", "\"expires_in\":1").get("plain_token")
                .textValue();
        for (String[] call : new String[][] {
            {"GET", "/api/users/current/tokens"}, {"POST", "/api/users/current/tokens"},
            {"GET", "/api/users/" + user + "/tokens/" + other},
            {"DELETE", "/api/users/" + user + "/tokens/" + other},
            {"POST", "/api/users/" + user + "/tokens/" + other + "/rotate"},
            {"GET", "/api/tokens"}, {"GET", "/api/users/" + user}, {"GET", "/api/groups"},
            {"POST", "/api/users/admin/tokens"}, {"PUT", "/api/users/current/key"},
            {"GET", "/api/events/audit"}, {"GET", "/api/explain"}
        }) {
            assertThat(admin.rest(call[0], call[1], "not json", own).statusCode())
                    .as(call[0] + " " + call[1]).isEqualTo(403);
        }
    }

    @Test
    void person_managesTokensOfTheirOwn() throws Exception {
        admin.rest("POST", "/api/users", "{\"name\":\"ada\",\"is_service_user\":false}");
        String own = "Bearer " + issue("ada", "\"expires_in\":90").get("plain_token").textValue();
        HttpResponse<String> issued = admin.rest("POST", "/api/users/current/tokens",
                "{\"name\":\"laptop\",\"expires_in\":30}", own);
        assertThat(issued.statusCode()).as(issued.body()).isEqualTo(200);
        assertThat(TestAdmin.json(admin.rest("GET", "/api/users/ada/tokens", null, own)))
                .hasSize(2);
        String id = TestAdmin.json(issued).get("personal_access_token").get("id").textValue();
        assertThat(admin.rest("DELETE", "/api/users/ada/tokens/" + id, null, own).statusCode())
                .isEqualTo(200);
        HttpResponse<String> tooLong = admin.rest("POST", "/api/users/ada/tokens",
                "{\"name\":\"long\",\"expires_in\":91}", own);
        assertThat(tooLong.statusCode()).isEqualTo(403);
        assertThat(admin.rest("GET", "/api/users/admin/tokens", null, own).statusCode())
                .isEqualTo(403);
        assertThat(admin.rest("POST", "/api/users/ada/tokens", "not json", own).statusCode())
                .isEqualTo(400);
    }

    @Test
    void tokensOfEverybody_areListedAndFiltered() throws Exception {
        admin.user("many", null);
        issue("many", "\"expires_in\":1");
        issue("many", "\"expires_in\":300");
        String soon = admin.clock.instant().plus(Duration.ofDays(2)).toString();
        assertThat(ids("/api/tokens?user=many")).hasSize(2);
        assertThat(ids("/api/tokens?user=many&expires_before=" + soon)).hasSize(1);
        assertThat(ids("/api/users/many/tokens?state=live&last_used_before=" + soon)).hasSize(2);
        assertThat(ids("/api/tokens")).containsAll(ids("/api/tokens?user=many"));
        assertThat(admin.rest("GET", "/api/tokens?user=nobody", null).statusCode())
                .isEqualTo(404);
        assertThat(admin.rest("GET", "/api/tokens?expires_before=soon", null).statusCode())
                .isEqualTo(422);
    }

    private static List<String> ids(String path) throws Exception {
        HttpResponse<String> response = admin.rest("GET", path, null);
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        List<String> ids = new ArrayList<>();
        TestAdmin.json(response).forEach(token -> ids.add(token.get("id").textValue()));
        return ids;
    }

    @Test
    void registeredKey_letsTokensRotateThemselves() throws Exception {
        admin.user("automatic", null);
        String path = "/api/users/automatic";
        HttpResponse<String> early = admin.rest("POST", path + "/tokens",
                "{\"name\":\"t\",\"rotate_before_expiry\":\"7d\"}");
        assertThat(early.statusCode()).isEqualTo(409);
        HttpResponse<String> set = admin.rest("PUT", path + "/key", jwk());
        assertThat(set.statusCode()).as(set.body()).isEqualTo(200);
        assertThat(TestAdmin.json(set).get("key_thumbprint").textValue()).hasSize(43);
        JsonNode token = issue("automatic", "\"rotate_before_expiry\":\"168h\"")
                .get("personal_access_token");
        assertThat(token.get("rotate_before_expiry").textValue()).isEqualTo("7d");
        assertThat(admin.rest("DELETE", path + "/key", null).statusCode()).isEqualTo(409);
        admin.rest("DELETE", path + "/tokens/" + token.get("id").textValue(), null);
        assertThat(TestAdmin.json(admin.rest("DELETE", path + "/key", null))
                .get("key_thumbprint").textValue()).isEmpty();
        for (String bad : List.of("{}", "{\"kty\":\"oct\",\"k\":\"AAAA\"}", "[]")) {
            HttpResponse<String> refused = admin.rest("PUT", path + "/key", bad);
            assertThat(refused.statusCode()).as(bad).isEqualTo(422);
            assertThat(refused.body()).contains("body: ");
        }
    }

    private static String jwk() throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        ECPublicKey key = (ECPublicKey) generator.generateKeyPair().getPublic();
        return "{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"" + coordinate(key.getW().getAffineX())
                + "\",\"y\":\"" + coordinate(key.getW().getAffineY()) + "\"}";
    }

    private static String coordinate(BigInteger value) {
        byte[] octets = new byte[32];
        byte[] signed = value.toByteArray();
        int skip = Math.max(0, signed.length - 32);
        System.arraycopy(signed, skip, octets, 32 - signed.length + skip, signed.length - skip);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(octets);
    }

    private static JsonNode issue(String user, String more) throws Exception {
        HttpResponse<String> issued = admin.rest(
                "POST", "/api/users/" + user + "/tokens", "{\"name\":\"t\"," + more + "}");
        assertThat(issued.statusCode()).as(issued.body()).isEqualTo(200);
        return TestAdmin.json(issued);
    }
}
