package dev.portcullis.admin.rest.openapi;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** The response headers that mean something to clients of this API. */
final class Headers {
    /** What every answer to a change carries. */
    static final List<String> PROPAGATION = List.of(
            "Portcullis-Propagation",
            "Portcullis-Revision",
            "Portcullis-Unconfirmed-Gateways",
            "Portcullis-Effective-Everywhere-By");

    private Headers() {}

    /** All of them, as components. */
    static ObjectNode components() {
        ObjectNode headers = JsonNodeFactory.instance.objectNode();
        add(headers, "Portcullis-Propagation", Schema.words("propagated", "pending"),
                "Whether every gateway has confirmed the change.");
        add(headers, "Portcullis-Revision", Schema.pattern("^[0-9]+$"), "Of the change.");
        add(headers, "Portcullis-Unconfirmed-Gateways", Schema.text(0, 65_536),
                "When pending: ids of gateways that have not confirmed, separated by commas.");
        add(headers, "Portcullis-Effective-Everywhere-By", Schema.instant(),
                "When pending: the instant by which even they have stopped.");
        add(headers, "Link", Schema.text(1, 65_536),
                "The next page, with rel=\"next\" (RFC 8288); absent on the last one.");
        add(headers, "ETag", Schema.pattern("^\"[0-9]+\"$"),
                "The user's revision, for If-Match.");
        add(headers, "WWW-Authenticate", Schema.text(1, 200), "How to authenticate.");
        add(headers, "Retry-After", Schema.pattern("^[0-9]+$"), "In seconds.");
        add(headers, "Allow", Schema.text(1, 200), "The methods that the path has.");
        return headers;
    }

    private static void add(ObjectNode headers, String name, ObjectNode schema, String text) {
        headers.putObject(name).put("description", text).set("schema", schema);
    }
}
