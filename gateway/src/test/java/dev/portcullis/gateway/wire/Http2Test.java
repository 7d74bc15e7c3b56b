package dev.portcullis.gateway.wire;

import static dev.portcullis.gateway.testkit.H2Client.request;
import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.gateway.http1.WebSocketKey;
import dev.portcullis.gateway.testkit.Answer;
import dev.portcullis.gateway.testkit.FakeUpstream;
import dev.portcullis.gateway.testkit.GatewayFixture;
import dev.portcullis.gateway.testkit.H2Client;
import dev.portcullis.gateway.testkit.H2Frame;
import dev.portcullis.gateway.testkit.H2Response;
import dev.portcullis.gateway.testkit.HttpMessage;
import dev.portcullis.gateway.testkit.RawClient;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Requests over HTTP/2: they mean what they mean over HTTP/1.1. */
@Timeout(60)
class Http2Test {
    @RegisterExtension
    static final GatewayFixture GATEWAY = GatewayFixture.create();

    private static H2Client connect(int... settings) throws IOException {
        return H2Client.connect(GATEWAY.gateway().address(), settings);
    }

    @Test
    void get_isForwardedAndAnswered() throws Exception {
        try (H2Client client = connect()) {
            H2Response response = client.get(1, "/a?b", GATEWAY.reader()).response(1);
            assertThat(response.status()).isEqualTo(200);
            assertThat(response.text()).isEqualTo("GET /a?b");
            assertThat(response.header("content-length")).isEqualTo("8");
            HttpMessage seen = take("/a?b");
            assertThat(seen.startLine()).isEqualTo("GET /a?b HTTP/1.1");
            assertThat(seen.header("Host")).isEqualTo("app.example");
            assertThat(seen.header("Authorization")).isNull();
            assertThat(seen.header("X-Portcullis-User")).isEqualTo("reader");
        }
    }

    @Test
    void manyRequestsAtOnce_areAllAnswered() throws Exception {
        try (H2Client client = connect()) {
            client.gather();
            for (int i = 0; i < 100; i++) {
                client.get(1 + 2 * i, "/" + i, GATEWAY.reader());
            }
            client.release();
            for (int i = 0; i < 100; i++) {
                H2Response response = client.response(1 + 2 * i);
                assertThat(response.status()).isEqualTo(200);
                assertThat(response.text()).isEqualTo("GET /" + i);
            }
        }
    }

    @Test
    void bodyOfUnknownLength_goesInChunks() throws Exception {
        GATEWAY.upstream().forgetAnswers();
        try (H2Client client = connect()) {
            client.headers(1, false, request("POST", "/p", GATEWAY.writer()))
                    .data(1, false, "one ").data(1, false, "").data(1, true, "two");
            assertThat(client.response(1).text()).isEqualTo("one two");
        }
    }

    @Test
    void bodyOfKnownLength_goesAsItIs() throws Exception {
        try (H2Client client = connect()) {
            client.headers(1, false, request("POST", "/p", GATEWAY.writer(), "content-length=7"))
                    .data(1, true, "one two");
            assertThat(client.response(1).text()).isEqualTo("one two");
        }
    }

    @Test
    void largeBody_passesWindowsBothWays() throws Exception {
        String piece = "0123456789abcdef".repeat(1024);
        try (H2Client client = connect()) {
            client.headers(1, false, request("POST", "/p", GATEWAY.writer()));
            int window = 65535;
            for (int i = 0; i < 64; i++) {
                while (window < piece.length()) {
                    H2Frame frame = client.read();
                    if (frame.type() == H2Frame.WINDOW_UPDATE && frame.stream() == 1) {
                        window += frame.number(0);
                    }
                }
                client.data(1, i == 63, piece);
                window -= piece.length();
            }
            H2Response response = client.response(1);
            assertThat(response.bodyBytes()).isEqualTo(64 * piece.length());
            assertThat(response.text()).isEqualTo(piece.repeat(64));
        }
    }

    @Test
    void head_isAnsweredWithoutABody() throws Exception {
        try (H2Client client = connect()) {
            H2Response response =
                    client.headers(1, true, request("HEAD", "/h", GATEWAY.reader())).response(1);
            assertThat(response.status()).isEqualTo(200);
            assertThat(response.header("content-length")).isEqualTo("7");
            assertThat(response.bodyBytes()).isZero();
        }
    }

    @Test
    void interimResponse_isPassedOn() throws Exception {
        GATEWAY.upstream().enqueue(Answer.raw("HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n"
                + "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"));
        try (H2Client client = connect()) {
            H2Response response = client.get(1, "/", GATEWAY.reader()).response(1);
            assertThat(response.interim()).containsExactly(":status=103\nlink=x");
            assertThat(response.text()).isEqualTo("ok");
        }
    }

