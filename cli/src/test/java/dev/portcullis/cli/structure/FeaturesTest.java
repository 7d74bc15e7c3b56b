package dev.portcullis.cli.structure;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The table of features names tests that exist. */
class FeaturesTest {
    private static final Pattern ROW = Pattern.compile("(?m)^\\| (.+?) \\| (.+?) \\|$");
    private static final Pattern TEST =
            Pattern.compile("`([A-Z][A-Za-z0-9]+Test)\\.([a-zA-Z0-9_]+)`");
    private static final Pattern EXCHANGE = Pattern.compile("`([a-z0-9/-]+\\.exchange)`");
    private static final int FACTS_MIN = 80;

    @Test
    void everyFact_namesATestThatExists() throws IOException {
        Map<String, List<Path>> tests = Sources.all("Test.java").stream()
                .collect(Collectors.groupingBy(file -> file.getFileName().toString()));
        List<String> wrong = new ArrayList<>();
        int facts = 0;
        Matcher row = ROW.matcher(Sources.read(Path.of("docs", "features.md")));
        while (row.find()) {
            if (row.group(1).equals("fact") || row.group(1).startsWith("---")) {
                continue;
            }
            facts++;
            check(row.group(1), row.group(2), tests, wrong);
        }
        assertThat(wrong).isEmpty();
        assertThat(facts).isGreaterThan(FACTS_MIN);
    }

    private static void check(
            String fact, String shown, Map<String, List<Path>> tests, List<String> wrong)
            throws IOException {
        int named = 0;
        Matcher test = TEST.matcher(shown);
        while (test.find()) {
            named++;
            boolean found = false;
            for (Path file : tests.getOrDefault(test.group(1) + ".java", List.of())) {
                found |= Sources.read(file).contains(" void " + test.group(2) + "(");
            }
            if (!found) {
                wrong.add(fact + ": " + test.group());
            }
        }
        Matcher exchange = EXCHANGE.matcher(shown);
        while (exchange.find()) {
            named++;
            Path file = Sources.root().resolve("gateway/src/test/resources/exchanges")
                    .resolve(exchange.group(1));
            if (!Files.exists(file)) {
                wrong.add(fact + ": " + exchange.group());
            }
        }
        if (named == 0) {
            wrong.add(fact + ": names no test");
        }
    }
}
