package dev.portcullis.admin.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.portcullis.admin.edge.RequestIds;
import dev.portcullis.admin.store.StartException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The wire: framing, limits, times, order. What is answered does not matter here. */
@ExtendWith(NoLeaks.class)
class RestServerTest {
    private static final InetSocketAddress ANY_PORT = new InetSocketAddress("127.0.0.1", 0);
    private static final String GET = "GET /a HTTP/1.1\r\nHost: h\r\n\r\n";

    private final List<RestRequest> seen = new CopyOnWriteArrayList<>();
    private RestHandler.Answerer answerer = request -> {
        seen.add(request);
        return CompletableFuture.completedFuture(RestReply.ok(TextNode.valueOf(
                request.target().segments().get(0) + ":"
                        + new String(request.body(), StandardCharsets.UTF_8))));
    };
    private Executor executor = Runnable::run;
    private RestLimits limits = RestLimits.defaults();
    private RestServer server;

    @AfterEach
    void close() {
        if (server != null) {
            server.close();
        }
    }

    private RawHttp connect() throws Exception {
        if (server == null) {
            server = new RestServer(
                    ANY_PORT, limits, r -> answerer.answer(r), r -> executor.execute(r),
                    new RequestIds(new Random(1)));
            server.start();
        }
        return new RawHttp(server.address());
    }

    @Test
    void request_isAnsweredAndTheConnectionKept() throws Exception {
        try (RawHttp client = connect()) {
            for (int i = 0; i < 3; i++) {
                RawHttp.Response response = client.send(
                        "POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\nhi").read();
                assertThat(response.status()).isEqualTo(200);
                assertThat(response.body()).isEqualTo("\"a:hi\"");
                assertThat(response.header("content-type")).isEqualTo("application/json");
                assertThat(response.header("cache-control")).isEqualTo("no-store");
            }
        }
    }

    @Test
    void bodyInChunks_isPutTogether() throws Exception {
        try (RawHttp client = connect()) {
            RawHttp.Response response = client.send("POST /a HTTP/1.1\r\nHost: h\r\n"
                    + "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n").read();
            assertThat(response.body()).isEqualTo("\"a:abcde\"");
        }
    }

    @Test
    void requestInManyPieces_isPutTogether() throws Exception {
        String request = "POST /a HTTP/1.1\r\nHost: h\r\nX: " + "y".repeat(10_000)
                + "\r\nContent-Length: 2\r\n\r\nhi" + GET;
        try (RawHttp client = connect()) {
            for (int at = 0; at < request.length(); at += 97) {
                client.send(request.substring(at, Math.min(request.length(), at + 97)));
            }
            assertThat(client.read().body()).isEqualTo("\"a:hi\"");
            assertThat(client.read().body()).isEqualTo("\"a:\"");
            for (char c : GET.toCharArray()) {
                client.send(String.valueOf(c));
            }
            assertThat(client.read().body()).isEqualTo("\"a:\"");
        }
    }

    @Test
    void expectContinue_isTold() throws Exception {
        try (RawHttp client = connect()) {
            client.send("POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n"
                    + "Expect: 100-continue\r\n\r\n");
            assertThat(client.read().status()).isEqualTo(100);
            assertThat(client.send("hi").read().body()).isEqualTo("\"a:hi\"");
        }
    }

    @Test
    void head_hasTheHeadOfGetAndNoBody() throws Exception {
        try (RawHttp client = connect()) {
            client.send("HEAD /a HTTP/1.1\r\nHost: h\r\n\r\n");
            RawHttp.Response head = client.readHead();
            assertThat(head.header("content-length")).isEqualTo("4");
            assertThat(client.send(GET).read().body()).isEqualTo("\"a:\"");
        }
    }

    @Test
    void pipelinedRequests_areAnsweredOneByOneInOrder() throws Exception {
        List<CompletableFuture<RestReply>> pending = new CopyOnWriteArrayList<>();
        answerer = request -> {
            CompletableFuture<RestReply> reply = new CompletableFuture<>();
            pending.add(reply);
            return reply;
        };
        try (RawHttp client = connect()) {
            client.send(GET + GET + GET);
            for (int i = 0; i < 3; i++) {
                int expected = i + 1;
                await().until(() -> pending.size() == expected);
                pending.get(i).complete(RestReply.ok(JsonNodeFactory.instance.numberNode(i)));
                assertThat(client.read().body()).isEqualTo("" + i);
            }
        }
    }

