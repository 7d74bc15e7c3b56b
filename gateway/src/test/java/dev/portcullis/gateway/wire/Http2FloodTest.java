package dev.portcullis.gateway.wire;

import static dev.portcullis.gateway.testkit.H2Client.number;
import static dev.portcullis.gateway.testkit.H2Client.request;
import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.gateway.testkit.Answer;
import dev.portcullis.gateway.testkit.GatewayFixture;
import dev.portcullis.gateway.testkit.H2Client;
import dev.portcullis.gateway.testkit.H2Frame;
import dev.portcullis.gateway.testkit.H2Response;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufAllocatorMetricProvider;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What costs a client next to nothing and us some work ends its connection, or costs little. */
@Timeout(60)
class Http2FloodTest {
    private static final int FRAMES = 2000;
    private static final int SETTINGS_INITIAL_WINDOW_SIZE = 4;
    private static final int SETTINGS_HEADER_TABLE_SIZE = 1;
    private static final int SETTINGS_MAX_HEADER_LIST_SIZE = 6;

    @RegisterExtension
    final GatewayFixture gateway = GatewayFixture.create();

    private H2Client connect(int... settings) throws IOException {
        return H2Client.connect(gateway.gateway().address(), settings);
    }

    private interface Frames {
        void send(H2Client client, int number) throws IOException;
    }

    /** Sends so many frames at once, and looks how the connection ends. */
    private void assertCalmedDown(int count, Frames frames) throws IOException {
        try (H2Client client = connect().sync()) {
            client.gather();
            for (int i = 0; i < count; i++) {
                frames.send(client, i);
            }
            client.release();
            assertThat(client.end()).isEqualTo(H2Frame.ENHANCE_YOUR_CALM);
        }
        try (H2Client other = connect()) {
            assertThat(other.get(1, "/", gateway.reader()).response(1).status()).isEqualTo(200);
        }
    }

    @Test
    void requestsTakenBackAtOnce_endTheConnection() throws Exception {
        gateway.upstream().otherwise(message -> Answer.ok(""));
        assertCalmedDown(FRAMES / 2, (client, i) -> client
                .get(1 + 2 * i, "/", gateway.reader()).rst(1 + 2 * i, H2Frame.CANCEL));
    }

    @Test
    void streamsThatWeAreMadeToReset_endTheConnection() throws Exception {
        assertCalmedDown(FRAMES / 2, (client, i) -> client
                .headers(1 + 2 * i, false, request("POST", "/", gateway.writer()))
                .window(1 + 2 * i, 0));
    }

    @Test
    void malformedRequests_endTheConnection() throws Exception {
        assertCalmedDown(FRAMES, (client, i) -> client.headers(1 + 2 * i, true, ":method=GET"));
    }

    @Test
    void emptyFieldSections_endTheConnection() throws Exception {
        assertCalmedDown(FRAMES, (client, i) -> client.headers(1 + 2 * i, true));
    }

    @Test
    void settings_endTheConnection() throws Exception {
        assertCalmedDown(FRAMES, (client, i) -> client.settings());
        assertCalmedDown(FRAMES, (client, i) ->
                client.settings(SETTINGS_HEADER_TABLE_SIZE, i % 2 * 4096));
    }

    @Test
    void pings_endTheConnection() throws Exception {
        assertCalmedDown(FRAMES, (client, i) -> client.frame(H2Frame.PING, 0, 0, new byte[8]));
        assertCalmedDown(FRAMES, (client, i) ->
                client.frame(H2Frame.PING, H2Frame.ACK, 0, new byte[8]));
    }

    @Test
    void priorities_endTheConnection() throws Exception {
        assertCalmedDown(FRAMES, (client, i) ->
                client.frame(H2Frame.PRIORITY, 0, 1 + 2 * i, new byte[] {0, 0, 0, 0, 1}));
    }

    @Test
    void updatesOfWindowsThatNothingWasSentIn_endTheConnection() throws Exception {
        assertCalmedDown(FRAMES, (client, i) -> client.window(0, 1));
    }

