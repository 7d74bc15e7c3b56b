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
record RestReply(int status, Content content, Map<String, String> headers) {
    private static final String JSON = "application/json";

    /** What the response's body is made of. */
    sealed interface Content {
        /** The Content-Type. */
        String mediaType();
    }

    /** Octets that are there. */
    record Octets(String mediaType, byte[] octets) implements Content {}

    /** A body that is made as it goes. */
    record Stream(String mediaType, EventStream events) implements Content {}

    RestReply {
        headers = Map.copyOf(headers);
    }

    static RestReply ok(JsonNode body) {
        return of(200, body);
    }

    static RestReply of(int status, JsonNode body) {
        return new RestReply(status, new Octets(JSON, Json.write(body)), Map.of());
    }

    static RestReply ok(Content content) {
        return new RestReply(200, content, Map.of());
    }

    /** {@code {"message": ..., "code": ...}}, the form of every error but those of OAuth. */
    static RestReply error(int status, String message) {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        body.put("message", message);
        body.put("code", status);
        return of(status, body);
    }

    static RestReply error(RestException e) {
        RestReply reply = error(e.status(), e.getMessage());
        return e.retryAfterSeconds() == 0
                ? reply
                : reply.with("Retry-After", Long.toString(e.retryAfterSeconds()));
    }

    RestReply with(String header, String value) {
        Map<String, String> more = new LinkedHashMap<>(headers);
        more.put(header, value);
        return new RestReply(status, content, more);
    }
}
