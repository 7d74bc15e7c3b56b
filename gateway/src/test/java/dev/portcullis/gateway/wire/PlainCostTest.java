package dev.portcullis.gateway.wire;

import static dev.portcullis.gateway.testkit.GatewayFixture.request;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.portcullis.gateway.testkit.FakeUpstream;
import dev.portcullis.gateway.testkit.GatewayFixture;
import dev.portcullis.gateway.testkit.RawClient;
import io.netty.util.ResourceLeakDetector;
import io.netty.util.ResourceLeakDetector.Level;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What is not turned on costs a plain exchange nothing. */
@Timeout(90)
class PlainCostTest {
    private static final int ROUNDS = 3_000;
    /** All that an exchange allocates, its buffers and what Netty does for them included. */
    private static final long EXCHANGE_BYTES_MAX = 2_000;

    @RegisterExtension
    final GatewayFixture gateway = GatewayFixture.create();

    PlainCostTest() {
        gateway.settings().eventLoops(1).withoutAccessLog();
    }

    @Test
    void plainExchange_allocatesLittle() throws Exception {
        Level usual = ResourceLeakDetector.getLevel();
        // looking for leaks allocates ten times as much as what is looked at
        ResourceLeakDetector.setLevel(Level.DISABLED);
        String get = request("GET", "/", gateway.reader(), "");
        try (RawClient client = gateway.connect()) {
            run(client, get);
            long before = loopBytes();
            run(client, get);
            long each = (loopBytes() - before) / ROUNDS;
            assertThat(each).as("octets allocated for each exchange")
                    .isBetween(1L, EXCHANGE_BYTES_MAX);
        } finally {
            ResourceLeakDetector.setLevel(usual);
        }
    }

    @Test
    void withoutTracing_nothingOfItIsLoaded() throws Exception {
        Path loaded = Path.of("target", "plain-cost-classes.log");
        Files.deleteIfExists(loaded);
        try (FakeUpstream upstream = FakeUpstream.start()) {
            Process process = new ProcessBuilder(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-Xmx128m", "-Xlog:class+load=info:file=" + loaded,
                    "-cp", System.getProperty("java.class.path"), GatewayMain.class.getName(),
                    upstream.uri().toString())
                    .redirectError(Path.of("target", "plain-cost.log").toFile())
                    .start();
            try {
                askOnce(process);
            } finally {
                process.getOutputStream().close();
                boolean ended = process.waitFor(20, TimeUnit.SECONDS);
                process.destroyForcibly();
                assertThat(ended).as("the gateway ended in order").isTrue();
            }
        }
        String classes = Files.readString(loaded);
        assertThat(classes).contains("dev.portcullis.gateway.trace.Tracing");
        assertThat(classes).doesNotContain("io.opentelemetry.",
                "dev.portcullis.gateway.trace.SpanExport",
                "dev.portcullis.gateway.trace.ExchangeTrace$");
    }

    private static void askOnce(Process process) throws Exception {
        BufferedReader output = new BufferedReader(
                new InputStreamReader(process.getInputStream(), StandardCharsets.US_ASCII));
        String[] ready = output.readLine().split(" ");
        InetSocketAddress address =
                new InetSocketAddress("127.0.0.1", Integer.parseInt(ready[0]));
        try (RawClient client = RawClient.connect(address)) {
            assertThat(client.exchange(request("GET", "/", ready[1], "")).status()).isEqualTo(200);
        }
    }

    private static void run(RawClient client, String get) throws Exception {
        for (int i = 0; i < ROUNDS; i++) {
            client.exchange(get);
        }
    }

    /** What the loop's thread has allocated so far. */
    private static long loopBytes() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        return Arrays.stream(threads.getThreadInfo(threads.getAllThreadIds()))
                .filter(thread -> thread != null
                        && thread.getThreadName().startsWith("multiThreadIoEventLoopGroup"))
                .mapToLong(thread -> threads.getThreadAllocatedBytes(thread.getThreadId()))
                .sum();
    }
}
