package dev.portcullis.gateway.wire;

import static dev.portcullis.gateway.testkit.H2Connection.CANCEL;
import static dev.portcullis.gateway.testkit.H2Connection.ENABLE_CONNECT_PROTOCOL;
import static dev.portcullis.gateway.testkit.H2Connection.RST_STREAM;
import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.gateway.testkit.Certificates;
import dev.portcullis.gateway.testkit.GatewayFixture;
import dev.portcullis.gateway.testkit.H2Connection;
import dev.portcullis.gateway.testkit.H2Upstream;
import dev.portcullis.gateway.testkit.HttpMessage;
import dev.portcullis.gateway.testkit.RawClient;
import dev.portcullis.gateway.upstream.UpstreamConfig;
import dev.portcullis.gateway.upstream.UpstreamConfig.Protocol;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Tunnels over HTTP/2 upstreams (RFC 8441), and HTTP/2 that is agreed on by ALPN. */
@Timeout(60)
class Http2TunnelTest {
    private static final String HANDSHAKE = "Connection: Upgrade\r\nUpgrade: websocket\r\n"
            + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n";
    private static final String ACCEPT = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";

    @TempDir
    Path directory;

    private final GatewayFixture gateway = GatewayFixture.create();
    private H2Upstream upstream;

    private void start(H2Upstream before, Protocol protocol) throws Exception {
        upstream = before;
        gateway.settings().eventLoops(1).upstream(upstream.uri(), protocol);
        gateway.start();
    }

    @AfterEach
    void stop() throws Exception {
        try (gateway) {
            assertThat(upstream.faults()).isEmpty();
        } finally {
            upstream.close();
        }
    }

    private HttpMessage open(RawClient client) throws Exception {
        return client.exchange("GET /socket HTTP/1.1\r\nHost: app.example\r\n"
                + "Authorization: Bearer " + gateway.reader() + "\r\n" + HANDSHAKE + "\r\n");
    }

    @Test
    void upstreamAllowsTunnels_octetsGoBothWays() throws Exception {
        start(H2Upstream.start(), Protocol.HTTP_2);
        upstream.enqueue(connection -> {
            H2Connection.Request request = connection.begin(ENABLE_CONNECT_PROTOCOL, 1).take();
            connection.headers(request.stream(), false, ":status", "200",
                    "sec-websocket-protocol", "chat");
            connection.data(request.stream(), "hello", false);
            connection.takeWhole();
            connection.data(request.stream(), request.text(), true);
            connection.await(99);
        });
        try (RawClient client = gateway.connect()) {
            HttpMessage answer = open(client);
            assertThat(answer.status()).isEqualTo(101);
            assertThat(answer.header("Sec-WebSocket-Accept")).isEqualTo(ACCEPT);
            assertThat(answer.header("Upgrade")).isEqualTo("websocket");
            assertThat(answer.header("sec-websocket-protocol")).isEqualTo("chat");
            assertThat(answer.headerValues("transfer-encoding")).isEmpty();
            assertThat(client.receiveOctets(5)).isEqualTo("hello");
            client.send("back").closeOutput();
            assertThat(client.receiveOctets(100)).isEqualTo("back");
        }
        H2Connection.Request seen = upstream.takeRequest();
        assertThat(seen.field(":method")).isEqualTo("CONNECT");
        assertThat(seen.field(":protocol")).isEqualTo("websocket");
        assertThat(seen.field(":path")).isEqualTo("/socket");
        assertThat(seen.field("sec-websocket-version")).isEqualTo("13");
        assertThat(seen.field("sec-websocket-key")).isNull();
        assertThat(gateway.newLogLines()).singleElement().asString()
                .contains("\"status\":101", "\"bytes_in\":4,\"bytes_out\":9");
    }

