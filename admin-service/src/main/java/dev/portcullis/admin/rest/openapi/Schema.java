package dev.portcullis.admin.rest.openapi;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/**
 * JSON schemas (draft 2020-12) of what bodies and parameters are made of. Each call answers with a
 * new one.
 */
public final class Schema {
    private Schema() {}

    /** Texts of so many characters. */
    public static ObjectNode text(int min, int max) {
        ObjectNode schema = ofType("string");
        if (min > 0) {
            schema.put("minLength", min);
        }
        return schema.put("maxLength", max);
    }

    /** Texts that match a regular expression. */
    public static ObjectNode pattern(String pattern) {
        return ofType("string").put("pattern", pattern);
    }

    /** One of these words. */
    public static ObjectNode words(String... words) {
        ObjectNode schema = ofType("string");
        ArrayNode all = schema.putArray("enum");
        List.of(words).forEach(all::add);
        return schema;
    }

    /** Instants, as RFC 3339 writes them. */
    public static ObjectNode instant() {
        return ofType("string").put("format", "date-time");
    }

    /** True or false. */
    public static ObjectNode flag() {
        return ofType("boolean");
    }

    /** Whole numbers. */
    public static ObjectNode whole(long min, long max) {
        return whole(min).put("maximum", max);
    }

    /** Whole numbers from one on. */
    static ObjectNode whole(long min) {
        return ofType("integer").put("minimum", min);
    }

    /** Times with a unit. */
    public static ObjectNode duration() {
        return pattern("^[0-9]{1,9}[smhd]$");
    }

    /** Names of applications. */
    public static ObjectNode application() {
        return pattern("^[a-z0-9-]{1,63}$");
    }

    /** The same, or null. */
    static ObjectNode orNull(ObjectNode schema) {
        String type = schema.get("type").textValue();
        ArrayNode types = schema.putArray("type");
        types.add(type).add("null");
        return schema;
    }

    /** Lists of at most so many. */
    static ObjectNode list(ObjectNode items, int max) {
        return list(items).put("maxItems", max);
    }

    /** Lists. */
    public static ObjectNode list(ObjectNode items) {
        ObjectNode schema = ofType("array");
        schema.set("items", items);
        return schema;
    }

    /** A schema among the components. */
    public static ObjectNode ref(String name) {
        return node().put("$ref", "#/components/schemas/" + name);
    }

    /** Any text at all. */
    static ObjectNode text() {
        return ofType("string");
    }

    static ObjectNode ofType(String type) {
        return node().put("type", type);
    }

    private static ObjectNode node() {
        return JsonNodeFactory.instance.objectNode();
    }
}
