package dev.portcullis.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.portcullis.proto.admin.v1.Role;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** API keys over REST, and what they are exchanged for: RFC 6749, 7662 and 7009. */
class RestExchangeTest {
    private static final String FORM = "application/x-www-form-urlencoded";

    @TempDir
    static Path directory;

    private static TestAdmin admin;
    private static String keyId;
    private static String secret;
    private static String basic;

    @BeforeAll
    static void start() throws Exception {
        admin = TestAdmin.start(directory);
        admin.user("robot", Role.ROLE_READER);
        JsonNode made = create("robot");
        keyId = made.get("key").get("id").textValue();
        secret = made.get("plain_secret").textValue();
        basic = basic(keyId, secret);
    }

    @AfterAll
    static void stop() throws Exception {
        admin.close();
    }

    private static JsonNode create(String user) throws Exception {
        HttpResponse<String> made = admin.rest(
                "POST", "/api/users/" + user + "/keys", "{\"name\":\"k\",\"expires_in\":30}");
        assertThat(made.statusCode()).as(made.body()).isEqualTo(200);
        return TestAdmin.json(made);
    }

    private static String basic(String id, String secret) {
        return "Basic " + Base64.getEncoder().encodeToString(
                (id + ":" + secret).getBytes(StandardCharsets.UTF_8));
    }

    private static HttpResponse<String> post(String path, String form, String... authorization)
            throws Exception {
        String[] headers = authorization.length == 0
                ? new String[] {"Content-Type", FORM}
                : new String[] {"Content-Type", FORM, "Authorization", authorization[0]};
        return admin.restWith("POST", path, form, headers);
    }

    private static void assertError(HttpResponse<String> response, int status, String error)
            throws Exception {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        assertThat(TestAdmin.json(response).get("error").textValue()).isEqualTo(error);
        assertThat(response.body()).doesNotContain(secret.substring(20, 40));
    }

    @Test
    void key_isExchangedAsTheStandardHasIt() throws Exception {
        HttpResponse<String> byHeader =
                post("/oauth2/token", "grant_type=client_credentials", basic);
        assertThat(byHeader.statusCode()).as(byHeader.body()).isEqualTo(200);
        JsonNode token = TestAdmin.json(byHeader);
        assertThat(token.get("access_token").textValue()).startsWith("pcx_");
        assertThat(token.get("token_type").textValue()).isEqualTo("bearer");
        assertThat(token.get("expires_in").intValue()).isEqualTo(3_600);
        assertThat(token.has("scope")).isFalse();
        assertThat(byHeader.headers().firstValue("cache-control")).contains("no-store");
        assertThat(byHeader.headers().firstValue("portcullis-propagation"))
                .contains("propagated");
        HttpResponse<String> byForm = post("/oauth2/token", "grant_type=client_credentials"
                + "&client_id=" + keyId + "&client_secret=" + secret
                + "&scope=read+app%3Ashop&more=&unknown=1");
        assertThat(TestAdmin.json(byForm).get("scope").textValue()).isEqualTo("read app:shop");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "", value = {
        "invalid_request|",
        "invalid_request|grant_type=",
        "unsupported_grant_type|grant_type=password",
        "invalid_request|grant_type=client_credentials&grant_type=client_credentials",
        "invalid_request|grant_type=client_credentials&client_secret=x",
        "invalid_request|grant_type=client_credentials&client_id=other",
        "invalid_request|grant_type=%zz",
        "invalid_request|grant_type=%ff",
        "invalid_scope|grant_type=client_credentials&scope=everything",
        "invalid_scope|grant_type=client_credentials&scope=app:*"
    })
    void badRequest_getsTheStandardsError(String error, String form) throws Exception {
        assertError(post("/oauth2/token", form == null ? "" : form, basic), 400, error);
    }

    @Test
    void parametersElsewhereThanInAForm_areRefused() throws Exception {
        assertError(post("/oauth2/token?grant_type=client_credentials", "", basic),
                400, "invalid_request");
        assertError(admin.restWith("POST", "/oauth2/token", "{}",
                "Content-Type", "application/json", "Authorization", basic),
                400, "invalid_request");
        assertError(admin.restWith("POST", "/oauth2/token", "grant_type=client_credentials",
                "Content-Type", FORM, "Authorization", basic, "X-Api-Key", secret),
                400, "invalid_request");
        assertThat(admin.rest("GET", "/oauth2/token", null).statusCode()).isEqualTo(405);
        assertThat(admin.rest("POST", "/oauth2/nothing", "").statusCode()).isEqualTo(404);
    }

