package dev.portcullis.admin.rest.openapi;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.portcullis.admin.rest.openapi.Operation.Parameter;
import java.util.Map;

/** What the variable segments of paths mean: the same on every path. */
final class PathParameters {
    private record Meaning(ObjectNode schema, String text) {}

    private static final Map<String, Meaning> MEANINGS = Map.of(
            "userId", new Meaning(Schema.text(1, 600),
                    "Id or name of a user; \"current\" for who calls."),
            "groupId", new Meaning(Schema.text(1, 600), "Id or name of a group."),
            "tokenId", new Meaning(Schema.text(1, 64),
                    "Id of an access token; \"self\" for the one that the call is made with."),
            "keyId", new Meaning(Schema.text(1, 64), "Id of an API key."),
            "gatewayName", new Meaning(Schema.pattern("^[A-Za-z0-9._-]{1,64}$"),
                    "Name of an enrolment."),
            "team", new Meaning(Schema.pattern("^[a-z0-9-]{1,63}$"), "Any; it is answered."));

    private PathParameters() {}

    static Parameter of(String name) {
        Meaning meaning = MEANINGS.get(name);
        if (meaning == null) {
            throw new IllegalArgumentException("nobody says what " + name + " is");
        }
        return new Parameter("path", name, true, meaning.schema, meaning.text);
    }
}
