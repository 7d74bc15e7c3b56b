package dev.portcullis.gateway.wire;

import static dev.portcullis.gateway.testkit.H2Connection.CANCEL;
import static dev.portcullis.gateway.testkit.H2Connection.DATA;
import static dev.portcullis.gateway.testkit.H2Connection.ENABLE_CONNECT_PROTOCOL;
import static dev.portcullis.gateway.testkit.H2Connection.END_STREAM;
import static dev.portcullis.gateway.testkit.H2Connection.PROTOCOL_ERROR;
import static dev.portcullis.gateway.testkit.H2Connection.RST_STREAM;
import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.gateway.testkit.GatewayFixture;
import dev.portcullis.gateway.testkit.H2Client;
import dev.portcullis.gateway.testkit.H2Connection;
import dev.portcullis.gateway.testkit.H2Response;
import dev.portcullis.gateway.testkit.H2Upstream;
import dev.portcullis.gateway.upstream.UpstreamConfig.Protocol;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** WebSocket over HTTP/2 on both sides of the gateway (RFC 8441), as one chain. */
@Timeout(60)
class Http2ChainTest {
    private final GatewayFixture gateway = GatewayFixture.create();
    private final CountDownLatch later = new CountDownLatch(1);
    private H2Upstream upstream;

    @BeforeEach
    void start() throws Exception {
        upstream = H2Upstream.start();
        gateway.settings().eventLoops(1).upstream(upstream.uri(), Protocol.HTTP_2);
        gateway.start();
    }

    @AfterEach
    void stop() throws Exception {
        try (gateway) {
            gateway.check();
            assertThat(upstream.faults()).isEmpty();
        } finally {
            upstream.close();
        }
    }

    private H2Client connect() throws Exception {
        return H2Client.connect(gateway.gateway().address());
    }

    private String[] handshake(String... more) {
        return Stream.concat(
                Stream.of(":method=CONNECT", ":protocol=websocket", ":scheme=http",
                        ":path=/socket", ":authority=app.example", "sec-websocket-version=13",
                        "authorization=Bearer " + gateway.reader()),
                Stream.of(more)).toArray(String[]::new);
    }

