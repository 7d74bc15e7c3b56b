package dev.portcullis.gateway.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.gateway.testkit.GatewayFixture;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufAllocatorMetricProvider;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One side sends as fast as it can, the other takes 1 KiB a second: who is fast has to wait. */
@Timeout(60)
class BackPressureTest {
    private static final Logger LOG = LoggerFactory.getLogger(BackPressureTest.class);
    private static final int BODY = 128 * 1024 * 1024;
    /**
     * Of it, what may be under way: mostly in the kernel, which lets the buffer of a socket that is
     * read from quickly at first grow, to 32 MiB by its usual settings.
     */
    private static final long UNDER_WAY_MAX = 48 * 1024 * 1024;
    /** How much the memory of the gateway's own buffers may grow; chunks are of some MiB. */
    private static final long GROWTH_MAX = 8 * 1024 * 1024;
    private static final int SOCKET_BUFFER = 64 * 1024;
    private static final int SIP = 1024;

    @RegisterExtension
    final GatewayFixture gateway = GatewayFixture.create();

    private final AtomicLong pushed = new AtomicLong();
    private final CountDownLatch hurry = new CountDownLatch(1);
    private long memoryBefore;
    private ServerSocket server;
    private Socket client;

    /** In the place of the usual upstream, which would read as fast as it can. */
    @BeforeEach
    void listen() throws IOException {
        gateway.upstream().refuse();
        server = new ServerSocket();
        server.setReuseAddress(true);
        server.setReceiveBufferSize(SOCKET_BUFFER);
        server.bind(gateway.upstream().address());
        client = new Socket();
        client.setSendBufferSize(SOCKET_BUFFER);
        client.setReceiveBufferSize(SOCKET_BUFFER);
        InetSocketAddress address = gateway.gateway().address();
        client.connect(address);
        client.setSoTimeout(20_000);
        memoryBefore = bufferMemory();
    }

    @AfterEach
    void close() throws IOException {
        hurry.countDown();
        client.close();
        server.close();
    }

    @Test
    void upstreamReadsSlowly_uploaderIsHeldBack() throws Exception {
        send(client, request("POST", "Content-Length: " + BODY + "\r\n"));
        CompletableFuture<Void> pushing = run(() -> push(client));
        try (Socket upstream = server.accept()) {
            long headLength = readHead(upstream.getInputStream()).length();
            assertThat(headLength).isPositive();
            CompletableFuture<Long> reading = new CompletableFuture<>();
            CompletableFuture<Void> reader = run(
                    () -> reading.complete(readSlowly(upstream.getInputStream())));
            assertHeldBack();
            hurry.countDown();
            pushing.get(20, TimeUnit.SECONDS);
            reader.get(20, TimeUnit.SECONDS);
            assertThat(reading.get()).isEqualTo(BODY);
            send(upstream, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
            assertThat(readHead(client.getInputStream())).startsWith("HTTP/1.1 200 ");
        }
    }

    @Test
    void clientReadsSlowly_upstreamIsHeldBack() throws Exception {
        send(client, request("GET", ""));
        try (Socket upstream = server.accept()) {
            upstream.setSendBufferSize(SOCKET_BUFFER);
            readHead(upstream.getInputStream());
            send(upstream, "HTTP/1.1 200 OK\r\nContent-Length: " + BODY + "\r\n\r\n");
            CompletableFuture<Void> pushing = run(() -> push(upstream));
            assertThat(readHead(client.getInputStream())).startsWith("HTTP/1.1 200 ");
            CompletableFuture<Long> reading = new CompletableFuture<>();
            CompletableFuture<Void> reader = run(
                    () -> reading.complete(readSlowly(client.getInputStream())));
            assertHeldBack();
            hurry.countDown();
            pushing.get(20, TimeUnit.SECONDS);
            reader.get(20, TimeUnit.SECONDS);
            assertThat(reading.get()).isEqualTo(BODY);
        }
    }

    /** Waits until no more is taken than the slow side reads, and looks where the octets are. */
    private void assertHeldBack() throws InterruptedException {
        long before;
        do {
            before = pushed.get();
            assertThat(before).as("pushed").isLessThan(UNDER_WAY_MAX);
            assertThat(hurry.await(1, TimeUnit.SECONDS)).isFalse();
        } while (before == 0 || pushed.get() - before > 64 * SIP);
        long growth = bufferMemory() - memoryBefore;
        LOG.info("{} octets pushed; the memory of buffers grew by {}", pushed, growth);
        assertThat(pushed.get()).as("pushed").isBetween(1L, UNDER_WAY_MAX);
        assertThat(growth).as("growth of buffer memory").isLessThan(GROWTH_MAX);
    }

    private static long bufferMemory() {
        return ((ByteBufAllocatorMetricProvider) ByteBufAllocator.DEFAULT)
                .metric().usedDirectMemory();
    }

    private void push(Socket socket) throws IOException {
        OutputStream out = socket.getOutputStream();
        byte[] piece = new byte[16 * 1024];
        while (pushed.get() < BODY) {
            out.write(piece);
            pushed.addAndGet(piece.length);
        }
    }

    /** 1 KiB a second, until told to hurry; how much it was. */
    private long readSlowly(InputStream in) throws IOException, InterruptedException {
        long count = 0;
        while (count < BODY) {
            boolean fast = hurry.await(count == 0 ? 0 : 1, TimeUnit.SECONDS);
            int wanted = fast ? (int) Math.min(SOCKET_BUFFER, BODY - count) : SIP;
            int got = in.readNBytes(wanted).length;
            if (got < wanted) {
                return count + got;
            }
            count += got;
        }
        return count;
    }

    private String request(String method, String framing) {
        return GatewayFixture.request(method, "/", gateway.writer(), "")
                .replace("\r\n\r\n", "\r\n" + framing + "\r\n");
    }

    private static void send(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    private static String readHead(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int octet = in.read();
            assertThat(octet).as("an octet behind %s", head).isNotNegative();
            head.append((char) octet);
        }
        return head.toString();
    }

    private interface Task {
        void run() throws Exception;
    }

    private static CompletableFuture<Void> run(Task task) {
        return CompletableFuture.runAsync(() -> {
            try {
                task.run();
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }, work -> {
            Thread thread = new Thread(work, "back-pressure");
            thread.setDaemon(true);
            thread.start();
        });
    }
}
