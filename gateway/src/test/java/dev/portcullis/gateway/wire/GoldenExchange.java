package dev.portcullis.gateway.wire;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A stored exchange. Its file begins with a comment and options ({@code key: value}); then come
 * sections, each begun by a line with three dashes and its name:
 *
 * <pre>
 *   client     what the client sends, with directives between
 *   upstream   what the upstream does about one request; an echo where there is none
 *   seen       what the upstream must have seen of one request
 *   answer     what the client must see, and how its connection ends
 *   log        the lines of the access log
 * </pre>
 *
 * <p>The first two are written by hand; the others may be rewritten from what happens.
 *
 * @param name path below the folder of all exchanges
 * @param preface the lines before the first section
 */
record GoldenExchange(
        String name, List<String> preface, List<Section> given, List<Section> expected) {
    private static final String DASHES = "--- ";

    /** A part of the file: its title behind the dashes, and its lines. */
    record Section(String title, List<String> lines) {}

    static GoldenExchange read(Path root, Path file) throws IOException {
        List<String> preface = new ArrayList<>();
        List<Section> sections = new ArrayList<>();
        List<String> into = preface;
        for (String line : Files.readAllLines(file, StandardCharsets.US_ASCII)) {
            if (line.startsWith(DASHES)) {
                into = new ArrayList<>();
                sections.add(new Section(line.substring(DASHES.length()), into));
            } else {
                into.add(line);
            }
        }
        Map<Boolean, List<Section>> halves = sections.stream().collect(Collectors.partitioningBy(
                section -> Arrays.asList("client", "upstream").contains(section.title())));
        return new GoldenExchange(
                root.relativize(file).toString(), preface, halves.get(true), halves.get(false));
    }

    /** The options of the preface. */
    Map<String, String> options() {
        Map<String, String> options = new LinkedHashMap<>();
        for (String line : preface) {
            if (!line.startsWith("#") && line.contains(": ")) {
                String[] parts = line.split(": ", 2);
                options.put(parts[0], parts[1]);
            }
        }
        return options;
    }

    /** What the client does. */
    List<String> client() {
        return given.get(0).lines();
    }

    /** What the upstream does, request by request. */
    List<List<String>> upstream() {
        return given.stream().skip(1).map(Section::lines).toList();
    }

    /** How the client's connection must end, or null where that is not written yet. */
    String expectedEnd() {
        return expected.stream()
                .filter(section -> section.title().equals("answer"))
                .map(section -> section.lines().get(section.lines().size() - 1))
                .findFirst()
                .orElse(null);
    }

    /** How many requests the upstream must have seen. */
    long expectedSeen() {
        return expected.stream().filter(section -> section.title().startsWith("seen")).count();
    }

    /** The text of the file as it stands. */
    String text() {
        return text(expected);
    }

    /** The text of the file with other expectations. */
    String text(List<Section> expectations) {
        StringBuilder text = new StringBuilder();
        preface.forEach(line -> text.append(line).append('\n'));
        for (List<Section> half : List.of(given, expectations)) {
            for (Section section : half) {
                text.append(DASHES).append(section.title()).append('\n');
                section.lines().forEach(line -> text.append(line).append('\n'));
            }
        }
        return text.toString();
    }

    @Override
    public String toString() {
        return name;
    }
}
