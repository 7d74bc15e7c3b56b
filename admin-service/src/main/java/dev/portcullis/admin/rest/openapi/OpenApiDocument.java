package dev.portcullis.admin.rest.openapi;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.portcullis.admin.edge.ContractComments;
import dev.portcullis.admin.rest.openapi.Operation.Access;
import dev.portcullis.admin.rest.openapi.Operation.Parameter;
import dev.portcullis.admin.rest.openapi.Operation.Reply;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** The description of the whole REST API, by OpenAPI 3.1. Immutable; any thread. */
public final class OpenApiDocument {
    private static final String ABOUT =
            "Callers authenticate with an access token of a user whose role on all applications is"
            + " admin; an auditor may call what only reads. Everybody may get, rotate and revoke"
            + " the token they call with, and a person may manage access tokens of their own."
            + " The order of checks is: authenticate (401), authorise (403), then validate (400,"
            + " 415, 422), then 404, 409 or 412. Every operation that changes something commits"
            + " first and then waits, for at most 5 seconds, until the change is effective on"
            + " every gateway; headers tell how far it has come. HEAD is understood wherever GET"
            + " is. Where a text names a status of gRPC, INVALID_ARGUMENT is 422, NOT_FOUND 404,"
            + " ALREADY_EXISTS and FAILED_PRECONDITION 409, PERMISSION_DENIED 403,"
            + " UNAUTHENTICATED 401, RESOURCE_EXHAUSTED 507 and UNAVAILABLE 503.";

    private final ContractComments comments;
    private final ObjectNode root = JsonNodeFactory.instance.objectNode();

    private OpenApiDocument(ContractComments comments) {
        this.comments = comments;
    }

    /** Describes operations. */
    public static OpenApiDocument of(
            Collection<Operation> operations, ContractComments comments) {
        OpenApiDocument document = new OpenApiDocument(comments);
        document.build(operations);
        return document;
    }

    /** As JSON; a copy. */
    public ObjectNode json() {
        return root.deepCopy();
    }

    /** As YAML. */
    public String yaml() {
        return Yaml.write(root);
    }

    private void build(Collection<Operation> operations) {
        root.put("openapi", "3.1.0");
        root.putObject("info")
                .put("title", "Portcullis admin API")
                .put("version", "v1")
                .put("description", ABOUT);
        root.putArray("servers").addObject()
                .put("url", "/").put("description", "Where this document was read.");
        ArrayNode tags = root.putArray("tags");
        Set<String> names = new TreeSet<>();
        operations.forEach(operation -> names.add(operation.tag()));
        names.forEach(name -> tags.addObject().put("name", name));
        ObjectNode paths = root.putObject("paths");
        for (Operation operation : operations) {
            ObjectNode path = paths.withObjectProperty(operation.path());
            path.set(operation.method().toLowerCase(Locale.ROOT), operation(operation));
        }
        root.set("components", components());
    }

