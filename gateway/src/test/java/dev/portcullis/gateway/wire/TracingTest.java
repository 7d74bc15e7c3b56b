package dev.portcullis.gateway.wire;

import static dev.portcullis.gateway.wire.TraceCollector.attributes;
import static dev.portcullis.gateway.wire.TraceCollector.hex;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.portcullis.gateway.testkit.Answer;
import dev.portcullis.gateway.testkit.GatewayFixture;
import dev.portcullis.gateway.testkit.HttpMessage;
import dev.portcullis.gateway.trace.TracingConfig;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status.StatusCode;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Spans of exchanges, as a collector gets them. */
@Timeout(90)
class TracingTest {
    private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
    private static final String CALLER = "b7ad6b7169203331";
    private static final String SAMPLED = "00-" + TRACE + "-" + CALLER + "-01";

    private TraceCollector collector;
    private GatewayFixture gateway;

    @BeforeEach
    void collect() throws IOException {
        collector = new TraceCollector();
        gateway = GatewayFixture.create();
    }

    @AfterEach
    void stop() throws IOException {
        gateway.close();
        collector.close();
    }

    private void start(int sampledPercent) throws IOException {
        gateway.settings().application("orders", "", "/orders")
                .tracing(new TracingConfig(collector.uri(), "gate", sampledPercent));
        gateway.start();
    }

    @Test
    void sampledByItsCaller_isASpanBelowTheirsAndOneBelowThat() throws Exception {
        start(0);
        HttpMessage response = ask("/orders/7?key=secret", "traceparent: " + SAMPLED
                + "\r\ntracestate: a=1\r\n");

        assertThat(response.status()).isEqualTo(200);
        List<Span> spans = collector.spans(2);
        Span server = spans.get(0);
        Span client = spans.get(1);
        assertThat(hex(server.getTraceId())).isEqualTo(TRACE).isEqualTo(hex(client.getTraceId()));
        assertThat(hex(server.getParentSpanId())).isEqualTo(CALLER);
        assertThat(client.getParentSpanId()).isEqualTo(server.getSpanId());
        HttpMessage seen = gateway.upstream().takeRequest();
        assertThat(seen.headerValues("traceparent"))
                .containsExactly("00-" + TRACE + "-" + hex(client.getSpanId()) + "-01");
        assertThat(seen.headerValues("tracestate")).containsExactly("a=1");
        assertThat(server.getKind()).isEqualTo(Span.SpanKind.SPAN_KIND_SERVER);
        assertThat(client.getKind()).isEqualTo(Span.SpanKind.SPAN_KIND_CLIENT);
        assertThat(server.getName()).isEqualTo("GET /orders");
        assertThat(collector.serviceName()).isEqualTo("gate");
        assertThat(collector.contentTypes()).containsOnly("application/x-protobuf");
        assertThat(gateway.newLogLines().get(0)).contains("\"trace_id\":\"" + TRACE + "\"");
    }

    @Test
    void attributes_areThoseOfTheConventionsAndHoldNoSecret() throws Exception {
        start(100);
        String token = gateway.reader();
        ask("/orders/" + token + "?key=secret", "Cookie: secret\r\n");

        List<Span> spans = collector.spans(2);
        assertThat(attributes(spans.get(0).getAttributesList()))
                .containsEntry("http.request.method", "GET")
                .containsEntry("http.response.status_code", "200")
                .containsEntry("http.route", "/orders")
                .containsEntry("url.scheme", "http")
                .containsEntry("network.protocol.version", "1.1")
                .containsEntry("client.address", "127.0.0.1")
                .containsEntry("user.id", "user-reader")
                .containsEntry("portcullis.application", "orders")
                .containsEntry("portcullis.outcome", "ok")
                .containsKeys("url.path", "portcullis.request_id")
                .doesNotContainKeys("url.query", "url.full", "error.type");
        assertThat(attributes(spans.get(1).getAttributesList())).isEqualTo(Map.of(
                "http.request.method", "GET", "http.response.status_code", "200",
                "server.address", "127.0.0.1",
                "server.port", "" + gateway.upstream().address().getPort()));
        Span server = spans.get(0);
        Span client = spans.get(1);
        assertThat(server.getStartTimeUnixNano())
                .isLessThanOrEqualTo(client.getStartTimeUnixNano());
        assertThat(client.getStartTimeUnixNano()).isLessThan(client.getEndTimeUnixNano());
        assertThat(client.getEndTimeUnixNano()).isLessThanOrEqualTo(server.getEndTimeUnixNano());
        assertThat(collector.everything())
                .doesNotContain("secret", token, token.substring(token.lastIndexOf('_') + 1));
    }

