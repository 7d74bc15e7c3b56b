package dev.portcullis.gateway.wire;

import static dev.portcullis.gateway.testkit.GatewayFixture.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.portcullis.gateway.testkit.Answer;
import dev.portcullis.gateway.testkit.FakeUpstream;
import dev.portcullis.gateway.testkit.GatewayFixture;
import dev.portcullis.gateway.testkit.HttpMessage;
import dev.portcullis.gateway.testkit.RawClient;
import dev.portcullis.gateway.upstream.AddressState;
import dev.portcullis.gateway.upstream.ClusterStats;
import dev.portcullis.gateway.upstream.UpstreamConfig.Outliers;
import dev.portcullis.gateway.upstream.UpstreamConfig.Retry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** An application with several endpoints: who gets requests, and what is sent again. */
@Timeout(60)
class UpstreamChoiceTest {
    private static final String EMPTY = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";

    @RegisterExtension
    final GatewayFixture gateway = GatewayFixture.create();

    UpstreamChoiceTest() {
        gateway.settings().eventLoops(1).upstream().endpoints(3)
                .outliers(new Outliers(3, Duration.ofSeconds(10), Duration.ofMinutes(5), 50))
                .retry(new Retry(2, 20, 3));
    }

    @Test
    void requestsFollowOneAnother_allEndpointsGetSomeAndTheLogNamesThem() throws Exception {
        try (RawClient client = gateway.connect()) {
            for (int i = 0; i < 60; i++) {
                assertThat(get(client, "/" + i).status()).isEqualTo(200);
            }
        }
        for (int i = 0; i < 3; i++) {
            assertThat(gateway.upstream(i).seen().size()).isGreaterThan(8);
            assertThat(gateway.upstream(i).connections()).isEqualTo(1);
        }
        String log = String.join("\n", gateway.newLogLines());
        for (int i = 0; i < 3; i++) {
            assertThat(log).contains("\"upstream\":\"" + gateway.upstream(i).authority() + "\"");
        }
    }

