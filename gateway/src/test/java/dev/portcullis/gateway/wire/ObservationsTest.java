package dev.portcullis.gateway.wire;

import static dev.portcullis.gateway.testkit.GatewayFixture.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.portcullis.gateway.exchange.ApplicationStats;
import dev.portcullis.gateway.exchange.ExchangeStats;
import dev.portcullis.gateway.exchange.Outcome;
import dev.portcullis.gateway.testkit.Answer;
import dev.portcullis.gateway.testkit.GatewayFixture;
import dev.portcullis.gateway.testkit.RawClient;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What is counted, timed and logged of exchanges. */
@Timeout(90)
class ObservationsTest {
    private static final String HALF = "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf";

    @RegisterExtension
    final GatewayFixture gateway = GatewayFixture.create();

    /** Until then an upstream does not go on. */
    private final CountDownLatch over = new CountDownLatch(1);

    ObservationsTest() {
        gateway.settings().eventLoops(1);
    }

    @Test
    void everyOutcome_isCountedAndLogged() throws Exception {
        gateway.get("/", gateway.reader());
        gateway.get("/", null);
        gateway.upstream().enqueue(Answer.nothing().close());
        gateway.exchange(request("POST", "/", gateway.writer(), "x"));
        gateway.upstream().enqueue(Answer.raw(HALF).close());
        try (RawClient client = gateway.connect()) {
            client.send(request("GET", "/half", gateway.reader(), "")).receiveToEnd();
        }
        leave();
        cut();
        over.countDown();

        assertThat(gateway.newLogLines()).extracting(line -> field(line, "outcome"))
                .containsExactly(
                        "ok", "refused", "upstream_failed", "upstream_failed", "client_gone",
                        "cut");
        ApplicationStats counts = counts();
        assertThat(counts.responses(2, Outcome.OK)).isOne();
        assertThat(counts.responses(4, Outcome.REFUSED)).isOne();
        assertThat(counts.responses(5, Outcome.UPSTREAM_FAILED)).isOne();
        assertThat(counts.responses(2, Outcome.UPSTREAM_FAILED)).isOne();
        assertThat(counts.responses(2, Outcome.CLIENT_GONE)).isOne();
        assertThat(counts.responses(2, Outcome.CUT)).isOne();
        assertThat(counts.exchangeTimes().count()).isEqualTo(6);
        assertThat(counts.upstreamTimes().count()).isEqualTo(4);
    }

    /** Leaves in the middle of a response. */
    private void leave() throws Exception {
        try (RawClient client = half("/leave")) {
            client.reset();
        }
        awaitEnd();
    }

    /** Is in the middle of a response when its credential is revoked. */
    private void cut() throws Exception {
        try (RawClient client = half("/cut")) {
            gateway.origin().awaitAcked(gateway.origin().revoke(gateway.reader()));
            awaitEnd();
        }
    }

    private RawClient half(String path) throws Exception {
        gateway.upstream().enqueue(Answer.raw(HALF).waitFor(over));
        RawClient client = gateway.connect().send(request("GET", path, gateway.reader(), ""));
        assertThat(client.receiveOctets(HALF.length())).endsWith("half");
        return client;
    }

    private void awaitEnd() {
        await().until(() -> gateway.gateway().stats().exchanges().inProgress() == 0);
    }

    @Test
    void line_tellsTheTimeOfEachPhase() throws Exception {
        gateway.get("/", gateway.reader());
        gateway.get("/", null);
        List<String> lines = gateway.newLogLines();

        long whole = Long.parseLong(field(lines.get(0), "duration_us"));
        long phases = List.of("verdict_us", "lease_us", "upstream_us", "response_us").stream()
                .mapToLong(name -> Long.parseLong(field(lines.get(0), name))).sum();
        // each is cut to whole microseconds
        assertThat(phases).isBetween(whole - 4, whole);
        assertThat(field(lines.get(0), "protocol")).isEqualTo("HTTP/1.1");
        assertThat(lines.get(1)).contains("\"verdict_us\":")
                .doesNotContain("lease_us", "upstream_us", "response_us", "tls", "trace_id");
    }

    @Test
    void traceOfTheCaller_isLoggedAndPassedOnThoughNobodyRecordsIt() throws Exception {
        String trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
        gateway.exchange("GET / HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer " + gateway.reader()
                + "\r\ntraceparent: " + trace + "\r\ntracestate: as,it,came\r\n\r\n");

        assertThat(gateway.newLogLines().get(0))
                .contains("\"trace_id\":\"0af7651916cd43dd8448eb211c80319c\"");
        assertThat(gateway.upstream().takeRequest().headerValues("traceparent"))
                .containsExactly(trace);
    }

    @Test
    void verdicts_areTimedByWhereTheirRecordsCameFrom() throws Exception {
        try (RawClient client = gateway.connect()) {
            for (int i = 0; i < 33; i++) {
                client.exchange(request("GET", "/", gateway.reader(), ""));
            }
        }
        gateway.newLogLines();

        ExchangeStats stats = gateway.gateway().stats().exchanges();
        assertThat(stats.verdictsFromOrigin().count()).isOne();
        assertThat(stats.verdictsFromMemory().count()).isEqualTo(32);
        assertThat(stats.verdictsFromMemory().sumSeconds()).isPositive();
    }

    private ApplicationStats counts() {
        return gateway.gateway().stats().exchanges().applications().get("default");
    }

    private static String field(String line, String name) {
        Matcher found = Pattern.compile('"' + name + "\":\"?([^,\"}]*)").matcher(line);
        assertThat(found.find()).as("%s in %s", name, line).isTrue();
        return found.group(1);
    }
}
