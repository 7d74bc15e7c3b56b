package dev.portcullis.cli.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Everything that is wrong is told at once, at its place. */
class ConfigMistakesTest {
    private static final String GOOD = "data: d\nupstream: http://127.0.0.1:3000\n";

    @Test
    void manyMistakes_allToldWithTheirPlaces() {
        String file = """
                data: /var/lib/portcullis
                lisen: 127.0.0.1:8080
                max_staleness: 30
                event_loops: many
                drain_timeout: 10 s
                access_log:
                limits:
                  connections: 0
                  head: 32KB
                  head: 16KiB
                  mark: pc
                tokens: pc
                management_listen: [1, 2]
                applications:
                  - name: Billing
                    upstream: ftp://billing:443
                  - name: a
                    upstream: http://billing:3000/v1
                    path: api
                  - name: a
                    host: example.com:80
                    upstream: http://user:secret@billing
                    pth: /x
                  - just text
                  - {}
                """;

        ConfigException mistakes = mistakes(file,
                Map.of("PORTCULLIS_LISTEN", "8080", "PORTCULLIS_LISTEM", "x:1"),
                Map.of("--rest-listen", "127.0.0.1:99999", "--tokens-default-lifetime", "400d"));

        assertThat(mistakes).hasMessage("""
                27 mistakes in the configuration
                  f.yaml:2:1: lisen: unknown key; did you mean 'listen'?
                  f.yaml:6:12: access_log: no value
                  f.yaml:10:3: head: given twice, first at f.yaml:9:3
                  f.yaml:11:3: limits.mark: unknown key; did you mean 'tokens: mark'?
                  f.yaml:12:9: tokens: expected keys with values below it
                  f.yaml:13:20: management_listen: expected a single value
                  f.yaml:24:5: applications: expected an entry with name and upstream
                  PORTCULLIS_LISTEN: '8080' is not host:port, such as 127.0.0.1:8080, \
                [::1]:8080 or localhost:8080
                  --rest-listen: port 99999 is above 65535
                  f.yaml:3:16: max_staleness: '30' has no unit; units are ms, s, m, h, d
                  f.yaml:4:14: event_loops: 'many' is not a whole number
                  f.yaml:5:16: drain_timeout: '10 s' is not a whole number with a unit \
                (ms, s, m, h, d), such as 30s
                  f.yaml:8:16: limits.connections: 0 is not between 1 and 1000000
                  f.yaml:9:9: limits.head: '32KB' has an unknown unit 'KB'; units are \
                B, KiB, MiB, GiB
                  PORTCULLIS_LISTEM: unknown variable; did you mean PORTCULLIS_LISTEN?
                  f.yaml:15:11: applications: name: 'Billing' is not 1 to 63 of a-z, 0-9 and -
                  f.yaml:16:15: applications: upstream: scheme 'ftp' is not supported for \
                upstreams; http and https are
                  f.yaml:19:11: applications: path: 'api' is not a path that begins with / and \
                has neither query, parameter (;) nor percent-encoding
                  f.yaml:18:15: applications: upstream: 'billing:3000/v1' has a path, query or \
                fragment; the URL of an upstream is only http://host:port
                  f.yaml:21:11: applications: host: 'example.com:80' has a port; write the host \
                alone
                  f.yaml:22:15: applications: upstream: a user name or password in the URL of an \
                upstream is not supported
                  f.yaml:23:5: applications: pth: unknown key; did you mean 'path'?
                  f.yaml:20:11: applications: name 'a' is taken, at f.yaml:17:11
                  f.yaml:25:5: applications: name: missing
                  f.yaml:25:5: applications: upstream: missing
                  f.yaml:25:5: applications: / is taken, at f.yaml:15:5
                  --tokens-default-lifetime: tokens.default_lifetime: 400d is longer than \
                tokens.max_lifetime, 365d""".indent(0).stripTrailing());
    }

