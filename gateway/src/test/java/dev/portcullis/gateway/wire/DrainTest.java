package dev.portcullis.gateway.wire;

import static dev.portcullis.gateway.testkit.GatewayFixture.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.portcullis.gateway.exchange.Outcome;
import dev.portcullis.gateway.testkit.Answer;
import dev.portcullis.gateway.testkit.GatewayFixture;
import dev.portcullis.gateway.testkit.HttpMessage;
import dev.portcullis.gateway.testkit.RawClient;
import java.io.IOException;
import java.net.ConnectException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Many requests, and the end of a gateway in the midst of them: none is lost. */
@Timeout(120)
class DrainTest {
    private static final int CLIENTS = 50;
    private static final int REQUESTS = 10_000;
    private static final Duration IDLE_GRACE = Duration.ofMillis(1001);

    @RegisterExtension
    final GatewayFixture gateway = GatewayFixture.create();

    private final ExecutorService threads = Executors.newFixedThreadPool(CLIENTS);
    private final List<RawClient> clients = new ArrayList<>();

    DrainTest() {
        gateway.settings().countingUpstreams();
    }

    @AfterEach
    void stop() throws IOException {
        threads.shutdownNow();
        for (RawClient client : clients) {
            client.close();
        }
    }

    private RawClient connect() throws IOException {
        RawClient client = gateway.connect();
        clients.add(client);
        return client;
    }

    @Test
    void gatewayDrains_whatIsInFlightIsAnsweredAndNothingNewIsAccepted() throws Exception {
        RawClient idle = connect();
        assertThat(idle.exchange(get("/idle")).status()).isEqualTo(200);
        RawClient unused = connect();
        CountDownLatch begun = new CountDownLatch(CLIENTS);
        CountDownLatch release = new CountDownLatch(1);
        gateway.upstream().otherwise(message -> Answer.nothing().signal(begun).waitFor(release)
                .send("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nslow"));
        List<RawClient> busy = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
            busy.add(connect().send(get("/" + i)));
        }
        assertThat(begun.await(20, TimeUnit.SECONDS)).isTrue();

        CompletableFuture<Void> drained = gateway.gateway().drain().toCompletableFuture();
        await().untilAsserted(() -> assertThatThrownBy(() -> gateway.connect().close())
                .isInstanceOf(ConnectException.class));
        gateway.time().advance(IDLE_GRACE);
        assertThat(idle.end()).isEqualTo(RawClient.End.CLOSED);
        assertThat(unused.end()).isEqualTo(RawClient.End.CLOSED);
        assertThat(drained).isNotDone();

        release.countDown();
        for (RawClient client : busy) {
            HttpMessage response = client.receive();
            assertThat(response.text()).isEqualTo("slow");
            assertThat(response.header("Connection")).isEqualTo("close");
            assertThat(client.end()).isEqualTo(RawClient.End.CLOSED);
            client.close();
        }
        drained.get(20, TimeUnit.SECONDS);
        assertThat(gateway.gateway().stats().server().open()).isZero();
    }

    @Test
    void gatewayDrainsWhileClientsGoOn_everyRequestIsAnswered() throws Exception {
        Semaphore answered = new Semaphore(0);
        List<Callable<Integer>> loops = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
            RawClient client = connect();
            loops.add(() -> untilToldToClose(client, answered));
        }
        List<Future<Integer>> running = new ArrayList<>();
        loops.forEach(loop -> running.add(threads.submit(loop)));
        answered.acquire(CLIENTS * 10);
        CompletableFuture<Void> drained = gateway.gateway().drain().toCompletableFuture();
        for (Future<Integer> one : running) {
            assertThat(one.get(20, TimeUnit.SECONDS)).isPositive();
        }
        drained.get(20, TimeUnit.SECONDS);
    }

    /** How many requests were answered until one said that the connection ends. */
    private int untilToldToClose(RawClient client, Semaphore answered) throws IOException {
        int count = 0;
        HttpMessage response;
        do {
            response = client.exchange(get("/" + count));
            assertThat(response.status()).isEqualTo(200);
            assertThat(response.text()).isEqualTo("GET /" + count);
            answered.release();
            count++;
        } while (response.header("Connection") == null);
        assertThat(client.end()).isEqualTo(RawClient.End.CLOSED);
        client.close();
        return count;
    }

    @Test
    void tenThousandRequestsOverFiftyConnections_allAreAnswered() throws Exception {
        List<Future<?>> running = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
            RawClient client = connect();
            int number = i;
            running.add(threads.submit(() -> {
                for (int j = 0; j < REQUESTS / CLIENTS; j++) {
                    String path = "/" + number + "/" + j;
                    HttpMessage response = client.exchange(get(path));
                    assertThat(response.status()).isEqualTo(200);
                    assertThat(response.text()).isEqualTo("GET " + path);
                }
                return null;
            }));
        }
        for (Future<?> one : running) {
            one.get(60, TimeUnit.SECONDS);
        }
        assertThat(gateway.newLogLines()).hasSize(REQUESTS);
        assertThat(gateway.gateway().stats().exchanges().applications().get("default")
                .responses(2, Outcome.OK)).isEqualTo(REQUESTS);
        // one at a time on each connection, so no more than one upstream connection for each
        assertThat(gateway.upstream().connections()).isLessThanOrEqualTo(CLIENTS);
    }

    private String get(String path) {
        return request("GET", path, gateway.reader(), "");
    }
}
