package dev.portcullis.gateway.wire;

import static dev.portcullis.gateway.testkit.GatewayFixture.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.portcullis.gateway.testkit.Answer;
import dev.portcullis.gateway.testkit.GatewayFixture;
import dev.portcullis.gateway.testkit.HttpMessage;
import dev.portcullis.gateway.testkit.RawClient;
import dev.portcullis.gateway.upstream.ClusterStats;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How much an application may have at once, and how long it may take to be reached. */
@Timeout(60)
class UpstreamLimitsTest {
    private static final String EMPTY = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";

    @Test
    void asManyExchangesAsMayBe_oneMoreIs503AtOnceAndOneLessIsServed() throws Exception {
        GatewayFixture gateway = GatewayFixture.create();
        gateway.settings().eventLoops(2).exchangesMax(3);
        try (gateway) {
            gateway.start();
            List<CountDownLatch> releases = new ArrayList<>();
            List<RawClient> clients = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                CountDownLatch release = new CountDownLatch(1);
                releases.add(release);
                gateway.upstream().enqueue(Answer.nothing().waitFor(release).send(EMPTY));
                clients.add(gateway.connect()
                        .send(request("GET", "/" + i, gateway.reader(), "")));
                gateway.upstream().takeRequest();
            }
            for (int i = 0; i < 20; i++) {
                assertSaturated(gateway);
            }
            assertThat(stats(gateway).admitted()).isEqualTo(3);
            assertThat(stats(gateway).saturated()).isEqualTo(20);
            releases.get(0).countDown();
            assertThat(clients.get(0).receive().status()).isEqualTo(200);
            await().until(() -> stats(gateway).admitted() == 2);
            assertThat(gateway.get("/", gateway.reader()).status()).isEqualTo(200);
            // a client that goes away gives its place back as well
            clients.get(1).reset();
            await().until(() -> stats(gateway).admitted() == 1);
            releases.forEach(CountDownLatch::countDown);
            assertThat(clients.get(2).receive().status()).isEqualTo(200);
            for (RawClient client : clients) {
                client.close();
            }
            await().until(() -> stats(gateway).admitted() == 0);
        }
    }

    @Test
    void asManyConnectionsAsMayBe_oneMoreIs503AtOnce() throws Exception {
        GatewayFixture gateway = GatewayFixture.create();
        gateway.settings().eventLoops(1).upstream().connectionsMax(2);
        try (gateway) {
            gateway.start();
            CountDownLatch release = new CountDownLatch(1);
            List<RawClient> clients = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                gateway.upstream().enqueue(Answer.nothing().waitFor(release).send(EMPTY));
                clients.add(gateway.connect()
                        .send(request("GET", "/" + i, gateway.reader(), "")));
                gateway.upstream().takeRequest();
            }
            assertSaturated(gateway);
            release.countDown();
            for (RawClient client : clients) {
                assertThat(client.receive().status()).isEqualTo(200);
                client.close();
            }
            for (int i = 0; i < 20; i++) {
                assertThat(gateway.get("/", gateway.reader()).status()).isEqualTo(200);
            }
            assertThat(gateway.upstream().connections()).isEqualTo(2);
        }
    }

    @Test
    void connectingTakesTooLong_504WhenTheTimeIsOver() throws Exception {
        GatewayFixture gateway = GatewayFixture.create();
        gateway.settings().eventLoops(1).upstream().connectTimeout(Duration.ofMillis(300));
        try (gateway) {
            gateway.start();
            BusyListener busy = BusyListener.inPlaceOf(gateway);
            try (busy) {
                long asked = gateway.time().nanoTime();
                HttpMessage response = gateway.get("/", gateway.reader());
                assertThat(Duration.ofNanos(gateway.time().nanoTime() - asked))
                        .isBetween(Duration.ofMillis(250), Duration.ofSeconds(3));
                assertThat(response.status()).isEqualTo(504);
                assertThat(response.text()).contains("\"code\":\"upstream_timeout\"");
            }
            gateway.upstream().listenAgain();
            long back = gateway.time().nanoTime();
            assertThat(gateway.get("/", gateway.reader()).status()).isEqualTo(200);
            assertThat(Duration.ofNanos(gateway.time().nanoTime() - back))
                    .isLessThan(Duration.ofSeconds(1));
        }
    }

    @Test
    void connectingToOneTakesTooLong_anotherAnswers() throws Exception {
        GatewayFixture gateway = GatewayFixture.create();
        gateway.settings().eventLoops(1).upstream().endpoints(2)
                .connectTimeout(Duration.ofMillis(300));
        try (gateway) {
            gateway.start();
            BusyListener busy = BusyListener.inPlaceOf(gateway);
            try (busy) {
                for (int i = 0; i < 10; i++) {
                    assertThat(gateway.get("/", gateway.reader()).status()).isEqualTo(200);
                }
            }
            gateway.upstream().listenAgain();
        }
    }

    private static void assertSaturated(GatewayFixture gateway) throws Exception {
        HttpMessage response = gateway.get("/", gateway.reader());
        assertThat(response.status()).isEqualTo(503);
        assertThat(response.header("Retry-After")).isEqualTo("1");
        assertThat(response.text()).contains("\"code\":\"upstream_saturated\"");
    }

    private static ClusterStats stats(GatewayFixture gateway) {
        return gateway.gateway().stats().upstream().clusters().get("default");
    }
}
