package dev.portcullis.gateway.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.portcullis.gateway.testkit.Answer;
import dev.portcullis.gateway.testkit.GatewayFixture;
import dev.portcullis.gateway.testkit.RawClient;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufAllocatorMetricProvider;
import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Clients that send slowly, or much, or nothing, and do not read: what they cost is bounded. */
@Timeout(120)
class HostileClientsTest {
    private static final Logger LOG = LoggerFactory.getLogger(HostileClientsTest.class);
    private static final long MIB = 1024 * 1024;
    private static final long ONE_CLIENT_MAX = 64 * MIB;
    private static final int IDLE = 1500;
    private static final long IDLE_MAX = 32 * MIB;

    @RegisterExtension
    final GatewayFixture gateway = GatewayFixture.create();

    HostileClientsTest() {
        gateway.settings().countingUpstreams().withoutAccessLog();
    }

    @Test
    void headOctetByOctet_hasTenSecondsForAllOfIt() throws Exception {
        try (RawClient client = gateway.connect()) {
            for (String piece : List.of("G", "E", "T")) {
                client.send(piece);
                assertThat(client.end(Duration.ofMillis(600))).isEqualTo(RawClient.End.OPEN);
                gateway.time().advance(Duration.ofSeconds(3));
            }
            client.send(" ");
            gateway.time().advance(Duration.ofSeconds(1));
            assertThat(client.receive().status()).isEqualTo(408);
            assertThat(client.end()).isNotEqualTo(RawClient.End.OPEN);
        }
    }

    @Test
    void bodyWithoutProgress_hasSixtySeconds() throws Exception {
        try (RawClient client = gateway.connect()) {
            client.send(GatewayFixture.request("POST", "/", gateway.writer(), "")
                    .replace("\r\n\r\n", "\r\nContent-Length: 10\r\n\r\n12345"));
            await().until(() -> gateway.upstream().bytesSeen() > 0);
            gateway.time().advance(Duration.ofSeconds(50));
            assertThat(client.end(Duration.ofMillis(700))).isEqualTo(RawClient.End.OPEN);
            client.send("6");
            assertThat(client.end(Duration.ofMillis(700))).isEqualTo(RawClient.End.OPEN);
            gateway.time().advance(Duration.ofSeconds(50));
            assertThat(client.end(Duration.ofMillis(700))).isEqualTo(RawClient.End.OPEN);
            gateway.time().advance(Duration.ofSeconds(11));
            assertThat(client.receive().status()).isEqualTo(408);
        }
    }

    @Test
    void pipelinerThatDoesNotRead_isReadNoFurther() throws Exception {
        gateway.upstream().otherwise(request -> Answer.ok("x".repeat(2000)));
        long before = memory();
        try (SocketChannel client = connect()) {
            long pushed = pushUntilHeldBack(client);
            assertGrowth("unread pipelining of " + pushed, before, ONE_CLIENT_MAX);
        }
    }

    @Test
    void pipelinerBeforeASlowUpstream_isReadNoFurther() throws Exception {
        CountDownLatch answer = new CountDownLatch(1);
        gateway.upstream().enqueue(
                Answer.nothing().waitFor(answer).send("HTTP/1.1 204 No Content\r\n\r\n"));
        long before = memory();
        try (SocketChannel client = connect()) {
            long pushed = pushUntilHeldBack(client);
            assertGrowth("a slow upstream and pipelining of " + pushed, before, ONE_CLIENT_MAX);
        } finally {
            answer.countDown();
        }
    }

    /** The kernel's buffers take some MiB of what is pushed; the gateway next to nothing. */
    private long pushUntilHeldBack(SocketChannel client) throws Exception {
        byte[] request = GatewayFixture.request("GET", "/", gateway.reader(), "")
                .getBytes(StandardCharsets.US_ASCII);
        ByteBuffer many = ByteBuffer.allocate(request.length * 100);
        for (int i = 0; i < 100; i++) {
            many.put(request);
        }
        many.flip();
        client.configureBlocking(false);
        long pushed = 0;
        int still = 0;
        while (still < 20) {
            int written = client.write(many);
            pushed += written;
            if (!many.hasRemaining()) {
                many.rewind();
            }
            still = written > 0 ? 0 : still + 1;
            if (written == 0) {
                // another thread's progress is waited for, not a time
                new CountDownLatch(1).await(50, TimeUnit.MILLISECONDS);
            }
            assertThat(pushed).as("pushed").isLessThan(ONE_CLIENT_MAX);
        }
        return pushed;
    }

    @Test
    void idleConnections_costLittle() throws Exception {
        gateway.get("/", gateway.reader());
        long before = memory();
        byte[] request = GatewayFixture.request("GET", "/", gateway.reader(), "")
                .getBytes(StandardCharsets.US_ASCII);
        List<SocketChannel> idle = new ArrayList<>();
        ByteBuffer answer = ByteBuffer.allocate(4096);
        try {
            for (int i = 0; i < IDLE; i++) {
                SocketChannel client = connect();
                idle.add(client);
                if (i % 2 == 0) {
                    client.write(ByteBuffer.wrap(request));
                    client.read(answer.clear());
                }
            }
            await().until(() -> gateway.gateway().stats().server().open() >= IDLE);
            assertGrowth(IDLE + " idle connections", before, IDLE_MAX);
        } finally {
            for (SocketChannel client : idle) {
                client.close();
            }
        }
        await().until(() -> gateway.gateway().stats().server().open() == 0);
    }

    private SocketChannel connect() throws IOException {
        SocketChannel client = SocketChannel.open();
        client.setOption(StandardSocketOptions.SO_RCVBUF, 64 * 1024);
        client.setOption(StandardSocketOptions.SO_SNDBUF, 64 * 1024);
        client.connect(gateway.gateway().address());
        return client;
    }

    private static void assertGrowth(String what, long before, long max) {
        long growth = memory() - before;
        LOG.info("{} cost {} KiB", what, growth / 1024);
        assertThat(growth).as("memory that %s cost", what).isLessThan(max);
    }

    /** Octets of heap and of buffers in use, with what is garbage taken away. */
    private static long memory() {
        System.gc();
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory()
                + ((ByteBufAllocatorMetricProvider) ByteBufAllocator.DEFAULT)
                        .metric().usedDirectMemory();
    }
}
