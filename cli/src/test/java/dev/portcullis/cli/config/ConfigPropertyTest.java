package dev.portcullis.cli.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Random files: whatever they hold, they load or are refused with the one exception. */
class ConfigPropertyTest {
    private static final int ROUNDS = 3_000;
    private static final List<String> SCRAPS = List.of("data", "upstream", "listen", "limits",
            "head", "tokens", "mark", "applications", "name", "path", "host", ": ", ":", "- ",
            "\n", "\n  ", "\n    ", "{", "}", "[", "]", ",", "\"", "'", "#", "&a ", "*a", "!!int ",
            "!x ", "<<: ", "|", ">", "?", "~", "null", "30s", "32KiB", "127.0.0.1:80", "[::1]:80",
            "http://a:1", "/", "%", "@", "---\n", "...\n", "\t", "\r", "\u0000", "\u001b",
            "\u2028", "\uD83D\uDE00", "\uD800", "999999999999", "-1", "\\x", "%YAML 9.9\n");

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void randomFile_loadsOrIsRefusedWithMistakes(long seed) {
        Random random = new Random(seed);
        for (int round = 0; round < ROUNDS; round++) {
            String file = file(random);
            try {
                Configuration config = ConfigLoader.loadText("f", file, Map.of(), Map.of());
                assertThat(config.applications()).isNotEmpty();
            } catch (ConfigException expected) {
                assertThat(expected.mistakes()).as(file).isPositive();
            } catch (RuntimeException | Error e) {
                throw new AssertionError("seed " + seed + ", round " + round + ": " + file, e);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {5, 6})
    void damagedFile_loadsOrIsRefusedWithMistakes(long seed) {
        Random random = new Random(seed);
        String good = ConfigPrinter.print(ConfigLoader.loadText("f",
                "data: d\nupstream: http://a:1\n", Map.of(), Map.of()));
        for (int round = 0; round < ROUNDS; round++) {
            int at = random.nextInt(good.length());
            int to = Math.min(good.length(), at + random.nextInt(4));
            String file = good.substring(0, at) + SCRAPS.get(random.nextInt(SCRAPS.size()))
                    + good.substring(to);
            try {
                ConfigLoader.loadText("f", file, Map.of(), Map.of());
            } catch (ConfigException expected) {
                assertThat(expected.getMessage()).contains("mistake");
            } catch (RuntimeException | Error e) {
                throw new AssertionError("seed " + seed + ", round " + round + ": " + file, e);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {7, 8})
    void printedConfiguration_isReadBackAsItWas(long seed) {
        Random random = new Random(seed);
        for (int round = 0; round < 150; round++) {
            String file = new RandomApplications(random).file();
            Configuration config = ConfigLoader.loadText("f", file, Map.of(), Map.of());
            String printed = ConfigPrinter.print(config);
            Configuration again = ConfigLoader.loadText("g", printed, Map.of(), Map.of());

            assertThat(GatewayMapping.gateway(again)).as(file)
                    .isEqualTo(GatewayMapping.gateway(config));
            assertThat(values(again)).as(file).isEqualTo(values(config));
            assertThat(ConfigPrinter.print(again).replaceAll(" *#.*", "")).as(file)
                    .isEqualTo(printed.replaceAll(" *#.*", ""));
        }
    }

    private static List<Object> values(Configuration config) {
        List<Object> values = new ArrayList<>();
        for (Setting<?> setting : Settings.all()) {
            Object value = config.get(setting);
            values.add(setting.key() + "=" + value);
        }
        return values;
    }

    @ParameterizedTest
    @ValueSource(longs = {9, 10, 11})
    void damagedApplications_loadOrAreRefusedWithMistakes(long seed) {
        Random random = new Random(seed);
        for (int round = 0; round < 300; round++) {
            String good = new RandomApplications(random).file();
            int at = random.nextInt(good.length());
            int to = Math.min(good.length(), at + random.nextInt(6));
            String file = good.substring(0, at) + SCRAPS.get(random.nextInt(SCRAPS.size()))
                    + good.substring(to);
            try {
                ConfigLoader.loadText("f", file, Map.of(), Map.of());
            } catch (ConfigException expected) {
                assertThat(expected.mistakes()).as(file).isPositive();
            } catch (RuntimeException | Error e) {
                throw new AssertionError("seed " + seed + ", round " + round + ": " + file, e);
            }
        }
    }

    private static String file(Random random) {
        StringBuilder file = new StringBuilder();
        int scraps = random.nextInt(40);
        for (int i = 0; i < scraps; i++) {
            file.append(random.nextInt(20) == 0
                    ? Character.toString(random.nextInt(0x3000))
                    : SCRAPS.get(random.nextInt(SCRAPS.size())));
        }
        return file.toString();
    }
}
