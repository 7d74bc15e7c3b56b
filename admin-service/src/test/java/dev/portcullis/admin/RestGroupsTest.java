package dev.portcullis.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.portcullis.proto.admin.v1.Role;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Groups, their members and bindings, and what they give, over REST. */
class RestGroupsTest {
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
    void madeGroup_hasExactlyTheseFields() throws Exception {
        String user = admin.user("first member", null);
        HttpResponse<String> made = admin.rest("POST", "/api/groups",
                "{\"name\":\"builders\",\"members\":[\"first member\"],\"peers\":[]}");
        assertThat(made.statusCode()).as(made.body()).isEqualTo(200);
        JsonNode json = TestAdmin.json(made);
        String id = json.get("id").textValue();
        String adminId = TestAdmin.json(admin.rest("GET", "/api/users/current", null))
                .get("id").textValue();
        assertThat(made.body()).isEqualTo(("{'id':'" + id + "','name':'builders',"
                + "'peers_count':0,'resources_count':0,'issued':'api','peers':[],'resources':[],"
                + "'members_count':1,'created_at':'" + admin.clock.instant() + "',"
                + "'created_by':'" + adminId + "','bindings':[],"
                + "'revision':" + json.get("revision") + ","
                + "'members':[{'id':'" + user + "','name':'first member'}]}").replace('\'', '"'));
        assertThat(admin.rest("GET", "/api/groups/builders", null).body()).isEqualTo(made.body());
        assertThat(admin.rest("GET", "/api/groups/" + id, null).body()).isEqualTo(made.body());
        assertThat(made.headers().firstValue("portcullis-propagation")).contains("propagated");
        assertThat(admin.rest("POST", "/api/groups", "{\"name\":\"Builders\"}").statusCode())
                .isEqualTo(409);
    }

    @Test
    void members_comeGoAndArePaged() throws Exception {
        List<String> names = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            names.add("\"" + admin.user("member " + i, null) + "\"");
        }
        admin.rest("POST", "/api/groups", "{\"name\":\"crew\"}");
        HttpResponse<String> added = admin.rest("POST", "/api/groups/crew/members",
                "{\"members\":[" + String.join(",", names) + "]}");
        assertThat(TestAdmin.json(added).get("members_count").intValue()).isEqualTo(5);
        HttpResponse<String> page =
                admin.rest("GET", "/api/groups/crew/members?page_size=3", null);
        assertThat(TestAdmin.json(page)).hasSize(3);
        String next = page.headers().firstValue("link").orElseThrow()
                .replaceAll("^<|>.*$", "");
        HttpResponse<String> last = admin.rest("GET", next, null);
        assertThat(TestAdmin.json(last)).hasSize(2);
        assertThat(last.headers().firstValue("link")).isEmpty();

