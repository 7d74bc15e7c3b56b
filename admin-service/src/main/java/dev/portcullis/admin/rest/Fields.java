package dev.portcullis.admin.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.portcullis.core.access.Role;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * The fields of a JSON object, taken one by one; each mistake gets 422 with the field's name. A
 * field that nobody took is a mistake as well: {@link #end} finds it, so that a misspelt name never
 * passes for an absent one.
 *
 * <p>Not thread-safe.
 */
final class Fields {
    private static final int LIST_MAX = 100;

    private final String path;
    private final JsonNode object;
    private final Set<String> taken = new HashSet<>();

    private Fields(String path, JsonNode object) {
        this.path = path;
        this.object = object;
    }

    /** The object that is a request's body. */
    static Fields ofBody(byte[] body) {
        JsonNode node = Json.read(body);
        if (!node.isObject()) {
            throw new RestException(422, "body: must be a JSON object");
        }
        return new Fields("", node);
    }

    /** No fields at all. */
    static Fields none() {
        return new Fields("", JsonNodeFactory.instance.objectNode());
    }

    /** A text that must be there. */
    String text(String field) {
        JsonNode node = take(field);
        if (node == null) {
            throw invalid(field, "is required");
        }
        return textOf(field, node);
    }

    String textOr(String field, String absent) {
        JsonNode node = take(field);
        return node == null ? absent : textOf(field, node);
    }

    /** A text, or null when it is null or absent. */
    String textUnlessNull(String field) {
        JsonNode node = take(field);
        return node == null || node.isNull() ? null : textOf(field, node);
    }

    /** A role that must be there, by its word. */
    Role role(String field) {
        return Words.role(path + field, text(field));
    }

    /** True or false, or null when absent. */
    Boolean flag(String field) {
        JsonNode node = take(field);
        if (node == null) {
            return null;
        }
        if (!node.isBoolean()) {
            throw invalid(field, "must be true or false");
        }
        return node.booleanValue();
    }

    /** A whole number within bounds, or null when absent. */
    Long whole(String field, long min, long max) {
        JsonNode node = take(field);
        if (node == null) {
            return null;
        }
        boolean fits = node.isIntegralNumber() && node.canConvertToLong();
        if (!fits || node.longValue() < min || node.longValue() > max) {
            throw invalid(field, "must be a whole number from " + min + " to " + max);
        }
        return node.longValue();
    }

    /** The objects of a list, empty when absent. Whoever reads them calls {@link #end} on each. */
    List<Fields> objects(String field) {
        JsonNode node = take(field);
        List<Fields> objects = new ArrayList<>();
        if (node == null) {
            return objects;
        }
        if (!node.isArray() || node.size() > LIST_MAX) {
            throw invalid(field, "must be a list of at most " + LIST_MAX);
        }
        for (JsonNode element : node) {
            String name = path + field + "[" + objects.size() + "]";
            if (!element.isObject()) {
                throw RestException.invalid(name, "must be an object");
            }
            objects.add(new Fields(name + ".", element));
        }
        return objects;
    }

    /** The object in a field, or null when absent. Whoever reads it calls {@link #end} on it. */
    Fields object(String field) {
        JsonNode node = take(field);
        if (node == null) {
            return null;
        }
        if (!node.isObject()) {
            throw invalid(field, "must be an object");
        }
        return new Fields(path + field + ".", node);
    }

    /** The texts of a list of at most so many, or null when absent. */
    List<String> texts(String field, int max) {
        JsonNode node = take(field);
        if (node == null) {
            return null;
        }
        if (!node.isArray() || node.size() > max) {
            throw invalid(field, "must be a list of at most " + max);
        }
        List<String> texts = new ArrayList<>();
        for (JsonNode element : node) {
            texts.add(textOf(field + "[" + texts.size() + "]", element));
        }
        return texts;
    }

    /** A list that is understood but may hold nothing yet. */
    void emptyList(String field, String why) {
        JsonNode node = take(field);
        if (node == null) {
            return;
        }
        if (!node.isArray()) {
            throw invalid(field, "must be a list");
        }
        if (!node.isEmpty()) {
            throw invalid(field, why);
        }
    }

    /** Refuses what is left. */
    void end() {
        Set<String> unknown = new TreeSet<>();
        object.fieldNames().forEachRemaining(name -> {
            if (!taken.contains(name)) {
                unknown.add(path + printable(name));
            }
        });
        if (!unknown.isEmpty()) {
            throw new RestException(422, String.join(", ", unknown) + ": unknown field");
        }
    }

    RestException invalid(String field, String problem) {
        return RestException.invalid(path + field, problem);
    }

    private JsonNode take(String field) {
        taken.add(field);
        return object.get(field);
    }

    private String textOf(String field, JsonNode node) {
        if (!node.isTextual()) {
            throw invalid(field, "must be a string");
        }
        String text = node.textValue();
        // "\ud800" is JSON but no text: it has no UTF-8 form to store
        if (text.codePoints().anyMatch(c -> c >= 0xD800 && c <= 0xDFFF)) {
            throw invalid(field, "must be well-formed Unicode");
        }
        return text;
    }

    /** A stranger's field name, short and harmless enough to be repeated. */
    static String printable(String name) {
        String cut = name.length() > 40 ? name.substring(0, 40) : name;
        return cut.replaceAll("[^\\x21-\\x7e]", "?");
    }
}
