package dev.portcullis.admin.rest.openapi;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Iterator;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Writes JSON as YAML 1.2, block by block, so that it reads well and differences show line by line.
 * Texts are written as JSON writes them, which is YAML as well.
 */
final class Yaml {
    private static final Pattern PLAIN_KEY = Pattern.compile("[A-Za-z$][A-Za-z0-9_$-]*");
    /** YAML 1.1, which many still read, takes these for true and false. */
    private static final Pattern FLAG_OF_OLD =
            Pattern.compile("(?i)y|n|yes|no|on|off|true|false|null");

    private final StringBuilder out = new StringBuilder();

    private Yaml() {}

    /** @param node an object or a list that is not empty */
    static String write(JsonNode node) {
        Yaml yaml = new Yaml();
        yaml.block(node, 0, false);
        return yaml.out.toString();
    }

    /** @param begun whether the first line's indent is written already, behind a dash */
    private void block(JsonNode node, int depth, boolean begun) {
        boolean inLine = begun;
        if (node.isObject()) {
            Iterator<Map.Entry<String, JsonNode>> fields = node.fields();
            while (fields.hasNext()) {
                Map.Entry<String, JsonNode> field = fields.next();
                indent(inLine ? 0 : depth);
                inLine = false;
                out.append(key(field.getKey())).append(':');
                value(field.getValue(), depth);
            }
        } else {
            for (JsonNode item : node) {
                indent(inLine ? 0 : depth);
                inLine = false;
                out.append("- ");
                item(item, depth);
            }
        }
    }

    private void value(JsonNode value, int depth) {
        if (isBlock(value)) {
            out.append('\n');
            block(value, depth + 1, false);
        } else {
            // Jackson's own text of a node is JSON
            out.append(' ').append(value).append('\n');
        }
    }

    private void item(JsonNode item, int depth) {
        if (isBlock(item)) {
            block(item, depth + 1, true);
        } else {
            out.append(item).append('\n');
        }
    }

    private static boolean isBlock(JsonNode node) {
        return node.isContainerNode() && !node.isEmpty();
    }

    private static String key(String name) {
        boolean plain = PLAIN_KEY.matcher(name).matches() && !FLAG_OF_OLD.matcher(name).matches();
        return plain ? name : '"' + name.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }

    private void indent(int depth) {
        out.append("  ".repeat(depth));
    }
}
