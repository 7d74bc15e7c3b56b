package dev.portcullis.cli.structure;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The documentation names what is there. */
class DocsTest {
    private static final Pattern LINK = Pattern.compile("\\]\\(([^)#:\\s]+)(?:#[^)\\s]*)?\\)");
    private static final Pattern CELL = Pattern.compile("(?m)^\\| (`[^|]+`) \\|");
    private static final Pattern CODE = Pattern.compile("`([a-z0-9]+)`");

    @Test
    void links_leadToFiles() throws IOException {
        List<String> broken = new ArrayList<>();
        int links = 0;
        for (Path document : documents()) {
            Matcher link = LINK.matcher(Files.readString(document));
            while (link.find()) {
                links++;
                if (!Files.exists(document.resolveSibling(link.group(1)))) {
                    broken.add(document.getFileName() + " -> " + link.group(1));
                }
            }
        }
        assertThat(links).isGreaterThan(5);
        assertThat(broken).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "gateway, ## The gateway, ### Decisions",
        "admin-service, ## The admin-service, ## Threads",
    })
    void architecture_namesEveryPackageAndNoOther(String module, String from, String to) {
        String text = Sources.read(Path.of("docs", "architecture.md"));
        String section = text.substring(text.indexOf(from), text.indexOf(to));
        Set<String> named = CELL.matcher(section).results()
                .flatMap(cell -> CODE.matcher(cell.group(1)).results())
                .map(code -> code.group(1))
                .collect(Collectors.toCollection(TreeSet::new));

        assertThat(named).isEqualTo(packages(module));
    }

    /** The packages right below that of a module. */
    private static Set<String> packages(String module) {
        return Sources.all("package-info.java").stream()
                .filter(file -> Sources.module(file).equals(module) && !Sources.isTest(file))
                // module/src/main/java/dev/portcullis/module/package/package-info.java
                .filter(file -> file.getNameCount() == 9)
                .map(file -> file.getName(7).toString())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static List<Path> documents() throws IOException {
        try (Stream<Path> files = Files.list(Sources.root().resolve("docs"))) {
            return Stream.concat(Stream.of(Sources.root().resolve("README.md")),
                    files.filter(Files::isRegularFile)).toList();
        }
    }
}
