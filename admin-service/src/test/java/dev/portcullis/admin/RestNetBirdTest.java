package dev.portcullis.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.portcullis.proto.admin.v1.Role;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The REST API as a client made for NetBird sees it, and what is ours besides. */
class RestNetBirdTest {
    private static final Pattern NEXT = Pattern.compile("<([^>]+)>; rel=\"next\"");

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
    void madeUser_hasExactlyTheseFields() throws Exception {
        HttpResponse<String> made = admin.rest("POST", "/api/users", """
                {"name": "ci", "role": "user", "is_service_user": true, "auto_groups": [],
                 "description": "builds", "bindings": [{"application": "shop", "role": "writer"}]}
                """);
        assertThat(made.statusCode()).isEqualTo(200);
        assertThat(made.headers().firstValue("content-type")).contains("application/json");
        assertPropagated(made);
        String id = TestAdmin.json(made).get("id").textValue();
        String adminId = TestAdmin.json(admin.rest("GET", "/api/users/admin", null))
                .get("id").textValue();
        String revision = made.headers().firstValue("portcullis-revision").orElseThrow();
        assertThat(made.headers().firstValue("etag")).contains('"' + revision + '"');
        assertThat(id).matches("usr_[0-9A-Za-z]{16}");
        assertThat(made.body()).isEqualTo(("{'id':'" + id + "','email':'','name':'ci',"
                + "'role':'user','status':'active','auto_groups':[],'is_current':false,"
                + "'is_service_user':true,'is_blocked':false,'pending_approval':false,"
                + "'last_login':null,'issued':'api',"
                + "'description':'builds','kind':'service',"
                + "'created_at':'" + admin.clock.instant() + "','created_by':'" + adminId + "',"
                + "'bindings':[{'role':'reader','application':'*'},"
                + "{'role':'writer','application':'shop'}],'groups':[],"
                + "'key_thumbprint':'','revision':" + revision + "}").replace('\'', '"'));
        assertThat(admin.rest("GET", "/api/users/" + id, null).body()).isEqualTo(made.body());
        assertThat(admin.rest("GET", "/api/users/ci", null).body()).isEqualTo(made.body());
    }

    @Test
    void currentUser_isMarked() throws Exception {
        JsonNode me = TestAdmin.json(admin.rest("GET", "/api/users/admin", null));
        assertThat(me.get("is_current").booleanValue()).isTrue();
        assertThat(me.get("role").textValue()).isEqualTo("admin");
    }

    @Test
    void users_areListedAndFiltered() throws Exception {
        admin.rest("POST", "/api/users", "{\"name\":\"robot\",\"is_service_user\":true}");
        admin.rest("POST", "/api/users", "{\"name\":\"ada\",\"is_service_user\":false}");
        assertThat(names("/api/users")).contains("admin", "robot", "ada");
        assertThat(names("/api/users?service_user=true")).contains("robot").doesNotContain("ada");
        assertThat(names("/api/users?service_user=false")).contains("ada").doesNotContain("robot");
    }

