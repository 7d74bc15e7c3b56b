package dev.portcullis.admin.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A response before it is octets. Immutable.
 *
 * @param headers further response headers, in order; names and values are ours, never the client's
 */
record RestReply(int status, JsonNode body, Map<String, String> headers) {

    RestReply {
        headers = Map.copyOf(headers);
    }

    static RestReply ok(JsonNode body) {
        return new RestReply(200, body, Map.of());
    }

    /** {@code {"message": ..., "code": ...}}, the form of every error. */
    static RestReply error(int status, String message) {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        body.put("message", message);
        body.put("code", status);
        return new RestReply(status, body, Map.of());
    }

    static RestReply error(RestException e) {
        return error(e.status(), e.getMessage());
    }

    RestReply with(String header, String value) {
        Map<String, String> more = new LinkedHashMap<>(headers);
        more.put(header, value);
        return new RestReply(status, body, more);
    }
}
