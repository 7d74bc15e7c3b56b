package dev.portcullis.cli.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.core.access.Access;
import dev.portcullis.core.access.Cidr;
import dev.portcullis.gateway.ApplicationConfig;
import dev.portcullis.gateway.GatewayConfig;
import dev.portcullis.gateway.doors.DoorsConfig;
import dev.portcullis.gateway.protect.ProtectionConfig;
import dev.portcullis.gateway.route.RouteConfig;
import dev.portcullis.gateway.server.ListenerConfig;
import dev.portcullis.gateway.tls.TlsConfig;
import dev.portcullis.gateway.trace.TracingConfig;
import dev.portcullis.gateway.upstream.UpstreamConfig;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** All that is configured arrives at the gateway as it was meant. */
class ApplicationsTest {
    private static final String BEGIN = "<!-- application: read by ApplicationsTest -->\n```yaml\n";

    @Test
    void documentedApplication_isReadAsItSays(@TempDir Path directory) throws IOException {
        String text = Files.readString(Path.of("..", "docs", "configuration.md"));
        int from = text.indexOf(BEGIN) + BEGIN.length();
        String yaml = text.substring(from, text.indexOf("```", from));
        TestPem pem = TestPem.in(directory);
        yaml = yaml.replace(": ca.pem", ": " + pem.certificate())
                .replace(": client.pem", ": " + pem.certificate())
                .replace(": client.key", ": " + pem.key());

        ApplicationConfig read = application(yaml);

        assertThat(read.route()).isEqualTo(new RouteConfig("orders",
                new RouteConfig.Match("api.example.com", "/orders", Set.of("GET", "POST"),
                        Map.of("x-version", "2")),
                true,
                List.of(new RouteConfig.Rule(Set.of("POST"), "/orders/search", Access.READ),
                        new RouteConfig.Rule(Set.of(), "/orders/health", null)),
                new RouteConfig.GrpcReads(List.of("/shop.Orders/Get*"), null),
                "",
                new RouteConfig.HeaderChanges(Set.of("x-debug"), Map.of("X-Env", "prod")),
                new RouteConfig.HeaderChanges(Set.of("server"), Map.of()),
                new RouteConfig.Timeouts(
                        Duration.ofMinutes(1), Duration.ofMinutes(1), Duration.ofMinutes(5)),
                new RouteConfig.Limits(10 << 20, 1_000,
                        new RouteConfig.Rate(100, Duration.ofSeconds(1), 200))));
        assertThat(read.upstream()).isEqualTo(new UpstreamConfig(
                List.of(URI.create("https://10.0.0.1:8443"), URI.create("https://10.0.0.2:8443")),
                UpstreamConfig.Protocol.HTTP_1_1,
                new UpstreamConfig.Tls(pem.certificate(), pem.certificate(), pem.key(),
                        "orders.internal"),
                Duration.ofSeconds(5), Duration.ofSeconds(30), Duration.ofHours(1), 256, 100,
                new UpstreamConfig.Health(
                        "/healthz", Duration.ofSeconds(5), Duration.ofSeconds(2), 3, 2),
                UpstreamConfig.Outliers.DEFAULTS, UpstreamConfig.Retry.DEFAULTS,
                Duration.ofSeconds(30)));
    }

    @Test
    void whatIsLeftOut_isAsUsual() {
        ApplicationConfig read = application("data: d\napplications:\n  - {name: a, auth: none, "
                + "upstream: 'https://a', rewrite_prefix: /, path: /x, host: '*.A.b'}\n");

        assertThat(read.route().authenticated()).isFalse();
        assertThat(read.route().prefix()).isEmpty();
        assertThat(read.route().match()).isEqualTo(RouteConfig.Match.of("*.a.b", "/x"));
        assertThat(read.route().limits()).isEqualTo(RouteConfig.Limits.NONE);
        assertThat(read.upstream()).isEqualTo(UpstreamConfig.of(URI.create("https://a:443")));
    }

    @Test
    void rateWithoutBurst_mayComeAtOnce() {
        assertThat(application("data: d\napplications:\n  - {name: a, upstream: 'http://a', "
                + "limits: {rate: 60/m}}\n").route().limits().perToken())
                .isEqualTo(new RouteConfig.Rate(60, Duration.ofMinutes(1), 60));
    }

    @Test
    void settingsOfTheGateway_areMapped(@TempDir Path directory) throws IOException {
        TestPem pem = TestPem.in(directory);
        GatewayConfig gateway = GatewayMapping.gateway(ConfigLoader.loadText("f.yaml", """
                data: d
                upstream: http://a:1
                tls_listen: 127.0.0.1:8443
                tls:
                  certificates: [FILE=KEY]
                  client_certificates: required
                  client_ca: FILE
                  min_version: 1.3
                trusted_proxies: [10.0.0.0/8, '::1']
                proxy_protocol: 10.1.0.0/16
                limits: {connections_per_address: 1, exchanges: 2, failed_attempts: 3, \
                failed_attempts_period: 4s}
                forward_auth: true
                external_authorization_listen: 127.0.0.1:9001
                tracing: {endpoint: 'http://c:4318/v1/traces', service_name: x, sampled_percent: 5}
                """.replace("FILE", pem.certificate().toString())
                .replace("KEY", pem.key().toString()), Map.of(), Map.of()));

        assertThat(gateway.server().listeners()).containsExactly(
                new ListenerConfig(new InetSocketAddress("127.0.0.1", 8080), false),
                new ListenerConfig(new InetSocketAddress("127.0.0.1", 8443), true));
        assertThat(gateway.tls()).isEqualTo(new TlsConfig(
                List.of(new TlsConfig.Certificate(pem.certificate(), pem.key())),
                TlsConfig.Clients.REQUIRED, pem.certificate(), true));
        assertThat(gateway.protection()).isEqualTo(new ProtectionConfig(
                List.of(Cidr.parse("10.0.0.0/8"), Cidr.parse("::1")),
                List.of(Cidr.parse("10.1.0.0/16")), 1, 3, Duration.ofSeconds(4), 2));
        assertThat(gateway.doors()).isEqualTo(
                new DoorsConfig(true, new InetSocketAddress("127.0.0.1", 9001)));
        assertThat(gateway.tracing()).isEqualTo(
                new TracingConfig(URI.create("http://c:4318/v1/traces"), "x", 5));
    }

    private static ApplicationConfig application(String yaml) {
        return GatewayMapping.applications(
                ConfigLoader.loadText("f.yaml", yaml, Map.of(), Map.of())).get(0);
    }
}
