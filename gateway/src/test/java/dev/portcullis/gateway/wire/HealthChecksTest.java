package dev.portcullis.gateway.wire;

import static dev.portcullis.gateway.testkit.GatewayFixture.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.portcullis.gateway.testkit.Answer;
import dev.portcullis.gateway.testkit.FakeUpstream;
import dev.portcullis.gateway.testkit.GatewayFixture;
import dev.portcullis.gateway.testkit.HttpMessage;
import dev.portcullis.gateway.testkit.RawClient;
import dev.portcullis.gateway.upstream.ClusterStats;
import dev.portcullis.gateway.upstream.EndpointStats;
import dev.portcullis.gateway.upstream.UpstreamConfig.Health;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Active checks in a running gateway: who is not well gets no requests. */
@Timeout(60)
class HealthChecksTest {
    @RegisterExtension
    final GatewayFixture gateway = GatewayFixture.create();

    HealthChecksTest() {
        gateway.settings().eventLoops(2).upstream().endpoints(2).health(new Health(
                "/healthz?full", Duration.ofMillis(20), Duration.ofSeconds(2), 3, 2));
    }

    @Test
    void endpointBecomesUnwell_getsNothingUntilItIsWellAgain() throws Exception {
        FakeUpstream ill = gateway.upstream(1);
        ill.otherwise(asked -> Answer.raw(
                "HTTP/1.1 500 Internal Server Error\r\nContent-Length: 0\r\n\r\n"));
        await().until(() -> unwell() == 1);
        try (RawClient client = gateway.connect()) {
            for (int i = 0; i < 30; i++) {
                assertThat(get(client).status()).isEqualTo(200);
            }
            assertThat(ill.seen()).allMatch(seen -> seen.target().equals("/healthz?full"));
            ill.otherwise(FakeUpstream::echo);
            await().until(() -> unwell() == 0);
            await().until(() -> get(client).status() == 200
                    && ill.seen().stream().anyMatch(seen -> seen.target().equals("/")));
        }
        assertThat(stats().sum(EndpointStats::checksFailed)).isGreaterThanOrEqualTo(3);
        String logged = gateway.everythingLogged();
        assertThat(logged.split("is not well: status 500", -1)).hasSize(2);
        assertThat(logged.split("is well again", -1)).hasSize(2);
    }

    @Test
    void check_carriesNothingOfAnyCallerAndOpensItsOwnConnection() throws Exception {
        HttpMessage check = gateway.upstream(0).takeRequest();
        assertThat(check.method()).isEqualTo("GET");
        assertThat(check.header("Host")).isEqualTo(gateway.upstream(0).authority());
        assertThat(check.rawText().lines().filter(line -> line.contains(":"))
                .map(line -> line.substring(0, line.indexOf(':'))))
                .containsExactly("Host", "User-Agent", "Accept");
        await().until(() -> stats().sum(EndpointStats::checks) > 5);
        assertThat(gateway.upstream(0).connections())
                .isGreaterThanOrEqualTo(gateway.upstream(0).seen().size());
        assertThat(stats().sum(EndpointStats::opened)).isZero();
    }

    @Test
    void noEndpointIsWell_allAreUsed() throws Exception {
        gateway.upstream(0).refuse();
        gateway.upstream(1).otherwise(asked -> asked.target().startsWith("/healthz")
                ? Answer.raw("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")
                : FakeUpstream.echo(asked));
        await().until(() -> unwell() == 2);
        try (RawClient client = gateway.connect()) {
            for (int i = 0; i < 10; i++) {
                assertThat(get(client).status()).isEqualTo(200);
            }
        }
        gateway.upstream(0).listenAgain();
    }

    @Test
    void applicationIsServedNoMore_itsChecksStop() throws Exception {
        await().until(() -> stats().sum(EndpointStats::checks) > 5);
        gateway.gateway().serve(List.of());
        assertThat(stats().addresses()).isEmpty();
        await().until(() -> gateway.upstream(0).openConnections() == 0);
        int before = gateway.upstream(0).connections();
        await().during(Duration.ofMillis(200)).atMost(Duration.ofSeconds(5))
                .until(() -> gateway.upstream(0).connections() == before);
    }

    @Test
    void checkIsNotAnswered_thatCountsAsAFailure() throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        gateway.upstream(1).otherwise(asked -> Answer.nothing().waitFor(never));
        await().until(() -> unwell() == 1);
        assertThat(gateway.everythingLogged()).contains("is not well: no answer in time");
        never.countDown();
    }

    private HttpMessage get(RawClient client) throws Exception {
        return client.exchange(request("GET", "/", gateway.reader(), ""));
    }

    private ClusterStats stats() {
        return gateway.gateway().stats().upstream().clusters().get("default");
    }

    private long unwell() {
        return stats().addresses().stream().filter(state -> !state.healthy()).count();
    }
}
