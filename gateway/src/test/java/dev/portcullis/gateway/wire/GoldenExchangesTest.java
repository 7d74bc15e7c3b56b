package dev.portcullis.gateway.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.gateway.testkit.GatewayFixture;
import dev.portcullis.gateway.wire.GoldenExchange.Section;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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

    private static ExchangeRunner one;
    private static ExchangeRunner many;

    static {
        ONE.settings().eventLoops(1);
        MANY.settings().eventLoops(1)
                .application("default", "", "/")
                .application("billing", "", "/billing")
                .application("invoices", "", "/billing/invoices/")
                .application("wiki", "wiki.example", "/");
    }

    @BeforeAll
    static void makeRunners() {
        one = new ExchangeRunner(ONE, ONE.applications());
        many = new ExchangeRunner(MANY, MANY.applications());
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
                "many".equals(exchange.options().get("applications")) ? many : one;
        List<Section> happened = runner.play(exchange);
        if (UPDATE) {
            Files.writeString(ROOT.resolve(exchange.name()), exchange.text(happened),
                    StandardCharsets.US_ASCII);
        } else {
            assertThat(exchange.text(happened)).isEqualTo(exchange.text());
        }
    }
}
