package dev.portcullis.gateway.wire;

import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** A collector that takes spans by OTLP over HTTP, or refuses them. */
final class TraceCollector implements AutoCloseable {
    private final HttpServer server;
    private final List<ExportTraceServiceRequest> requests = new CopyOnWriteArrayList<>();
    private final List<String> contentTypes = new CopyOnWriteArrayList<>();
    private volatile int status = 200;

    TraceCollector() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), 0);
        server.createContext("/v1/traces", this::take);
        server.start();
    }

    private void take(HttpExchange exchange) throws IOException {
        try (exchange) {
            byte[] body = exchange.getRequestBody().readAllBytes();
            contentTypes.add(exchange.getRequestHeaders().getFirst("Content-Type"));
            if (status == 200) {
                requests.add(ExportTraceServiceRequest.parseFrom(body));
            }
            exchange.sendResponseHeaders(status, -1);
        }
    }

    URI uri() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/v1/traces");
    }

    void answerWith(int answer) {
        status = answer;
    }

    /** All spans so far, as soon as there are so many, in the order in which they began. */
    List<Span> spans(int atLeast) {
        await().atMost(Duration.ofSeconds(20)).until(() -> all().size() >= atLeast);
        return all();
    }

    private List<Span> all() {
        List<Span> spans = new ArrayList<>();
        requests.forEach(request -> request.getResourceSpansList().forEach(
                resource -> resource.getScopeSpansList().forEach(
                        scope -> spans.addAll(scope.getSpansList()))));
        return spans;
    }

    List<String> contentTypes() {
        return contentTypes;
    }

    /** The name under which they came. */
    String serviceName() {
        return attributes(requests.get(0).getResourceSpans(0).getResource().getAttributesList())
                .get("service.name");
    }

    /** Everything that came, as text. */
    String everything() {
        return requests.toString();
    }

    static Map<String, String> attributes(List<KeyValue> list) {
        Map<String, String> attributes = new TreeMap<>();
        for (KeyValue one : list) {
            AnyValue value = one.getValue();
            attributes.put(one.getKey(), value.hasIntValue()
                    ? Long.toString(value.getIntValue()) : value.getStringValue());
        }
        return attributes;
    }

    static String hex(com.google.protobuf.ByteString id) {
        return HexFormat.of().formatHex(id.toByteArray());
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
