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
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Health and metrics, apart from the traffic: {@code /healthz} (the process runs), {@code /readyz}
 * (the gateway can verify, else 503 with the reason, as a line of JSON) and {@code /metrics}
 * (Prometheus text). No secret is there. Any thread.
 */
public final class ManagementServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ManagementServer.class);
    private static final long IDLE_SECONDS = 30;
    private static final int THREADS = 16;
    private static final int WAITING_MAX = 64;
    /** Scrapes at once; whoever reads one slowly holds up no more than its own. */
    private static final int SCRAPES_MAX = 4;
    private static final int REASON_MAX = 512;
    private static final String TEXT = "text/plain; charset=utf-8";
    private static final String JSON = "application/json";

    static {
        // read by the server's classes when they are loaded: a slow or greedy client is cut off
        limit("sun.net.httpserver.maxReqTime", 5);
        limit("sun.net.httpserver.maxRspTime", 10);
        limit("sun.net.httpserver.maxIdleConnections", 64);
        limit("jdk.httpserver.maxConnections", 256);
    }

    private final HttpServer server;
    private final ThreadPoolExecutor executor;
    /** Apart, so that health is told however slowly somebody scrapes. */
    private final ThreadPoolExecutor scrapes;
    private final PrometheusRegistry metrics;
    private final Supplier<String> notReady;

    private ManagementServer(
            HttpServer server, PrometheusRegistry metrics, Supplier<String> notReady) {
        this.server = server;
        this.metrics = metrics;
        this.notReady = notReady;
        this.executor = threads(
                THREADS, new ArrayBlockingQueue<>(WAITING_MAX), "portcullis-management");
        this.scrapes = threads(SCRAPES_MAX, new SynchronousQueue<>(), "portcullis-scrape");
    }

    private static ThreadPoolExecutor threads(
            int max, BlockingQueue<Runnable> waiting, String name) {
        ThreadPoolExecutor threads =
                new ThreadPoolExecutor(max, max, IDLE_SECONDS, TimeUnit.SECONDS, waiting, task -> {
                    Thread thread = new Thread(task, name);
                    thread.setDaemon(true);
                    return thread;
                });
        threads.allowCoreThreadTimeOut(true);
        return threads;
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
        boolean get = exchange.getRequestMethod().equals("GET");
        if (get && exchange.getRequestURI().getPath().equals("/metrics")) {
            scrape(exchange);
            return;
        }
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

    /** A line of JSON: a reason is ours, and has nothing in it that would have to be escaped. */
    private void readiness(HttpExchange exchange) throws IOException {
        String reason = notReady.get();
        if (reason == null) {
            answer(exchange, 200, JSON, text("{\"ready\":true}"));
        } else {
            String told = reason.substring(0, Math.min(reason.length(), REASON_MAX))
                    .replaceAll("[^ !#-\\[\\]-~]", "?");
            answer(exchange, 503, JSON, text("{\"ready\":false,\"reason\":\"" + told + "\"}"));
        }
    }

    private void scrape(HttpExchange exchange) throws IOException {
        try {
            scrapes.execute(() -> {
                try (exchange) {
                    metrics(exchange);
                } catch (IOException gone) {
                    LOG.debug("a scrape was not read to its end", gone);
                }
            });
        } catch (RejectedExecutionException tooMany) {
            try (exchange) {
                exchange.getResponseHeaders().set("Retry-After", "1");
                answer(exchange, 503, TEXT, text("as many scrapes as there may be are under way"));
            }
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
        scrapes.shutdownNow();
    }
}