    @Test
    void shorthandAndList_isAMistake() {
        assertThat(mistakes(GOOD + """
                applications:
                  - {name: a, upstream: 'http://a:1'}
                """, Map.of(), Map.of())).hasMessageContaining(
                "f.yaml:4:3: applications: upstream is given as well");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            ``                             | no data directory: give --data DIR
            `data: d`                      | nothing to protect: give --upstream
            `applications:`                | f.yaml:1:14: applications: there are none
            `applications: []`             | f.yaml:1:15: applications: there are none
            `applications: {a: b}`         | f.yaml:1:15: applications: expected a list
            `- a`                          | f.yaml:1:1: expected keys with values
            `a: [1`                        | f.yaml:1:6: not YAML:
            `data: d # \u0007`             | f.yaml: not YAML:
            `? [a, b]: c`                  | a key must be a single word
            `tokens: {mark: Pc}`           | f.yaml:1:16: tokens.mark: 'Pc' is not 1 to 16 of a-z
            `tokens: {allow_non_expiring: yes}` | 'yes' is neither true nor false
            `max_staleness: 2d`            | max_staleness: 2d is not between 1s and 1d
            `max_staleness: 999999999999d` | '999999999999d' is too large
            `data: ""`                     | data: an empty path
            `listen: localhost`            | 'localhost' is not host:port
            `listen: 256.0.0.1:80`         | '256.0.0.1' is neither an IP address nor a host name
            `listen: 127.1:80`             | '127.1' is neither an IP address nor a host name
            `listen: "[::g]:80"`           | '[::g]' is not an IPv6 address
            `listen: "-a:80"`              | '-a' is neither an IP address nor a host name
            `upstream: 127.0.0.1:3000`     | is not http://host:port
            `upstream: http://a:0`         | port 0 cannot be connected to
            `upstream: ftp://u:geheim@a`   | scheme 'ftp' is not supported
            `upstream: u:geheim@a`         | '(hidden)' is not http://host:port
            `admin_listen: 0.0.0.0:7070`   | 0.0.0.0:7070 is not a loopback address
            `rest_listen: example.com:1`   | example.com:1 is not a loopback address
            `listen: 0.0.0.0:7071`         | listen: 0.0.0.0:7071 is also rest_listen, 127.0.0.1:7071
            `listen: localhost:7070`       | listen: localhost:7070 is also admin_listen
            `tls_listen: a:1`              | tls_listen: tls.certificates is missing
            `tls: {certificates: a}`       | 'a' is not chain=key, such as
            `tls: {certificates: [a=b, a=b]}` | 'a=b' is given twice
            `tls: {certificates: a=b}`     | f.yaml:1:21: tls.certificates: a: no such file
            `tls: {certificates: a=b}`     | tls.certificates: tls_listen is missing
            `tls: {client_certificates: required}` | tls.client_certificates: tls.client_ca is missing
            `tls: {client_ca: a}`          | clients are not asked for a certificate
            `tls: {client_certificates: maybe}` | 'maybe' is not one of none, optional, required
            `tls: {min_version: 1.1}`      | '1.1' is not one of 1.2, 1.3
            `tls_listen: 127.0.0.1:7071`   | tls_listen: 127.0.0.1:7071 is also rest_listen
            `external_authorization_listen: 127.0.0.1:8080` | listen: 127.0.0.1:8080 is also external
            `external_authorization_listen: 0.0.0.0:9001` | 0.0.0.0:9001 is not a loopback address
            `trusted_proxies: 10.0.0.1/8`  | '10.0.0.1/8' is not a range of addresses
            `trusted_proxies: ['::1', '::1']` | '::1' is given twice
            `proxy_protocol: "10.0.0.0/8,"` | has an empty entry
            `tracing: {endpoint: "http://u:geheim@a/v1"}` | a user name or password in a URL
            `tracing: {endpoint: "http://a/v1?x"}` | is not http://host:port/path
            `tracing: {sampled_percent: 101}` | 101 is not between 0 and 100
            `tracing: {service_name: " "}` | is not 1 to 128 visible ASCII characters
            `limits: {failed_attempts_period: 1ms}` | 1ms is not between 1s and 1d
            `limits: {head: 1KiB}`         | limits.request_line: 16KiB is larger than limits.head
            """)
    void oneMistake_saysWhatIsWrong(String file, String expected) {
        ConfigException mistakes = mistakes(file, Map.of(), Map.of());

        assertThat(mistakes).hasMessageContaining(expected);
        assertThat(mistakes.getMessage()).doesNotContain("geheim");
    }

    @Test
    void unreadableFile_isAMistake(@TempDir Path directory) throws IOException {
        Path latin = Files.write(directory.resolve("latin.yaml"), new byte[] {'a', (byte) 0xE9});
        Path large = Files.write(directory.resolve("large.yaml"), new byte[(1 << 20) + 1]);

        assertThat(mistakesOf(directory.resolve("none.yaml"))).endsWith("none.yaml: no such file");
        assertThat(mistakesOf(latin)).endsWith("latin.yaml: not UTF-8 text");
        assertThat(mistakesOf(large)).endsWith("large.yaml: longer than 1MiB");
        assertThat(mistakesOf(directory)).contains(directory + ": cannot be read");
    }

    @Test
    void fileThatUnfoldsWithoutEnd_isRefusedSoon() {
        StringBuilder aliases = new StringBuilder("a0: &a0 [x, x]\n");
        for (int i = 1; i < 60; i++) {
            aliases.append("a" + i + ": &a" + i + " [*a" + (i - 1) + ", *a" + (i - 1) + "]\n");
        }
        for (String file : List.of(aliases.toString(), "[".repeat(1 << 19),
                "{a: ".repeat(1 << 17), "- ".repeat(1 << 18), "a: &a {b: *a}\n" + GOOD,
                "applications: &a\n  - name: *a\n",
                "x: &r [{access: read}" + ", {access: read}".repeat(5_000) + "]\napplications:\n"
                        + "  - {name: a, upstream: 'http://a:1', rules: *r}\n".repeat(40))) {
            assertThat(mistakes(file, Map.of(), Map.of()).mistakes()).isPositive();
        }
    }

    @Test
    void terminalSequencesInFile_doNotReachTheTerminal() {
        assertThat(mistakes("\"\\e[31mx\": 1\n" + GOOD, Map.of(), Map.of()).getMessage())
                .doesNotContain("\u001b")
                .contains("\uFFFD[31mx: unknown key");
    }

    @Test
    void mistakeThatIsOverridden_isStillTold() {
        assertThat(mistakes(GOOD + "listen: nowhere\n", Map.of(),
                Map.of("--listen", "127.0.0.1:1"))).hasMessageContaining("f.yaml:3:9: listen:");
    }

    private static String mistakesOf(Path file) {
        return catchThrowableOfType(ConfigException.class,
                () -> ConfigLoader.load(file, Map.of(), Map.of())).getMessage();
    }

    private static ConfigException mistakes(
            String file, Map<String, String> environment, Map<String, String> flags) {
        return catchThrowableOfType(ConfigException.class,
                () -> ConfigLoader.loadText("f.yaml", file, environment, flags));
    }
}
