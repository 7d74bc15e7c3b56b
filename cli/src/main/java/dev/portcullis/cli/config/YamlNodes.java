package dev.portcullis.cli.config;

import java.util.LinkedHashMap;
import java.util.Map;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/**
 * What all readers of a file have in common: where something stands, and what is wrong with it.
 *
 * @param label what the file is called
 * @param mistakes what is wrong goes there
 */
record YamlNodes(String label, Mistakes mistakes) {
    /** Written without a value: nothing, {@code ~} or {@code null}, without quotes. */
    static boolean isNull(Node node) {
        return node instanceof ScalarNode scalar
                && scalar.isPlain()
                && (node.getTag().equals(Tag.NULL)
                        || scalar.getValue().isEmpty()
                        || scalar.getValue().equals("~"));
    }

    /** The entries by key; what has no usable key, or one that was there before, is a mistake. */
    Map<String, NodeTuple> entries(MappingNode mapping) {
        Map<String, NodeTuple> entries = new LinkedHashMap<>();
        for (NodeTuple tuple : mapping.getValue()) {
            Node keyNode = tuple.getKeyNode();
            if (!(keyNode instanceof ScalarNode scalar)) {
                mistakes.add(at(keyNode), "a key must be a single word");
                continue;
            }
            NodeTuple first = entries.putIfAbsent(scalar.getValue(), tuple);
            if (first != null) {
                mistakes.add(at(keyNode), scalar.getValue() + ": given twice, first at "
                        + at(first.getKeyNode()));
            }
        }
        return entries;
    }

    /**
     * What is given for a key, where that is a single value.
     *
     * @param name the key, for the message
     * @return null when it is not, which is a mistake
     */
    Given scalar(String name, Node value) {
        if (isNull(value)) {
            mistakes.add(at(value), name + ": no value");
        } else if (value instanceof ScalarNode scalar) {
            return new Given(scalar.getValue(), origin(value));
        } else {
            mistakes.add(at(value), name + ": expected a single value");
        }
        return null;
    }

    Origin origin(Node node) {
        return new Origin(Origin.Kind.FILE, at(node));
    }

    String at(Node node) {
        return node.getStartMark().map(this::at).orElse(label);
    }

    /** Lines and columns as people and editors count them, from 1. */
    String at(Mark mark) {
        return label + ":" + (mark.getLine() + 1) + ":" + (mark.getColumn() + 1);
    }
}
