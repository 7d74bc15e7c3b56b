package dev.portcullis.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/** Every command says what it is for, and shows how it is used. */
class HelpTest {
    private static final Pattern WORD = Pattern.compile("\"([^\"]*)\"|(\\S+)");

    @ParameterizedTest
    @MethodSource("commands")
    void everyCommand_hasDescriptionAndExamples(String name) {
        CommandSpec spec = find(name).getCommandSpec();

        assertThat(String.join(" ", spec.usageMessage().description())).as(name).isNotBlank();
        assertThat(spec.options()).as(name).allSatisfy(option ->
                assertThat(String.join("", option.description())).as(option.longestName())
                        .isNotBlank());
        assertThat(spec.positionalParameters()).as(name).allSatisfy(parameter ->
                assertThat(String.join("", parameter.description()))
                        .as(parameter.paramLabel()).isNotBlank());
        assertThat(examples(spec)).as(name).isNotEmpty();
    }

    @ParameterizedTest
    @MethodSource("commands")
    void everyExample_isUnderstood(String name) {
        for (String example : examples(find(name).getCommandSpec())) {
            List<String> words = words(example);
            assertThat(words.get(0)).as(example).isEqualTo("portcullis");
            String[] arguments = words.subList(1, words.size()).toArray(String[]::new);

            assertThatCode(() -> root().parseArgs(arguments)).as(example)
                    .doesNotThrowAnyException();
            assertThat(example + " ").startsWith(name + " ");
        }
    }

    @ParameterizedTest
    @MethodSource("commands")
    void help_isPrintedAndFitsATerminal(String name) {
        List<String> arguments = words(name + " --help");

        CommandLineRun run = CommandLineRun.of(Map.of(),
                arguments.subList(1, arguments.size()).toArray(String[]::new));

        assertThat(run.exitCode()).isZero();
        assertThat(run.stdout()).contains("Usage: " + name, "\nExample:\n  portcullis ");
        assertThat(run.stderr()).isEmpty();
    }

    @Test
    void commands_areAllOfThoseThatAreThere() {
        assertThat(commands()).hasSizeGreaterThan(50).contains(
                "portcullis", "portcullis key exchange", "portcullis audit tail",
                "portcullis user set-key", "portcullis import netbird", "portcullis completion");
    }

    static Stream<String> commands() {
        List<String> names = new ArrayList<>();
        collect(root(), names);
        return names.stream();
    }

    private static void collect(CommandLine command, List<String> names) {
        names.add(command.getCommandSpec().qualifiedName());
        command.getSubcommands().values().forEach(below -> collect(below, names));
    }

    private static CommandLine root() {
        return Main.commandLine(Map.of());
    }

    private static CommandLine find(String name) {
        CommandLine found = root();
        List<String> words = words(name);
        for (String word : words.subList(1, words.size())) {
            found = found.getSubcommands().get(word);
        }
        return found;
    }

    /** The lines behind "Example:", up to where the shell takes over. */
    private static List<String> examples(CommandSpec spec) {
        List<String> footer = List.of(spec.usageMessage().footer());
        int heading = footer.indexOf("Example:");
        return heading < 0
                ? List.of()
                : footer.subList(heading + 1, footer.size()).stream()
                        .map(line -> line.strip().replaceFirst(" (\\||>).*", ""))
                        .toList();
    }

    private static List<String> words(String line) {
        List<String> words = new ArrayList<>();
        Matcher word = WORD.matcher(line);
        while (word.find()) {
            words.add(word.group(1) == null ? word.group(2) : word.group(1));
        }
        return words;
    }
}
