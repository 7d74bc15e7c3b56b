package dev.portcullis.cli.server;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/** A real upstream that is not ours: the JDK's HTTP server. Remembers the heads that it saw. */
final class RecordingUpstream implements AutoCloseable {
    private final List<Headers> seen = new CopyOnWriteArrayList<>();
    private final ExecutorService executor = Executors.newFixedThreadPool(4);
    private final HttpServer server;
    private volatile Duration delay = Duration.ZERO;

    private RecordingUpstream(HttpServer server) {
        this.server = server;
    }

    static RecordingUpstream start(boolean remember) throws IOException {
        HttpServer server = HttpServer.create(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        RecordingUpstream upstream = new RecordingUpstream(server);
        server.setExecutor(upstream.executor);
        server.createContext("/", exchange -> {
            try (exchange) {
                if (remember) {
                    upstream.seen.add(exchange.getRequestHeaders());
                }
                exchange.getRequestBody().readAllBytes();
                TimeUnit.MILLISECONDS.sleep(upstream.delay.toMillis());
                byte[] body = "hello".getBytes(StandardCharsets.UTF_8);
                exchange.sendResponseHeaders(200, body.length);
                exchange.getResponseBody().write(body);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        server.start();
        return upstream;
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** From now on each answer takes this long. */
    void delay(Duration time) {
        delay = time;
    }

    List<Headers> seen() {
        return seen;
    }

    @Override
    public void close() {
        server.stop(0);
        executor.shutdownNow();
    }
}