    private ObjectNode operation(Operation operation) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("operationId", operation.id());
        json.putArray("tags").add(operation.tag());
        json.put("summary", inWords(operation.id()));
        String text = operation.text().isEmpty() ? contractText(operation) : operation.text();
        if (!text.isEmpty()) {
            json.put("description", text);
        }
        if (!operation.parameters().isEmpty()) {
            ArrayNode parameters = json.putArray("parameters");
            operation.parameters().forEach(each -> parameters.add(parameter(each)));
        }
        if (operation.body() != null) {
            ObjectNode body = json.putObject("requestBody");
            body.put("required", !operation.body().schema().path("$ref").asText()
                    .endsWith("/Rotation"));
            body.putObject("content").putObject(operation.body().mediaType())
                    .set("schema", operation.body().schema().deepCopy());
        }
        json.set("responses", responses(operation));
        security(json, operation);
        return json;
    }

    private String contractText(Operation operation) {
        return comments.methods().contains(operation.id()) ? comments.method(operation.id()) : "";
    }

    /** "ListTokens" is "List tokens". */
    private static String inWords(String id) {
        String words = id.replaceAll("(?<=[a-z])(?=[A-Z])", " ").toLowerCase(Locale.ROOT);
        return Character.toUpperCase(words.charAt(0)) + words.substring(1);
    }

    private static ObjectNode parameter(Parameter parameter) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("name", parameter.name()).put("in", parameter.in());
        json.put("required", parameter.required());
        if (!parameter.text().isEmpty()) {
            json.put("description", parameter.text());
        }
        json.set("schema", parameter.schema().deepCopy());
        return json;
    }

    private static ObjectNode responses(Operation operation) {
        ObjectNode responses = JsonNodeFactory.instance.objectNode();
        for (Map.Entry<Integer, Reply> reply : operation.replies().entrySet()) {
            if (reply.getValue() != null) {
                responses.set(reply.getKey().toString(), success(reply.getValue()));
            }
        }
        for (int status : errors(operation)) {
            responses.putObject(Integer.toString(status)).put("$ref",
                    "#/components/responses/" + (operation.isOauth() ? "Oauth" : "E") + status);
        }
        return responses;
    }

    private static ObjectNode success(Reply reply) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("description", reply.text());
        if (!reply.headers().isEmpty()) {
            ObjectNode headers = json.putObject("headers");
            reply.headers().forEach(name -> headers.putObject(name)
                    .put("$ref", "#/components/headers/" + name));
        }
        ObjectNode content = json.putObject("content");
        reply.contents().forEach((mediaType, schema) ->
                content.putObject(mediaType).set("schema", schema.deepCopy()));
        return json;
    }

    /** What every operation of an access may answer with, and what this one may. */
    private static Set<Integer> errors(Operation operation) {
        Set<Integer> all = new TreeSet<>(List.of(400, 500));
        if (operation.access() != Access.PUBLIC) {
            all.addAll(List.of(401, 429, 503));
        }
        if (operation.access() != Access.PUBLIC && operation.access() != Access.CLIENT) {
            all.addAll(List.of(403, 422));
        }
        if (operation.access() != Access.PUBLIC && !operation.method().equals("GET")) {
            all.add(507);
        }
        if (operation.body() != null) {
            all.add(413);
        }
        if (operation.body() != null && !operation.isOauth()) {
            all.addAll(List.of(415, 422));
        }
        operation.replies().forEach((status, reply) -> {
            if (reply == null) {
                all.add(status);
            }
        });
        return all;
    }

    private static void security(ObjectNode json, Operation operation) {
        ArrayNode security = json.putArray("security");
        switch (operation.access()) {
            case PUBLIC -> { }
            case CLIENT -> {
                if (operation.isOauth()) {
                    security.addObject().putArray("Key");
                }
                if (!operation.id().equals("ExchangeKey")) {
                    security.addObject();
                }
            }
            default -> {
                security.addObject().putArray("Token");
                security.addObject().putArray("ApiKeyHeader");
            }
        }
    }

    private ObjectNode components() {
        ObjectNode components = JsonNodeFactory.instance.objectNode();
        ObjectNode schemas = components.putObject("schemas");
        new UserSchemas(comments).addTo(schemas);
        new CredentialSchemas(comments).addTo(schemas);
        new GatewaySchemas(comments).addTo(schemas);
        new OtherSchemas(comments).addTo(schemas);
        components.set("responses", ErrorReplies.components());
        components.set("headers", Headers.components());
        ObjectNode security = components.putObject("securitySchemes");
        security.putObject("Token").put("type", "http").put("scheme", "bearer")
                .put("description", "An access token.");
        security.putObject("ApiKeyHeader").put("type", "apiKey").put("in", "header")
                .put("name", "X-Api-Key").put("description", "An access token.");
        security.putObject("Key").put("type", "http").put("scheme", "basic")
                .put("description", "Id and secret of an API key.");
        return components;
    }
}
