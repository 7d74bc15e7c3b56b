package dev.portcullis.cli.server;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.config.EscapingScheme;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Health and metrics, apart from the traffic: {@code /healthz} (the process runs), {@code /readyz}
 * (the gateway can verify, else 503 with the reason) and {@code /metrics} (Prometheus text). No
 * secret is there. Any thread.
 */
public final class ManagementServer implements AutoCloseable {
    private static final int THREADS = 2;
    private static final int WAITING_MAX = 64;
    private static final String TEXT = "text/plain; charset=utf-8";

    static {
        // read by the server's classes when they are loaded: a slow or greedy client is cut off
        limit("sun.net.httpserver.maxReqTime", 10);
        limit("sun.net.httpserver.maxRspTime", 30);
        limit("sun.net.httpserver.maxIdleConnections", 64);
        limit("jdk.httpserver.maxConnections", 256);
    }

    private final HttpServer server;
    private final ThreadPoolExecutor executor;
    private final PrometheusRegistry metrics;
    private final Supplier<String> notReady;

    private ManagementServer(
            HttpServer server, PrometheusRegistry metrics, Supplier<String> notReady) {
        this.server = server;
        this.metrics = metrics;
        this.notReady = notReady;
        this.executor = new ThreadPoolExecutor(THREADS, THREADS, 0, TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(WAITING_MAX), task -> {
                    Thread thread = new Thread(task, "portcullis-management");
                    thread.setDaemon(true);
                    return thread;
                });
    }

    /**
     * Binds and serves.
     *
     * @param address where; port 0 takes a free one
     * @param metrics what {@code /metrics} shows
     * @param notReady why requests cannot be verified now; null when they can
     * @throws IOException when the address cannot be bound
     */
    public static ManagementServer start(
            InetSocketAddress address, PrometheusRegistry metrics, Supplier<String> notReady)
            throws IOException {
        ManagementServer management =
                new ManagementServer(HttpServer.create(address, 0), metrics, notReady);
        management.server.setExecutor(management.executor);
        management.server.createContext("/", management::serve);
        management.server.start();
        return management;
    }

    /** Where it listens. */
    public InetSocketAddress address() {
        return server.getAddress();
    }

    private void serve(HttpExchange exchange) throws IOException {
        try (exchange) {
            String method = exchange.getRequestMethod();
            if (!method.equals("GET") && !method.equals("HEAD")) {
                exchange.getResponseHeaders().set("Allow", "GET, HEAD");
                answer(exchange, 405, TEXT, text("only GET and HEAD"));
                return;
            }
            switch (exchange.getRequestURI().getPath()) {
                case "/healthz" -> answer(exchange, 200, TEXT, text("ok"));
                case "/readyz" -> readiness(exchange);
                case "/metrics" -> metrics(exchange);
                default -> answer(exchange, 404, TEXT, text("/healthz, /readyz, /metrics"));
            }
        }
    }

    private void readiness(HttpExchange exchange) throws IOException {
        String reason = notReady.get();
        if (reason == null) {
            answer(exchange, 200, TEXT, text("ready"));
        } else {
            answer(exchange, 503, TEXT, text("not ready: " + reason));
        }
    }

    private void metrics(HttpExchange exchange) throws IOException {
        PrometheusTextFormatWriter writer = PrometheusTextFormatWriter.create();
        ByteArrayOutputStream body = new ByteArrayOutputStream(16 << 10);
        writer.write(body, metrics.scrape(), EscapingScheme.UNDERSCORE_ESCAPING);
        answer(exchange, 200, writer.getContentType(), body.toByteArray());
    }

    private static void answer(HttpExchange exchange, int status, String type, byte[] body)
            throws IOException {
        exchange.getResponseHeaders().set("Content-Type", type);
        exchange.getResponseHeaders().set("Cache-Control", "no-store");
        boolean head = exchange.getRequestMethod().equals("HEAD");
        exchange.sendResponseHeaders(status, head ? -1 : body.length);
        if (!head) {
            exchange.getResponseBody().write(body);
        }
    }

    private static byte[] text(String line) {
        return (line + "\n").getBytes(StandardCharsets.UTF_8);
    }

    private static void limit(String property, int value) {
        if (System.getProperty(property) == null) {
            System.setProperty(property, Integer.toString(value));
        }
    }

    /** Stops at once. */
    @Override
    public void close() {
        server.stop(0);
        executor.shutdownNow();
    }
}
