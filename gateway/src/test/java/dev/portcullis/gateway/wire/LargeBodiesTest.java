package dev.portcullis.gateway.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Bodies twice as large as all the memory of the gateway's process, which has a heap of 128 MiB.
 * {@code -Dstreaming.bytes=...} makes them larger still.
 */
@Timeout(300)
class LargeBodiesTest {
    private static final Logger LOG = LoggerFactory.getLogger(LargeBodiesTest.class);
    private static final long BYTES = Long.getLong("streaming.bytes", 256L << 20);
    /** The heap, as much again for buffers, and what a virtual machine needs for itself. */
    private static final long RESIDENT_KIB_MAX = 400 * 1024;

    private BulkUpstream upstream;
    private Process process;
    private BufferedReader output;
    private InetSocketAddress address;
    private String token;

    @BeforeEach
    void start() throws IOException {
        upstream = BulkUpstream.start();
        process = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m", "-XX:+ExitOnOutOfMemoryError",
                "-cp", System.getProperty("java.class.path"), GatewayMain.class.getName(),
                "http://127.0.0.1:" + upstream.address().getPort())
                .redirectError(new File("target", "large-bodies-gateway.log"))
                .start();
        output = new BufferedReader(
                new InputStreamReader(process.getInputStream(), StandardCharsets.US_ASCII));
        String[] ready = output.readLine().split(" ");
        address = new InetSocketAddress("127.0.0.1", Integer.parseInt(ready[0]));
        token = ready[1];
    }

    @AfterEach
    void stop() throws Exception {
        upstream.close();
        process.getOutputStream().close();
        boolean ended = process.waitFor(20, TimeUnit.SECONDS);
        process.destroyForcibly();
        assertThat(ended && process.exitValue() == 0).as("the gateway ended in order").isTrue();
    }

    @Test
    void bodyIsLargerThanMemory_passesInBothDirections() throws Exception {
        try (BulkConnection client = BulkConnection.to(address)) {
            client.send(request("POST", "/", "Content-Length: " + BYTES + "\r\n"))
                    .sendBody(BYTES);
            assertThat(client.head()).startsWith("HTTP/1.1 200 ")
                    .contains("X-Checksum: " + BulkBody.checksum(BYTES) + "\r\n");
            client.send(request("GET", "/" + BYTES, ""));
            String head = client.head();
            assertThat(head).startsWith("HTTP/1.1 200 ");
            assertThat(BulkConnection.length(head)).isEqualTo(BYTES);
            assertThat(client.checksum(BYTES)).isEqualTo(BulkBody.checksum(BYTES));
            // the connection is still in step: nothing came behind the body
            client.send(request("GET", "/1", ""));
            assertThat(client.head()).startsWith("HTTP/1.1 200 ");
        }
        long resident = peakResidentKib();
        LOG.info("{} octets each way: at most {} KiB resident, {} octets of heap",
                BYTES, resident, peakHeap());
        assertThat(resident).as("peak resident KiB").isLessThan(RESIDENT_KIB_MAX);
    }

    private String request(String method, String path, String framing) {
        return method + " " + path + " HTTP/1.1\r\nHost: app.example\r\nAuthorization: Bearer "
                + token + "\r\n" + framing + "\r\n";
    }

    /** As the kernel counts it; 0 where the system does not tell, and only the heap is bounded. */
    private long peakResidentKib() throws IOException {
        Path file = Path.of("/proc", Long.toString(process.pid()), "status");
        if (!Files.exists(file)) {
            return 0;
        }
        List<String> status = Files.readAllLines(file);
        String line = status.stream().filter(text -> text.startsWith("VmHWM:")).findAny()
                .orElseThrow();
        return Long.parseLong(line.replaceAll("[^0-9]", ""));
    }

    private String peakHeap() throws IOException {
        process.outputWriter(StandardCharsets.US_ASCII).append("heap\n").flush();
        return output.readLine();
    }
}
