package dev.portcullis.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.Error;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The API as its description has it: fails for a response that the description does not know, and
 * for a request that was accepted though the description does not allow it.
 */
final class DescribedApi {
    private static final String JSON = "application/json";
    /** What has members that nobody lists. */
    private static final Set<String> OPEN = Set.of("Document", "PublicKey", "TokenForm",
            "CredentialForm");

    private final ObjectNode document;
    private final JsonNode definitions;
    private final SchemaRegistry registry =
            SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);
    private final Map<String, Schema> schemas = new ConcurrentHashMap<>();

    /** @param document as JSON */
    DescribedApi(JsonNode document) throws IOException {
        this.document = document.deepCopy();
        this.document.withObject("/components/schemas").properties().forEach(schema -> {
            if (!OPEN.contains(schema.getKey()) && schema.getValue().has("properties")) {
                // here a field that nobody has described is a mistake
                ((ObjectNode) schema.getValue()).put("additionalProperties", false);
            }
        });
        definitions = TestAdmin.JSON.readTree(
                inDefinitions(this.document.at("/components/schemas").toString()));
    }

    /** Where schemas are that stand by themselves, outside of such a document. */
    private static String inDefinitions(String schema) {
        return schema.replace("#/components/schemas/", "#/$defs/");
    }

    /** Holds an exchange against the description. */
    void check(String method, String target, String request, HttpResponse<String> response) {
        String what = method + " " + target + " " + response.statusCode();
        JsonNode operation = operation(method, target.replaceAll("\\?.*", ""));
        if (operation == null) {
            assertThat(response.statusCode()).as(what)
                    .isIn(400, 401, 403, 404, 405, 408, 413, 414, 417, 429, 431, 505);
            if (!method.equals("HEAD")) {
                checkBody(what, ref("Error"), response.body());
            }
            return;
        }
        JsonNode reply = operation.get("responses").get("" + response.statusCode());
        assertThat(reply).as("%s is described (%s)", what, response.body()).isNotNull();
        checkReply(what, method, resolve(reply), response);
        if (response.statusCode() == 200 && operation.has("requestBody")
                && request != null && !request.isEmpty()) {
            JsonNode body = operation.get("requestBody").get("content").get(JSON);
            if (body != null) {
                checkBody("the request of " + what, body.get("schema"), request);
            }
        }
    }

    /** Holds a value against one of the description's schemas. */
    void checkSchema(String name, String value) {
        checkBody(name, ref(name), value);
    }

    private void checkReply(
            String what, String method, JsonNode reply, HttpResponse<String> response) {
        String type = response.headers().firstValue("content-type").orElse("");
        JsonNode content = reply.get("content").get(type);
        assertThat(content).as("%s as %s", what, type).isNotNull();
        if (!method.equals("HEAD") && type.equals(JSON)) {
            checkBody(what, content.get("schema"), response.body());
        }
        JsonNode headers = reply.path("headers");
        response.headers().map().forEach((name, values) -> {
            JsonNode header = headerOf(headers, name);
            if (header != null) {
                checkBody(what + " " + name, resolve(header).get("schema"),
                        TestAdmin.JSON.getNodeFactory().textNode(values.get(0)).toString());
            } else {
                assertThat(name).as(what).doesNotStartWith("portcullis-")
                        .isNotIn("link", "etag", "retry-after", "www-authenticate");
            }
        });
    }

    private static JsonNode headerOf(JsonNode headers, String name) {
        for (Map.Entry<String, JsonNode> header : headers.properties()) {
            if (header.getKey().toLowerCase(Locale.ROOT).equals(name)) {
                return header.getValue();
            }
        }
        return null;
    }

    private void checkBody(String what, JsonNode schema, String body) {
        List<Error> errors = schemas.computeIfAbsent(schema.toString(), this::schema)
                .validate(body, InputFormat.JSON, context -> context
                        .executionConfig(config -> config.formatAssertionsEnabled(true)));
        assertThat(errors).as("%s: %s", what, body).isEmpty();
    }

    private Schema schema(String text) {
        ObjectNode schema;
        try {
            schema = (ObjectNode) TestAdmin.JSON.readTree(inDefinitions(text));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        schema.set("$defs", definitions);
        return registry.getSchema(schema.toString(), InputFormat.JSON);
    }

    private static ObjectNode ref(String name) {
        return TestAdmin.JSON.createObjectNode().put("$ref", "#/components/schemas/" + name);
    }

    private JsonNode resolve(JsonNode node) {
        return node.has("$ref")
                ? document.at(node.get("$ref").textValue().substring(1))
                : node;
    }

    /** Null when the path, or the method on it, is not described. */
    private JsonNode operation(String method, String path) {
        String wanted = method.equals("HEAD") ? "get" : method.toLowerCase(Locale.ROOT);
        List<JsonNode> found = new ArrayList<>();
        for (Map.Entry<String, JsonNode> item : document.get("paths").properties()) {
            String[] parts = item.getKey().split("/", -1);
            String[] segments = path.split("/", -1);
            boolean same = parts.length == segments.length;
            for (int i = 0; same && i < parts.length; i++) {
                same = parts[i].equals(segments[i])
                        || parts[i].startsWith("{") && !segments[i].isEmpty();
            }
            if (same) {
                // a path without variables counts before one with
                found.add(item.getKey().contains("{") ? found.size() : 0, item.getValue());
            }
        }
        return found.isEmpty() ? null : found.get(0).get(wanted);
    }
}
