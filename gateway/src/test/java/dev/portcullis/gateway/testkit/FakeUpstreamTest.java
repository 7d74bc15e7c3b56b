package dev.portcullis.gateway.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class FakeUpstreamTest {
    private static final String GET = "GET /a HTTP/1.1\r\nHost: h\r\n\r\n";
    private static final String POST = "POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\n";
    private static final String NO_CONTENT = "HTTP/1.1 204 No Content\r\n\r\n";

    private FakeUpstream upstream;
    private RawClient client;

    @BeforeEach
    void start() throws IOException {
        upstream = FakeUpstream.start();
        client = RawClient.connect(upstream.address());
    }

    @AfterEach
    void stop() throws IOException {
        client.close();
        upstream.close();
        assertThat(upstream.openConnections()).isZero();
    }

    @Test
    void noAnswerEnqueued_echoes() throws Exception {
        assertThat(client.exchange(GET).text()).isEqualTo("GET /a");
        assertThat(client.exchange(POST + "hi").text()).isEqualTo("hi");
        assertThat(client.exchange(GET.replace("GET", "HEAD")).header("content-length"))
                .isEqualTo("7");
        assertThat(upstream.seen()).extracting(HttpMessage::method)
                .containsExactly("GET", "POST", "HEAD");
        assertThat(upstream.takeRequest().rawText()).isEqualTo(GET);
        assertThat(upstream.connections()).isEqualTo(1);
    }

    @Test
    void chunkedRequest_recordedOctetByOctet() throws Exception {
        String request = "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n"
                + "02\r\nhi\r\n0\r\nT: v\r\n\r\n";
        client.sendByteByByte(request).receive();
        HttpMessage seen = upstream.takeRequest();
        assertThat(seen.rawText()).isEqualTo(request);
        assertThat(seen.text()).isEqualTo("hi");
        assertThat(seen.trailerValues("t")).containsExactly("v");
        assertThat(upstream.bytesSeen()).isEqualTo(request.length());
    }

    @Test
    void answersEnqueued_givenInOrder() throws Exception {
        upstream.enqueue(Answer.nothing().sendByteByByte(NO_CONTENT)).enqueue(Answer.ok("two"));
        assertThat(client.exchange(GET).status()).isEqualTo(204);
        assertThat(client.exchange(GET).text()).isEqualTo("two");
        assertThat(upstream.answersLeft()).isZero();
    }

    @Test
    void interimOnHead_sentBeforeTheBodyCame() throws Exception {
        upstream.enqueue(Answer.ok("done").sendOnHead("HTTP/1.1 100 Continue\r\n\r\n"));
        client.send(POST);
        assertThat(client.receiveAny("POST").status()).isEqualTo(100);
        client.send("hi");
        assertThat(client.receive().text()).isEqualTo("done");
    }

    @Test
    void earlyAnswer_sentBeforeTheBodyCame() throws Exception {
        upstream.enqueue(Answer.ok("early").early());
        assertThat(client.exchange(POST).text()).isEqualTo("early");
        client.send("hi");
        assertThat(upstream.takeRequest().text()).isEqualTo("hi");
    }

    @Test
    void heldAnswer_comesWhenReleased() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        upstream.enqueue(Answer.nothing().waitFor(release).send(NO_CONTENT));
        client.send(GET);
        upstream.takeRequest();
        release.countDown();
        assertThat(client.receive().status()).isEqualTo(204);
    }

    @Test
    void resetWithinTheBody_isNoCleanEnd() throws Exception {
        CountDownLatch received = new CountDownLatch(1);
        upstream.enqueue(Answer.raw("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc")
                .waitFor(received).reset());
        client.send(GET);
        upstream.takeRequest();
        received.countDown();
        assertThatThrownBy(client::receive).isInstanceOf(SocketException.class);
    }

    @Test
    void closeWithinTheBody_isATruncation() throws Exception {
        upstream.enqueue(Answer.raw("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc").close());
        client.send(GET);
        assertThatThrownBy(client::receive).isInstanceOf(EOFException.class);
        assertThat(client.receivedSoFar()).endsWith("\r\n\r\nabc");
        assertThat(client.end()).isEqualTo(RawClient.End.CLOSED);
    }

    @Test
    void halfClose_stillReads() throws Exception {
        upstream.enqueue(Answer.raw(NO_CONTENT).closeOutput());
        client.send(GET + GET);
        assertThat(client.receive().status()).isEqualTo(204);
        assertThat(client.end()).isEqualTo(RawClient.End.CLOSED);
        await().until(() -> upstream.seen().size() == 2);
    }

    @Test
    void requestCutShort_recordedAsIncomplete() throws Exception {
        client.send(POST + "h").closeOutput();
        HttpMessage seen = upstream.takeRequest();
        assertThat(seen.complete()).isFalse();
        assertThat(seen.text()).isEqualTo("h");
        assertThat(upstream.faults()).isEmpty();
    }

    @Test
    void malformedRequest_isAFault() throws Exception {
        client.send("GET /a HTTP/1.1\nHost: h\n\n");
        client.end();
        await().until(() -> !upstream.faults().isEmpty());
        assertThat(upstream.seen()).isEmpty();
    }

    @Test
    void refusing_untilListeningAgain() throws Exception {
        upstream.refuse();
        assertThat(client.end()).isNotEqualTo(RawClient.End.OPEN);
        assertThatThrownBy(() -> RawClient.connect(upstream.address()))
                .isInstanceOf(ConnectException.class);
        upstream.listenAgain();
        try (RawClient second = RawClient.connect(upstream.address())) {
            assertThat(second.exchange(GET).status()).isEqualTo(200);
        }
    }

    @Test
    void openConnection_isTold() throws Exception {
        assertThat(client.end(Duration.ofMillis(20))).isEqualTo(RawClient.End.OPEN);
        assertThat(client.exchange(GET).status()).isEqualTo(200);
    }

    @Test
    void countingUpstream_countsLargeBodies() throws Exception {
        try (FakeUpstream counting = FakeUpstream.startCounting();
                RawClient counter = RawClient.counting(counting.address())) {
            long size = 3_000_000;
            counting.enqueue(Answer.raw("HTTP/1.1 200 OK\r\nContent-Length: " + size + "\r\n\r\n")
                    .sendZeroes(size));
            assertThat(counter.exchange(GET).bodyBytes()).isEqualTo(size);
        }
    }
}
