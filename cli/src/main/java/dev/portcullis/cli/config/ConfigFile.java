package dev.portcullis.cli.config;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/**
 * What a configuration file says, key by key, with positions. The walk knows the table of settings
 * and nothing of their values: it finds unknown and doubled keys and wrong shapes.
 */
final class ConfigFile {
    static final String APPLICATIONS = "applications";

    private static final int BYTES_MAX = 1 << 20;
    private static final int APPLICATIONS_MAX = 1_000;

    private final String label;
    private final Mistakes mistakes;
    private final YamlNodes nodes;
    private final Map<String, Given> values = new LinkedHashMap<>();
    private List<Section> applications;
    private Origin applicationsOrigin;
    private boolean understood = true;

    private ConfigFile(String label, Mistakes mistakes) {
        this.label = label;
        this.mistakes = mistakes;
        nodes = new YamlNodes(label, mistakes);
    }

    /** What {@code file} says; what cannot be read or understood is a mistake and left out. */
    static ConfigFile read(Path file, Mistakes mistakes) {
        ConfigFile config = new ConfigFile(file.toString(), mistakes);
        String text = config.readText(file);
        if (text != null) {
            config.compose(text);
        }
        return config;
    }

    /** What {@code text} says, as if it stood in a file called {@code label}. */
    static ConfigFile parse(String label, String text, Mistakes mistakes) {
        ConfigFile config = new ConfigFile(label, mistakes);
        config.compose(text);
        return config;
    }

    /** By key such as {@code limits.head}. */
    Map<String, Given> values() {
        return values;
    }

    /** Null when the file has no such list. */
    List<Section> applications() {
        return applications;
    }

    /** Where the list of applications begins; null when there is none. */
    Origin applicationsOrigin() {
        return applicationsOrigin;
    }

    /** False when the file as a whole cannot be read, so that what it lacks says nothing. */
    boolean isUnderstood() {
        return understood;
    }

    private void notUnderstood(String where, String what) {
        understood = false;
        mistakes.add(where, what);
    }

