package dev.portcullis.cli.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/**
 * The documentation has the table of settings that the code has. Run it with {@code
 * -Dportcullis.update=true} to rewrite the documentation.
 */
class SettingsTableTest {
    private static final String BEGIN =
            "<!-- settings: made from the code, by SettingsTableTest -->\n";
    private static final String END = "<!-- end of settings -->";

    @Test
    void documentation_hasTheTableOfTheCode() throws IOException {
        Path file = Path.of("..", "docs", "configuration.md");
        String text = Files.readString(file);
        int from = text.indexOf(BEGIN) + BEGIN.length();
        int to = text.indexOf(END);
        assertThat(from).isGreaterThanOrEqualTo(BEGIN.length());
        assertThat(to).isGreaterThanOrEqualTo(from);

        if (Boolean.getBoolean("portcullis.update")) {
            text = text.substring(0, from) + SettingsTable.markdown() + text.substring(to);
            Files.writeString(file, text);
            to = text.indexOf(END);
        }

        assertThat(text.substring(from, to)).isEqualTo(SettingsTable.markdown());
    }

    @Test
    void everySetting_hasItsOwnNames() {
        assertThat(Settings.all()).extracting(Setting::flag).doesNotHaveDuplicates();
        assertThat(Settings.all()).extracting(Setting::environmentName).doesNotHaveDuplicates();
        assertThat(Settings.all()).allSatisfy(setting ->
                assertThat(setting.description()).doesNotContain("|", "%", "\n").endsWith("."));
    }
}