    @Test
    void tunnel_carriesOctetsBothWaysUntilBothEndsHaveEnded() throws Exception {
        upstream.enqueue(connection -> {
            H2Connection.Request request = connection.begin(ENABLE_CONNECT_PROTOCOL, 1).take();
            connection.headers(request.stream(), false, ":status", "200",
                    "sec-websocket-protocol", "chat");
            connection.data(request.stream(), "hello", false);
            connection.takeWhole();
            connection.data(request.stream(), request.text(), true);
            connection.await(99);
        });
        try (H2Client client = connect()) {
            client.headers(1, false, handshake("sec-websocket-protocol=chat, x"));
            H2Response answer = client.body(1, 5);
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.header("sec-websocket-protocol")).isEqualTo("chat");
            assertThat(answer.header("sec-websocket-accept")).isNull();
            assertThat(answer.header("upgrade")).isNull();
            assertThat(answer.text()).isEqualTo("hello");
            client.data(1, false, "ba").data(1, true, "ck");
            assertThat(client.response(1).text()).isEqualTo("helloback");
            assertThat(client.response(1).isWhole()).isTrue();
        }
        H2Connection.Request seen = upstream.takeRequest();
        assertThat(seen.field(":method")).isEqualTo("CONNECT");
        assertThat(seen.field(":protocol")).isEqualTo("websocket");
        assertThat(seen.field(":path")).isEqualTo("/socket");
        assertThat(seen.field("sec-websocket-version")).isEqualTo("13");
        assertThat(seen.field("sec-websocket-protocol")).isEqualTo("chat, x");
        assertThat(seen.field("sec-websocket-key")).isNull();
        assertThat(seen.field("authorization")).isNull();
        assertThat(seen.field("via")).isEqualTo("2 portcullis");
        assertThat(seen.field("x-portcullis-user")).isEqualTo("reader");
        assertThat(gateway.newLogLines()).singleElement().asString()
                .contains("\"protocol\":\"HTTP/2\"", "\"phase\":\"finished\"",
                        "\"bytes_in\":4,\"bytes_out\":9");
    }

    @Test
    void clientSpeaksBeforeTheAnswer_upstreamHearsItWhenItHasAccepted() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        CompletableFuture<Integer> heardBefore = new CompletableFuture<>();
        upstream.enqueue(connection -> {
            H2Connection.Request request = connection.begin(ENABLE_CONNECT_PROTOCOL, 1).take();
            asked.countDown();
            later.await();
            heardBefore.complete(request.body().length);
            connection.headers(request.stream(), false, ":status", "200");
            connection.takeWhole();
            connection.data(request.stream(), request.text(), true);
            connection.await(99);
        });
        try (H2Client client = connect()) {
            client.headers(1, false, handshake()).data(1, true, "soon").sync();
            assertThat(asked.await(20, TimeUnit.SECONDS)).isTrue();
            later.countDown();
            assertThat(client.response(1).text()).isEqualTo("soon");
        }
        assertThat(heardBefore.get(20, TimeUnit.SECONDS)).isZero();
    }

    /** More than all windows hold: it only goes on as each hop gives them back. */
    @Test
    void muchGoesBothWays_windowsAreGivenBackAndNothingIsLost() throws Exception {
        int pieces = 150;
        String piece = "x".repeat(16_000);
        upstream.enqueue(connection -> {
            int stream = connection.begin(ENABLE_CONNECT_PROTOCOL, 1).take().stream();
            connection.headers(stream, false, ":status", "200");
            while (true) {
                H2Connection.Frame frame = connection.await(DATA);
                connection.data(stream, new String(frame.payload(), StandardCharsets.ISO_8859_1),
                        frame.has(END_STREAM));
            }
        });
        try (H2Client client = connect()) {
            client.headers(1, false, handshake());
            for (int i = 1; i <= pieces; i++) {
                client.data(1, i == pieces, piece);
                assertThat(client.body(1, i * piece.length()).bodyBytes())
                        .isEqualTo(i * piece.length());
            }
            assertThat(client.response(1).isWhole()).isTrue();
        }
        assertThat(gateway.newLogLines()).singleElement().asString()
                .contains("\"bytes_in\":2400000,\"bytes_out\":2400000");
    }

    @Test
    void upstreamRefuses_answerIsAnOrdinaryOne() throws Exception {
        upstream.enqueue(connection -> {
            int stream = connection.begin(ENABLE_CONNECT_PROTOCOL, 1).take().stream();
            connection.headers(stream, false, ":status", "403").data(stream, "no", true);
            connection.await(99);
        });
        try (H2Client client = connect()) {
            client.headers(1, false, handshake());
            assertThat(client.response(1).status()).isEqualTo(403);
            assertThat(client.response(1).text()).isEqualTo("no");
        }
    }

    @Test
    void upstreamAllowsNoTunnels_isBadGateway() throws Exception {
        try (H2Client client = connect()) {
            client.headers(1, false, handshake());
            assertThat(client.response(1).status()).isEqualTo(502);
        }
    }

    @Test
    void credentialIsMissing_upstreamIsNotAsked() throws Exception {
        try (H2Client client = connect()) {
            client.headers(1, false, ":method=CONNECT", ":scheme=http", ":path=/socket",
                    ":authority=app.example", ":protocol=websocket", "sec-websocket-version=13");
            assertThat(client.response(1).status()).isEqualTo(401);
        }
        assertThat(upstream.connections()).isZero();
    }

    private CompletableFuture<Integer> openAndAwaitReset() {
        CompletableFuture<Integer> error = new CompletableFuture<>();
        upstream.enqueue(connection -> {
            int stream = connection.begin(ENABLE_CONNECT_PROTOCOL, 1).take().stream();
            connection.headers(stream, false, ":status", "200");
            error.complete(connection.await(RST_STREAM).number());
            connection.await(99);
        });
        return error;
    }

    @Test
    void tokenIsRevoked_tunnelIsCutAtBothEnds() throws Exception {
        CompletableFuture<Integer> error = openAndAwaitReset();
        try (H2Client client = connect()) {
            client.headers(1, false, handshake());
            assertThat(client.head(1).status()).isEqualTo(200);
            gateway.origin().revoke(gateway.reader());
            assertThat(client.response(1).text())
                    .isEqualTo("\u0088\u0014\u0003\u00f0credential_revoked");
        }
        assertThat(error.get(20, TimeUnit.SECONDS)).isEqualTo(CANCEL);
    }

    @Test
    void clientResets_upstreamIsTold() throws Exception {
        CompletableFuture<Integer> error = openAndAwaitReset();
        try (H2Client client = connect()) {
            client.headers(1, false, handshake());
            assertThat(client.head(1).status()).isEqualTo(200);
            client.rst(1, CANCEL);
            assertThat(error.get(20, TimeUnit.SECONDS)).isEqualTo(CANCEL);
            // only the tunnel is over
            assertThat(client.sync().lastGoAway()).isNull();
        }
    }

    @Test
    void upstreamResets_tunnelEndsWithoutACloseFrame() throws Exception {
        upstream.enqueue(connection -> {
            int stream = connection.begin(ENABLE_CONNECT_PROTOCOL, 1).take().stream();
            connection.headers(stream, false, ":status", "200");
            later.await();
            connection.reset(stream, PROTOCOL_ERROR);
            connection.await(99);
        });
        try (H2Client client = connect()) {
            client.headers(1, false, handshake());
            assertThat(client.head(1).status()).isEqualTo(200);
            later.countDown();
            assertThat(client.response(1).text()).isEmpty();
        }
        assertThat(gateway.newLogLines()).singleElement().asString()
                .contains("\"code\":\"upstream_closed\"");
    }
}