    @Test
    void nobodyHasDecided_thePercentageDoes() throws Exception {
        start(0);
        assertThat(ask("/orders", "").status()).isEqualTo(200);
        assertThat(gateway.upstream().takeRequest().header("traceparent"))
                .matches("00-[0-9a-f]{32}-[0-9a-f]{16}-02");
        String unsampled = SAMPLED.replaceAll("1$", "0");
        assertThat(ask("/orders", "traceparent: " + unsampled + "\r\n").status()).isEqualTo(200);
        assertThat(gateway.upstream().takeRequest().headerValues("traceparent"))
                .containsExactly(unsampled);
        gateway.close();

        assertThat(gateway.gateway().stats().tracing().spansExported()).isZero();
        assertThat(gateway.gateway().stats().tracing().spansDropped()).isZero();
        gateway = GatewayFixture.create().start();
    }

    @Test
    void malformedContext_isNotPassedOnAndATraceBegins() throws Exception {
        start(100);
        ask("/orders", "traceparent: 00-malformed\r\ntracestate: a=1\r\nTraceState: b=2\r\n");

        HttpMessage seen = gateway.upstream().takeRequest();
        assertThat(seen.headerValues("traceparent")).hasSize(1).first().asString()
                .matches("00-[0-9a-f]{32}-[0-9a-f]{16}-03");
        assertThat(seen.headerValues("tracestate")).isEmpty();
        assertThat(collector.spans(2).get(0).getParentSpanId().isEmpty()).isTrue();
    }

    @Test
    void malformedState_isDroppedAndTheTraceGoesOn() throws Exception {
        start(0);
        ask("/orders", "traceparent: " + SAMPLED + "\r\ntracestate: a=1,a=2\r\n");

        HttpMessage seen = gateway.upstream().takeRequest();
        assertThat(seen.header("traceparent")).startsWith("00-" + TRACE);
        assertThat(seen.headerValues("tracestate")).isEmpty();
    }

    @Test
    void refusedAndFailed_areSpansThatSaySo() throws Exception {
        start(100);
        assertThat(gateway.get("/orders", null).status()).isEqualTo(401);
        List<Span> refused = collector.spans(1);
        assertThat(refused).hasSize(1);
        assertThat(attributes(refused.get(0).getAttributesList()))
                .containsEntry("http.response.status_code", "401")
                .containsEntry("portcullis.code", "credential_missing")
                .containsEntry("portcullis.outcome", "refused");
        assertThat(refused.get(0).getStatus().getCode()).isEqualTo(StatusCode.STATUS_CODE_UNSET);

        gateway.upstream().enqueue(Answer.nothing().close());
        assertThat(gateway.exchange(GatewayFixture.request(
                "POST", "/orders", gateway.writer(), "x")).status()).isEqualTo(502);
        List<Span> spans = collector.spans(3);
        assertThat(spans.get(1).getStatus().getCode()).isEqualTo(StatusCode.STATUS_CODE_ERROR);
        assertThat(attributes(spans.get(2).getAttributesList()))
                .containsEntry("error.type", "upstream_closed")
                .doesNotContainKey("http.response.status_code");
    }

    @Test
    void collectorRefuses_spansAreCountedAsDroppedAndTrafficGoesOn() throws Exception {
        start(100);
        collector.answerWith(503);
        for (int i = 0; i < 3; i++) {
            assertThat(ask("/orders", "").status()).isEqualTo(200);
        }
        await().until(() -> gateway.gateway().stats().tracing().spansDropped() == 6);
        collector.answerWith(200);
        assertThat(ask("/orders", "").status()).isEqualTo(200);

        assertThat(collector.spans(2)).hasSize(2);
        await().until(() -> gateway.gateway().stats().tracing().spansExported() == 2);
    }

    @Test
    void gatewayCloses_whatWaitsIsSent() throws Exception {
        start(100);
        ask("/orders", "");
        gateway.close();

        assertThat(collector.spans(2)).hasSize(2);
        gateway = GatewayFixture.create().start();
    }

    private HttpMessage ask(String target, String fields) throws IOException {
        return gateway.exchange("GET " + target + " HTTP/1.1\r\nHost: app.example\r\n"
                + "Authorization: Bearer " + gateway.reader() + "\r\n" + fields + "\r\n");
    }
}