    @Test
    void expectation_isAnsweredByTheApplication() throws Exception {
        GATEWAY.upstream().enqueue(Answer.ok("done")
                .sendOnHead("HTTP/1.1 100 Continue\r\n\r\n"));
        try (H2Client client = connect()) {
            client.headers(1, false, request("POST", "/", GATEWAY.writer(),
                    "expect=100-continue", "content-length=4"));
            while (client.so(1).interim().isEmpty()) {
                assertThat(client.read()).isNotNull();
            }
            assertThat(client.so(1).interim()).containsExactly(":status=100");
            client.data(1, true, "body");
            assertThat(client.response(1).text()).isEqualTo("done");
        }
    }

    @Test
    void trailers_passBothWays() throws Exception {
        GATEWAY.upstream().enqueue(Answer.raw(
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                        + "2\r\nok\r\n0\r\nX-Sum: 1\r\nAuthorization: no\r\n\r\n"));
        try (H2Client client = connect()) {
            client.headers(1, false, request("POST", "/t", GATEWAY.writer()))
                    .data(1, false, "x").headers(1, true, "x-trailer=t", "authorization=none");
            H2Response response = client.response(1);
            assertThat(response.text()).isEqualTo("ok");
            assertThat(response.trailers()).containsExactly("x-sum=1");
            HttpMessage seen = take("/t");
            assertThat(seen.trailerValues("x-trailer")).containsExactly("t");
            assertThat(seen.trailerValues("authorization")).isEmpty();
        }
    }

    private static HttpMessage take(String target) throws InterruptedException {
        HttpMessage seen = GATEWAY.upstream().takeRequest();
        while (!seen.target().equals(target)) {
            seen = GATEWAY.upstream().takeRequest();
        }
        return seen;
    }

    @Test
    void refusal_isAWholeResponseAndTheConnectionGoesOn() throws Exception {
        try (H2Client client = connect()) {
            H2Response refused = client.get(1, "/", null).response(1);
            assertThat(refused.status()).isEqualTo(401);
            assertThat(refused.header("content-type")).isEqualTo("application/problem+json");
            assertThat(refused.header("www-authenticate")).startsWith("Bearer");
            assertThat(refused.text()).contains("credential_missing");
            assertThat(client.get(3, "/", GATEWAY.reader()).response(3).status()).isEqualTo(200);
        }
    }

    @Test
    void refusalOfAGrpcCaller_isOneFieldSection() throws Exception {
        try (H2Client client = connect()) {
            H2Response refused = client.headers(1, true, request("POST", "/a.B/C", null,
                    "content-type=application/grpc", "te=trailers")).response(1);
            assertThat(refused.header("grpc-status")).isEqualTo("16");
            assertThat(refused.status()).isEqualTo(200);
            assertThat(refused.trailers()).isEmpty();
            assertThat(refused.bodyBytes()).isZero();
        }
    }

    @Test
    void refusedBeforeItsBody_isAnsweredAndThenReset() throws Exception {
        try (H2Client client = connect()) {
            client.headers(1, false, request("POST", "/", GATEWAY.reader()));
            H2Response refused = client.response(1);
            assertThat(refused.status()).isEqualTo(403);
            assertThat(refused.text()).contains("write_denied");
            while (refused.reset() < 0) {
                assertThat(client.read()).isNotNull();
            }
            assertThat(refused.reset()).isEqualTo(H2Frame.NO_ERROR);
        }
    }

    @Test
    void earlyResponse_isWholeAndTheRestOfTheRequestIsNotWanted() throws Exception {
        GATEWAY.upstream().enqueue(Answer.ok("early").early().close());
        try (H2Client client = connect()) {
            client.headers(1, false, request("POST", "/", GATEWAY.writer()));
            H2Response response = client.response(1);
            assertThat(response.text()).isEqualTo("early");
            while (response.reset() < 0) {
                assertThat(client.read()).isNotNull();
            }
            assertThat(response.reset()).isEqualTo(H2Frame.NO_ERROR);
        }
    }