    @Test
    void emptyData_endsTheConnection() throws Exception {
        assertCalmedDown(FRAMES, (client, i) -> {
            if (i == 0) {
                client.headers(1, false, request("POST", "/", gateway.writer()));
            }
            client.data(1, false, "");
        });
    }

    @Test
    void framesOfUnknownKinds_endTheConnection() throws Exception {
        assertCalmedDown(FRAMES, (client, i) -> client.frame(0x42, 0, 0, new byte[4]));
    }

    @Test
    void continuationsWithoutEnd_endTheConnection() throws Exception {
        assertCalmedDown(FRAMES, (client, i) -> client.frame(
                i == 0 ? H2Frame.HEADERS : H2Frame.CONTINUATION, 0, 1,
                H2Client.block("x=" + i)));
        assertCalmedDown(FRAMES, (client, i) -> client.frame(
                i == 0 ? H2Frame.HEADERS : H2Frame.CONTINUATION, 0, 1));
    }

    @Test
    void largeContinuationsWithoutEnd_endTheConnection() throws Exception {
        try (H2Client client = connect()) {
            client.gather().frame(H2Frame.HEADERS, 0, 1, new byte[16_000]);
            for (int i = 0; i < 10; i++) {
                client.frame(H2Frame.CONTINUATION, 0, 1, new byte[16_000]);
            }
            assertThat(client.release().end()).isPositive();
        }
    }

    /** Fields that are remembered and named again and again: little to send, much to hold. */
    @Test
    void compressedFieldsThatAreMuchLarger_areRefused() throws Exception {
        try (H2Client client = connect()) {
            byte[] block = new byte[4 + 4000 + 12_000];
            byte[] head = {0x40, 1, 'a', 127,
                (byte) (3900 - 127 & 127 | 128), (byte) (3900 - 127 >> 7)};
            System.arraycopy(head, 0, block, 0, head.length);
            Arrays.fill(block, head.length, head.length + 3900, (byte) 'b');
            Arrays.fill(block, head.length + 3900, block.length, (byte) (0x80 | 62));
            client.frame(H2Frame.HEADERS, H2Frame.END_HEADERS | H2Frame.END_STREAM, 1, block);
            assertThat(client.response(1).status()).isEqualTo(431);
            assertThat(client.get(3, "/", gateway.reader()).response(3).status()).isEqualTo(200);
        }
    }

    @Test
    void moreStreamsThanThereMayBe_areRefusedAndTheOthersAnswered() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        gateway.upstream().otherwise(message -> Answer.nothing().waitFor(release)
                .send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"));
        try (H2Client client = connect().withoutAcknowledging().gather()) {
            for (int i = 0; i < 120; i++) {
                client.headers(1 + 2 * i, false, request("POST", "/", gateway.writer()));
            }
            // what belongs to a stream that was refused does no harm
            for (int i = 0; i < 120; i++) {
                client.data(1 + 2 * i, true, "x");
            }
            client.release();
            for (int i = 100; i < 120; i++) {
                assertThat(client.response(1 + 2 * i).reset()).isEqualTo(H2Frame.REFUSED_STREAM);
            }
            release.countDown();
            for (int i = 0; i < 100; i++) {
                assertThat(client.response(1 + 2 * i).text()).isEqualTo("ok");
            }
        }
    }

    @Test
    void tinyListSizeOfTheClient_resetsNothing() throws Exception {
        try (H2Client client = connect(SETTINGS_MAX_HEADER_LIST_SIZE, 1)) {
            assertThat(client.get(1, "/", gateway.reader()).response(1).status()).isEqualTo(200);
        }
    }

    @Test
    void largeTableOfTheClient_isNotUsed() throws Exception {
        try (H2Client client = connect(SETTINGS_HEADER_TABLE_SIZE, Integer.MAX_VALUE)) {
            assertThat(client.get(1, "/", gateway.reader()).response(1).status()).isEqualTo(200);
        }
    }