    @Test
    void requestsArePending_theyAreSpreadEvenly() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        IntStream.range(0, 3).forEach(i -> gateway.upstream(i).otherwise(
                asked -> Answer.nothing().waitFor(release).send(EMPTY)));
        List<RawClient> clients = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            clients.add(gateway.connect().send(request("GET", "/", gateway.reader(), "")));
            int pending = i;
            await().pollInterval(Duration.ofMillis(2)).until(() -> seenByAll() > pending);
        }
        for (int i = 0; i < 3; i++) {
            assertThat(gateway.upstream(i).seen().size()).isBetween(8, 12);
        }
        release.countDown();
        for (RawClient client : clients) {
            assertThat(client.receive().status()).isEqualTo(200);
            client.close();
        }
    }

    @Test
    void oneRefusesConnections_everyMethodIsAnsweredByAnother() throws Exception {
        gateway.upstream(1).refuse();
        try (RawClient client = gateway.connect()) {
            for (int i = 0; i < 30; i++) {
                HttpMessage posted =
                        client.exchange(request("POST", "/" + i, gateway.writer(), "text " + i));
                assertThat(posted.status()).isEqualTo(200);
                assertThat(posted.text()).isEqualTo("text " + i);
            }
        }
        assertThat(stats().retries()).isPositive();
        assertThat(stats().sum(it -> it.connectFailures())).isPositive();
        assertThat(gateway.upstream(0).seen().size() + gateway.upstream(2).seen().size())
                .isEqualTo(30);
    }

    @Test
    void allRefuse_502AtOnceAndRecoveryWithinASecond() throws Exception {
        for (int i = 0; i < 3; i++) {
            gateway.upstream(i).refuse();
        }
        for (int i = 0; i < 30; i++) {
            long asked = gateway.time().nanoTime();
            assertThat(gateway.get("/", gateway.reader()).status()).isEqualTo(502);
            assertThat(Duration.ofNanos(gateway.time().nanoTime() - asked))
                    .isLessThan(Duration.ofSeconds(1));
        }
        assertThat(gateway.newLogLines()).allMatch(line -> line.contains("\"upstream\":\"127."));
        for (int i = 0; i < 3; i++) {
            gateway.upstream(i).listenAgain();
        }
        long back = gateway.time().nanoTime();
        await().atMost(Duration.ofSeconds(1)).pollInterval(Duration.ofMillis(10))
                .until(() -> gateway.get("/", gateway.reader()).status() == 200);
        assertThat(Duration.ofNanos(gateway.time().nanoTime() - back))
                .isLessThan(Duration.ofSeconds(1));
    }

    @Test
    void oneAnswers503_itIsEjectedAndComesBack() throws Exception {
        FakeUpstream bad = gateway.upstream(0);
        bad.otherwise(asked -> Answer.raw(
                "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n"));
        try (RawClient client = gateway.connect()) {
            while (bad.seen().size() < 3) {
                get(client, "/");
            }
            assertThat(ejected()).isEqualTo(1);
            for (int i = 0; i < 50; i++) {
                assertThat(get(client, "/").status()).isEqualTo(200);
            }
            assertThat(bad.seen()).hasSize(3);
            bad.otherwise(FakeUpstream::echo);
            gateway.time().advance(Duration.ofSeconds(10));
            await().until(() -> ejected() == 0);
            for (int i = 0; i < 50; i++) {
                assertThat(get(client, "/").status()).isEqualTo(200);
            }
            assertThat(bad.seen().size()).isGreaterThan(10);
        }
        assertThat(stats().sum(it -> it.ejections())).isEqualTo(1);
    }

    @Test
    void allAnswer503_onlyAsManyAreEjectedAsMayBe() throws Exception {
        IntStream.range(0, 3).forEach(i -> gateway.upstream(i).otherwise(asked -> Answer.raw(
                "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n")));
        try (RawClient client = gateway.connect()) {
            for (int i = 0; i < 60; i++) {
                HttpMessage response = get(client, "/");
                assertThat(response.status()).isEqualTo(503);
                assertThat(response.text()).isEmpty();
            }
        }
        assertThat(ejected()).isEqualTo(1);
    }

    /** Endpoints restart in turn, under a stream of requests: no client notices. */
    @Test
    void endpointRestartsAgainAndAgain_noGetFails() throws Exception {
        List<RawClient> clients = List.of(gateway.connect(), gateway.connect());
        for (int round = 0; round < 20; round++) {
            for (int i = 0; i < 20; i++) {
                exchangeAll(clients, round + "/" + i);
            }
            gateway.upstream(round % 3).refuse();
            for (int i = 0; i < 20; i++) {
                exchangeAll(clients, round + "/down/" + i);
            }
            gateway.upstream(round % 3).listenAgain();
            gateway.time().advance(Duration.ofSeconds(3));
        }
        for (RawClient client : clients) {
            client.close();
        }
        assertThat(gateway.newLogLines()).hasSize(20 * 40 * 2)
                .allMatch(line -> line.contains("\"status\":200"));
    }

    private void exchangeAll(List<RawClient> clients, String path) throws Exception {
        for (RawClient client : clients) {
            client.send(request("GET", "/" + path, gateway.reader(), ""));
        }
        for (RawClient client : clients) {
            assertThat(client.receive().text()).isEqualTo("GET /" + path);
        }
    }

    private HttpMessage get(RawClient client, String path) throws Exception {
        return client.exchange(request("GET", path, gateway.reader(), ""));
    }

    private int seenByAll() {
        return IntStream.range(0, 3).map(i -> gateway.upstream(i).seen().size()).sum();
    }

    private ClusterStats stats() {
        return gateway.gateway().stats().upstream().clusters().get("default");
    }

    private long ejected() {
        return stats().addresses().stream().filter(AddressState::ejected).count();
    }
}
