package dev.portcullis.admin.rest;

import dev.portcullis.admin.edge.ContractComments;
import dev.portcullis.admin.rest.openapi.OpenApiDocument;
import dev.portcullis.admin.rest.openapi.Operation;
import dev.portcullis.admin.rest.openapi.Operation.Access;
import dev.portcullis.admin.rest.openapi.Schema;
import java.nio.charset.StandardCharsets;

/** {@code /api/openapi.yaml} and {@code /api/openapi.json}: for everybody. */
final class DescriptionEndpoints {
    private static final String YAML = "application/yaml";

    private final Routes routes;
    private Texts texts;

    /** Both forms, once somebody has asked for one. */
    private record Texts(RestReply.Content yaml, RestReply.Content json) {}

    /** @param routes what is described; complete when the first request comes */
    DescriptionEndpoints(Routes routes) {
        this.routes = routes;
    }

    void addTo(Routes table) {
        table.add(operation("/api/openapi.yaml", "GetDescription")
                .answers(YAML, Schema.ref("Document")), call -> reply(call, texts().yaml()));
        table.add(operation("/api/openapi.json", "GetDescriptionAsJson")
                .answers(Schema.ref("Document")), call -> reply(call, texts().json()));
    }

    private static Operation operation(String path, String id) {
        return Operation.of("GET", path, id, Access.PUBLIC)
                .tag("Description").text("This document.").refuses(422);
    }

    private static Answer reply(Call call, RestReply.Content content) {
        call.allowParameters();
        return Answer.of(RestReply.ok(content));
    }

    private synchronized Texts texts() {
        if (texts == null) {
            OpenApiDocument document =
                    OpenApiDocument.of(routes.operations(), ContractComments.load());
            byte[] yaml = document.yaml().getBytes(StandardCharsets.UTF_8);
            texts = new Texts(
                    new RestReply.Octets(YAML, yaml),
                    new RestReply.Octets("application/json", Json.write(document.json())));
        }
        return texts;
    }
}
