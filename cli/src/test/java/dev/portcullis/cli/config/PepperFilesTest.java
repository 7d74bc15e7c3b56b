package dev.portcullis.cli.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.portcullis.admin.AdminConfig;
import dev.portcullis.core.token.Peppers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Map;
import javax.crypto.Mac;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PepperFilesTest {
    private static final String KEY = "0123456789abcdef".repeat(4);
    private static final Map<String, String> GOOD =
            Map.of("--data", "d", "--upstream", "http://127.0.0.1:3000",
                    "--admin-listen", "127.0.0.1:0", "--rest-listen", "127.0.0.1:0");

    @TempDir
    private Path directory;

    @Test
    void peppers_reachAdminServiceAndGateway() throws IOException {
        Path hex = pepper(directory, "hex", KEY + "\n");
        byte[] octets = HexFormat.of().parseHex("ff".repeat(48));
        Path base64 = pepper(directory, "base64", Base64.getEncoder().encodeToString(octets));
        Path url = pepper(directory, "url",
                Base64.getUrlEncoder().withoutPadding().encodeToString(new byte[33]));

        Configuration config = load("""
                tokens:
                  peppers: [ '2024=%s', '2025=%s' , a-b=%s ]
                  pepper: '2025'
                  exchanged_lifetime: 5m
                  live_keys_max: 3
                  revoke_family_on_reuse: true
                """.formatted(hex, base64, url));

        AdminConfig admin = AdminMapping.admin(config);
        Peppers peppers = GatewayMapping.gateway(config).peppers();
        assertThat(admin.peppers()).isSameAs(peppers);
        assertThat(peppers.current().id()).isEqualTo("2025");
        assertThat(peppers.ids()).containsExactlyInAnyOrder("2024", "2025", "a-b");
        Mac mac = peppers.find("2024").newMac();
        assertThat(mac.doFinal("x".getBytes())).hasSize(32);
        assertThat(admin.tokens().exchangedLifetime()).isEqualTo(Duration.ofMinutes(5));
        assertThat(admin.tokens().liveKeysMax()).isEqualTo(3);
        assertThat(admin.tokens().revokeFamilyOnReuse()).isTrue();
        assertThat(ConfigPrinter.print(config)).contains("2024=" + hex)
                .doesNotContain(KEY, Base64.getEncoder().encodeToString(octets));
        Configuration again = ConfigLoader.loadText("g", ConfigPrinter.print(config), Map.of(),
                Map.of());
        assertThat(again.get(Settings.TOKENS_PEPPERS))
                .isEqualTo(config.get(Settings.TOKENS_PEPPERS));
    }

    @Test
    void withoutCurrentPepper_newSecretsAreHashedPlainly() throws IOException {
        Peppers peppers = GatewayMapping.gateway(
                load("tokens: {peppers: 'a=%s'}".formatted(pepper(directory, "a", KEY))))
                .peppers();

        assertThat(peppers.current()).isNull();
        assertThat(peppers.ids()).containsExactly("a");
    }

    @Test
    void everyPepperThatCannotBeUsed_isToldAndNeverShown() throws IOException {
        Path open = pepper(directory, "open", KEY);
        Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rw-r-----"));
        Path small = pepper(directory, "small", "geheim00".repeat(3));
        Path large = pepper(directory, "large", "ab".repeat(65));
        Path words = pepper(directory, "words", "this is geheim, no key");

        ConfigException mistakes = mistakes("""
                tokens:
                  pepper: x
                  peppers:
                    - none=%s/none
                    - open=%s
                    - small=%s
                    - large=%s
                    - words=%s
                    - directory=%s
                """.formatted(directory, open, small, large, words, directory));

        assertThat(mistakes.mistakes()).isEqualTo(7);
        assertThat(mistakes).hasMessageContainingAll(
                "f.yaml:2:11: tokens.pepper: 'x' is not among tokens.peppers: none, open,",
                "f.yaml:4:5: tokens.peppers: the pepper 'none': " + directory
                        + "/none is not there: tokens that name this pepper cannot be verified",
                "the pepper 'open': " + open + " can be read or written by others",
                "the pepper 'small': " + small + " does not hold 32 to 64 octets",
                "the pepper 'large': " + large + " does not hold 32 to 64 octets",
                "the pepper 'words': " + words + " does not hold 32 to 64 octets",
                "the pepper 'directory': " + directory + " cannot be read");
        assertThat(mistakes.getMessage()).doesNotContain("geheim", KEY);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            `peppers: a`          | 'a' is not id=file, such as
            `peppers: a=`         | 'a=' is not id=file
            `peppers: A=/x`       | 'A' is not 1 to 32 of a-z, 0-9 and -
            `peppers: 'a=/x,a=/y'`| the id 'a' is given twice
            `peppers: 'a=/x,'`    | 'a=/x,' has an empty entry
            `peppers: []`         | tokens.peppers: no value
            `peppers: [[a]]`      | tokens.peppers: expected a single value without a comma
            `peppers: [ 'a=b,c' ]`| tokens.peppers: expected a single value without a comma
            `peppers: {a: b}`     | tokens.peppers: expected a single value
            `pepper: a`           | tokens.pepper: 'a' is not among tokens.peppers
            `pepper: a b`         | 'a b' is not 1 to 32 of a-z, 0-9 and -
            `exchanged_lifetime: 25h` | 25h is not between 1m and 1d
            `live_keys_max: 0`    | 0 is not between 1 and 100
            """)
    void oneMistake_saysWhatIsWrong(String setting, String expected) {
        assertThat(mistakes("tokens:\n  " + setting)).hasMessageContaining(expected);
    }

    @Test
    void workOnTheDataDirectory_asksForNoPepper() {
        assertThat(ConfigLoader.loadForData(null,
                        Map.of("PORTCULLIS_TOKENS_PEPPERS", "a=/nowhere"), Map.of("--data", "d"))
                .get(Settings.DATA)).isEqualTo(Path.of("d"));
    }

    /** A file that only its owner can read. */
    static Path pepper(Path directory, String name, String text) throws IOException {
        Path file = Files.writeString(directory.resolve(name), text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        return file;
    }

    private static Configuration load(String file) {
        return ConfigLoader.loadText("f.yaml", file, Map.of(), GOOD);
    }

    private static ConfigException mistakes(String file) {
        return catchThrowableOfType(ConfigException.class, () -> load(file));
    }
}
