package dev.portcullis.gateway.lookup;

import static dev.portcullis.gateway.lookup.RecordsFixture.KEY;
import static dev.portcullis.gateway.lookup.RecordsFixture.PREFIX;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.portcullis.core.token.TokenPrefix;
import dev.portcullis.proto.origin.v1.RefusalSummary;
import dev.portcullis.proto.origin.v1.ReportRefusalsRequest;
import io.grpc.Status;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** What was refused reaches the origin, summed up, late but surely. */
class RefusalReportTest {
    private static final Duration INTERVAL = Duration.ofSeconds(10);

    private static InetAddress address(String text) {
        try {
            return InetAddress.getByName(text);
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        }
    }

    private static void refuse(RecordsFixture f, int loop, TokenPrefix prefix, String from) {
        long now = f.time.millis();
        String code = prefix == null ? "credential_invalid" : "credential_replaced";
        f.loops.get(loop).execute(() -> f.records.refusals(f.loops.get(loop))
                .count(code, prefix, address(from), "wiki", now));
        f.settle();
    }

    private static List<RefusalSummary> reported(RecordsFixture f) {
        return f.origin.refusalReports.stream()
                .flatMap(report -> report.getRefusalsList().stream()).toList();
    }

    @Test
    void refusals_areMergedOverLoopsAndReportedOncePerInterval() {
        try (RecordsFixture f = new RecordsFixture().start()) {
            long first = f.time.millis();
            refuse(f, 0, null, "192.0.2.1");
            f.advance(Duration.ofSeconds(1));
            refuse(f, 1, null, "192.0.2.1");
            refuse(f, 1, KEY, "2001:db8::1");
            long last = f.time.millis();
            assertThat(f.origin.refusalReports).isEmpty();
            f.advance(INTERVAL);
            assertThat(f.origin.refusalReports).hasSize(1);
            ReportRefusalsRequest report = f.origin.refusalReports.get(0);
            assertThat(report.getGatewayId()).isEqualTo(f.records.gatewayId());
            assertThat(report.getRefusalsList()).containsExactlyInAnyOrder(
                    RefusalSummary.newBuilder()
                            .setCode("credential_invalid").setSource("192.0.2.1")
                            .setApplication("wiki").setCount(2)
                            .setFirstAtMs(first).setLastAtMs(last).build(),
                    RefusalSummary.newBuilder()
                            .setCode("credential_replaced").setPrefix(PREFIX)
                            .setSource("2001:db8:0:0:0:0:0:1")
                            .setApplication("wiki").setCount(1)
                            .setFirstAtMs(last).setLastAtMs(last).build());

            f.advance(INTERVAL.multipliedBy(3));
            assertThat(f.origin.refusalReports).hasSize(1);
        }
    }

    @Test
    void originAway_refusalsAreKeptMergedAndSentLater() {
        try (RecordsFixture f = new RecordsFixture().start()) {
            f.origin.reportRefusal = Status.UNAVAILABLE;
            for (int i = 0; i < 3; i++) {
                refuse(f, i % 2, null, "192.0.2.1");
                refuse(f, 0, KEY, "192.0.2.2");
                f.advance(INTERVAL);
            }
            assertThat(f.origin.refusalReports).isEmpty();
            f.origin.reportRefusal = null;
            f.advance(INTERVAL);
            assertThat(reported(f)).hasSize(2)
                    .allSatisfy(summary -> assertThat(summary.getCount()).isEqualTo(3));
            assertThat(f.records.refusalsDropped()).isZero();
        }
    }

    @Test
    void originRefusesTheReport_itIsNotSentForEver() {
        try (RecordsFixture f = new RecordsFixture().start()) {
            f.origin.reportRefusal = Status.INVALID_ARGUMENT;
            refuse(f, 0, KEY, "192.0.2.1");
            refuse(f, 0, KEY, "192.0.2.1");
            f.advance(INTERVAL);
            assertThat(f.records.refusalsDropped()).isEqualTo(2);
            f.origin.reportRefusal = null;
            f.advance(INTERVAL);
            assertThat(f.origin.refusalReports).isEmpty();
        }
    }

    @Test
    void moreThanOneBatch_isSentInSeveral() {
        try (RecordsFixture f = new RecordsFixture().start()) {
            long now = f.time.millis();
            f.loops.get(0).execute(() -> {
                RefusalTally tally = f.records.refusals(f.loops.get(0));
                for (int i = 0; i < 3_000; i++) {
                    tally.count("credential_expired", RecordsFixture.prefix(i),
                            InetAddress.getLoopbackAddress(), "wiki", now);
                }
            });
            f.settle();
            f.advance(INTERVAL);
            assertThat(f.origin.refusalReports).hasSize(2).allSatisfy(report ->
                    assertThat(report.getRefusalsCount()).isLessThanOrEqualTo(1_000));
            assertThat(reported(f).stream().mapToLong(RefusalSummary::getCount).sum())
                    .isEqualTo(3_000);
            assertThat(reported(f)).hasSize(RefusalCounts.MAX + 1);
        }
    }

    @Test
    void loopThatHangs_holdsTheOthersUpOnceOnly() {
        try (RecordsFixture f = new RecordsFixture().start()) {
            refuse(f, 0, null, "192.0.2.1");
            refuse(f, 1, null, "192.0.2.2");
            CountDownLatch go = f.block(1);
            try {
                f.time.advance(INTERVAL);
                f.settle(0);
                assertThat(reported(f)).isEmpty();
                f.time.advance(INTERVAL);
                f.settle(0);
                assertThat(reported(f)).extracting(RefusalSummary::getSource)
                        .containsExactly("192.0.2.1");
            } finally {
                go.countDown();
            }
            f.settle();
            f.advance(INTERVAL);
            assertThat(reported(f)).extracting(RefusalSummary::getSource)
                    .containsExactly("192.0.2.1", "192.0.2.2");
        }
    }

    @Test
    void close_reportsWhatIsLeft() {
        RecordsFixture f = new RecordsFixture().start();
        try (f) {
            refuse(f, 1, KEY, "192.0.2.1");
        }
        assertThat(reported(f)).hasSize(1);
    }

    @Test
    void tallyOfAnotherLoop_isRefused() {
        try (RecordsFixture f = new RecordsFixture()) {
            assertThat(f.records.refusals(f.loops.get(0)))
                    .isNotSameAs(f.records.refusals(f.loops.get(1)));
            assertThatThrownBy(() -> f.records.refusals(Runnable::run))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }
}