    @Test
    void clientResets_upstreamConnectionIsClosed() throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        CountDownLatch asked = new CountDownLatch(1);
        GATEWAY.upstream().enqueue(Answer.nothing().signal(asked).waitFor(never));
        try (H2Client client = connect()) {
            client.get(1, "/", GATEWAY.reader());
            asked.await();
            client.rst(1, H2Frame.CANCEL).sync();
            assertThat(client.get(3, "/", GATEWAY.reader()).response(3).status()).isEqualTo(200);
        }
        never.countDown();
    }

    @Test
    void upstreamBreaksOff_streamIsResetAndTheOthersGoOn() throws Exception {
        GATEWAY.upstream().enqueue(Answer
                .raw("HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nfirst").close());
        try (H2Client client = connect()) {
            H2Response response = client.get(1, "/", GATEWAY.reader()).response(1);
            assertThat(response.status()).isEqualTo(200);
            assertThat(response.reset()).isEqualTo(H2Frame.INTERNAL_ERROR);
            assertThat(client.get(3, "/", GATEWAY.reader()).response(3).status()).isEqualTo(200);
        }
    }

    @Test
    void upstreamBreaksOffForAGrpcCaller_callEndsWithAStatus() throws Exception {
        GATEWAY.upstream().enqueue(Answer.raw("HTTP/1.1 200 OK\r\n"
                + "Content-Type: application/grpc\r\nTransfer-Encoding: chunked\r\n\r\n"
                + "5\r\nfirst\r\n").close());
        try (H2Client client = connect()) {
            H2Response response = client.headers(1, true, request("POST", "/a.B/C",
                    GATEWAY.writer(), "content-type=application/grpc")).response(1);
            assertThat(response.text()).isEqualTo("first");
            assertThat(response.trailer("grpc-status")).isEqualTo("14");
        }
    }

    @Test
    void bodyThatIsNotAsLongAsItSaid_isReset() throws Exception {
        try (H2Client client = connect()) {
            client.headers(1, false, request("POST", "/", GATEWAY.writer(), "content-length=5"))
                    .data(1, true, "four");
            assertThat(client.response(1).reset()).isEqualTo(H2Frame.PROTOCOL_ERROR);
            client.headers(3, false, request("POST", "/", GATEWAY.writer(), "content-length=5"))
                    .data(3, false, "morethanfive");
            assertThat(client.response(3).reset()).isEqualTo(H2Frame.PROTOCOL_ERROR);
            client.headers(5, true, request("POST", "/", GATEWAY.writer(), "content-length=5"));
            assertThat(client.response(5).reset()).isEqualTo(H2Frame.PROTOCOL_ERROR);
        }
        GATEWAY.upstream().forgetAnswers();
    }

    @Test
    void traceAndConnect_areRefused() throws Exception {
        try (H2Client client = connect()) {
            client.headers(1, true, request("TRACE", "/", GATEWAY.reader()));
            assertThat(client.response(1).status()).isEqualTo(405);
            client.headers(3, false, ":method=CONNECT", ":authority=app.example:80");
            assertThat(client.response(3).status()).isEqualTo(405);
        }
    }

    @Test
    void fieldsThatAreTooLarge_areRefusedWith431() throws Exception {
        try (H2Client client = connect()) {
            client.headers(1, true, request("GET", "/", GATEWAY.reader(),
                    "x=" + "y".repeat(16_000), "z=a"));
            assertThat(client.response(1).status()).isEqualTo(200);
            client.gather();
            byte[] block = H2Client.block(request("GET", "/", GATEWAY.reader(),
                    "x=" + "y".repeat(16_000), "z=" + "y".repeat(17_000)));
            client.frame(H2Frame.HEADERS, H2Frame.END_STREAM, 3,
                    Arrays.copyOf(block, 16_000));
            client.frame(H2Frame.CONTINUATION, 0, 3,
                    Arrays.copyOfRange(block, 16_000, 32_000));
            client.frame(H2Frame.CONTINUATION, H2Frame.END_HEADERS, 3,
                    Arrays.copyOfRange(block, 32_000, block.length)).release();
            assertThat(client.response(3).status()).isEqualTo(431);
            assertThat(client.get(5, "/", GATEWAY.reader()).response(5).status()).isEqualTo(200);
        }
    }

    @Test
    void moreFieldsThanThereMayBe_areRefusedWith431() throws Exception {
        String[] many = new String[101];
        Arrays.fill(many, "x=y");
        try (H2Client client = connect()) {
            client.headers(1, true, request("GET", "/", GATEWAY.reader(), many));
            assertThat(client.response(1).status()).isEqualTo(431);
        }
    }

    @Test
    void prefaceOctetByOctet_isHttp2() throws Exception {
        try (H2Client client = H2Client.silent(GATEWAY.gateway().address())) {
            for (char octet : H2Client.PREFACE.toCharArray()) {
                client.send(String.valueOf(octet));
            }
            assertThat(client.settings().get(1, "/", GATEWAY.reader()).response(1).status())
                    .isEqualTo(200);
        }
    }

    @Test
    void whatBeginsLikeThePreface_isHttp1() throws Exception {
        try (RawClient client = GATEWAY.connect()) {
            client.sendByteByByte("PRI");
            client.send("NT / HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer " + GATEWAY.writer()
                    + "\r\n\r\n");
            assertThat(client.receive().text()).isEqualTo("PRINT /");
        }
        try (RawClient client = GATEWAY.connect()) {
            client.send("P");
            client.send("OST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\nAuthorization: Bearer "
                    + GATEWAY.writer() + "\r\n\r\nx");
            assertThat(client.receive().text()).isEqualTo("x");
        }
    }

    @Test
    void clientEndsItsSide_whatItAskedForIsStillAnswered() throws Exception {
        CountDownLatch ended = new CountDownLatch(1);
        CountDownLatch asked = new CountDownLatch(1);
        GATEWAY.upstream().enqueue(Answer.nothing().signal(asked).waitFor(ended)
                .send("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nlate"));
        try (H2Client client = connect()) {
            client.get(1, "/", GATEWAY.reader());
            asked.await();
            client.withoutAcknowledging().withoutWindowUpdates().closeOutput();
            ended.countDown();
            assertThat(client.response(1).text()).isEqualTo("late");
            assertThat(client.end()).isEqualTo(H2Frame.NO_ERROR);
        }
    }

    private static String[] webSocket(String token) {
        return new String[] {":method=CONNECT", ":protocol=websocket", ":scheme=http",
            ":path=/chat", ":authority=app.example", "sec-websocket-version=13",
            "sec-websocket-protocol=chat", "authorization=Bearer " + token};
    }

    /** Answers a handshake as RFC 6455 wants it, and then what it is told to. */
    private static Answer accepted(HttpMessage handshake) {
        String accept = new String(WebSocketKey.accept(handshake.header("Sec-WebSocket-Key")
                .getBytes(StandardCharsets.US_ASCII)), StandardCharsets.US_ASCII);
        return Answer.raw("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
                + "Connection: Upgrade\r\nSec-WebSocket-Accept: " + accept + "\r\n"
                + "Sec-WebSocket-Protocol: chat\r\n\r\nhello").close();
    }

    @Test
    void webSocketByExtendedConnect_isAHandshakeUpstreamAndThenATunnel() throws Exception {
        GATEWAY.upstream().otherwise(Http2Test::accepted);
        try (H2Client client = connect()) {
            client.headers(1, false, webSocket(GATEWAY.reader()));
            H2Response response = client.response(1);
            assertThat(response.status()).isEqualTo(200);
            assertThat(response.header("sec-websocket-protocol")).isEqualTo("chat");
            assertThat(response.header("sec-websocket-accept")).isNull();
            assertThat(response.header("upgrade")).isNull();
            assertThat(response.text()).isEqualTo("hello");
            HttpMessage seen = take("/chat");
            assertThat(seen.method()).isEqualTo("GET");
            assertThat(seen.header("Upgrade")).isEqualTo("websocket");
            assertThat(seen.header("Sec-WebSocket-Version")).isEqualTo("13");
            client.rst(1, H2Frame.CANCEL).sync();
        } finally {
            GATEWAY.upstream().otherwise(FakeUpstream::echo);
        }
    }

    @Test
    void webSocketThatTheApplicationRefuses_isAPlainResponse() throws Exception {
        GATEWAY.upstream().enqueue(Answer.raw(
                "HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno"));
        try (H2Client client = connect()) {
            client.headers(1, false, webSocket(GATEWAY.reader())).data(1, false, "too soon");
            H2Response response = client.response(1);
            assertThat(response.status()).isEqualTo(403);
            assertThat(response.text()).isEqualTo("no");
            while (response.reset() < 0) {
                assertThat(client.read()).isNotNull();
            }
            assertThat(response.reset()).isEqualTo(H2Frame.NO_ERROR);
        }
    }

    @Test
    void webSocketWithoutACredential_isRefused() throws Exception {
        try (H2Client client = connect()) {
            client.headers(1, false, webSocket("none"));
            assertThat(client.response(1).status()).isEqualTo(401);
        }
    }

    @Test
    void oneLineForEachRequest_isLogged() throws Exception {
        GATEWAY.newLogLines();
        try (H2Client client = connect()) {
            client.get(1, "/x", GATEWAY.reader()).response(1);
            client.get(3, "/y", null).response(3);
        }
        assertThat(GATEWAY.newLogLines()).hasSize(2);
    }
}
