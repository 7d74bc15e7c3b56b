package dev.portcullis.gateway.wire;

import static dev.portcullis.gateway.testkit.GatewayFixture.request;
import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.gateway.testkit.Answer;
import dev.portcullis.gateway.testkit.GatewayFixture;
import dev.portcullis.gateway.testkit.HttpMessage;
import dev.portcullis.gateway.testkit.RawClient;
import dev.portcullis.gateway.upstream.UpstreamConfig.Outliers;
import dev.portcullis.gateway.upstream.UpstreamConfig.Retry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Kept connections that have died never become a client's error for a safe request. */
@Timeout(60)
class StaleConnectionsTest {
    private static final int ROUNDS = 1_000;

    @RegisterExtension
    final GatewayFixture gateway = GatewayFixture.create();

    /** Nothing is retried that the configuration bounds: none of this is such a retry. */
    StaleConnectionsTest() {
        gateway.settings().eventLoops(1).upstream()
                .retry(new Retry(1, 0, 0))
                .outliers(new Outliers(1, Duration.ofSeconds(10), Duration.ofMinutes(5), 100));
    }

    /** The upstream takes the request and closes, each time a connection is used again. */
    @Test
    void upstreamClosesExactlyWhenUsedAgain_noGetFailsInAThousand() throws Exception {
        try (RawClient client = gateway.connect()) {
            assertThat(get(client, "/first").text()).isEqualTo("GET /first");
            for (int i = 0; i < ROUNDS; i++) {
                gateway.upstream().enqueue(
                        i % 2 == 0 ? Answer.nothing().close() : Answer.nothing().reset());
                assertThat(get(client, "/" + i).text()).isEqualTo("GET /" + i);
            }
        }
        assertThat(gateway.upstream().connections()).isEqualTo(ROUNDS + 1);
        assertThat(gateway.gateway().stats().upstream().clusters().get("default").retries())
                .isEqualTo(ROUNDS);
    }

    @Test
    void allKeptConnectionsHaveDied_noneOfManyGetsFails() throws Exception {
        for (int round = 0; round < 20; round++) {
            List<RawClient> clients = new ArrayList<>();
            CountDownLatch release = new CountDownLatch(1);
            for (int i = 0; i < 8; i++) {
                gateway.upstream().enqueue(Answer.nothing().waitFor(release)
                        .send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"));
                RawClient client = gateway.connect();
                clients.add(client.send(request("GET", "/", gateway.reader(), "")));
                gateway.upstream().takeRequest();
            }
            release.countDown();
            for (RawClient client : clients) {
                assertThat(client.receive().status()).isEqualTo(200);
            }
            gateway.upstream().closeConnections();
            for (RawClient client : clients) {
                client.send(request("GET", "/again", gateway.reader(), ""));
            }
            for (RawClient client : clients) {
                assertThat(client.receive().text()).isEqualTo("GET /again");
                gateway.upstream().takeRequest();
                client.close();
            }
            gateway.upstream().closeConnections();
        }
    }

    /** A request that began an answer was not lost on a dead connection. */
    @Test
    void connectionDiesAfterTheFirstOctet_getIsNotRepeated() throws Exception {
        try (RawClient client = gateway.connect()) {
            get(client, "/first");
            gateway.upstream().enqueue(Answer.raw("HTTP/1.1 2").close());
            HttpMessage response = get(client, "/second");
            assertThat(response.status()).isEqualTo(502);
            assertThat(response.text()).contains("\"code\":\"upstream_closed\"");
        }
        assertThat(gateway.upstream().seen()).hasSize(2);
    }

    private HttpMessage get(RawClient client, String path) throws Exception {
        return client.exchange(request("GET", path, gateway.reader(), ""));
    }
}