    /** Nothing else is sent by which the end would go along. */
    @Test
    void clientEndsWithoutAWord_upstreamIsToldAtOnce() throws Exception {
        start(H2Upstream.start(), Protocol.HTTP_2);
        upstream.enqueue(connection -> {
            H2Connection.Request request = connection.begin(ENABLE_CONNECT_PROTOCOL, 1).take();
            connection.headers(request.stream(), false, ":status", "200");
            connection.data(request.stream(), "hello", false);
            connection.takeWhole();
            connection.data(request.stream(), "bye", true);
            connection.await(99);
        });
        try (RawClient client = gateway.connect()) {
            open(client);
            assertThat(client.receiveOctets(5)).isEqualTo("hello");
            client.closeOutput();
            assertThat(client.receiveOctets(100)).isEqualTo("bye");
        }
    }

    @Test
    void tokenIsRevoked_tunnelIsCutAtBothEnds() throws Exception {
        start(H2Upstream.start(), Protocol.HTTP_2);
        CompletableFuture<Integer> error = new CompletableFuture<>();
        upstream.enqueue(connection -> {
            int stream = connection.begin(ENABLE_CONNECT_PROTOCOL, 1).take().stream();
            connection.headers(stream, false, ":status", "200");
            error.complete(connection.await(RST_STREAM).number());
            connection.await(99);
        });
        try (RawClient client = gateway.connect()) {
            open(client);
            gateway.origin().revoke(gateway.reader());
            assertThat(client.receiveOctets(100)).endsWith("credential_revoked");
        }
        assertThat(error.get(20, TimeUnit.SECONDS)).isEqualTo(CANCEL);
    }

    @Test
    void upstreamRefusesTheTunnel_answerIsAnOrdinaryOne() throws Exception {
        start(H2Upstream.start(), Protocol.HTTP_2);
        upstream.enqueue(connection -> {
            int stream = connection.begin(ENABLE_CONNECT_PROTOCOL, 1).take().stream();
            connection.headers(stream, false, ":status", "403").data(stream, "no", true);
            connection.await(99);
        });
        try (RawClient client = gateway.connect()) {
            HttpMessage answer = open(client);
            assertThat(answer.status()).isEqualTo(403);
            assertThat(answer.text()).isEqualTo("no");
        }
    }

    @Test
    void upstreamAllowsNoTunnels_isBadGateway() throws Exception {
        start(H2Upstream.start(), Protocol.HTTP_2);
        try (RawClient client = gateway.connect()) {
            assertThat(open(client).status()).isEqualTo(502);
        }
    }

    private void startTls(Protocol protocol, String... agreed) throws Exception {
        Certificates certificates = new Certificates(directory);
        gateway.settings().upstream().tls(new UpstreamConfig.Tls(
                certificates.caFile(), null, null, "upstream.example"));
        start(H2Upstream.start(
                certificates.context(certificates.server("upstream.example")), agreed), protocol);
    }

    @Test
    void alpnAgreesOnHttp2_requestsGoOverIt() throws Exception {
        startTls(Protocol.AUTO, "h2");
        assertThat(gateway.get("/1", gateway.reader()).text()).isEqualTo("GET /1");
        assertThat(gateway.get("/2", gateway.reader()).text()).isEqualTo("GET /2");
        assertThat(upstream.connections()).isOne();
        assertThat(upstream.takeRequest().field(":scheme")).isEqualTo("https");
    }

    @Test
    void alpnAgreesOnHttp1_requestsGoOverThat() throws Exception {
        startTls(Protocol.AUTO, "http/1.1");
        H2Upstream.Script http1 = connection -> connection.sayOnly(
                "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok");
        // the first finds out what is spoken there
        upstream.enqueue(connection -> connection.sayOnly("")).enqueue(http1).enqueue(http1);
        assertThat(gateway.get("/1", gateway.reader()).text()).isEqualTo("ok");
        assertThat(gateway.get("/2", gateway.reader()).text()).isEqualTo("ok");
        assertThat(upstream.connections()).isEqualTo(3);
    }

    @Test
    void onlyHttp2IsWantedAndNotAgreedOn_isBadGateway() throws Exception {
        startTls(Protocol.HTTP_2, "http/1.1");
        assertThat(gateway.get("/1", gateway.reader()).status()).isEqualTo(502);
    }
}
