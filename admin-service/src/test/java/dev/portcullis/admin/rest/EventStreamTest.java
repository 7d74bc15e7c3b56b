package dev.portcullis.admin.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.portcullis.admin.edge.RequestIds;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Bodies that are made as they go: bounded, in order, and over when the connection is. */
@ExtendWith(NoLeaks.class)
class EventStreamTest {
    private static final String GET = "GET /a HTTP/1.1\r\nHost: h\r\n\r\n";
    private static final int BYTES_MAX = 64 * 1024;

    private final AtomicInteger closed = new AtomicInteger();
    private EventStream stream = new EventStream(BYTES_MAX, 60_000, closed::incrementAndGet);
    private RestServer server;

    @BeforeEach
    void start() throws Exception {
        server = new RestServer(
                new InetSocketAddress("127.0.0.1", 0), RestLimits.defaults(),
                request -> CompletableFuture.completedFuture(RestReply.ok(
                        new RestReply.Stream("application/x-ndjson", stream))),
                Runnable::run, new RequestIds(new Random(1)));
        server.start();
    }

    @AfterEach
    void close() {
        server.close();
    }

    private RawHttp connect() throws Exception {
        return new RawHttp(server.address());
    }

    private static byte[] piece(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    @Test
    void pieces_goOutInOrderFromBeforeTheConnectionOn() throws Exception {
        stream.write(piece("first\n"));
        try (RawHttp client = connect()) {
            RawHttp.Response head = client.send(GET).read();
            assertThat(head.status()).isEqualTo(200);
            assertThat(head.header("transfer-encoding")).isEqualTo("chunked");
            assertThat(head.header("connection")).isEqualTo("close");
            assertThat(head.header("content-type")).isEqualTo("application/x-ndjson");
            stream.write(piece("second\n"));
            stream.end();
            // no last chunk: a break must not pass for an end
            assertThat(client.readAll()).isEqualTo("6\r\nfirst\n\r\n7\r\nsecond\n\r\n");
        }
        await().until(() -> closed.get() == 1);
    }

    @Test
    void clientOfHttp10_getsThePiecesAsTheyAre() throws Exception {
        stream.write(piece("first\n"));
        try (RawHttp client = connect()) {
            RawHttp.Response head =
                    client.send("GET /a HTTP/1.0\r\nHost: h\r\n\r\n").read();
            assertThat(head.header("transfer-encoding")).isNull();
            stream.end();
            assertThat(client.readAll()).isEqualTo("first\n");
        }
    }

    @Test
    void writer_waitsForASlowReader() throws Exception {
        byte[] large = new byte[16 * 1024];
        AtomicLong written = new AtomicLong();
        CompletableFuture<Void> over = new CompletableFuture<>();
        Thread writer = new Thread(() -> {
            try {
                while (true) {
                    stream.write(large);
                    written.addAndGet(large.length);
                }
            } catch (CancellationException e) {
                over.complete(null);
            }
        });
        try (RawHttp client = connect()) {
            client.send(GET).read();
            writer.start();
            // it stands still once the sockets' buffers and ours are full
            await().atMost(Duration.ofSeconds(15)).until(() ->
                    writer.getState() == Thread.State.WAITING && written.get() == still(written));
            assertThat(written.get()).isLessThan(32L * 1024 * 1024);
        }
        over.get(15, TimeUnit.SECONDS);
        await().until(() -> closed.get() == 1);
    }

    private static long still(AtomicLong number) {
        long before = number.get();
        await().pollDelay(Duration.ofMillis(300)).until(() -> true);
        return number.get() == before ? before : -1;
    }

    @Test
    void clientThatLeaves_isNoticedThoughNothingIsWritten() throws Exception {
        try (RawHttp client = connect()) {
            client.send(GET).read();
        }
        await().until(() -> closed.get() == 1);
    }

    @Test
    void interruptedWriter_stopsWaiting() throws Exception {
        CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
        Thread writer = new Thread(() -> {
            try {
                stream.write(new byte[BYTES_MAX]);
                stream.write(new byte[1]);
            } catch (CancellationException e) {
                interrupted.complete(Thread.currentThread().isInterrupted());
            }
        });
        writer.start();
        await().until(() -> writer.getState() == Thread.State.WAITING);
        writer.interrupt();
        assertThat(interrupted.get(5, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void quietStream_beats() throws Exception {
        stream = new EventStream(BYTES_MAX, 50, closed::incrementAndGet);
        try (RawHttp client = connect()) {
            client.send(GET).read();
            CompletableFuture.delayedExecutor(500, TimeUnit.MILLISECONDS)
                    .execute(stream::end);
            assertThat(client.readAll()).matches("(1\r\n\n\r\n)+");
        }
    }

    @Test
    void streamThatEndedBefore_breaksOffAtOnce() throws Exception {
        stream.end();
        try (RawHttp client = connect()) {
            client.send(GET).read();
            assertThat(client.ended()).isTrue();
        }
        await().until(() -> closed.get() == 1);
    }

    @Test
    void closingServer_waitsForNoStream() throws Exception {
        try (RawHttp client = connect()) {
            client.send(GET).read();
            long start = System.nanoTime();
            server.close();
            assertThat(Duration.ofNanos(System.nanoTime() - start))
                    .isLessThan(RestLimits.defaults().drainTimeout());
            assertThat(client.ended()).isTrue();
        }
        assertThat(closed.get()).isEqualTo(1);
    }
}
