package dev.portcullis.admin;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The limits of every field and parameter of the REST API: 422, naming it. */
class RestFieldsTest {
    @TempDir
    static Path directory;

    private static TestAdmin admin;

    @BeforeAll
    static void start() throws Exception {
        admin = TestAdmin.start(directory);
        admin.user("u", null);
    }

    @AfterAll
    static void stop() throws Exception {
        admin.close();
    }

    static Stream<Arguments> badUsers() {
        return Stream.of(
                Arguments.of("name", "{}"),
                Arguments.of("name", "{'name':''}"),
                Arguments.of("name", "{'name':null}"),
                Arguments.of("name", "{'name':1}"),
                Arguments.of("name", "{'name':['a']}"),
                Arguments.of("name", "{'name':'" + "x".repeat(151) + "'}"),
                Arguments.of("name", "{'name':'a\\u0000b'}"),
                Arguments.of("name", "{'name':'a\\ud800b'}"),
                Arguments.of("role", "{'name':'n','role':'root'}"),
                Arguments.of("role", "{'name':'n','role':''}"),
                Arguments.of("role", "{'name':'n','role':'ADMIN'}"),
                Arguments.of("role", "{'name':'n','role':4}"),
                Arguments.of("role", "{'name':'n','role':null}"),
                Arguments.of("role",
                        "{'name':'n','role':'user',"
                                + "'bindings':[{'application':'*','role':'user'}]}"),
                Arguments.of("is_service_user", "{'name':'n','is_service_user':'true'}"),
                Arguments.of("is_service_user", "{'name':'n','is_service_user':1}"),
                Arguments.of("auto_groups[0]", "{'name':'n','auto_groups':[7]}"),
                Arguments.of("auto_groups", "{'name':'n','auto_groups':'g'}"),
                Arguments.of("auto_groups", "{'name':'n','auto_groups':null}"),
                Arguments.of("email", "{'name':'n','email':'a@b'}"),
                Arguments.of("description", "{'name':'n','description':7}"),
                Arguments.of("description",
                        "{'name':'n','description':'" + "x".repeat(1_001) + "'}"),
                Arguments.of("bindings", "{'name':'n','bindings':{}}"),
                Arguments.of("bindings[0]", "{'name':'n','bindings':['a']}"),
                Arguments.of("bindings[0].application",
                        "{'name':'n','bindings':[{'role':'user'}]}"),
                Arguments.of("bindings[0].role",
                        "{'name':'n','bindings':[{'application':'a','role':'boss'}]}"),
                Arguments.of("bindings[1].application",
                        "{'name':'n','bindings':[{'application':'a','role':'user'},"
                                + "{'application':'a','role':'user'}]}"),
                Arguments.of("bindings[0].extra",
                        "{'name':'n','bindings':[{'application':'a','role':'user','extra':1}]}"),
                Arguments.of("surname", "{'name':'n','surname':'x'}"),
                Arguments.of("password", "{'name':'n','password':'x'}"),
                Arguments.of("Name", "{'name':'n','Name':'x'}"),
                Arguments.of("body", "[]"),
                Arguments.of("body", "'text'"),
                Arguments.of("body", "null"),
                Arguments.of("body", "7"));
    }