    @Test
    void thousandsOfRequestsSentAhead_areAllAnswered() throws Exception {
        String slow = "GET /a HTTP/1.1\r\nHost: h\r\n\r\n";
        String atOnce = "GET /% HTTP/1.1\r\nHost:h\r\n\r\n";
        CompletableFuture<RestReply> reply = new CompletableFuture<>();
        answerer = request -> reply;
        try (RawHttp client = connect()) {
            client.send(slow + atOnce.repeat(3_000));
            reply.complete(RestReply.ok(TextNode.valueOf("first")));
            assertThat(client.read().status()).isEqualTo(200);
            for (int i = 0; i < 3_000; i++) {
                assertThat(client.read().status()).isEqualTo(400);
            }
        }
    }

    @Test
    void connectionClose_isObeyed() throws Exception {
        try (RawHttp client = connect()) {
            client.send("GET /a HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
            assertThat(client.read().header("connection")).isEqualTo("close");
            assertThat(client.ended()).isTrue();
        }
    }

    @Test
    void http10_isAnsweredAndClosed() throws Exception {
        try (RawHttp client = connect()) {
            client.send("GET /a HTTP/1.0\r\nHost: h\r\n\r\n");
            assertThat(client.read().status()).isEqualTo(200);
            assertThat(client.ended()).isTrue();
        }
    }

    @Test
    void absoluteForm_isTheSamePath() throws Exception {
        try (RawHttp client = connect()) {
            client.send("GET http://h:1/a/b?x=%C3%A4+b HTTP/1.1\r\nHost: h\r\n\r\n").read();
            assertThat(seen.get(0).target().segments()).containsExactly("a", "b");
            assertThat(seen.get(0).target().query()).containsEntry("x", "ä b");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "/%zz", "/%", "/%4", "/%ff", "/%c0%af", "/%00", "/a%0d%0ab", "/?a=1&a=2", "/?a=%00",
        "/a#b", "*", "a", "//%ed%a0%80"
    })
    void ambiguousTarget_isRefused(String target) throws Exception {
        try (RawHttp client = connect()) {
            client.send("GET " + target + " HTTP/1.1\r\nHost: h\r\n\r\n");
            RawHttp.Response response = client.read();
            assertThat(response.status()).isEqualTo(400);
            assertThat(response.body()).contains("\"code\":400");
            assertThat(seen).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "GET / HTTP/1.1\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
        "GET / HTTP/1.1\r\nHost:\r\n\r\n",
        "GET / HTTP/1.1\nHost: h\n\n",
        "GET / HTTP/1.1\r\nHost: h\nX: y\r\n\r\n",
        "GET / HTTP/1.1\r\nHost : h\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: h\r\n: y\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: h\r\nX: a\0b\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: h\r\nX y\r\n\r\n",
        "GET / HTTP/1.2.3\r\nHost: h\r\n\r\n",
        "GET /\r\nHost: h\r\n\r\n",
        "\1GET / HTTP/1.1\r\nHost: h\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\na",
        "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1, 1\r\n\r\na",
        "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: +1\r\n\r\na",
        "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: -1\r\n\r\na",
        "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 0x1\r\n\r\na",
        "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 99999999999999999999\r\n\r\na",
        "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n"
                + "0\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: identity\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n"
                + "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "POST / HTTP/1.0\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n",
        "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n",
        "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n",
        "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nabc\r\n0\r\n\r\n"
    })
    void badFraming_isRefusedAndWhatFollowsIsNeverRead(String request) throws Exception {
        try (RawHttp client = connect()) {
            client.send(request + GET);
            RawHttp.Response response = client.read();
            assertThat(response.status()).isEqualTo(400);
            assertThat(response.header("connection")).isEqualTo("close");
            assertThat(response.body()).contains("\"code\":400", "\"message\":");
            assertThat(client.ended()).isTrue();
            assertThat(seen).isEmpty();
        }
    }

    @Test
    void unknownVersionAndExpectation_areRefused() throws Exception {
        try (RawHttp client = connect()) {
            client.send("GET / HTTP/3.0\r\nHost: h\r\n\r\n");
            assertThat(client.read().status()).isEqualTo(505);
            assertThat(client.ended()).isTrue();
        }
        try (RawHttp client = connect()) {
            client.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\n"
                    + "Expect: 200-maybe\r\n\r\n");
            assertThat(client.read().status()).isEqualTo(417);
            assertThat(client.ended()).isTrue();
        }
        assertThat(seen).isEmpty();
    }

