package dev.portcullis.gateway.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.portcullis.core.token.CredentialKind;
import dev.portcullis.gateway.testkit.Answer;
import dev.portcullis.gateway.testkit.GatewayFixture;
import dev.portcullis.gateway.testkit.HttpMessage;
import dev.portcullis.gateway.testkit.RawClient;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** WebSocket by the upgrade of HTTP/1.1: what is let through, and what ends it. */
@Timeout(60)
class WebSocketTest {
    /** The example of RFC 6455, section 1.3. */
    private static final String KEY = "dGhlIHNhbXBsZSBub25jZQ==";

    private static final String ACCEPT = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";
    private static final String ASKED = "Connection: Upgrade\r\nUpgrade: websocket\r\n"
            + "Sec-WebSocket-Key: " + KEY + "\r\nSec-WebSocket-Version: 13\r\n";
    private static final String SWITCHING = "HTTP/1.1 101 Switching Protocols\r\n"
            + "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: " + ACCEPT
            + "\r\n\r\n";
    /** Text frames of one letter and of two, as a server sends them. */
    private static final String FRAME = "\u0081\u0001a";

    private static final String HALF_FRAME = "\u0081\u0002a";

    @RegisterExtension
    final GatewayFixture gateway = GatewayFixture.create();

    private final CountDownLatch later = new CountDownLatch(1);

    private String handshake(String fields) {
        return "GET /socket HTTP/1.1\r\nHost: app.example\r\nAuthorization: Bearer "
                + gateway.reader() + "\r\n" + fields + "\r\n";
    }

    private HttpMessage open(RawClient client, String fields) throws Exception {
        return client.exchange(handshake(fields));
    }

    @Test
    void handshake_isForwardedWithoutTheCredentialAndAccepted() throws Exception {
        gateway.upstream().enqueue(Answer.raw(
                SWITCHING.replace("Upgrade\r\n", "Upgrade\r\nSec-WebSocket-Protocol: chat\r\n"))
                .echoOctets());
        try (RawClient client = gateway.connect()) {
            HttpMessage answer = open(client, ASKED + "Sec-WebSocket-Protocol: chat, x\r\n");
            assertThat(answer.status()).isEqualTo(101);
            assertThat(answer.header("Upgrade")).isEqualTo("websocket");
            assertThat(answer.header("Connection")).isEqualTo("Upgrade");
            assertThat(answer.header("Sec-WebSocket-Accept")).isEqualTo(ACCEPT);
            assertThat(answer.header("Sec-WebSocket-Protocol")).isEqualTo("chat");
        }
        HttpMessage seen = gateway.upstream().takeRequest();
        assertThat(seen.header("Upgrade")).isEqualTo("websocket");
        assertThat(seen.header("Connection")).isEqualTo("Upgrade");
        assertThat(seen.header("Sec-WebSocket-Key")).isEqualTo(KEY);
        assertThat(seen.header("Sec-WebSocket-Version")).isEqualTo("13");
        assertThat(seen.header("Sec-WebSocket-Protocol")).isEqualTo("chat, x");
        assertThat(seen.headerValues("Authorization")).isEmpty();
        assertThat(seen.header("X-Portcullis-User")).isEqualTo("reader");
    }

    @Test
    void octets_goBothWaysUntilBothEndsHaveClosed() throws Exception {
        gateway.upstream().enqueue(Answer.raw(SWITCHING).echoOctets());
        try (RawClient client = gateway.connect()) {
            open(client, ASKED);
            client.send("one");
            assertThat(client.receiveOctets(3)).isEqualTo("one");
            client.send("two").closeOutput();
            assertThat(client.receiveOctets(100)).isEqualTo("two");
            assertThat(client.end()).isEqualTo(RawClient.End.CLOSED);
        }
        assertThat(gateway.newLogLines()).singleElement().asString()
                .contains("\"status\":101", "\"bytes_in\":6,\"bytes_out\":6",
                        "\"phase\":\"finished\"")
                .doesNotContain("\"code\"");
    }