    @Test
    void readerThatOpensNoWindow_isHeldForABodysTimeAtLittleCost() throws Exception {
        long before = bufferMemory();
        gateway.upstream().otherwise(message -> Answer.nothing()
                .send("HTTP/1.1 200 OK\r\nContent-Length: 4194304\r\n\r\n").sendZeroes(4_194_304));
        try (H2Client client = connect(SETTINGS_INITIAL_WINDOW_SIZE, 0)) {
            for (int i = 0; i < 100; i++) {
                client.get(1 + 2 * i, "/", gateway.reader());
            }
            for (int i = 0; i < 100; i++) {
                assertThat(client.head(1 + 2 * i).status()).isEqualTo(200);
            }
            client.sync();
            assertThat(bufferMemory() - before).isLessThan(64L * 1024 * 1024);
            awaitTick();
            gateway.time().advance(Duration.ofSeconds(61));
            for (int i = 0; i < 100; i++) {
                H2Response response = client.response(1 + 2 * i);
                assertThat(response.reset()).isEqualTo(H2Frame.CANCEL);
            }
        }
    }

    @Test
    void smallResponseToAReaderThatOpensNoWindow_isGivenUpInTheEnd() throws Exception {
        try (H2Client client = connect(SETTINGS_INITIAL_WINDOW_SIZE, 0)) {
            client.get(1, "/", gateway.reader());
            assertThat(client.head(1).status()).isEqualTo(200);
            client.sync();
            awaitTick();
            gateway.time().advance(Duration.ofSeconds(61));
            assertThat(client.response(1).reset()).isEqualTo(H2Frame.CANCEL);
        }
    }

    /** What has moved is noticed twice a second; time passes without anything moving. */
    private static void awaitTick() {
        LockSupport.parkNanos(Duration.ofMillis(1100).toNanos());
    }

    private static long bufferMemory() {
        return ((ByteBufAllocatorMetricProvider) ByteBufAllocator.DEFAULT)
                .metric().usedDirectMemory();
    }

    @Test
    void fieldBlockThatNeverEnds_isWaitedForAsLongAsAHead() throws Exception {
        try (H2Client client = connect().sync()) {
            client.frame(H2Frame.HEADERS, 0, 1, H2Client.block("x=y"));
            awaitTick();
            gateway.time().advance(Duration.ofSeconds(11));
            assertThat(client.end()).isEqualTo(H2Frame.NO_ERROR);
        }
    }

    @Test
    void prefaceThatNeverEnds_isWaitedForAsLongAsAHead() throws Exception {
        try (H2Client client = H2Client.silent(gateway.gateway().address())) {
            client.withoutAcknowledging().send(H2Client.PREFACE);
            assertThat(client.read().type()).isEqualTo(H2Frame.SETTINGS);
            gateway.time().advance(Duration.ofSeconds(11));
            assertThat(client.end()).isEqualTo(H2Frame.NO_ERROR);
        }
        try (H2Client client = H2Client.silent(gateway.gateway().address())) {
            client.send("PRI * ");
            awaitTick();
            gateway.time().advance(Duration.ofSeconds(11));
            assertThat(client.end()).isEqualTo(-1);
        }
    }

    @Test
    void bodyThatStopsComing_isWaitedForAsLongAsABody() throws Exception {
        try (H2Client client = connect()) {
            client.headers(1, false, request("POST", "/", gateway.writer())).data(1, false, "x")
                    .sync();
            awaitTick();
            gateway.time().advance(Duration.ofSeconds(61));
            assertThat(client.response(1).status()).isEqualTo(408);
        }
    }

    @Test
    void idleConnection_isEndedInOrder() throws Exception {
        try (H2Client client = connect()) {
            client.get(1, "/", gateway.reader()).response(1);
            gateway.time().advance(Duration.ofSeconds(76));
            assertThat(client.end()).isEqualTo(H2Frame.NO_ERROR);
            assertThat(client.lastGoAway().number(0)).isEqualTo(1);
        }
    }

    @Test
    void zeroIncrement_isAnErrorOfItsStream() throws Exception {
        try (H2Client client = connect()) {
            client.headers(1, false, request("POST", "/", gateway.writer()))
                    .frame(H2Frame.WINDOW_UPDATE, 0, 1, number(0));
            assertThat(client.response(1).reset()).isEqualTo(H2Frame.PROTOCOL_ERROR);
        }
    }
}
