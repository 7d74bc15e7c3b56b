package dev.portcullis.cli.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/**
 * Keys with values below one place of the file. A reader asks for what it knows, and then for what
 * is left over: {@link #end}. Whatever is wrong is told at its own line and column, and reads as if
 * it had not been given.
 *
 * <p>The depth is that of the readers, and no list is longer than {@link #ENTRIES_MAX}: what a file
 * with aliases can stand for stays bounded.
 */
final class Section {
    /** Entries of one list or of one section with free keys. */
    static final int ENTRIES_MAX = 500;

    private final YamlNodes nodes;
    private final Mistakes mistakes;
    private final String prefix;
    private final String path;
    private final Origin origin;
    private final Map<String, NodeTuple> entries;
    private final Map<String, Origin> origins;
    private final Set<String> known = new LinkedHashSet<>();
    /** By key, or by key and index: what was asked for. */
    private final Map<String, Section> below = new LinkedHashMap<>();

    /**
     * Where it is.
     *
     * @param prefix what is put before a key in messages, such as {@code applications: limits.}
     * @param path what is put before a key in {@link #origins}
     * @param origin where it begins
     */
    private record Place(String prefix, String path, Origin origin) {}

    private Section(YamlNodes nodes, Place place, Map<String, NodeTuple> entries,
            Map<String, Origin> origins) {
        this.nodes = nodes;
        this.mistakes = nodes.mistakes();
        prefix = place.prefix;
        path = place.path;
        origin = place.origin;
        this.entries = entries;
        this.origins = origins;
    }

    /** An entry of the list {@code name} at the top of a file. */
    static Section entry(String name, YamlNodes nodes, MappingNode mapping) {
        return new Section(nodes, new Place(name + ": ", "", nodes.origin(mapping)),
                nodes.entries(mapping), new LinkedHashMap<>());
    }

    /** Where it begins; where the section it would be in begins, when it was not given. */
    Origin origin() {
        return origin;
    }

    /** Where the value of a key stands, or where this begins when it was not given. */
    Origin origin(String key) {
        NodeTuple entry = entries.get(key);
        return entry == null ? origin : nodes.origin(entry.getValueNode());
    }

    /** Where each value was given that was asked for so far, by its path from the entry. */
    Map<String, Origin> origins() {
        return origins;
    }

    /** Whether anything is written for a key, be it right or wrong. */
    boolean has(String key) {
        return entries.containsKey(key);
    }

    /** How many mistakes there are so far, here and elsewhere. */
    int mistakes() {
        return mistakes.count();
    }

    /** A mistake at the value of a key, or where this begins. */
    void mistake(String key, String what) {
        mistakes.add(origin(key), prefix + key + ": " + what);
    }

    /** A mistake when there is nothing for a key. */
    Section require(String key) {
        if (!has(key)) {
            mistake(key, "missing");
        }
        return this;
    }

    /** The value of a key, or null. */
    <T> T value(String key, ValueType<T> type) {
        return value(key, type, null);
    }

    /** The value of a key, or {@code absent}. */
    <T> T value(String key, ValueType<T> type, T absent) {
        Given given = given(key);
        T value = given == null ? null : parse(prefix + key, type, given);
        return value == null ? absent : value;
    }

    private Given given(String key) {
        known.add(key);
        NodeTuple entry = entries.get(key);
        if (entry == null) {
            return null;
        }
        origins.put(path + key, nodes.origin(entry.getValueNode()));
        return nodes.scalar(prefix + key, entry.getValueNode());
    }

    private <T> T parse(String name, ValueType<T> type, Given given) {
        try {
            return type.parse(given.text());
        } catch (BadValueException e) {
            mistakes.add(given.origin(), name + ": " + e.getMessage());
            return null;
        }
    }

