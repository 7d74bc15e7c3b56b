package dev.portcullis.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CompletionTest {
    @TempDir
    private Path directory;

    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "none", textBlock = """
            us                     | user
            user cr                | create
            key ex                 | exchange,expire
            token issue --rot      | --rotate-before
            import net             | netbird
            completion f           | fish
            audit tail --outp      | --output
            nosuch                 | none
            """)
    void bash_completes(String line, String expected) throws Exception {
        Path script = script("bash");
        String[] words = ("portcullis " + line).split(" ");
        // without a prompt there is nothing to set the options of
        String command = "compopt() { :; }; source " + script
                + "; COMP_WORDS=(" + String.join(" ", words)
                + "); COMP_CWORD=" + (words.length - 1) + "; COMP_LINE='portcullis " + line
                + "'; _complete_portcullis; printf '%s\\n' \"${COMPREPLY[@]}\"";

        List<String> completed = bash("-c", command).lines().filter(word -> !word.isBlank())
                .sorted().toList();

        assertThat(completed).isEqualTo(
                expected == null ? List.of() : List.of(expected.split(",")));
    }

    @ParameterizedTest
    @CsvSource({"bash", "zsh"})
    void scriptOfBash_isBash(String shell) throws Exception {
        assertThat(bash("-n", script(shell).toString())).isEmpty();
    }

    @Test
    void fish_knowsEveryCommandAndOption() {
        String script = CommandLineRun.of(Map.of(), "completion", "fish").stdout();

        assertThat(script.lines()).contains(
                "complete -c portcullis -n '__portcullis_at exact' -f -a explain -d 'Says whether "
                        + "a request would be permitted now, and what decides it.'",
                "complete -c portcullis -n '__portcullis_at exact audit' -f -a tail -d 'Follows the"
                        + " audit log: prints the last events, then each as it is committed, until "
                        + "Ctrl-C.'",
                "complete -c portcullis -n '__portcullis_at within token rotate' -l overlap -x -d "
                        + "'How long the old one goes on working. Default: 0s'",
                "complete -c portcullis -n '__portcullis_at within user set-key' -l jwk -r -F -d "
                        + "'Holds the public key: EC on P-256, P-384 or P-521, or RSA.'");
        assertThat(script).contains(" -s o -l output -x -a 'table json' ")
                .contains("user\\'s").doesNotContain("${");
        assertThat(script.lines().filter(line -> line.startsWith("complete")))
                .hasSizeGreaterThan(300)
                .allMatch(line -> line.replace("\\'", "").chars()
                        .filter(character -> character == '\'').count() % 2 == 0);
    }

    private Path script(String shell) throws IOException {
        CommandLineRun run = CommandLineRun.of(Map.of(), "completion", shell);
        assertThat(run.exitCode()).isZero();
        return Files.writeString(directory.resolve(shell), run.stdout());
    }

    private static String bash(String... arguments) throws Exception {
        String[] command = new String[arguments.length + 3];
        command[0] = "bash";
        command[1] = "--norc";
        command[2] = "--noprofile";
        System.arraycopy(arguments, 0, command, 3, arguments.length);
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        return said;
    }
}