    @Test
    void wrongKeys_areAllTheSame() throws Exception {
        String grant = "grant_type=client_credentials";
        String other = TokenForge.withOtherSecret(secret);
        String first = null;
        for (String authorization : new String[] {
            basic(keyId, other), basic("AAAAAAAAAAAA", secret), basic(keyId, "x"),
            basic(keyId, ""), basic(keyId, admin.adminToken)
        }) {
            HttpResponse<String> refused = post("/oauth2/token", grant, authorization);
            assertError(refused, 401, "invalid_client");
            assertThat(refused.headers().firstValue("www-authenticate").orElse(""))
                    .startsWith("Basic ");
            first = first == null ? refused.body() : first;
            assertThat(refused.body()).isEqualTo(first);
        }
        for (String authorization : new String[] {
            "Basic !", "Basic " + Base64.getEncoder().encodeToString("nocolon".getBytes(
                    StandardCharsets.UTF_8)), "Bearer " + admin.adminToken, "Digest x"
        }) {
            assertError(post("/oauth2/token", grant, authorization), 401, "invalid_client");
        }
        assertError(post("/oauth2/token", grant), 401, "invalid_client");
    }

    @Test
    void blockedUsersKey_isNotExchanged() throws Exception {
        admin.user("stuck", Role.ROLE_READER);
        JsonNode made = create("stuck");
        admin.rest("PUT", "/api/users/stuck", "{\"is_blocked\":true}");
        assertError(post("/oauth2/token", "grant_type=client_credentials",
                basic(made.get("key").get("id").textValue(),
                        made.get("plain_secret").textValue())), 400, "unauthorized_client");
    }

    @Test
    void serviceToken_isTheSameExchangeInOktasForm() throws Exception {
        String path = "/v1/teams/blue-team/service_token";
        String body = "{\"key_id\":\"" + keyId + "\",\"key_secret\":\"" + secret + "\"}";
        HttpResponse<String> made = admin.rest("POST", path, body, new String[0]);
        assertThat(made.statusCode()).as(made.body()).isEqualTo(200);
        JsonNode json = TestAdmin.json(made);
        assertThat(json.get("bearer_token").textValue()).startsWith("pcx_");
        assertThat(json.get("team_name").textValue()).isEqualTo("blue-team");
        assertThat(json.get("expires_at").textValue())
                .isEqualTo(admin.clock.instant().plusSeconds(3_600).toString());
        String wrong = body.replace(secret, TokenForge.withOtherSecret(secret));
        assertThat(admin.rest("POST", path, wrong, new String[0]).statusCode()).isEqualTo(401);
        assertThat(admin.rest("POST", path, "{}", new String[0]).statusCode()).isEqualTo(422);
        assertThat(admin.rest("POST", path, "x", new String[0]).statusCode()).isEqualTo(400);
        assertThat(admin.rest("POST", path, body).statusCode()).isEqualTo(400);
        assertThat(admin.rest("POST", "/v1/teams/Blue/service_token", body, new String[0])
                .statusCode()).isEqualTo(404);
    }

    @Test
    void introspection_tellsThoseWhoMayKnow() throws Exception {
        String token = TestAdmin.json(post(
                        "/oauth2/token", "grant_type=client_credentials&scope=read", basic))
                .get("access_token").textValue();
        String bearer = "Bearer " + admin.adminToken;
        JsonNode told = TestAdmin.json(post("/oauth2/introspect", "token=" + token, bearer));
        assertThat(told.get("active").booleanValue()).isTrue();
        assertThat(told.get("scope").textValue()).isEqualTo("read");
        assertThat(told.get("client_id").textValue()).isEqualTo(keyId);
        assertThat(told.get("username").textValue()).isEqualTo("robot");
        assertThat(told.get("jti").textValue()).isEqualTo(token.split("_")[1]);
        assertThat(told.get("exp").longValue())
                .isEqualTo(admin.clock.instant().plusSeconds(3_600).getEpochSecond());
        assertThat(TestAdmin.json(post("/oauth2/introspect",
                "token_type_hint=access_token&token=" + token, basic))).isEqualTo(told);

        assertThat(post("/oauth2/introspect", "token=" + admin.adminToken, basic).body())
                .isEqualTo("{\"active\":false}");
        assertThat(post("/oauth2/introspect", "token=nonsense", bearer).body())
                .isEqualTo("{\"active\":false}");
        assertError(post("/oauth2/introspect", "token=" + token), 401, "invalid_client");
        assertError(post("/oauth2/introspect", "token=" + token, "Bearer x"),
                401, "invalid_token");
        assertError(post("/oauth2/introspect", "", basic), 400, "invalid_request");
    }

