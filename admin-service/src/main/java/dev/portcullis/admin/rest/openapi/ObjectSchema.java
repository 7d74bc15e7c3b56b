package dev.portcullis.admin.rest.openapi;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.portcullis.admin.edge.ContractComments;

/** Builds the schema of a JSON object, field by field. Not thread-safe. */
final class ObjectSchema {
    private final ContractComments comments;
    private final ObjectNode schema = Schema.ofType("object");
    private final ObjectNode properties = JsonNodeFactory.instance.objectNode();
    private final ArrayNode required = JsonNodeFactory.instance.arrayNode();

    ObjectSchema(ContractComments comments) {
        this.comments = comments;
    }

    /** What the object is. */
    ObjectSchema text(String description) {
        schema.put("description", description);
        return this;
    }

    /** A field that is always there. Its text stands in the contract, or here. */
    ObjectSchema always(String name, ObjectNode field, String textOrContractField) {
        required.add(name);
        return maybe(name, field, textOrContractField);
    }

    /**
     * A field that may be absent.
     *
     * @param textOrContractField what it is; or where the contract says it: {@code =User.name}
     */
    ObjectSchema maybe(String name, ObjectNode field, String textOrContractField) {
        String text = textOrContractField.startsWith("=")
                ? comments.field(textOrContractField.substring(1))
                : textOrContractField;
        if (!text.isEmpty()) {
            field.put("description", text);
        }
        properties.set(name, field);
        return this;
    }

    /** Further fields are refused. */
    ObjectSchema closed() {
        schema.put("additionalProperties", false);
        return this;
    }

    ObjectNode build() {
        schema.set("properties", properties);
        if (!required.isEmpty()) {
            schema.set("required", required);
        }
        return schema;
    }
}
