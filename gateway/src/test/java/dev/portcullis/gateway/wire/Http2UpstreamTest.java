package dev.portcullis.gateway.wire;

import static dev.portcullis.gateway.testkit.GatewayFixture.request;
import static dev.portcullis.gateway.testkit.H2Connection.CANCEL;
import static dev.portcullis.gateway.testkit.H2Connection.INITIAL_WINDOW_SIZE;
import static dev.portcullis.gateway.testkit.H2Connection.MAX_CONCURRENT_STREAMS;
import static dev.portcullis.gateway.testkit.H2Connection.NO_ERROR;
import static dev.portcullis.gateway.testkit.H2Connection.REFUSED_STREAM;
import static dev.portcullis.gateway.testkit.H2Connection.RST_STREAM;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.portcullis.gateway.testkit.GatewayFixture;
import dev.portcullis.gateway.testkit.H2Connection;
import dev.portcullis.gateway.testkit.H2Upstream;
import dev.portcullis.gateway.testkit.HttpMessage;
import dev.portcullis.gateway.testkit.HttpMessage.Header;
import dev.portcullis.gateway.testkit.RawClient;
import dev.portcullis.gateway.upstream.UpstreamConfig.Protocol;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** HTTP/2 towards the upstream: messages, streams, and what ends them. */
@Timeout(60)
class Http2UpstreamTest {
    private final GatewayFixture gateway = GatewayFixture.create();
    private final CountDownLatch later = new CountDownLatch(1);
    private H2Upstream upstream;

    @BeforeEach
    void start() throws IOException {
        upstream = H2Upstream.start();
        gateway.settings().eventLoops(1).upstream(upstream.uri(), Protocol.HTTP_2);
        gateway.start();
    }

    @AfterEach
    void stop() throws IOException {
        later.countDown();
        try (gateway) {
            assertThat(upstream.faults()).isEmpty();
        } finally {
            upstream.close();
        }
    }

    private HttpMessage get(String path) throws IOException {
        return gateway.get(path, gateway.reader());
    }

    private HttpMessage post(String path, String body) throws IOException {
        return gateway.exchange(request("POST", path, gateway.writer(), body));
    }