    private String readText(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(BYTES_MAX + 1);
            if (bytes.length > BYTES_MAX) {
                notUnderstood(label, "longer than 1MiB");
                return null;
            }
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        } catch (NoSuchFileException e) {
            notUnderstood(label, "no such file");
        } catch (CharacterCodingException e) {
            notUnderstood(label, "not UTF-8 text");
        } catch (IOException e) {
            notUnderstood(label, "cannot be read: " + e.getMessage());
        }
        return null;
    }

    private void compose(String text) {
        LoadSettings settings = LoadSettings.builder()
                .setLabel(label)
                .setUseMarks(true)
                .setCodePointLimit(BYTES_MAX)
                .setMaxAliasesForCollections(50)
                // the walk refuses them, and can say where
                .setAllowNonScalarKeys(true)
                .build();
        try {
            Optional<Node> root = new Compose(settings).composeString(text);
            root.filter(node -> !YamlNodes.isNull(node)).ifPresent(this::readRoot);
        } catch (MarkedYamlEngineException e) {
            Optional<Mark> mark = e.getProblemMark().or(e::getContextMark);
            String problem = e.getProblem() == null ? e.getContext() : e.getProblem();
            notUnderstood(mark.map(nodes::at).orElse(label), "not YAML: " + problem);
        } catch (YamlEngineException e) {
            notUnderstood(label, "not YAML: " + e.getMessage());
        } catch (StackOverflowError e) {
            notUnderstood(label, "nested too deeply");
        }
    }

    private void readRoot(Node root) {
        if (root instanceof MappingNode mapping) {
            readSettings("", mapping);
        } else {
            notUnderstood(nodes.at(root),
                    "expected keys with values, such as 'listen: 127.0.0.1:8080'");
        }
    }

    /** One level of settings: {@code prefix} is empty, or a section such as {@code limits.}. */
    private void readSettings(String prefix, MappingNode mapping) {
        for (Map.Entry<String, NodeTuple> entry : nodes.entries(mapping).entrySet()) {
            String key = prefix + entry.getKey();
            Node value = entry.getValue().getValueNode();
            Setting<?> setting = Settings.of(key);
            if (setting != null && setting.type().isList()
                    && value instanceof SequenceNode list) {
                readList(key, list);
            } else if (setting != null) {
                readScalar(key, value);
            } else if (key.equals(APPLICATIONS)) {
                readApplications(value);
            } else if (isSection(key)) {
                readSection(key, value);
            } else {
                unknown(key, siblings(prefix), entry.getValue().getKeyNode());
            }
        }
    }

    private void readSection(String key, Node value) {
        if (value instanceof MappingNode mapping) {
            readSettings(key + ".", mapping);
        } else if (!YamlNodes.isNull(value)) {
            mistakes.add(nodes.at(value), key + ": expected keys with values below it");
        }
    }

    private void readApplications(Node value) {
        applications = new ArrayList<>();
        applicationsOrigin = nodes.origin(value);
        if (YamlNodes.isNull(value)) {
            mistakes.add(nodes.at(value), "applications: there are none");
            return;
        }
        if (!(value instanceof SequenceNode list)) {
            mistakes.add(nodes.at(value), "applications: expected a list, each entry with name and "
                    + "upstream");
            return;
        }
        int size = list.getValue().size();
        if (size == 0 || size > APPLICATIONS_MAX) {
            mistakes.add(nodes.at(value), "applications: there are "
                    + (size == 0 ? "none" : "more than " + APPLICATIONS_MAX));
            return;
        }
        for (Node entry : list.getValue()) {
            if (entry instanceof MappingNode mapping) {
                applications.add(Section.entry(APPLICATIONS, nodes, mapping));
            } else {
                mistakes.add(nodes.at(entry),
                        "applications: expected an entry with name and upstream");
            }
        }
    }

    /** A sequence of single values stands for the same with commas between them. */
    private void readList(String key, SequenceNode list) {
        List<String> entries = new ArrayList<>();
        for (Node entry : list.getValue()) {
            if (!(entry instanceof ScalarNode scalar) || YamlNodes.isNull(entry)
                    || scalar.getValue().indexOf(',') >= 0) {
                mistakes.add(nodes.at(entry), key + ": expected a single value without a comma");
                return;
            }
            entries.add(scalar.getValue());
        }
        if (entries.isEmpty()) {
            mistakes.add(nodes.at(list), key + ": no value");
            return;
        }
        values.put(key, new Given(
                String.join(",", entries), nodes.origin(list)));
    }

    private void readScalar(String key, Node value) {
        Given given = nodes.scalar(key, value);
        if (given != null) {
            values.put(key, given);
        }
    }

    private void unknown(String key, List<String> siblings, Node keyNode) {
        String name = key.substring(key.lastIndexOf('.') + 1);
        String meant = Suggestion.nearest(name, siblings);
        if (meant == null) {
            // perhaps the right word on the wrong level
            meant = Settings.all().stream().map(Setting::key)
                    .filter(known -> known.endsWith("." + name))
                    .findFirst()
                    .map(known -> known.replace(".", ": "))
                    .orElse(null);
        }
        mistakes.add(nodes.at(keyNode), key + ": unknown key"
                + (meant == null ? "" : "; did you mean '" + meant + "'?"));
    }

    private static boolean isSection(String key) {
        return Settings.all().stream().anyMatch(setting -> setting.key().startsWith(key + "."));
    }

    /** The words that may stand on a level. */
    private static List<String> siblings(String prefix) {
        List<String> words = new ArrayList<>();
        for (Setting<?> setting : Settings.all()) {
            if (setting.key().startsWith(prefix)) {
                String word = setting.key().substring(prefix.length()).replaceAll("\\..*", "");
                if (!words.contains(word)) {
                    words.add(word);
                }
            }
        }
        if (prefix.isEmpty()) {
            words.add(APPLICATIONS);
        }
        return words;
    }
}
