package dev.portcullis.cli.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ManagementServerTest {
    private final PrometheusRegistry metrics = new PrometheusRegistry();
    private final AtomicReference<String> notReady = new AtomicReference<>();
    private ManagementServer server;

    @BeforeEach
    void start() throws IOException {
        server = ManagementServer.start(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), metrics, notReady::get);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void health_isOk() throws Exception {
        assertThat(ask("GET", "/healthz").statusCode()).isEqualTo(200);
        assertThat(ask("HEAD", "/healthz").body()).isEmpty();
    }

    @Test
    void readiness_followsTheReason() throws Exception {
        notReady.set("no lease");
        assertThat(ask("GET", "/readyz").statusCode()).isEqualTo(503);
        assertThat(ask("GET", "/readyz").body())
                .isEqualTo("{\"ready\":false,\"reason\":\"no lease\"}\n");

        notReady.set(null);
        assertThat(ask("GET", "/readyz").statusCode()).isEqualTo(200);
    }

    @Test
    void scrapesThatNobodyReads_holdUpNeitherHealthNorTheNextAfterThem() throws Exception {
        Counter names = Counter.builder().name("doors").help("Doors.").labelNames("name")
                .register(metrics);
        for (int i = 0; i < 100_000; i++) {
            names.labelValues("a-name-that-makes-the-answer-longer-than-any-buffer-" + i).inc();
        }
        List<Socket> slow = new ArrayList<>();
        try {
            for (int i = 0; i < 4; i++) {
                Socket socket = new Socket();
                slow.add(socket);
                socket.setReceiveBufferSize(4096);
                socket.connect(server.address());
                socket.getOutputStream().write("GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n"
                        .getBytes(StandardCharsets.US_ASCII));
                assertThat(socket.getInputStream().read()).isEqualTo('H');
            }
            assertThat(ask("GET", "/healthz").statusCode()).isEqualTo(200);
            assertThat(ask("GET", "/readyz").statusCode()).isEqualTo(200);
            assertThat(ask("GET", "/metrics").statusCode()).isEqualTo(503);
        } finally {
            for (Socket socket : slow) {
                socket.close();
            }
        }
        Awaitility.await().until(() -> ask("GET", "/metrics").statusCode() == 200);
    }

    @Test
    void metrics_areThoseOfTheRegistry() throws Exception {
        Counter.builder().name("doors").help("Doors.").register(metrics).inc(3);

        HttpResponse<String> response = ask("GET", "/metrics");

        assertThat(response.body()).contains("# TYPE doors_total counter\ndoors_total 3.0\n");
        assertThat(response.headers().firstValue("content-type").orElseThrow())
                .startsWith("text/plain; version=0.0.4");
    }

    @Test
    void anythingElse_isRefused() throws Exception {
        assertThat(ask("GET", "/healthz/x").statusCode()).isEqualTo(404);
        assertThat(ask("POST", "/healthz").statusCode()).isEqualTo(405);
    }

    @Test
    void addressInUse_isAnIoException() {
        assertThatThrownBy(() ->
                ManagementServer.start(server.address(), metrics, notReady::get))
                .isInstanceOf(IOException.class);
    }

    private HttpResponse<String> ask(String method, String path) throws Exception {
        URI uri = URI.create("http://127.0.0.1:" + server.address().getPort() + path);
        return HttpClient.newHttpClient().send(
                HttpRequest.newBuilder(uri).method(method, BodyPublishers.noBody()).build(),
                BodyHandlers.ofString());
    }
}
