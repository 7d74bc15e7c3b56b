package dev.portcullis.cli.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.portcullis.cli.Version;
import dev.portcullis.gateway.ApplicationConfig;
import dev.portcullis.gateway.GatewayConfig;
import dev.portcullis.gateway.accesslog.AccessLogConfig;
import dev.portcullis.gateway.lookup.RecordsConfig;
import dev.portcullis.gateway.route.RouteConfig;
import dev.portcullis.gateway.server.ListenerConfig;
import dev.portcullis.gateway.server.ServerConfig;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigLoaderTest {
    private static final String GOOD = "data: d\nupstream: http://127.0.0.1:3000\n";

    @Test
    void flag_winsOverEnvironmentOverFileOverDefault() {
        Map<String, String> environment =
                Map.of("PORTCULLIS_LIMITS_HEADERS", "2", "PORTCULLIS_LIMITS_CONNECTIONS", "2");
        Map<String, String> flags = Map.of("--limits-headers", "3");
        Configuration config = load(GOOD + "limits: {headers: 1, connections: 1, head: 17KiB}\n",
                environment, flags);

        assertThat(config.get(Settings.LIMITS_HEADERS)).isEqualTo(3);
        assertThat(config.origin(Settings.LIMITS_HEADERS)).hasToString("--limits-headers");
        assertThat(config.get(Settings.LIMITS_CONNECTIONS)).isEqualTo(2);
        assertThat(config.origin(Settings.LIMITS_CONNECTIONS))
                .hasToString("PORTCULLIS_LIMITS_CONNECTIONS");
        assertThat(config.get(Settings.LIMITS_HEAD)).isEqualTo(17 * 1024);
        assertThat(config.origin(Settings.LIMITS_HEAD)).hasToString("f.yaml:3:44");
        assertThat(config.get(Settings.LIMITS_REQUEST_LINE)).isEqualTo(16 * 1024);
        assertThat(config.origin(Settings.LIMITS_REQUEST_LINE)).hasToString("default");
    }

    @Test
    void everySetting_canBeGivenInEachWay(@TempDir Path directory) throws IOException {
        Path pepper = PepperFilesTest.pepper(directory, "p", "ab".repeat(32));
        TestPem pem = TestPem.in(directory);
        String pair = pem.certificate() + "=" + pem.key();
        String database = "postgresql://u@127.0.0.1:5432/d";
        Map<Setting<?>, String> without = new HashMap<>(Map.of(
                Settings.UPSTREAM, "http://127.0.0.1:3000",
                Settings.TOKENS_PEPPERS, "a=" + pepper, Settings.TOKENS_PEPPER, "a",
                Settings.TLS_LISTEN, "127.0.0.1:8443",
                Settings.EXTERNAL_AUTHORIZATION_LISTEN, "127.0.0.1:9001",
                Settings.TRUSTED_PROXIES, "10.0.0.0/8,::1/128",
                Settings.PROXY_PROTOCOL, "10.0.0.0/8",
                Settings.TLS_CERTIFICATES, pair,
                Settings.TLS_CLIENT_CA, pem.certificate().toString(),
                Settings.TRACING_ENDPOINT, "http://127.0.0.1:4318/v1/traces"));
        without.put(Settings.DATABASE, database);
        without.putAll(Map.of(
                Settings.ORIGIN_LISTEN, "127.0.0.1:7073",
                Settings.ORIGIN_TLS_CERTIFICATE, pem.certificate().toString(),
                Settings.ORIGIN_TLS_KEY, pem.key().toString(),
                Settings.ORIGIN_TLS_CLIENT_CA, pem.certificate().toString(),
                Settings.ORIGIN, "a.example:7073,[::1]:7073",
                Settings.REPLICA_ID, "r-1", Settings.GATEWAY_ID, "g-1"));
        without.putAll(Map.of(
                Settings.REDIS_NODES, "127.0.0.1:6379", Settings.REDIS_SENTINEL_MASTER, "m",
                Settings.REDIS_USER, "u", Settings.REDIS_PASSWORD_FILE, pepper.toString(),
                Settings.REDIS_CA, pem.certificate().toString()));
        without.put(Settings.REDIS_SENTINEL_USER, "u");
        without.put(Settings.REDIS_SENTINEL_PASSWORD_FILE, pepper.toString());
        without.put(Settings.DATABASE_PASSWORD_FILE, pepper.toString());
        for (Setting<?> setting : Settings.all()) {
            String text = setting.defaultText() == null
                    ? without.getOrDefault(setting, "some/path")
                    : setting.defaultText();
            Map<String, String> base = Map.of("--data", "d", "--upstream",
                    "http://127.0.0.1:3000", "--tokens-peppers", "a=" + pepper,
                    "--tls-listen", "127.0.0.1:0", "--tls-certificates", pair,
                    "--tls-client-ca", pem.certificate().toString(),
                    "--tls-client-certificates", "optional", "--database", database);
            if (setting == Settings.TLS_CLIENT_CERTIFICATES) {
                text = "required";
            }
            var flags = new HashMap<>(base);
            flags.putAll(Map.of("--origin-listen", "127.0.0.1:0",
                    "--origin-tls-certificate", pem.certificate().toString(),
                    "--origin-tls-key", pem.key().toString(),
                    "--redis-nodes", "127.0.0.1:6379",
                    "--redis-password-file", pepper.toString()));
            if (setting.key().startsWith("redis.sentinel_")) {
                flags.put("--redis-mode", "sentinel");
                flags.put("--redis-sentinel-master", "records");
                flags.put("--redis-sentinel-password-file", pepper.toString());
            }
            if (setting == Settings.REDIS_CA) {
                flags.put("--redis-tls", "true");
            }
            assertGivenInEachWay(setting, text, flags);
        }
    }

    private static void assertGivenInEachWay(
            Setting<?> setting, String text, Map<String, String> flags) {
        flags.put(setting.flag(), text);
        assertThat(load("", Map.of(), flags).origin(setting))
                .hasToString(setting.flag());

        flags.remove(setting.flag());
        assertThat(load("", Map.of(setting.environmentName(), text), flags).origin(setting))
                .hasToString(setting.environmentName());

        String yaml = setting.key().replace(".", ":\n  ") + ": '" + text + "'\n";
        assertThat(load(yaml, Map.of(), flags).origin(setting).kind())
                .isEqualTo(Origin.Kind.FILE);
    }

    @Test
    void variablesOfOthers_arePassedOver() {
        Configuration config = load(GOOD, Map.of("PORTCULLIS_SERVICE_HOST", "10.0.0.1",
                "PORTCULLIS_TOKEN", "x", "PORTCULLIS_PORT", "tcp://10.0.0.1:8080"), Map.of());

        assertThat(config.get(Settings.LISTEN)).hasToString("127.0.0.1:8080");
    }

    @Test
    void shorthand_isOneApplicationAtTheRoot() {
        assertThat(load(GOOD, Map.of(), Map.of()).applications())
                .extracting(Application::config)
                .containsExactly(with(ApplicationConfig.of(
                        "default", "", "/", URI.create("http://127.0.0.1:3000"))));
    }

    @Test
    void gatewayDefaults_areThoseOfTheGateway() {
        GatewayConfig gateway = GatewayMapping.gateway(load(GOOD, Map.of(), Map.of()));

        assertThat(gateway).usingRecursiveComparison().withStrictTypeChecking()
                .ignoringFields("records.version").isEqualTo(GatewayConfig.of(
                ServerConfig.defaults(new InetSocketAddress("127.0.0.1", 8080)),
                List.of(with(ApplicationConfig.of(
                        "default", "", "/", URI.create("http://127.0.0.1:3000")))),
                AccessLogConfig.to(AccessLogConfig.STDOUT)));
    }

    /** The body time-out is written out where it is inherited. */
    private static ApplicationConfig with(ApplicationConfig config) {
        RouteConfig route = config.route();
        return new ApplicationConfig(
                new RouteConfig(route.name(), route.match(), route.authenticated(), route.rules(),
                        route.grpc(), route.prefix(), route.request(), route.response(),
                        new RouteConfig.Timeouts(route.timeouts().response(),
                                Duration.ofSeconds(60), Duration.ZERO), route.limits()),
                config.upstream());
    }

    @Test
    void everyValueOfTheGateway_isTaken() {
        GatewayConfig gateway = GatewayMapping.gateway(load("""
                data: d
                listen: '[::1]:81'
                access_log: "off"
                event_loops: 3
                drain_timeout: 4s
                tokens: {mark: xy}
                limits: {connections: 5, head: 6KiB, request_line: 3KiB, headers: 7}
                timeouts:
                  head: 11ms
                  body: 12s
                  idle: 13m
                  connect: 14s
                  response: 15h
                  upstream_idle: 16s
                cache: {credentials: 21, principals: 22, unknown: 23, unknown_ttl: 24s}
                applications:
                  - {name: b, host: API.Example.com, path: /v1, upstream: 'http://b:1'}
                  - {name: c, upstream: 'http://[::1]/'}
                """, Map.of(), Map.of()));

        assertThat(gateway.server()).isEqualTo(new ServerConfig(
                List.of(new ListenerConfig(new InetSocketAddress("::1", 81), false)),
                3, 5, 6 * 1024, 3 * 1024, 7, Duration.ofMillis(11), Duration.ofSeconds(12),
                Duration.ofMinutes(13), Duration.ofSeconds(4)));
        ApplicationConfig first = gateway.applications().get(0);
        assertThat(first.upstream().connectTimeout()).isEqualTo(Duration.ofSeconds(14));
        assertThat(first.upstream().idleTimeout()).isEqualTo(Duration.ofSeconds(16));
        assertThat(first.route().timeouts().response()).isEqualTo(Duration.ofHours(15));
        assertThat(first.route().timeouts().body()).isEqualTo(Duration.ofSeconds(12));
        RecordsConfig usual = RecordsConfig.defaults();
        assertThat(gateway.records()).isEqualTo(new RecordsConfig(21, 22, 23,
                Duration.ofSeconds(24), usual.resolveTimeout(), usual.resolvesMax(),
                usual.usageInterval()).named(null, Version.number()));
        assertThat(gateway.accessLog().target()).isEqualTo(AccessLogConfig.OFF);
        assertThat(gateway.tokenMark()).isEqualTo("xy");
        assertThat(gateway.applications())
                .extracting(ApplicationConfig::name, it -> it.route().match(),
                        it -> it.upstream().endpoints())
                .containsExactly(
                        tuple("b", RouteConfig.Match.of("api.example.com", "/v1"),
                                List.of(URI.create("http://b:1"))),
                        tuple("c", RouteConfig.Match.of("", "/"),
                                List.of(URI.create("http://[::1]:80"))));
    }

    @ParameterizedTest
    @CsvSource({
        "0s,PT0S", "500ms,PT0.5S", "5s,PT5S", "1m,PT1M", "2h,PT2H", "7d,PT168H", "0090s,PT90S",
    })
    void duration_hasAUnit(String text, Duration expected) {
        assertThat(Quantity.parseDuration(text)).isEqualTo(expected);
    }

    private static Configuration load(
            String file, Map<String, String> environment, Map<String, String> flags) {
        return ConfigLoader.loadText("f.yaml", file, environment, flags);
    }
}
