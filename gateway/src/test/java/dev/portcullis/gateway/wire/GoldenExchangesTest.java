package dev.portcullis.gateway.wire;

import static dev.portcullis.core.access.Access.READ;
import static dev.portcullis.core.access.Access.WRITE;
import static dev.portcullis.gateway.testkit.RouteBuilder.route;
import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.core.access.Cidr;
import dev.portcullis.gateway.doors.DoorsConfig;
import dev.portcullis.gateway.protect.ProtectionConfig;
import dev.portcullis.gateway.route.RouteConfig.Rate;
import dev.portcullis.gateway.testkit.GatewayFixture;
import dev.portcullis.gateway.wire.GoldenExchange.Section;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * All stored exchanges, over real sockets. With {@code -Dexchanges.update=true} the expectations
 * are rewritten from what happens instead, for the review to read the difference.
 */
@Timeout(60)
class GoldenExchangesTest {
    private static final boolean UPDATE = Boolean.getBoolean("exchanges.update");
    private static final Path ROOT = Path.of("src/test/resources/exchanges");

    @RegisterExtension
    static final GatewayFixture ONE = GatewayFixture.create();

    @RegisterExtension
    static final GatewayFixture MANY = GatewayFixture.create();

    @RegisterExtension
    static final GatewayFixture RULES = GatewayFixture.create();

    @RegisterExtension
    static final GatewayFixture LIMITS = GatewayFixture.create();

    @RegisterExtension
    static final GatewayFixture DOORS = GatewayFixture.create();

    private static final Map<String, ExchangeRunner> RUNNERS = new HashMap<>();

    static {
        ONE.settings().eventLoops(1);
        MANY.settings().eventLoops(1)
                .application("default", "", "/")
                .application("billing", "", "/billing")
                .application("invoices", "", "/billing/invoices/")
                .application("wiki", "wiki.example", "/");
        RULES.settings().eventLoops(1)
                .protection(trusting("127.0.0.1"))
                .application(route("default")
                        .rule(READ, "/search", "POST").rule(WRITE, "/go").rule(null, "/health")
                        .rule(null, "/open/*").reads(null, "/lib.Books/Get*", "/lib.Books/List")
                        .request(Set.of("x-debug"), Map.of("X-Env", "prod"))
                        .response(Set.of("server"), Map.of("X-Frame-Options", "DENY"))
                        .bodyBytesMax(16).build())
                .application(route("orders").path("/orders").prefix("").build())
                .application(route("legacy").path("/legacy/").prefix("/v2/old").build())
                .application(route("inner").path("/inner").prefix("/")
                        .request(Set.of(), Map.of("Host", "inner.example:8080")).build())
                .application(route("wild").host("*.wild.example").build())
                .application(route("named").host("a.wild.example").path("/a").build())
                .application(route("second").header("x-version", "2").build())
                .application(route("uploads").methods("PUT").path("/files").build())
                .application(route("site").host("site.example").open().build());
        // rates and failures are reckoned in time, which must be the same in every run
        LIMITS.time().stop();
        LIMITS.settings().eventLoops(1)
                .protection(new ProtectionConfig(List.of(Cidr.parse("127.0.0.1")), List.of(), 0,
                        2, Duration.ofMinutes(1), 2))
                .application(route("default").exchangesMax(1)
                        .rule(WRITE, "/written").rule(null, "/health").build())
                .application(route("metered").path("/metered").bodyBytesMax(16)
                        .perToken(new Rate(6, Duration.ofMinutes(1), 2)).build())
                .application("roomy", "", "/roomy");
        DOORS.settings().eventLoops(1).doors(new DoorsConfig(true, null))
                .application("default", "probe", "/")
                .application(route("app").path("/app").build())
                .application(route("open").path("/open").open().build())
                .application(route("calls").path("/app.Items").reads(null, "/app.Items/Get*")
                        .build());
    }

    private static ProtectionConfig trusting(String proxy) {
        ProtectionConfig usual = ProtectionConfig.DEFAULTS;
        return new ProtectionConfig(
                List.of(Cidr.parse(proxy)), usual.proxyProtocolFrom(),
                usual.connectionsPerAddressMax(), usual.failedAttemptsMax(),
                usual.failedAttemptsPeriod(), usual.exchangesMax());
    }

    @BeforeAll
    static void makeRunners() {
        RUNNERS.put("one", new ExchangeRunner(ONE, ONE.applications()));
        RUNNERS.put("many", new ExchangeRunner(MANY, MANY.applications()));
        RUNNERS.put("rules", new ExchangeRunner(RULES, RULES.applications()));
        RUNNERS.put("limits", new ExchangeRunner(LIMITS, LIMITS.applications()));
        RUNNERS.put("doors", new ExchangeRunner(DOORS, DOORS.applications()));
    }

    static List<GoldenExchange> exchanges() throws IOException {
        try (Stream<Path> files = Files.walk(ROOT)) {
            List<GoldenExchange> exchanges = new ArrayList<>();
            for (Path file : files.filter(f -> f.toString().endsWith(".exchange")).sorted()
                    .toList()) {
                exchanges.add(GoldenExchange.read(ROOT, file));
            }
            return exchanges;
        }
    }

    @ParameterizedTest
    @MethodSource("exchanges")
    void exchange_goesAsWritten(GoldenExchange exchange) throws Exception {
        ExchangeRunner runner =
                RUNNERS.get(exchange.options().getOrDefault("applications", "one"));
        List<Section> happened = runner.play(exchange);
        if (UPDATE) {
            Files.writeString(ROOT.resolve(exchange.name()), exchange.text(happened),
                    StandardCharsets.US_ASCII);
        } else {
            assertThat(exchange.text(happened)).isEqualTo(exchange.text());
        }
    }
}