    @ParameterizedTest
    @MethodSource("badUsers")
    void badUser_isRefusedNamingTheField(String field, String body) throws Exception {
        assertInvalid(field, admin.rest("POST", "/api/users", body.replace('\'', '"')));
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "role|{'role':'root'}", "role|{'role':true}", "is_blocked|{'is_blocked':'yes'}",
        "is_blocked|{'is_blocked':null}", "auto_groups|{'auto_groups':7}",
        "name|{'name':'other'}", "is_service_user|{'is_service_user':true}"
    })
    void badUpdate_isRefusedNamingTheField(String fieldAndBody) throws Exception {
        String[] parts = fieldAndBody.split("\\|");
        assertInvalid(parts[0],
                admin.rest("PUT", "/api/users/u", parts[1].replace('\'', '"')));
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "name|{}", "name|{'name':''}", "name|{'name':5}",
        "expires_in|{'name':'n','expires_in':0}", "expires_in|{'name':'n','expires_in':366}",
        "expires_in|{'name':'n','expires_in':-1}", "expires_in|{'name':'n','expires_in':1.5}",
        "expires_in|{'name':'n','expires_in':'30'}", "expires_in|{'name':'n','expires_in':1e2}",
        "expires_in|{'name':'n','expires_in':99999999999999999999}",
        "expires_in|{'name':'n','expires_in':null}",
        "expires_in|{'name':'n','expires_in':1,'never':true}",
        "expires_in|{'name':'n','expires_in':1,'expires_at':'2030-02-01T00:00:00Z'}",
        "expires_at|{'name':'n','expires_at':'tomorrow'}",
        "expires_at|{'name':'n','expires_at':'2030-02-31T00:00:00Z'}",
        "expires_at|{'name':'n','expires_at':'2030-02-01'}",
        "expires_at|{'name':'n','expires_at':'2030-02-01T00:00:00'}",
        "expires_at|{'name':'n','expires_at':'+999999999-01-01T00:00:00Z'}",
        "expires_at|{'name':'n','expires_at':'2029-12-31T23:59:59Z'}",
        "expires_at|{'name':'n','expires_at':'2031-12-31T00:00:00Z'}",
        "expires_at|{'name':'n','expires_at':1893456000}",
        "never|{'name':'n','never':'true'}", "never|{'name':'n','never':true}",
        "scopes|{'name':'n','scopes':[]}"
    })
    void badToken_isRefusedNamingTheField(String fieldAndBody) throws Exception {
        String[] parts = fieldAndBody.split("\\|");
        assertInvalid(parts[0],
                admin.rest("POST", "/api/users/u/tokens", parts[1].replace('\'', '"')));
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "user|{'role':'user','application':'a'}", "role|{'user':'u','application':'a'}",
        "application|{'user':'u','role':'user'}",
        "application|{'user':'u','role':'user','application':'A'}",
        "role|{'user':'u','role':'none','application':'a'}",
        "user|{'user':'','role':'user','application':'a'}"
    })
    void badBinding_isRefusedNamingTheField(String fieldAndBody) throws Exception {
        String[] parts = fieldAndBody.split("\\|");
        assertInvalid(parts[0],
                admin.rest("PUT", "/api/bindings", parts[1].replace('\'', '"')));
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "service_user|GET|/api/users?service_user=yes",
        "service_user|GET|/api/users?service_user=",
        "page_size|GET|/api/users?page_size=0", "page_size|GET|/api/users?page_size=1001",
        "page_size|GET|/api/users?page_size=x", "page_size|GET|/api/users?page_size=-1",
        "page_size|GET|/api/users?page_size=99999999999", "page_size|GET|/api/users?page_size=",
        "page_size|GET|/api/users?page_size=%D9%A1",
        "cursor|GET|/api/users?cursor=x", "cursor|GET|/api/users/u/tokens?cursor=%25",
        "state|GET|/api/users/u/tokens?state=dead", "sort|GET|/api/users?sort=name",
        "x|GET|/api/users/u?x=1", "x|DELETE|/api/users/u?x=1", "x|PUT|/api/users/u?x=1",
        "user|GET|/api/bindings", "user|DELETE|/api/bindings?application=a",
        "application|DELETE|/api/bindings?user=u",
        "application|DELETE|/api/bindings?user=u&application=B"
    })
    void badParameter_isRefusedNamingIt(String call) throws Exception {
        String[] parts = call.split("\\|");
        assertInvalid(parts[0], admin.rest(parts[1], parts[2], null));
    }

    private static void assertInvalid(String field, HttpResponse<String> response)
            throws Exception {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(422);
        assertThat(TestAdmin.json(response).get("code").intValue()).isEqualTo(422);
        assertThat(TestAdmin.json(response).get("message").textValue())
                .startsWith(field + ": ");
    }
}
