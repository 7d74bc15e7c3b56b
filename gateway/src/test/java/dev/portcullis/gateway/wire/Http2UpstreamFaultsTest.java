package dev.portcullis.gateway.wire;

import static dev.portcullis.gateway.testkit.GatewayFixture.request;
import static dev.portcullis.gateway.testkit.H2Connection.DATA;
import static dev.portcullis.gateway.testkit.H2Connection.END_HEADERS;
import static dev.portcullis.gateway.testkit.H2Connection.PING;
import static dev.portcullis.gateway.testkit.H2Connection.PROTOCOL_ERROR;
import static dev.portcullis.gateway.testkit.H2Connection.PUSH_PROMISE;
import static dev.portcullis.gateway.testkit.H2Connection.RST_STREAM;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.portcullis.gateway.testkit.GatewayFixture;
import dev.portcullis.gateway.testkit.H2Connection;
import dev.portcullis.gateway.testkit.H2Upstream;
import dev.portcullis.gateway.testkit.HttpMessage;
import dev.portcullis.gateway.testkit.RawClient;
import dev.portcullis.gateway.upstream.UpstreamConfig.Protocol;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** HTTP/2 upstreams that cannot be believed: 502, or a visible break, and never a clean end. */
@Timeout(60)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class Http2UpstreamFaultsTest {
    /** The gateway's first stream: 1 would be that of an upgrade. */
    private static final int FIRST = 3;

    private final GatewayFixture gateway = GatewayFixture.create();
    private H2Upstream upstream;

    @BeforeAll
    void start() throws IOException {
        upstream = H2Upstream.start();
        gateway.settings().eventLoops(1).upstream(upstream.uri(), Protocol.HTTP_2);
        gateway.start();
    }

    @AfterEach
    void check() {
        gateway.check();
        assertThat(upstream.faults()).isEmpty();
    }

    @AfterAll
    void stop() throws IOException {
        try (gateway) {
            gateway.check();
        } finally {
            upstream.close();
        }
    }

    static List<List<String>> malformedHeads() {
        return List.of(
                List.of(":status", "200", "Upper", "1"),
                List.of(":status", "200", "connection", "close"),
                List.of(":status", "200", "transfer-encoding", "chunked"),
                List.of(":status", "200", "upgrade", "websocket"),
                List.of(":status", "200", "keep-alive", "timeout=5"),
                List.of(":status", "200", "a b", "1"),
                List.of(":status", "200", "", "1"),
                List.of(":status", "200", "a", "1\r\nb: 2"),
                List.of(":status", "200", "a", "1\0"),
                List.of(":status", "200", "a", " 1"),
                List.of(":status", "200", ":path", "/"),
                List.of(":status", "200", ":status", "200"),
                List.of("a", "1", ":status", "200"),
                List.of("a", "1"),
                List.of(":status", "20"),
                List.of(":status", "2000"),
                List.of(":status", "600"),
                List.of(":status", "+20"),
                List.of(":status", "101"),
                List.of(":status", "200", "content-length", "1"),
                List.of(":status", "200", "content-length", "0", "content-length", "0"),
                List.of(":status", "200", "content-length", "-1"),
                List.of(":status", "200", "content-length", "x"),
                List.of(":status", "100"));
    }

    /** Whatever is wrong, the next request has a connection of its own. */
    private HttpMessage get() throws IOException {
        HttpMessage answer = gateway.get("/", gateway.reader());
        closeConnections();
        return answer;
    }

    private void closeConnections() {
        await().pollInterval(Duration.ofMillis(100)).atMost(Duration.ofSeconds(20)).until(() -> {
            gateway.time().advance(Duration.ofSeconds(31));
            return upstream.openConnections() == 0;
        });
    }

    @ParameterizedTest
    @MethodSource("malformedHeads")
    void headIsMalformed_isInvalidAndTheStreamIsReset(List<String> head) throws Exception {
        CompletableFuture<Integer> error = new CompletableFuture<>();
        upstream.enqueue(connection -> {
            connection.headers(connection.begin().take().stream(), true,
                    head.toArray(String[]::new));
            error.complete(connection.await(RST_STREAM).number());
            connection.await(99);
        });
        assertThat(get().text()).contains("upstream_invalid");
        assertThat(error.get(20, TimeUnit.SECONDS)).isEqualTo(PROTOCOL_ERROR);
    }

    @Test
    void interimResponsesHaveNoEnd_oneTooManyIsInvalid() throws Exception {
        CompletableFuture<Integer> error = new CompletableFuture<>();
        upstream.enqueue(connection -> {
            int stream = connection.begin().take().stream();
            for (int i = 0; i < 101; i++) {
                connection.headers(stream, false, ":status", "103", "link", "</a>");
            }
            error.complete(connection.await(RST_STREAM).number());
            connection.await(99);
        });
        try (RawClient client = gateway.connect()) {
            client.send(request("GET", "/", gateway.reader(), ""));
            for (int i = 0; i < 100; i++) {
                assertThat(client.receiveAny("GET").status()).isEqualTo(103);
            }
            HttpMessage answer = client.receiveAny("GET");
            assertThat(answer.status()).isEqualTo(502);
            assertThat(answer.text()).contains("upstream_invalid");
        }
        assertThat(error.get(20, TimeUnit.SECONDS)).isEqualTo(PROTOCOL_ERROR);
        closeConnections();
    }

    static List<H2Upstream.Script> brokenBodies() {
        return List.of(
                // less than announced
                connection -> announce(connection, "9").data(FIRST, "part", true),
                // more than announced
                connection -> announce(connection, "5").data(FIRST, "part", false)
                        .data(FIRST, "more", true),
                // less than announced, and trailers
                connection -> announce(connection, "9").data(FIRST, "part", false)
                        .headers(FIRST, true, "a", "1"),
                // trailers that are not the end
                connection -> announce(connection, null).data(FIRST, "part", false)
                        .headers(FIRST, false, "a", "1").data(FIRST, "more", true),
                // malformed trailers
                connection -> announce(connection, null).data(FIRST, "part", false)
                        .headers(FIRST, true, "A", "1"),
                // pseudo-header fields in trailers
                connection -> announce(connection, null).data(FIRST, "part", false)
                        .headers(FIRST, true, ":status", "200"),
                // the connection ends
                connection -> {
                    announce(connection, null).data(FIRST, "part", false);
                    throw new EOFException();
                });
    }

    private static H2Connection announce(H2Connection connection, String length)
            throws IOException {
        assertThat(connection.begin().take().stream()).isEqualTo(FIRST);
        return length == null
                ? connection.headers(FIRST, false, ":status", "200")
                : connection.headers(FIRST, false, ":status", "200", "content-length", length);
    }

    @ParameterizedTest
    @MethodSource("brokenBodies")
    void bodyIsBroken_clientSeesTheBreak(H2Upstream.Script script) throws Exception {
        upstream.enqueue(connection -> {
            script.run(connection);
            connection.await(99);
        });
        try (RawClient client = gateway.connect()) {
            client.send(request("GET", "/", gateway.reader(), ""));
            String seen = client.receiveToEnd();
            assertThat(seen).startsWith("HTTP/1.1 200").doesNotContain("\r\n0\r\n");
        }
        closeConnections();
        assertThat(gateway.newLogLines()).last().asString().contains("\"code\":\"upstream_");
    }

    static List<H2Upstream.Script> brokenConnections() {
        return List.of(
                connection -> connection.sayOnly(
                        "HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n"),
                // no settings first
                connection -> connection.frame(PING, 0, 0, new byte[8]).begin(),
                // data before any head
                connection -> connection.data(connection.begin().take().stream(), "x", true),
                // data of a stream that was never opened
                connection -> {
                    connection.begin().take();
                    connection.data(7, "x", true);
                },
                // a response nobody asked for
                connection -> {
                    connection.begin().take();
                    connection.headers(2, true, ":status", "200");
                },
                // a promise, though pushing was refused
                connection -> {
                    connection.begin().take();
                    connection.frame(PUSH_PROMISE, END_HEADERS, FIRST, new byte[] {0, 0, 0, 2});
                },
                // a frame longer than allowed
                connection -> connection.frame(DATA, 0, connection.begin().take().stream(),
                        new byte[16385]),
                // too many fields
                connection -> {
                    int stream = connection.begin().take().stream();
                    String[] many = new String[402];
                    for (int i = 2; i < many.length; i += 2) {
                        many[i] = "f" + i;
                        many[i + 1] = "1";
                    }
                    many[0] = ":status";
                    many[1] = "200";
                    connection.headers(stream, true, many);
                });
    }

    @ParameterizedTest
    @MethodSource("brokenConnections")
    void connectionIsBroken_isBadGateway(H2Upstream.Script script) throws Exception {
        upstream.enqueue(connection -> {
            script.run(connection);
            connection.await(99);
        });
        assertThat(get().status()).isEqualTo(502);
    }

    @Test
    void settingsDoNotCome_isUpstreamTimeout() throws Exception {
        upstream.enqueue(connection -> connection.await(99));
        CompletableFuture<HttpMessage> answer = CompletableFuture.supplyAsync(() -> {
            try {
                return gateway.get("/", gateway.reader());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        await().pollInterval(Duration.ofMillis(300)).until(() -> {
            gateway.time().advance(Duration.ofSeconds(2));
            return answer.isDone();
        });
        assertThat(answer.get().text()).contains("upstream_timeout");
    }
}