    @Test
    void upstreamEndsFirst_clientIsStillHeard() throws Exception {
        CompletableFuture<String> heard = new CompletableFuture<>();
        gateway.upstream().enqueue(Answer.raw(SWITCHING).send("bye").closeOutput()
                .takeOctets(5, heard::complete).close());
        try (RawClient client = gateway.connect()) {
            open(client, ASKED);
            assertThat(client.receiveOctets(100)).isEqualTo("bye");
            client.send("still");
            assertThat(heard.get(20, TimeUnit.SECONDS)).isEqualTo("still");
        }
        assertThat(gateway.newLogLines()).singleElement().asString()
                .contains("\"status\":101", "\"bytes_in\":5,\"bytes_out\":3");
    }

    @Test
    void clientSpeaksBeforeTheAnswer_nothingIsForwardedBeforeIt() throws Exception {
        CompletableFuture<String> heard = new CompletableFuture<>();
        gateway.upstream().enqueue(Answer.nothing().waitFor(later).send(SWITCHING)
                .takeOctets(4, heard::complete).close());
        try (RawClient client = gateway.connect()) {
            client.send(handshake(ASKED) + "so");
            int head = gateway.upstream().takeRequest().raw().length;
            client.send("on");
            assertThat(gateway.get("/other", gateway.reader()).status()).isEqualTo(200);
            int other = gateway.upstream().takeRequest().raw().length;
            assertThat(gateway.upstream().bytesSeen()).isEqualTo(head + other);
            later.countDown();
            assertThat(client.receive().status()).isEqualTo(101);
            assertThat(heard.get(20, TimeUnit.SECONDS)).isEqualTo("soon");
        }
    }

    @Test
    void upstreamRefuses_answerIsAnOrdinaryOne() throws Exception {
        gateway.upstream().enqueue(Answer.raw(
                "HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno"));
        try (RawClient client = gateway.connect()) {
            assertThat(open(client, ASKED).status()).isEqualTo(403);
            HttpMessage next = client.exchange(GatewayFixture.request(
                    "GET", "/next", gateway.reader(), ""));
            assertThat(next.status()).isEqualTo(200);
        }
        assertThat(gateway.upstream().connections()).isOne();
    }

    @Test
    void upstreamRefusesAClientThatSpokeTooSoon_connectionIsClosed() throws Exception {
        gateway.upstream().enqueue(Answer.raw(
                "HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno"));
        try (RawClient client = gateway.connect()) {
            client.send(handshake(ASKED)
                    + GatewayFixture.request("GET", "/hidden", gateway.reader(), ""));
            HttpMessage answer = client.receive();
            assertThat(answer.status()).isEqualTo(403);
            assertThat(answer.header("Connection")).isEqualTo("close");
            assertThat(client.end()).isEqualTo(RawClient.End.CLOSED);
        }
        assertThat(gateway.upstream().seen()).hasSize(1);
    }

