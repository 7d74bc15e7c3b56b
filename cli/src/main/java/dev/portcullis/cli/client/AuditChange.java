package dev.portcullis.cli.client;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** What an audit event changed, in the few words that a table has room for. */
final class AuditChange {
    private static final JsonMapper JSON = new JsonMapper();
    private static final int LENGTH_MAX = 100;

    private AuditChange() {}

    /**
     * The fields that differ, or all of them where there was or is nothing; cut off where it is
     * long, as JSON output has it in full.
     *
     * @param before JSON of what was; empty: nothing
     * @param after JSON of what is; empty: nothing
     */
    static String text(String before, String after) {
        JsonNode was = parse(before);
        JsonNode is = parse(after);
        Set<String> names = new LinkedHashSet<>();
        was.fieldNames().forEachRemaining(names::add);
        is.fieldNames().forEachRemaining(names::add);
        // the target's column has it
        names.remove("id");
        List<String> parts = new ArrayList<>();
        for (String name : names) {
            String part = part(name, was.path(name), is.path(name));
            if (part != null) {
                parts.add(part);
            }
        }
        return parts.isEmpty() ? "-" : cut(String.join(", ", parts));
    }

    private static JsonNode parse(String json) {
        try {
            return JSON.readTree(json);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("an audit event holds what is no JSON", e);
        }
    }

    private static String part(String name, JsonNode was, JsonNode is) {
        if (was.equals(is) || isNothing(was) && isNothing(is)) {
            return null;
        }
        if (isNothing(was)) {
            return name + " " + value(is);
        }
        return name + " " + value(was) + " -> " + (isNothing(is) ? "none" : value(is));
    }

    private static boolean isNothing(JsonNode node) {
        return node.isMissingNode() || node.isNull()
                || node.isContainerNode() && node.isEmpty()
                || node.isTextual() && node.textValue().isEmpty();
    }

    private static String value(JsonNode node) {
        return node.isTextual() ? node.textValue() : node.toString();
    }

    private static String cut(String text) {
        return text.codePointCount(0, text.length()) <= LENGTH_MAX
                ? text
                : text.substring(0, text.offsetByCodePoints(0, LENGTH_MAX)) + "...";
    }
}