        HttpResponse<String> removed =
                admin.rest("DELETE", "/api/groups/crew/members/member%200", null);
        assertThat(TestAdmin.json(removed).get("members_count").intValue()).isEqualTo(4);
        JsonNode updated = TestAdmin.json(admin.rest("PUT", "/api/groups/crew",
                "{\"name\":\"crew 2\",\"members\":[\"member 4\"],\"resources\":[]}"));
        assertThat(updated.get("name").textValue()).isEqualTo("crew 2");
        assertThat(updated.get("members")).hasSize(1);
        assertThat(admin.rest("GET", "/api/groups/crew", null).statusCode()).isEqualTo(404);
        assertThat(admin.rest("DELETE", "/api/groups/crew%202", null).body()).isEqualTo("{}");
        assertThat(admin.rest("DELETE", "/api/groups/crew%202", null).statusCode())
                .isEqualTo(404);
    }

    @Test
    void groups_areListedInOrderOfTheirNames() throws Exception {
        for (String name : List.of("list-b", "list-a", "list-c")) {
            admin.rest("POST", "/api/groups", "{\"name\":\"" + name + "\"}");
        }
        List<String> names = new ArrayList<>();
        TestAdmin.json(admin.rest("GET", "/api/groups", null))
                .forEach(group -> names.add(group.get("name").textValue()));
        assertThat(names).containsSubsequence("list-a", "list-b", "list-c");
    }

    @Test
    void autoGroups_areGroupsOfTheUser() throws Exception {
        String group = TestAdmin.json(admin.rest("POST", "/api/groups", "{\"name\":\"auto\"}"))
                .get("id").textValue();
        JsonNode made = TestAdmin.json(admin.rest("POST", "/api/users",
                "{\"name\":\"grouped\",\"auto_groups\":[\"" + group + "\"]}"));
        assertThat(made.get("auto_groups")).hasSize(1);
        assertThat(made.get("auto_groups").get(0).textValue()).isEqualTo(group);
        assertThat(made.get("groups").get(0).get("name").textValue()).isEqualTo("auto");
        JsonNode left = TestAdmin.json(
                admin.rest("PUT", "/api/users/grouped", "{\"auto_groups\":[]}"));
        assertThat(left.get("auto_groups")).isEmpty();
        HttpResponse<String> unknown = admin.rest(
                "PUT", "/api/users/grouped", "{\"auto_groups\":[\"nowhere\"]}");
        assertThat(unknown.statusCode()).isEqualTo(404);
        assertThat(unknown.body()).contains("not found");
    }

    @Test
    void createGroup_makesAGroupOfTheUsersName() throws Exception {
        JsonNode made = TestAdmin.json(admin.rest("POST", "/api/users",
                "{\"name\":\"twin\",\"kind\":\"person\",\"create_group\":true}"));
        assertThat(made.get("groups").get(0).get("name").textValue()).isEqualTo("twin");
        assertThat(made.get("is_service_user").booleanValue()).isFalse();
        assertThat(TestAdmin.json(admin.rest("GET", "/api/groups/twin", null))
                .get("members").get(0).get("id")).isEqualTo(made.get("id"));
        assertThat(admin.rest("POST", "/api/users",
                "{\"name\":\"torn\",\"kind\":\"person\",\"is_service_user\":true}").statusCode())
                .isEqualTo(422);
    }

    @Test
    void bindingOfAGroup_isWhatItsMembersMay() throws Exception {
        admin.user("worker", null);
        String group = TestAdmin.json(admin.rest("POST", "/api/groups",
                "{\"name\":\"workers\",\"members\":[\"worker\"]}")).get("id").textValue();
        assertThat(explained("user=worker&application=shop").get("allowed").booleanValue())
                .isFalse();
        HttpResponse<String> put = admin.rest("PUT", "/api/bindings",
                "{\"group\":\"workers\",\"role\":\"reader\",\"application\":\"shop\"}");
        assertThat(put.body()).isEqualTo("{\"group_id\":\"" + group
                + "\",\"role\":\"reader\",\"application\":\"shop\"}");
        assertThat(admin.rest("GET", "/api/bindings?group=workers", null).body())
                .isEqualTo("[" + put.body() + "]");
        JsonNode read = explained("user=worker&application=shop&method=GET&path=/a");
        assertThat(read.get("allowed").booleanValue()).isTrue();
        assertThat(read.get("role").textValue()).isEqualTo("reader");
        assertThat(read.get("bindings").get(0).get("group").textValue()).isEqualTo("workers");
        JsonNode write = explained("user=worker&application=shop&method=POST");
        assertThat(write.get("allowed").booleanValue()).isFalse();
        assertThat(write.get("code").textValue()).isEqualTo("write_denied");
        assertThat(write.get("access").textValue()).isEqualTo("write");
        assertThat(admin.rest("DELETE", "/api/bindings?group=workers&application=shop", null)
                .statusCode()).isEqualTo(200);
        assertThat(explained("user=worker&application=shop").get("allowed").booleanValue())
                .isFalse();
    }

    @Test
    void explanationOfAToken_knowsItsRestrictions() throws Exception {
        admin.user("narrow", Role.ROLE_WRITER);
        String id = TestAdmin.json(admin.rest("POST", "/api/users/narrow/tokens",
                        "{\"name\":\"t\",\"restrictions\":{\"max_role\":\"reader\","
                                + "\"applications\":[\"shop\"],\"cidrs\":[\"192.0.2.0/24\"]}}"))
                .get("personal_access_token").get("id").textValue();
        String token = "token=" + id + "&source=192.0.2.7&application=";
        assertThat(explained(token + "shop").get("allowed").booleanValue()).isTrue();
        assertThat(explained(token + "shop&method=PUT").get("code").textValue())
                .isEqualTo("write_denied");
        assertThat(explained(token + "desk").get("code").textValue())
                .isEqualTo("access_denied");
        assertThat(explained("token=" + id + "&source=198.51.100.1&application=shop")
                .get("code").textValue()).isEqualTo("source_denied");
    }

    private static JsonNode explained(String query) throws Exception {
        HttpResponse<String> response = admin.rest("GET", "/api/explain?" + query, null);
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return TestAdmin.json(response);
    }
}