    private static List<String> names(String path) throws Exception {
        HttpResponse<String> response = admin.rest("GET", path, null);
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("link")).isEmpty();
        List<String> names = new ArrayList<>();
        TestAdmin.json(response).forEach(user -> names.add(user.get("name").textValue()));
        return names;
    }

    @Test
    void user_isUpdatedInOneStep() throws Exception {
        String path = "/api/users/" + admin.user("updated", Role.ROLE_READER);
        HttpResponse<String> put = admin.rest("PUT", path,
                "{\"role\":\"writer\",\"auto_groups\":[],\"is_blocked\":true}");
        assertPropagated(put);
        JsonNode user = TestAdmin.json(put);
        assertThat(user.get("role").textValue()).isEqualTo("writer");
        assertThat(user.get("status").textValue()).isEqualTo("blocked");
        assertThat(user.get("is_blocked").booleanValue()).isTrue();
        JsonNode unblocked = TestAdmin.json(admin.rest("PUT", path, "{\"is_blocked\":false}"));
        assertThat(unblocked.get("status").textValue()).isEqualTo("active");
        assertThat(unblocked.get("role").textValue()).isEqualTo("writer");
    }

    @Test
    void userWithoutARole_canBeSentBackAsShown() throws Exception {
        String path = "/api/users/" + admin.user("roleless", null);
        assertThat(TestAdmin.json(admin.rest("GET", path, null)).get("role").textValue())
                .isEqualTo("none");
        HttpResponse<String> put = admin.rest("PUT", path,
                "{\"role\":\"none\",\"auto_groups\":[],\"is_blocked\":true}");
        assertThat(put.statusCode()).isEqualTo(200);
        assertThat(TestAdmin.json(put).get("is_blocked").booleanValue()).isTrue();
        String withRole = "/api/users/" + admin.user("roleful", Role.ROLE_READER);
        HttpResponse<String> refused = admin.rest("PUT", withRole, "{\"role\":\"none\"}");
        assertThat(refused.statusCode()).isEqualTo(422);
        assertThat(refused.body()).contains("role: ");
    }

    @Test
    void user_isDeleted() throws Exception {
        String path = "/api/users/" + admin.user("gone", null);
        HttpResponse<String> deleted = admin.rest("DELETE", path, null);
        assertThat(deleted.statusCode()).isEqualTo(200);
        assertThat(deleted.body()).isEqualTo("{}");
        assertPropagated(deleted);
        HttpResponse<String> again = admin.rest("DELETE", path, null);
        assertThat(again.statusCode()).isEqualTo(404);
        assertThat(again.body()).isEqualTo("{\"message\":\"user not found\",\"code\":404}");
        assertThat(admin.rest("POST", "/api/users", "{\"name\":\"gone\"}").statusCode())
                .isEqualTo(409);
        assertThat(admin.rest("DELETE", "/api/users/admin", null).statusCode()).isEqualTo(409);
    }

    @Test
    void issuedToken_hasExactlyTheseFields() throws Exception {
        String user = admin.user("holder", Role.ROLE_AUDITOR);
        String path = "/api/users/" + user + "/tokens";
        assertThat(admin.rest("GET", path, null).body()).isEqualTo("[]");
        HttpResponse<String> issued =
                admin.rest("POST", path, "{\"name\":\"ci\",\"expires_in\":30}");
        assertThat(issued.statusCode()).isEqualTo(200);
        assertThat(issued.headers().firstValue("cache-control")).contains("no-store");
        assertPropagated(issued);
        JsonNode json = TestAdmin.json(issued);
        assertThat(json.fieldNames()).toIterable()
                .containsExactly("plain_token", "personal_access_token");
        JsonNode token = json.get("personal_access_token");
        String id = token.get("id").textValue();
        String plain = json.get("plain_token").textValue();
        assertThat(plain).startsWith("pct_" + id + "_");
        String createdBy = token.get("created_by").textValue();
        assertThat(token.toString()).isEqualTo(("{'id':'" + id + "','name':'ci',"
                + "'expiration_date':'" + admin.clock.instant().plusSeconds(30 * 86_400L) + "',"
                + "'created_by':'" + createdBy + "',"
                + "'created_at':'" + admin.clock.instant() + "','last_used':null,"
                + "'state':'live','last_used_from':null,'user_id':'" + user + "',"
                + "'revoked_at':null,'restrictions':{'max_role':null,'applications':[],"
                + "'cidrs':[],'certificates':[]},'replaced_at':null,'replaces':null,"
                + "'replaced_by':null,"
                + "'family':'" + id + "','rotate_before_expiry':null,"
                + "'hash_algorithm':'sha-256','pepper_id':null}").replace('\'', '"'));
        assertThat(admin.rest("GET", path + "/" + id, null).body()).isEqualTo(token.toString());
        assertThat(admin.rest("GET", path, null).body()).isEqualTo("[" + token + "]");
        assertThat(admin.rest("GET", "/api/users", null, "Bearer " + plain).statusCode())
                .isEqualTo(200);

        HttpResponse<String> revoked = admin.rest("DELETE", path + "/" + id, null);
        assertThat(revoked.statusCode()).isEqualTo(200);
        assertThat(revoked.body()).isEqualTo("{}");
        assertPropagated(revoked);
        assertThat(admin.rest("GET", "/api/users", null, "Bearer " + plain).statusCode())
                .isEqualTo(401);
        assertThat(TestAdmin.json(admin.rest("GET", path + "/" + id, null)).get("state")
                .textValue()).isEqualTo("revoked");
        assertThat(admin.rest("GET", path + "?state=live", null).body()).isEqualTo("[]");
        assertThat(TestAdmin.json(admin.rest("GET", path + "?state=revoked", null))).hasSize(1);
    }

    @Test
    void tokenOfAnotherUser_isNotFound() throws Exception {
        String mine = admin.user("mine", null);
        admin.user("other", null);
        String id = admin.issue(mine).getToken().getId();
        for (String path : List.of(
                "/api/users/other/tokens/" + id,
                "/api/users/mine/tokens/000000000000",
                "/api/users/mine/tokens/x",
                "/api/users/nobody/tokens/" + id)) {
            for (String method : List.of("GET", "DELETE")) {
                HttpResponse<String> response = admin.rest(method, path, null);
                assertThat(response.statusCode()).isEqualTo(404);
                assertThat(response.body()).contains("not found");
            }
        }
        assertThat(TestAdmin.json(admin.rest("GET", "/api/users/mine/tokens/" + id, null))
                .get("state").textValue()).isEqualTo("live");
    }

    @Test
    void tokenLifetime_canBeGivenInThreeWays() throws Exception {
        String path = "/api/users/" + admin.user("lifetimes", null) + "/tokens";
        String until = admin.clock.instant().plusSeconds(90).toString();
        assertThat(expiry(path, "\"expires_at\":\"" + until + "\"")).isEqualTo(until);
        assertThat(expiry(path, "\"expires_in\":365"))
                .isEqualTo(admin.clock.instant().plusSeconds(365 * 86_400L).toString());
        assertThat(expiry(path, "\"never\":false"))
                .isEqualTo(admin.clock.instant().plusSeconds(360 * 86_400L).toString());
        HttpResponse<String> never =
                admin.rest("POST", path, "{\"name\":\"n\",\"never\":true}");
        assertThat(never.statusCode()).isEqualTo(422);
        assertThat(never.body()).contains("\"never: ");
    }

    private static String expiry(String path, String lifetime) throws Exception {
        return TestAdmin.json(admin.rest("POST", path, "{\"name\":\"n\"," + lifetime + "}"))
                .get("personal_access_token").get("expiration_date").textValue();
    }

    @Test
    void lists_arePagedByLinks() throws Exception {
        String user = admin.user("paged ü/&", null);
        List<String> issued = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            issued.add(admin.issue(user).getToken().getId());
        }
        List<String> listed = new ArrayList<>();
        String path = "/api/users/paged%20%C3%BC%2F%26/tokens?page_size=2";
        int pages = 0;
        while (path != null) {
            HttpResponse<String> page = admin.rest("GET", path, null);
            assertThat(page.statusCode()).isEqualTo(200);
            TestAdmin.json(page).forEach(token -> listed.add(token.get("id").textValue()));
            path = page.headers().firstValue("link").map(RestNetBirdTest::next).orElse(null);
            pages++;
        }
        assertThat(listed).containsExactlyInAnyOrderElementsOf(issued);
        assertThat(pages).isEqualTo(3);
    }

    private static String next(String link) {
        Matcher matcher = NEXT.matcher(link);
        assertThat(matcher.matches()).as(link).isTrue();
        return matcher.group(1);
    }

    @Test
    void bindings_arePutListedAndDeleted() throws Exception {
        String user = admin.user("bound", null);
        assertThat(admin.rest("GET", "/api/bindings?user=bound", null).body()).isEqualTo("[]");
        HttpResponse<String> put = admin.rest("PUT", "/api/bindings",
                "{\"user\":\"bound\",\"role\":\"reader\",\"application\":\"shop\"}");
        assertThat(put.statusCode()).isEqualTo(200);
        assertThat(put.body()).isEqualTo("{\"user_id\":\"" + user
                + "\",\"role\":\"reader\",\"application\":\"shop\"}");
        assertPropagated(put);
        assertThat(admin.rest("GET", "/api/bindings?user=" + user, null).body())
                .isEqualTo("[" + put.body() + "]");
        String delete = "/api/bindings?user=bound&application=shop";
        HttpResponse<String> deleted = admin.rest("DELETE", delete, null);
        assertThat(deleted.statusCode()).isEqualTo(200);
        assertThat(deleted.body()).isEqualTo("{}");
        assertPropagated(deleted);
        assertThat(admin.rest("DELETE", delete, null).statusCode()).isEqualTo(404);
    }

    @Test
    void unknownPathsAndMethods_areToldInJson() throws Exception {
        for (String path : List.of("/", "/api", "/api/", "/api/nothing", "/api/users/",
                "/api/users/x/tokens/y/z", "/API/users", "/api//users", "/api/users/../users")) {
            HttpResponse<String> response = admin.rest("GET", path, null);
            assertThat(response.statusCode()).as(path).isEqualTo(404);
            assertThat(TestAdmin.json(response).get("message").textValue()).contains("not found");
        }
        HttpResponse<String> patch = admin.rest("PATCH", "/api/users", "{}");
        assertThat(patch.statusCode()).isEqualTo(405);
        assertThat(patch.headers().firstValue("allow")).contains("GET, POST, HEAD");
        assertThat(patch.body()).isEqualTo("{\"message\":\"method not allowed\",\"code\":405}");
        assertThat(admin.rest("OPTIONS", "/api/users", null).statusCode()).isEqualTo(405);
        HttpResponse<String> head = admin.rest("HEAD", "/api/users", null);
        assertThat(head.statusCode()).isEqualTo(200);
        assertThat(head.body()).isEmpty();
        assertThat(head.headers().firstValueAsLong("content-length").orElse(0)).isPositive();
    }

    private static void assertPropagated(HttpResponse<String> response) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        assertThat(response.headers().firstValue("portcullis-propagation"))
                .contains("propagated");
        assertThat(response.headers().firstValueAsLong("portcullis-revision").orElse(0))
                .isPositive();
    }
}
