package dev.portcullis.gateway.wire;

import static dev.portcullis.gateway.testkit.GatewayFixture.request;
import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.gateway.testkit.Answer;
import dev.portcullis.gateway.testkit.GatewayFixture;
import dev.portcullis.gateway.testkit.RawClient;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Bodies larger than all buffers between, and peers that do not keep up. */
@Timeout(60)
class StreamingTest {
    private static final int LARGE = 32 * 1024 * 1024;
    private static final int PIECE = 64 * 1024;
    private static final int SMALL_BUFFER = 4096;

    @RegisterExtension
    final GatewayFixture gateway = GatewayFixture.create();

    @Test
    void upstreamClosesBehindItsResponse_slowClientGetsItWhole() throws Exception {
        receiveSlowly("HTTP/1.0", "", LARGE);
    }

    @Test
    void upstreamClosesBehindItsLength_slowClientGetsItWhole() throws Exception {
        receiveSlowly("HTTP/1.1", "Content-Length: " + LARGE + "\r\n", LARGE);
    }

    /** What fits into the kernel's buffers is followed by its end while nobody is reading. */
    @Test
    void upstreamIsLongGone_slowClientGetsItWhole() throws Exception {
        // how much that is, the kernel decides
        for (int size = PIECE; size < LARGE / 4; size *= 2) {
            receiveSlowly("HTTP/1.0", "", size);
            receiveSlowly("HTTP/1.1", "Content-Length: " + size + "\r\n", size);
        }
    }

    @Test
    void clientEndsItsSideBehindPipelinedRequests_allAreAnswered() throws Exception {
        CountDownLatch ended = new CountDownLatch(1);
        gateway.upstream().enqueue(Answer.nothing().waitFor(ended)
                .send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"));
        try (RawClient client = gateway.connect()) {
            client.send(request("GET", "/1", gateway.reader(), ""));
            gateway.upstream().takeRequest();
            client.send(request("GET", "/2", gateway.reader(), "")).closeOutput();
            assertThat(ended.await(200, TimeUnit.MILLISECONDS)).as("time to be noticed").isFalse();
            ended.countDown();
            assertThat(client.receive().text()).isEqualTo("ok");
            assertThat(client.receive().text()).isEqualTo("GET /2");
            assertThat(client.end()).isEqualTo(RawClient.End.CLOSED);
        }
    }

    /** Reads nothing at first, then everything. */
    private void receiveSlowly(String version, String framing, int size) throws Exception {
        CountDownLatch sent = new CountDownLatch(1);
        gateway.upstream().enqueue(Answer.raw("HTTP/1.1 200 OK\r\n" + framing + "\r\n")
                .sendZeroes(size).close().signal(sent));
        try (RawClient client =
                RawClient.withReceiveBuffer(gateway.gateway().address(), SMALL_BUFFER)) {
            client.send(request("GET", "/large", gateway.reader(), "")
                    .replace("HTTP/1.1\r\n", version + "\r\nConnection: close\r\n"));
            boolean gone = sent.await(500, TimeUnit.MILLISECONDS);
            assertThat(gone && size == LARGE).as("upstream was not held back").isFalse();
            long received = 0;
            for (int count = PIECE; count == PIECE; received += count) {
                count = client.skip(PIECE);
            }
            assertThat(received).isBetween((long) size + 10, (long) size + 200);
        }
    }
}
