package dev.portcullis.gateway.doors;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.portcullis.gateway.testkit.HttpMessage;
import dev.portcullis.gateway.testkit.RawClient;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * What nginx and Caddy do with the configuration that the documentation shows, for where they are
 * not installed: what they ask, what they delete and set, and what they make of the answer.
 */
final class StandInProxy implements AskingProxy {
    /** Whose part it plays. */
    enum Part {
        NGINX, CADDY
    }

    private static final List<String> OWN = List.of(
            "x-forwarded-method", "x-forwarded-uri", "x-forwarded-host", "x-forwarded-for",
            "x-forwarded-proto", "x-original-method", "x-original-uri", "x-original-url",
            "x-request-id", "host", "content-length", "transfer-encoding", "connection");
    private static final List<String> IDENTITY = List.of(
            "x-portcullis-user-id", "x-portcullis-user", "x-portcullis-kind",
            "x-portcullis-groups", "x-portcullis-role", "x-portcullis-token-id", "x-request-id");

    private final Part part;
    private final InetSocketAddress gateway;
    private final InetSocketAddress application;
    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();

    private StandInProxy(Part part, InetSocketAddress gateway, InetSocketAddress application)
            throws IOException {
        this.part = part;
        this.gateway = gateway;
        this.application = application;
        server = HttpServer.create(
                new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), 0);
        server.setExecutor(threads);
        server.createContext("/", this::serve);
        server.start();
    }

    static StandInProxy start(
            Part part, InetSocketAddress gateway, InetSocketAddress application)
            throws IOException {
        return new StandInProxy(part, gateway, application);
    }

    private void serve(HttpExchange exchange) throws IOException {
        try (exchange) {
            String body = new String(
                    exchange.getRequestBody().readAllBytes(), StandardCharsets.ISO_8859_1);
            boolean hidden = part == Part.NGINX
                    && exchange.getRequestURI().getRawPath().equals("/_portcullis");
            HttpMessage answer = hidden ? null : ask(exchange);
            if (hidden) {
                exchange.sendResponseHeaders(404, -1);
            } else if (answer.status() == 200) {
                reply(exchange, forward(exchange, body, answer));
            } else {
                refuse(exchange, answer);
            }
        }
    }

    private HttpMessage ask(HttpExchange exchange) throws IOException {
        String host = exchange.getRequestHeaders().getFirst("Host");
        StringBuilder question = new StringBuilder("GET /.portcullis/auth HTTP/1.1\r\n");
        line(question, "Host", host);
        clientFields(exchange).forEach(field -> line(question, field.name(), field.value()));
        line(question, "X-Forwarded-Method", exchange.getRequestMethod());
        line(question, "X-Forwarded-Uri", exchange.getRequestURI().toString());
        line(question, "X-Forwarded-Host", host);
        line(question, "X-Forwarded-Proto", "http");
        line(question, "X-Forwarded-For",
                exchange.getRemoteAddress().getAddress().getHostAddress());
        try (RawClient client = RawClient.connect(gateway)) {
            return client.exchange(question.append("\r\n").toString());
        }
    }

    /** Those of the client's fields that are passed on with a question. */
    private static List<HttpMessage.Header> clientFields(HttpExchange exchange) {
        List<HttpMessage.Header> fields = new ArrayList<>();
        exchange.getRequestHeaders().forEach((name, values) -> {
            if (!OWN.contains(name.toLowerCase(Locale.ROOT))) {
                values.forEach(value -> fields.add(new HttpMessage.Header(name, value)));
            }
        });
        return fields;
    }

    private HttpMessage forward(HttpExchange exchange, String body, HttpMessage answer)
            throws IOException {
        StringBuilder request = new StringBuilder(
                exchange.getRequestMethod() + " " + exchange.getRequestURI() + " HTTP/1.1\r\n");
        line(request, "Host", exchange.getRequestHeaders().getFirst("Host"));
        for (HttpMessage.Header field : clientFields(exchange)) {
            String name = field.name().toLowerCase(Locale.ROOT);
            boolean gone = IDENTITY.contains(name) || name.equals("authorization")
                    || name.equals("x-api-key") || name.contains("_")
                    || part == Part.CADDY && name.startsWith("x-portcullis-");
            if (!gone) {
                line(request, field.name(), field.value());
            }
        }
        IDENTITY.forEach(name -> answer.headerValues(name)
                .forEach(value -> line(request, name, value)));
        line(request, "Content-Length", Integer.toString(body.length()));
        try (RawClient client = RawClient.connect(application)) {
            client.send(request + "\r\n" + body);
            return client.receive(exchange.getRequestMethod());
        }
    }

    private static void line(StringBuilder head, String name, String value) {
        head.append(name).append(": ").append(value).append("\r\n");
    }

    private static void reply(HttpExchange exchange, HttpMessage response) throws IOException {
        byte[] body = response.body();
        exchange.sendResponseHeaders(response.status(), body.length == 0 ? -1 : body.length);
        exchange.getResponseBody().write(body);
    }

    private void refuse(HttpExchange exchange, HttpMessage answer) throws IOException {
        boolean told = part == Part.CADDY || answer.status() == 401 || answer.status() == 403;
        answer.headerValues("WWW-Authenticate").stream().filter(value -> told)
                .forEach(value -> exchange.getResponseHeaders().add("WWW-Authenticate", value));
        exchange.sendResponseHeaders(told ? answer.status() : 500, -1);
    }

    @Override
    public InetSocketAddress address() {
        return server.getAddress();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