    @Test
    void tooLargeABody_isRefusedHoweverItComes() throws Exception {
        int size = 2 * 1024 * 1024;
        byte[] body = new byte[size];
        try (RawHttp client = connect()) {
            client.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: " + size + "\r\n\r\n");
            client.send(body);
            assertTooLarge(client);
        }
        try (RawHttp client = connect()) {
            client.send("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
                    + Integer.toHexString(size) + "\r\n");
            client.send(body);
            assertTooLarge(client);
        }
        try (RawHttp client = connect()) {
            client.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: " + size + "\r\n"
                    + "Expect: 100-continue\r\n\r\n");
            assertTooLarge(client);
        }
        assertThat(seen).isEmpty();
    }

    /** A buffer that grows by doubling may be twice as large as what is in it. */
    @Test
    void unfinishedBodiesOfStrangers_fitIntoAQuarterOfTheHeap() {
        RestLimits defaults = RestLimits.defaults();
        long held = 2L * defaults.connectionsMax() * defaults.bodyBytesMax();
        assertThat(held).isLessThanOrEqualTo(64L * 1024 * 1024);
    }

    private static void assertTooLarge(RawHttp client) throws IOException {
        RawHttp.Response response = client.read();
        assertThat(response.status()).isEqualTo(413);
        assertThat(response.body()).contains("\"code\":413");
        assertThat(client.ended()).isTrue();
    }

    @Test
    void tooLargeAHead_isRefused() throws Exception {
        try (RawHttp client = connect()) {
            client.send("GET /" + "a".repeat(20_000) + " HTTP/1.1\r\nHost: h\r\n\r\n");
            assertThat(client.read().status()).isEqualTo(414);
            assertThat(client.ended()).isTrue();
        }
        try (RawHttp client = connect()) {
            client.send("GET / HTTP/1.1\r\nHost: h\r\nX: " + "a".repeat(40_000) + "\r\n\r\n");
            assertThat(client.read().status()).isEqualTo(431);
            assertThat(client.ended()).isTrue();
        }
        assertThat(seen).isEmpty();
    }

    @Test
    void requestThatDrips_isEndedInTime() throws Exception {
        limits = withTimes(Duration.ofSeconds(30), Duration.ofMillis(400), Duration.ofSeconds(30));
        try (RawHttp client = connect()) {
            client.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 100\r\n\r\n");
            long start = System.nanoTime();
            RawHttp.Response response = client.send("a").read();
            assertThat(response.status()).isEqualTo(408);
            assertThat(client.ended()).isTrue();
            assertThat(Duration.ofNanos(System.nanoTime() - start))
                    .isLessThan(Duration.ofSeconds(10));
        }
        try (RawHttp client = connect()) {
            assertThat(client.send("GET / HT").read().status()).isEqualTo(408);
        }
        assertThat(seen).isEmpty();
    }

    @Test
    void idleConnection_isEnded() throws Exception {
        limits = withTimes(Duration.ofMillis(300), Duration.ofSeconds(30), Duration.ofSeconds(30));
        try (RawHttp fresh = connect(); RawHttp used = connect()) {
            assertThat(used.send(GET).read().status()).isEqualTo(200);
            assertThat(fresh.ended()).isTrue();
            assertThat(used.ended()).isTrue();
        }
    }

    @Test
    void slowAnswer_isNotTakenForAnIdleConnection() throws Exception {
        limits = withTimes(
                Duration.ofMillis(200), Duration.ofMillis(200), Duration.ofSeconds(30));
        CompletableFuture<RestReply> reply = new CompletableFuture<>();
        answerer = request -> reply;
        try (RawHttp client = connect()) {
            client.send(GET);
            CompletableFuture.delayedExecutor(900, TimeUnit.MILLISECONDS)
                    .execute(() -> reply.complete(RestReply.ok(TextNode.valueOf("late"))));
            assertThat(client.read().body()).isEqualTo("\"late\"");
        }
    }

    @Test
    void clientThatReadsNothing_isEnded() throws Exception {
        limits = withTimes(Duration.ofSeconds(30), Duration.ofSeconds(30), Duration.ofMillis(300));
        String large = "x".repeat(32 * 1024 * 1024);
        CompletableFuture<Void> gone = new CompletableFuture<>();
        answerer = request -> {
            gone.complete(null);
            return CompletableFuture.completedFuture(RestReply.ok(TextNode.valueOf(large)));
        };
        try (RawHttp client = connect()) {
            client.send(GET);
            gone.get();
            // let the write time out before the first octet is read
            await().pollDelay(Duration.ofMillis(1_000)).until(() -> true);
            assertThat(client.readAll().length()).isLessThan(large.length());
        }
    }

    @Test
    void connectionBeyondTheLimit_isClosedAtOnceAndMakesRoomWhenOthersLeave() throws Exception {
        RestLimits d = RestLimits.defaults();
        limits = new RestLimits(2, d.headBytesMax(), d.requestLineBytesMax(), d.bodyBytesMax(),
                d.idleTimeout(), d.requestTimeout(), d.writeTimeout(), d.drainTimeout());
        try (RawHttp first = connect(); RawHttp second = connect()) {
            assertThat(first.send(GET).read().status()).isEqualTo(200);
            assertThat(second.send(GET).read().status()).isEqualTo(200);
            try (RawHttp third = connect()) {
                assertThat(third.ended()).isTrue();
            }
        }
        await().untilAsserted(() -> {
            try (RawHttp later = connect()) {
                assertThat(later.send(GET).read().status()).isEqualTo(200);
            }
        });
    }

    @Test
    void noRoomForWork_is429() throws Exception {
        executor = task -> {
            throw new RejectedExecutionException();
        };
        try (RawHttp client = connect()) {
            RawHttp.Response response = client.send(GET).read();
            assertThat(response.status()).isEqualTo(429);
            assertThat(response.header("retry-after")).isEqualTo("1");
        }
    }

    @Test
    void defectInAnAnswer_is500AndTellsNothing() throws Exception {
        CompletionStage<RestReply> failed =
                CompletableFuture.failedFuture(new IllegalStateException("inner secret"));
        answerer = request -> failed;
        try (RawHttp client = connect()) {
            RawHttp.Response response = client.send(GET).read();
            assertThat(response.status()).isEqualTo(500);
            assertThat(response.body()).doesNotContain("secret");
            assertThat(client.send(GET).read().status()).isEqualTo(500);
        }
    }

    @Test
    void defectThatIsThrown_is500AsWell() throws Exception {
        answerer = request -> {
            throw new IllegalStateException("inner secret");
        };
        try (RawHttp client = connect()) {
            assertThat(client.send(GET).read().status()).isEqualTo(500);
        }
    }

    @Test
    void requestId_isTakenOverWhenSaneAndMadeWhenNot() throws Exception {
        try (RawHttp client = connect()) {
            assertThat(client.send(withId("X-Request-Id: job-1.2_3\r\n")).read()
                    .header("x-request-id")).isEqualTo("job-1.2_3");
            for (String insane : List.of(
                    "", "X-Request-Id:\r\n", "X-Request-Id: a b\r\n", "X-Request-Id: \u00e4\r\n",
                    "X-Request-Id: " + "a".repeat(65) + "\r\n",
                    "X-Request-Id: a\r\nX-Request-Id: b\r\n")) {
                assertThat(client.send(withId(insane)).read().header("x-request-id"))
                        .matches("[0-9a-f]{32}");
            }
        }
        assertThat(seen.get(0).requestId()).isEqualTo("job-1.2_3");
        assertThat(seen.get(0).source()).isEqualTo("127.0.0.1");
    }

    private static String withId(String header) {
        return "GET /a HTTP/1.1\r\nHost: h\r\n" + header + "\r\n";
    }

    @Test
    void close_letsWhatIsInFlightFinishAndEndsTheRest() throws Exception {
        CompletableFuture<RestReply> reply = new CompletableFuture<>();
        CompletableFuture<Void> arrived = new CompletableFuture<>();
        answerer = request -> {
            arrived.complete(null);
            return reply;
        };
        try (RawHttp busy = connect(); RawHttp idle = connect()) {
            busy.send(GET);
            arrived.get();
            CompletableFuture<Void> closing = CompletableFuture.runAsync(server::close);
            assertThat(idle.ended()).isTrue();
            reply.complete(RestReply.ok(TextNode.valueOf("done")));
            RawHttp.Response response = busy.read();
            assertThat(response.body()).isEqualTo("\"done\"");
            assertThat(response.header("connection")).isEqualTo("close");
            assertThat(busy.ended()).isTrue();
            closing.get();
        }
    }

    @Test
    void portInUse_isToldWithAddressAndKey() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, ANY_PORT.getAddress())) {
            InetSocketAddress address =
                    new InetSocketAddress(ANY_PORT.getAddress(), taken.getLocalPort());
            RestServer second = new RestServer(
                    address, limits, answerer, executor, new RequestIds(new Random(1)));
            assertThatThrownBy(second::start)
                    .isInstanceOf(StartException.class)
                    .hasMessageContaining("rest-listen")
                    .hasMessageContaining("127.0.0.1:" + taken.getLocalPort());
        }
    }

    @Test
    void addressThatOthersCanReach_isRefused() {
        for (String host : List.of("0.0.0.0", "192.0.2.1", "::")) {
            RestServer open = new RestServer(new InetSocketAddress(host, 0), limits,
                    answerer, executor, new RequestIds(new Random(1)));
            assertThatThrownBy(open::start)
                    .isInstanceOf(StartException.class)
                    .hasMessageContaining("rest-listen")
                    .hasMessageContaining("TLS");
        }
    }

    private static RestLimits withTimes(Duration idle, Duration request, Duration write) {
        RestLimits d = RestLimits.defaults();
        return new RestLimits(d.connectionsMax(), d.headBytesMax(), d.requestLineBytesMax(),
                d.bodyBytesMax(), idle, request, write, d.drainTimeout());
    }
}