    /** The values of a list, in its order and each once; empty when it was not given. */
    <T> List<T> list(String key, ValueType<T> type) {
        Set<T> values = new LinkedHashSet<>();
        for (Node node : sequence(key)) {
            Given given = nodes.scalar(prefix + key, node);
            T value = given == null ? null : parse(prefix + key, type, given);
            if (value != null && !values.add(value)) {
                mistakes.add(given.origin(), prefix + key + ": '" + given.text()
                        + "' is given twice");
            }
        }
        return List.copyOf(values);
    }

    private List<Node> sequence(String key) {
        known.add(key);
        NodeTuple entry = entries.get(key);
        if (entry == null) {
            return List.of();
        }
        Node value = entry.getValueNode();
        origins.put(path + key, nodes.origin(value));
        if (!(value instanceof SequenceNode list)) {
            mistake(key, YamlNodes.isNull(value) ? "no value" : "expected a list, such as [a, b]");
        } else if (list.getValue().isEmpty()) {
            mistake(key, "an empty list");
        } else if (list.getValue().size() > ENTRIES_MAX) {
            mistake(key, "more than " + ENTRIES_MAX + " entries");
        } else {
            return list.getValue();
        }
        return List.of();
    }

    /** What is below a key; empty when it was not given. The same one for each who asks. */
    Section section(String key) {
        if (!known.add(key)) {
            return below.get(key);
        }
        NodeTuple entry = entries.get(key);
        Map<String, NodeTuple> given = Map.of();
        if (entry != null) {
            origins.put(path + key, origin(key));
        }
        if (entry != null && entry.getValueNode() instanceof MappingNode mapping) {
            given = nodes.entries(mapping);
        } else if (entry != null) {
            mistake(key, "expected keys with values below it");
        }
        Place place = new Place(prefix + key + ".", path + key + ".", origin(key));
        Section section = new Section(nodes, place, given, origins);
        below.put(key, section);
        return section;
    }

    /** A list of which each entry has keys; their origins are at {@code key.0} and so on. */
    List<Section> sections(String key) {
        List<Section> sections = new ArrayList<>();
        for (Node node : sequence(key)) {
            if (node instanceof MappingNode mapping) {
                String at = path + key + "." + sections.size();
                Origin begin = nodes.origin(node);
                origins.put(at, begin);
                Place place = new Place(prefix + key + ": ", at + ".", begin);
                Section section =
                        new Section(nodes, place, nodes.entries(mapping), origins);
                below.put(key + "." + sections.size(), section);
                sections.add(section);
            } else {
                mistakes.add(nodes.at(node), prefix + key + ": expected keys with values");
            }
        }
        return sections;
    }

    /**
     * What is below a key where the keys are free: names with values.
     *
     * @return by name as {@code names} reads it
     */
    Map<String, String> named(String key, ValueType<String> names, ValueType<String> values) {
        Section given = section(key);
        if (given.entries.size() > ENTRIES_MAX) {
            mistake(key, "more than " + ENTRIES_MAX + " entries");
            return Map.of();
        }
        Map<String, String> named = new LinkedHashMap<>();
        Set<String> seen = new LinkedHashSet<>();
        given.entries.forEach((word, entry) -> {
            Given name = new Given(word, nodes.origin(entry.getKeyNode()));
            String parsed = parse(prefix + key, names, name);
            String value = given.value(word, values);
            if (parsed != null && !seen.add(HeaderNames.folded(parsed))) {
                mistakes.add(name.origin(), prefix + key + ": '" + word + "' is given twice");
            } else if (parsed != null && value != null) {
                named.put(parsed, value);
            }
        });
        return named;
    }

    /** Tells every key that nobody asked for, here and below. */
    void end() {
        entries.forEach((key, entry) -> {
            if (!known.contains(key)) {
                String meant = Suggestion.nearest(key, known);
                mistakes.add(nodes.at(entry.getKeyNode()), prefix + key + ": unknown key"
                        + (meant == null ? "" : "; did you mean '" + meant + "'?"));
            }
        });
        below.values().forEach(Section::end);
    }
}