    @Test
    void revocation_endsWhatTheCallerHasAndIsSilentElse() throws Exception {
        String token = TestAdmin.json(post(
                        "/oauth2/token", "grant_type=client_credentials", basic))
                .get("access_token").textValue();
        for (String unknown : new String[] {"nonsense", admin.adminToken}) {
            HttpResponse<String> response =
                    post("/oauth2/revoke", "token=" + unknown, basic);
            assertThat(response.statusCode()).isEqualTo(200);
            assertThat(response.headers().firstValue("portcullis-revision")).isEmpty();
        }
        assertThat(admin.rest("GET", "/api/users", null).statusCode()).isEqualTo(200);
        HttpResponse<String> revoked = post("/oauth2/revoke", "token=" + token, basic);
        assertThat(revoked.statusCode()).isEqualTo(200);
        assertThat(revoked.headers().firstValue("portcullis-propagation"))
                .contains("propagated");
        assertThat(post("/oauth2/introspect", "token=" + token, basic).body())
                .isEqualTo("{\"active\":false}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"expire", "revoke"})
    void endOfAKey_isTheEndOfWhatWasExchanged(String how) throws Exception {
        admin.user("ending " + how, Role.ROLE_READER);
        String path = "/api/users/ending%20" + how + "/keys";
        JsonNode made = create("ending%20" + how);
        String id = made.get("key").get("id").textValue();
        String credentials = basic(id, made.get("plain_secret").textValue());
        String token = TestAdmin.json(post(
                        "/oauth2/token", "grant_type=client_credentials", credentials))
                .get("access_token").textValue();
        HttpResponse<String> ended = how.equals("expire")
                ? admin.rest("POST", path + "/" + id + "/expire", null)
                : admin.rest("DELETE", path + "/" + id, null);
        assertThat(ended.statusCode()).as(ended.body()).isEqualTo(200);
        assertError(post("/oauth2/token", "grant_type=client_credentials", credentials),
                401, "invalid_client");
        assertThat(post("/oauth2/introspect", "token=" + token, "Bearer " + admin.adminToken)
                .body()).isEqualTo("{\"active\":false}");
        assertThat(TestAdmin.json(admin.rest("GET", path + "/" + id, null)).get("state")
                .textValue()).isEqualTo(how.equals("expire") ? "expired" : "revoked");
        if (how.equals("expire")) {
            assertThat(admin.rest("POST", path + "/" + id + "/expire", null).statusCode())
                    .isEqualTo(409);
        }
    }

    @Test
    void keys_areListedRotatedAndNotMistakenForTokens() throws Exception {
        admin.user("keyed", null);
        String path = "/api/users/keyed/keys";
        assertThat(admin.rest("GET", path, null).body()).isEqualTo("[]");
        String id = create("keyed").get("key").get("id").textValue();
        HttpResponse<String> rotated =
                admin.rest("POST", path + "/" + id + "/rotate", "{\"overlap\":\"30m\"}");
        assertThat(rotated.statusCode()).as(rotated.body()).isEqualTo(200);
        assertThat(TestAdmin.json(rotated).get("replaced").get("id").textValue()).isEqualTo(id);
        assertThat(admin.rest("POST", path, "{\"name\":\"third\"}").statusCode()).isEqualTo(409);
        assertThat(TestAdmin.json(admin.rest("GET", path + "?state=live", null))).hasSize(2);
        assertThat(TestAdmin.json(admin.rest("GET", "/api/keys?user=keyed", null))).hasSize(2);
        assertThat(admin.rest("GET", "/api/users/keyed/tokens/" + id, null).statusCode())
                .isEqualTo(404);
        assertThat(admin.rest("GET", "/api/users/robot/keys/" + id, null).statusCode())
                .isEqualTo(404);
        assertThat(admin.rest("GET", path + "/self", null).statusCode()).isEqualTo(404);
        assertThat(admin.rest("POST", path, "{\"name\":\"k\",\"rotate_before_expiry\":\"7d\"}")
                .statusCode()).isEqualTo(422);
    }
}