    @Test
    void credentialIsMissingAndClientSpokeTooSoon_connectionIsClosed() throws Exception {
        try (RawClient client = gateway.connect()) {
            client.send("GET /socket HTTP/1.1\r\nHost: app.example\r\n" + ASKED + "\r\nmore");
            assertThat(client.receive().status()).isEqualTo(401);
            assertThat(client.end()).isEqualTo(RawClient.End.CLOSED);
        }
        assertThat(gateway.upstream().seen()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: A\r\n",
        "HTTP/1.1 101 x\r\nUpgrade: h2c\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: A\r\n",
        "HTTP/1.1 101 x\r\nUpgrade: websocket, h2c\r\nConnection: Upgrade\r\n"
                + "Sec-WebSocket-Accept: A\r\n",
        "HTTP/1.1 101 x\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: A\r\n",
        "HTTP/1.1 101 x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n",
        "HTTP/1.1 101 x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                + "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOO=\r\n",
        "HTTP/1.1 101 x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                + "Sec-WebSocket-Accept: A\r\nSec-WebSocket-Accept: A\r\n",
        "HTTP/1.1 101 x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                + "Sec-WebSocket-Accept: A\r\nContent-Length: 5\r\n",
        "HTTP/1.0 101 x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                + "Sec-WebSocket-Accept: A\r\n"})
    void upstreamSwitchesToSomethingElse_isInvalid(String head) throws Exception {
        gateway.upstream().enqueue(
                Answer.raw(head.replace("Accept: A", "Accept: " + ACCEPT) + "\r\n").close());
        try (RawClient client = gateway.connect()) {
            assertThat(open(client, ASKED).status()).isEqualTo(502);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "Connection: Upgrade\r\nUpgrade: websocket, h2c\r\nSec-WebSocket-Key: K\r\n"
                + "Sec-WebSocket-Version: 13\r\n",
        "Connection: Upgrade\r\nUpgrade: websocket\r\nUpgrade: h2c\r\nSec-WebSocket-Key: K\r\n"
                + "Sec-WebSocket-Version: 13\r\n",
        "Upgrade: websocket\r\nSec-WebSocket-Key: K\r\nSec-WebSocket-Version: 13\r\n",
        "Connection: close, Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: K\r\n"
                + "Sec-WebSocket-Version: 13\r\n",
        "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: K\r\n",
        "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: K\r\n"
                + "Sec-WebSocket-Version: 8\r\n",
        "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n",
        "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: short\r\n"
                + "Sec-WebSocket-Version: 13\r\n",
        "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: K\r\n"
                + "Sec-WebSocket-Key: K\r\nSec-WebSocket-Version: 13\r\n",
        "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: K\r\n"
                + "Sec-WebSocket-Version: 13\r\nTransfer-Encoding: chunked\r\n",
        "Connection: Upgrade\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n"})
    void somethingElseIsAskedFor_isForwardedWithoutTheUpgrade(String fields) throws Exception {
        String end = fields.contains("chunked") ? "0\r\n\r\n" : "";
        try (RawClient client = gateway.connect()) {
            client.send(handshake(fields.replace("Key: K", "Key: " + KEY)) + end);
            assertThat(client.receive().status()).isEqualTo(200);
        }
        HttpMessage seen = gateway.upstream().takeRequest();
        assertThat(seen.headerValues("Upgrade")).isEmpty();
        assertThat(seen.headerValues("Connection")).isEmpty();
        assertThat(seen.headerValues("Sec-WebSocket-Key")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST /socket HTTP/1.1", "GET /socket HTTP/1.0"})
    void notAGetOfThisVersion_isForwardedWithoutTheUpgrade(String line) throws Exception {
        String request = handshake(ASKED).replace("GET /socket HTTP/1.1", line)
                .replace(gateway.reader(), gateway.writer());
        try (RawClient client = gateway.connect()) {
            client.send(request);
            assertThat(client.receive().status()).isEqualTo(200);
        }
        assertThat(gateway.upstream().takeRequest().headerValues("Upgrade")).isEmpty();
    }

    @Test
    void tokenIsRevokedBetweenFrames_clientIsToldByACloseFrame() throws Exception {
        gateway.upstream().enqueue(Answer.raw(SWITCHING).send(FRAME).waitFor(later));
        try (RawClient client = gateway.connect()) {
            open(client, ASKED);
            assertThat(client.receiveOctets(3)).isEqualTo(FRAME);
            gateway.origin().revoke(gateway.reader());
            assertThat(client.receiveOctets(100))
                    .isEqualTo("\u0088\u0014\u0003\u00f0credential_revoked");
        }
        later.countDown();
        assertThat(gateway.newLogLines()).singleElement().asString()
                .contains("\"status\":101", "\"code\":\"credential_revoked\"");
        await().untilAsserted(() ->
                assertThat(gateway.upstream().openConnections()).isZero());
    }

    @Test
    void tokenIsRevokedWithinAFrame_connectionIsJustClosed() throws Exception {
        gateway.upstream().enqueue(Answer.raw(SWITCHING).send(HALF_FRAME).waitFor(later));
        try (RawClient client = gateway.connect()) {
            open(client, ASKED);
            assertThat(client.receiveOctets(3)).isEqualTo(HALF_FRAME);
            gateway.origin().revoke(gateway.reader());
            assertThat(client.receiveOctets(100)).isEmpty();
        }
        later.countDown();
    }

    @Test
    void tokenExpires_tunnelIsCut() throws Exception {
        String token = gateway.origin().addToken(
                "user-reader", CredentialKind.ACCESS_TOKEN, gateway.time().millis() + 20_000);
        gateway.upstream().enqueue(Answer.raw(SWITCHING).waitFor(later));
        try (RawClient client = gateway.connect()) {
            client.exchange(handshake(ASKED).replace(gateway.reader(), token));
            gateway.time().advance(Duration.ofMillis(20_001));
            assertThat(client.receiveOctets(100)).endsWith("credential_expired");
        }
        later.countDown();
    }

    @Test
    void nothingMovesForTheBodyTimeout_tunnelIsCut() throws Exception {
        gateway.upstream().enqueue(Answer.raw(SWITCHING).waitFor(later));
        try (RawClient client = gateway.connect()) {
            open(client, ASKED);
            await().pollInterval(Duration.ofSeconds(1)).until(() -> {
                gateway.time().advance(Duration.ofSeconds(61));
                return gateway.gateway().stats().exchanges().inProgress() == 0;
            });
            assertThat(client.receiveOctets(100)).isEmpty();
        }
        later.countDown();
        assertThat(gateway.newLogLines()).singleElement().asString()
                .contains("\"status\":101", "\"code\":\"tunnel_idle\"");
    }

    @Test
    void upstreamResets_clientSeesTheEnd() throws Exception {
        gateway.upstream().enqueue(Answer.raw(SWITCHING).waitFor(later).reset());
        try (RawClient client = gateway.connect()) {
            open(client, ASKED);
            later.countDown();
            assertThat(client.receiveOctets(100)).isEmpty();
        }
        assertThat(gateway.newLogLines()).singleElement().asString()
                .contains("\"status\":101", "\"code\":\"upstream_closed\"");
    }

    @Test
    void clientResets_upstreamSeesTheEnd() throws Exception {
        gateway.upstream().enqueue(Answer.raw(SWITCHING).echoOctets());
        try (RawClient client = gateway.connect()) {
            open(client, ASKED);
            client.reset();
            await().untilAsserted(() ->
                    assertThat(gateway.upstream().openConnections()).isZero());
        }
        assertThat(gateway.newLogLines()).singleElement().asString()
                .contains("\"status\":101", "\"code\":\"client_closed\"");
    }

    @Test
    void upstreamDoesNotRead_clientIsHeldBack() throws Exception {
        int octets = 64 * 1024 * 1024;
        CompletableFuture<String> heard = new CompletableFuture<>();
        gateway.upstream().enqueue(Answer.raw(SWITCHING).waitFor(later)
                .takeOctets(octets, heard::complete).close());
        try (RawClient client = gateway.connect()) {
            open(client, ASKED);
            CompletableFuture<Void> pushing =
                    CompletableFuture.runAsync(() -> push(client, octets));
            await().during(Duration.ofMillis(300)).until(() -> !pushing.isDone());
            later.countDown();
            assertThat(heard.get(30, TimeUnit.SECONDS)).hasSize(octets);
            pushing.get(20, TimeUnit.SECONDS);
        }
        assertThat(gateway.newLogLines()).singleElement().asString()
                .contains("\"bytes_in\":" + octets);
    }

    private static void push(RawClient client, int octets) {
        try {
            byte[] piece = new byte[64 * 1024];
            for (int sent = 0; sent < octets; sent += piece.length) {
                client.send(piece);
            }
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
