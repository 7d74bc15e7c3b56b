package dev.portcullis.admin.rest.openapi;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.TreeMap;

/** What each status of an error means, in both forms that errors have. */
final class ErrorReplies {
    private static final Map<Integer, String> TEXTS = new TreeMap<>(Map.ofEntries(
            Map.entry(400, "Malformed: not JSON, an ambiguous path, more than one credential."),
            Map.entry(401, "No credential, or one that proves nothing."),
            Map.entry(403, "The caller may not do this."),
            Map.entry(404, "Not found."),
            Map.entry(409, "There is such a thing already, or the state of things forbids it."),
            Map.entry(412, "The user has changed since the revision that If-Match names."),
            Map.entry(413, "The body is too large."),
            Map.entry(415, "The body is of a content type, or coding, that is not understood."),
            Map.entry(422, "A field or parameter is wrong; the message begins with its name."),
            Map.entry(429, "Too many requests at once, or too many failed attempts to"
                    + " authenticate from this address."),
            Map.entry(500, "A defect of Portcullis."),
            Map.entry(503, "The database cannot be used now."),
            Map.entry(507, "The disk is full, or there are as many as there may be.")));

    private ErrorReplies() {}

    static ObjectNode components() {
        ObjectNode responses = JsonNodeFactory.instance.objectNode();
        TEXTS.forEach((status, text) -> {
            responses.set("E" + status, reply(status, text, Schema.ref("Error")));
            responses.set("Oauth" + status, reply(status, text, oauthError(status)));
        });
        return responses;
    }

    /** Who has no room for a request, or for its body, does not look what it is for. */
    private static ObjectNode oauthError(int status) {
        ObjectNode schema = Schema.ref("OauthError");
        if (status != 413 && status != 429) {
            return schema;
        }
        ObjectNode either = JsonNodeFactory.instance.objectNode();
        either.putArray("anyOf").add(schema).add(Schema.ref("Error"));
        return either;
    }

    private static ObjectNode reply(int status, String text, ObjectNode schema) {
        ObjectNode reply = JsonNodeFactory.instance.objectNode();
        reply.put("description", text);
        if (status == 401) {
            header(reply, "WWW-Authenticate");
        } else if (status == 429 || status == 503) {
            header(reply, "Retry-After");
        }
        reply.putObject("content").putObject(Operation.JSON).set("schema", schema);
        return reply;
    }

    private static void header(ObjectNode reply, String name) {
        reply.putObject("headers").putObject(name).put("$ref", "#/components/headers/" + name);
    }
}
