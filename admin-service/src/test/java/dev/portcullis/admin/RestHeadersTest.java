package dev.portcullis.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.portcullis.core.token.CredentialKind;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What stands in headers: conditions, content types, how often somebody may be wrong. */
class RestHeadersTest {
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

    private static HttpResponse<String> put(String user, String body, String ifMatch)
            throws Exception {
        return admin.restWith("PUT", "/api/users/" + user, body,
                "Authorization", "Bearer " + admin.adminToken, "If-Match", ifMatch);
    }

    @Test
    void changeOfAUser_dependsOnTheRevisionThatIfMatchNames() throws Exception {
        admin.user("conditional", null);
        String tag = admin.rest("GET", "/api/users/conditional", null)
                .headers().firstValue("etag").orElseThrow();
        HttpResponse<String> changed = put("conditional", "{\"description\":\"one\"}", tag);
        assertThat(changed.statusCode()).as(changed.body()).isEqualTo(200);
        String newTag = changed.headers().firstValue("etag").orElseThrow();
        assertThat(newTag).isNotEqualTo(tag);
        HttpResponse<String> late = put("conditional", "{\"description\":\"two\"}", tag);
        assertThat(late.statusCode()).isEqualTo(412);
        assertThat(late.body()).contains("\"code\":412");
        assertThat(put("conditional", "{\"description\":\"two\"}", "W/" + newTag).statusCode())
                .isEqualTo(412);
        assertThat(put("conditional", "{\"description\":\"two\"}", tag + ", " + newTag)
                .statusCode()).isEqualTo(200);
        assertThat(put("conditional", "{\"description\":\"three\"}", "*").statusCode())
                .isEqualTo(200);
        assertThat(TestAdmin.json(admin.rest("GET", "/api/users/conditional", null))
                .get("description").textValue()).isEqualTo("three");
    }

    @Test
    void refusalThatTheConditionIsNotToBlameFor_staysWhatItIs() throws Exception {
        String tag = admin.rest("GET", "/api/users/admin", null)
                .headers().firstValue("etag").orElseThrow();
        assertThat(put("admin", "{\"is_blocked\":true}", tag).statusCode()).isEqualTo(409);
        assertThat(put("nobody", "{\"is_blocked\":true}", tag).statusCode()).isEqualTo(404);
    }

    @Test
    void conditionThatWouldNotBeKept_isRefused() throws Exception {
        admin.user("unconditional", null);
        HttpResponse<String> refused = admin.restWith("DELETE", "/api/users/unconditional", null,
                "Authorization", "Bearer " + admin.adminToken, "If-Match", "\"1\"");
        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(admin.rest("GET", "/api/users/unconditional", null).statusCode())
                .isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "text/plain", "application/x-www-form-urlencoded", "application/jsonx", "json", ""
    })
    void otherContentType_is415(String type) throws Exception {
        HttpResponse<String> refused = admin.restWith("POST", "/api/groups",
                "{\"name\":\"typed\"}",
                "Authorization", "Bearer " + admin.adminToken, "Content-Type", type);
        assertThat(refused.statusCode()).isEqualTo(415);
        assertThat(admin.rest("GET", "/api/groups/typed", null).statusCode()).isEqualTo(404);
    }

    @Test
    void jsonByAnyOfItsNames_isAccepted() throws Exception {
        for (String type : new String[] {"application/json", "Application/JSON; charset=utf-8"}) {
            assertThat(admin.restWith("POST", "/api/users",
                    "{\"name\":\"as " + type.length() + "\"}",
                    "Authorization", "Bearer " + admin.adminToken, "Content-Type", type)
                    .statusCode()).isEqualTo(200);
        }
        assertThat(admin.restWith("POST", "/api/users", "{\"name\":\"packed\"}",
                "Authorization", "Bearer " + admin.adminToken, "Content-Encoding", "gzip")
                .statusCode()).isEqualTo(415);
    }

    @Test
    void description_isForEverybody() throws Exception {
        for (String form : new String[] {"yaml", "json"}) {
            HttpResponse<String> got =
                    admin.rest("GET", "/api/openapi." + form, null, new String[0]);
            assertThat(got.statusCode()).isEqualTo(200);
            assertThat(got.headers().firstValue("content-type")).contains("application/" + form);
            assertThat(got.body()).contains("3.1.0");
        }
        assertThat(admin.rest("GET", "/api/openapi.yaml?x=1", null, new String[0]).statusCode())
                .isEqualTo(422);
    }

    /** Everybody here calls from one address, so this one begins and ends with room. */
    @Test
    void whoIsWrongTooOften_waitsAndKeepsNobodyElseOut() throws Exception {
        String wrong = "Bearer " + TokenForge.unknown(CredentialKind.ACCESS_TOKEN);
        HttpResponse<String> last = null;
        for (int i = 0; i < 2_000 && (last == null || last.statusCode() == 401); i++) {
            last = admin.rest("GET", "/api/users", null, wrong);
        }
        assertThat(last.statusCode()).isEqualTo(429);
        assertThat(last.headers().firstValue("retry-after")).isPresent();
        assertThat(last.body()).contains("too many failed attempts");
        assertThat(admin.rest("GET", "/api/users", null).statusCode()).isEqualTo(200);
        await().until(() -> admin.rest("GET", "/api/users", null, wrong).statusCode() == 401);
    }
}