    @Test
    void get_isForwardedAndAnswered() throws Exception {
        HttpMessage answer = gateway.exchange("GET /things?q=1 HTTP/1.1\r\nHost: app.example\r\n"
                + "X-Api-Key: " + gateway.reader() + "\r\nConnection: keep-alive, X-Mine\r\n"
                + "X-Mine: 1\r\nCookie: a=b\r\nTE: trailers\r\n\r\n");
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.text()).isEqualTo("GET /things?q=1");
        H2Connection.Request seen = upstream.takeRequest();
        assertThat(seen.fields().subList(0, 4)).containsExactlyInAnyOrder(
                new Header(":method", "GET"), new Header(":scheme", "http"),
                new Header(":authority", "app.example"), new Header(":path", "/things?q=1"));
        assertThat(seen.field("cookie")).isEqualTo("a=b");
        assertThat(seen.field("x-portcullis-user")).isEqualTo("reader");
        assertThat(seen.fields()).extracting(Header::name).doesNotContain(
                "host", "connection", "x-mine", "x-api-key", "transfer-encoding");
        assertThat(seen.ended()).isTrue();
    }

    @Test
    void bodiesAndTrailers_goBothWays() throws Exception {
        upstream.enqueue(connection -> {
            H2Connection.Request request = connection.begin().takeWhole();
            connection.headers(request.stream(), false, ":status", "201", "x-thing", "1");
            connection.data(request.stream(), "one ", false).data(request.stream(), "two", false);
            connection.headers(request.stream(), true, "x-sum", "7");
            connection.await(99);
        });
        HttpMessage answer = gateway.exchange("POST /things HTTP/1.1\r\nHost: app.example\r\n"
                + "Authorization: Bearer " + gateway.writer() + "\r\n"
                + "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\nX-End: 9\r\n\r\n");
        assertThat(answer.status()).isEqualTo(201);
        assertThat(answer.header("x-thing")).isEqualTo("1");
        assertThat(answer.text()).isEqualTo("one two");
        assertThat(answer.trailerValues("x-sum")).containsExactly("7");
        H2Connection.Request seen = upstream.takeRequest();
        assertThat(seen.text()).isEqualTo("abcde");
        assertThat(seen.trailers()).containsExactly(new Header("x-end", "9"));
    }

    @Test
    void manyRequests_shareOneConnection() throws Exception {
        upstream.enqueue(connection -> {
            H2Connection.Request first = connection.begin().takeWhole();
            H2Connection.Request second = connection.takeWhole();
            for (H2Connection.Request request : List.of(second, first)) {
                connection.headers(request.stream(), false, ":status", "200",
                        "content-length", "2");
                connection.data(request.stream(), request.field(":path"), true);
            }
            connection.await(99);
        });
        try (RawClient one = gateway.connect(); RawClient two = gateway.connect()) {
            one.send(request("GET", "/1", gateway.reader(), ""));
            upstream.takeRequest();
            two.send(request("GET", "/2", gateway.reader(), ""));
            assertThat(one.receive().text()).isEqualTo("/1");
            assertThat(two.receive().text()).isEqualTo("/2");
        }
        assertThat(upstream.connections()).isOne();
        assertThat(gateway.newLogLines()).anyMatch(line -> line.contains("\"reused\":true"));
    }

    @Test
    void streamsRunOut_anotherConnectionIsOpened() throws Exception {
        H2Upstream.Script one = connection -> {
            H2Connection.Request request = connection.begin(MAX_CONCURRENT_STREAMS, 1).takeWhole();
            later.await();
            connection.headers(request.stream(), true, ":status", "204");
            connection.await(99);
        };
        upstream.enqueue(one).enqueue(one);
        try (RawClient first = gateway.connect(); RawClient second = gateway.connect()) {
            first.send(request("GET", "/1", gateway.reader(), ""));
            upstream.takeRequest();
            second.send(request("GET", "/2", gateway.reader(), ""));
            upstream.takeRequest();
            assertThat(upstream.connections()).isEqualTo(2);
            later.countDown();
            assertThat(first.receive().status()).isEqualTo(204);
            assertThat(second.receive().status()).isEqualTo(204);
        }
    }

    @Test
    void responsesWithoutBody_areFramedForHttp1() throws Exception {
        List<String[]> answers = List.of(
                new String[] {":status", "200"},
                new String[] {":status", "204"},
                new String[] {":status", "304", "content-length", "9"},
                new String[] {":status", "200", "content-length", "9"});
        upstream.enqueue(connection -> {
            connection.begin();
            for (String[] answer : answers) {
                connection.headers(connection.takeWhole().stream(), true, answer);
            }
            connection.await(99);
        });
        try (RawClient client = gateway.connect()) {
            String get = request("GET", "/", gateway.reader(), "");
            assertThat(client.exchange(get).header("Content-Length")).isEqualTo("0");
            assertThat(client.exchange(get).status()).isEqualTo(204);
            assertThat(client.exchange(get).status()).isEqualTo(304);
            HttpMessage head = client.exchange(get.replace("GET", "HEAD"));
            assertThat(head.header("Content-Length")).isEqualTo("9");
        }
    }

    @Test
    void interimResponses_areRelayed() throws Exception {
        upstream.enqueue(connection -> {
            H2Connection.Request request = connection.begin().take();
            connection.headers(request.stream(), false, ":status", "100");
            connection.headers(request.stream(), false, ":status", "103", "link", "</a>");
            connection.takeWhole();
            connection.headers(request.stream(), true, ":status", "200");
            connection.await(99);
        });
        try (RawClient client = gateway.connect()) {
            client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n"
                    + "Authorization: Bearer " + gateway.writer() + "\r\n"
                    + "Expect: 100-continue\r\n\r\n");
            assertThat(client.receiveAny("POST").status()).isEqualTo(100);
            assertThat(client.receiveAny("POST").header("link")).isEqualTo("</a>");
            client.send("ok");
            assertThat(client.receive("POST").status()).isEqualTo(200);
        }
    }

    @Test
    void streamIsRefused_requestIsSentAgainWhateverItsMethod() throws Exception {
        upstream.enqueue(connection -> {
            H2Connection.Request request = connection.begin().take();
            connection.reset(request.stream(), REFUSED_STREAM);
            connection.await(99);
        });
        assertThat(post("/things", "").status()).isEqualTo(200);
        upstream.takeRequest();
        assertThat(upstream.takeRequest().field(":method")).isEqualTo("POST");
    }

    @Test
    void upstreamGoesAwayWithoutHavingLooked_requestIsSentAgain() throws Exception {
        upstream.enqueue(connection -> {
            connection.begin().take();
            connection.goAway(0, NO_ERROR);
            connection.await(99);
        });
        assertThat(post("/things", "").status()).isEqualTo(200);
        assertThat(upstream.connections()).isEqualTo(2);
    }

    @Test
    void upstreamGoesAwayAfterHavingLooked_requestIsAnsweredAndTheNextGoesElsewhere()
            throws Exception {
        upstream.enqueue(connection -> {
            H2Connection.Request request = connection.begin().take();
            connection.goAway(request.stream(), NO_ERROR);
            connection.headers(request.stream(), true, ":status", "202");
            connection.await(99);
        });
        assertThat(post("/things", "").status()).isEqualTo(202);
        assertThat(post("/things", "").status()).isEqualTo(200);
        assertThat(upstream.connections()).isEqualTo(2);
        await().untilAsserted(() -> assertThat(upstream.openConnections()).isOne());
    }

    @Test
    void streamIsReset_isUpstreamClosed() throws Exception {
        upstream.enqueue(connection -> {
            connection.reset(connection.begin().take().stream(), CANCEL);
            connection.await(99);
        });
        assertThat(post("/things", "").text()).contains("upstream_closed");
    }

    @Test
    void streamIsResetWithinTheBody_clientSeesTheBreak() throws Exception {
        upstream.enqueue(connection -> {
            int stream = connection.begin().take().stream();
            connection.headers(stream, false, ":status", "200").data(stream, "part", false);
            connection.reset(stream, CANCEL);
            connection.await(99);
        });
        try (RawClient client = gateway.connect()) {
            client.send(request("GET", "/", gateway.reader(), ""));
            assertThat(client.receiveToEnd()).contains("part").doesNotContain("0\r\n\r\n");
        }
    }

    @Test
    void clientGoesAway_streamIsCancelled() throws Exception {
        CompletableFuture<Integer> error = new CompletableFuture<>();
        upstream.enqueue(connection -> {
            connection.begin().take();
            error.complete(connection.await(RST_STREAM).number());
            connection.await(99);
        });
        try (RawClient client = gateway.connect()) {
            client.send(request("GET", "/", gateway.reader(), ""));
            upstream.takeRequest();
            client.reset();
        }
        assertThat(error.get(20, TimeUnit.SECONDS)).isEqualTo(CANCEL);
    }

    @Test
    void tokenIsRevoked_streamIsCancelled() throws Exception {
        CompletableFuture<Integer> error = new CompletableFuture<>();
        upstream.enqueue(connection -> {
            int stream = connection.begin().take().stream();
            connection.headers(stream, false, ":status", "200").data(stream, "part", false);
            error.complete(connection.await(RST_STREAM).number());
            connection.await(99);
        });
        try (RawClient client = gateway.connect()) {
            client.send(request("GET", "/", gateway.reader(), ""));
            upstream.takeRequest();
            // before the response has begun there would be a whole one, which says why not
            assertThat(client.receiveOctets(12)).isEqualTo("HTTP/1.1 200");
            gateway.origin().revoke(gateway.reader());
            assertThat(client.receiveToEnd()).doesNotContain("0\r\n\r\n");
        }
        assertThat(error.get(20, TimeUnit.SECONDS)).isEqualTo(CANCEL);
    }

    @Test
    void clientDoesNotRead_upstreamGetsNoMoreThanTheWindow() throws Exception {
        List<Integer> sent = new ArrayList<>();
        upstream.enqueue(connection -> {
            int stream = connection.begin().take().stream();
            connection.headers(stream, false, ":status", "200");
            long window = 64 * 1024;
            while (sent.size() < 4000) {
                while (window < 16384) {
                    H2Connection.Frame frame = connection.await(H2Connection.WINDOW_UPDATE);
                    window += frame.stream() == stream ? frame.number() : 0;
                }
                connection.data(stream, "x".repeat(16384), false);
                window -= 16384;
                synchronized (sent) {
                    sent.add(16384);
                }
            }
            connection.data(stream, "", true);
            connection.await(99);
        });
        try (RawClient client = RawClient.withReceiveBuffer(gateway.gateway().address(), 32768)) {
            client.send(request("GET", "/", gateway.reader(), ""));
            upstream.takeRequest();
            await().during(Duration.ofMillis(500)).until(() -> {
                synchronized (sent) {
                    return sent.size() < 1000;
                }
            });
            assertThat(client.receive().bodyBytes()).isEqualTo(4000 * 16384L);
        }
    }

    @Test
    void upstreamGivesNoWindow_clientIsHeldBack() throws Exception {
        upstream.enqueue(connection -> {
            H2Connection.Request request =
                    connection.begin(INITIAL_WINDOW_SIZE, 1000).keepingWindows().take();
            later.await();
            int stream = request.stream();
            connection.windowUpdate(stream, 64 << 20).windowUpdate(0, 64 << 20);
            connection.takeWhole();
            connection.headers(stream, false, ":status", "200");
            connection.data(stream, Integer.toString(request.body().length), true);
            connection.await(99);
        });
        int octets = 32 << 20;
        try (RawClient client = gateway.connect()) {
            client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: " + octets
                    + "\r\nAuthorization: Bearer " + gateway.writer() + "\r\n\r\n");
            CompletableFuture<RawClient> pushing = CompletableFuture.supplyAsync(() -> {
                try {
                    return client.send(new byte[octets]);
                } catch (IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
            });
            upstream.takeRequest();
            await().during(Duration.ofMillis(300)).until(() -> !pushing.isDone());
            later.countDown();
            pushing.get(30, TimeUnit.SECONDS);
            assertThat(client.receive("POST").text()).isEqualTo(Integer.toString(octets));
        }
    }

    @Test
    void connectionIsIdle_isClosedInOrder() throws Exception {
        assertThat(get("/").status()).isEqualTo(200);
        await().pollInterval(Duration.ofMillis(600)).until(() -> {
            gateway.time().advance(Duration.ofSeconds(31));
            return upstream.openConnections() == 0;
        });
        assertThat(get("/").status()).isEqualTo(200);
        assertThat(upstream.connections()).isEqualTo(2);
    }

    @Test
    void upstreamIsSilentAndAnswersNoPing_nextRequestGoesElsewhere() throws Exception {
        upstream.enqueue(connection -> {
            connection.begin().ignoringPings().take();
            connection.await(99);
        });
        CompletableFuture<HttpMessage> answer = CompletableFuture.supplyAsync(() -> {
            try {
                return get("/");
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        });
        upstream.takeRequest();
        await().pollInterval(Duration.ofMillis(600)).until(() -> {
            gateway.time().advance(Duration.ofSeconds(31));
            return answer.isDone();
        });
        assertThat(answer.get().status()).isEqualTo(504);
        assertThat(get("/").status()).isEqualTo(200);
        await().pollInterval(Duration.ofMillis(600)).until(() -> {
            gateway.time().advance(Duration.ofSeconds(3));
            return upstream.openConnections() < 2;
        });
    }
}
