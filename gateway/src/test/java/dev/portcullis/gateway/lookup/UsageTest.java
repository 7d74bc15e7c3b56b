package dev.portcullis.gateway.lookup;

import static dev.portcullis.gateway.lookup.RecordsFixture.KEY;
import static dev.portcullis.gateway.lookup.RecordsFixture.PREFIX;
import static dev.portcullis.gateway.lookup.RecordsFixture.USER;
import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.core.token.TokenPrefix;
import dev.portcullis.gateway.lookup.LookupResult.Found;
import dev.portcullis.proto.origin.v1.ReportUsageRequest;
import dev.portcullis.proto.origin.v1.Usage;
import io.grpc.Status;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** When credentials were last used reaches the origin, late but surely. */
class UsageTest {
    private static final Duration INTERVAL = Duration.ofSeconds(10);

    private static InetAddress address(String text) {
        try {
            return InetAddress.getByName(text);
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        }
    }

    private static void use(RecordsFixture f, TokenPrefix prefix, String from) {
        ((Found) f.lookUp(prefix)).used(f.time.millis(), address(from));
    }

    private static List<Usage> usages(RecordsFixture f) {
        return f.origin.reports.stream().flatMap(r -> r.getUsagesList().stream()).toList();
    }

    @Test
    void use_isReportedOncePerInterval() {
        try (RecordsFixture f = new RecordsFixture().start()) {
            use(f, KEY, "192.0.2.1");
            f.advance(Duration.ofSeconds(1));
            use(f, KEY, "2001:db8::1");
            long at = f.time.millis();
            f.advance(INTERVAL);
            assertThat(f.origin.reports).hasSize(1);
            ReportUsageRequest report = f.origin.reports.get(0);
            assertThat(report.getGatewayId()).isEqualTo(f.records.gatewayId());
            assertThat(report.getUsagesList()).containsExactly(Usage.newBuilder()
                    .setPrefix(PREFIX)
                    .setLastUsedAtMs(at)
                    .setSource("2001:db8:0:0:0:0:0:1")
                    .build());

            f.advance(INTERVAL.multipliedBy(3));
            assertThat(f.origin.reports).hasSize(1);
            use(f, KEY, "192.0.2.1");
            f.advance(INTERVAL);
            assertThat(usages(f)).hasSize(2);
        }
    }

    @Test
    void usualInterval_isWellUnderAMinute() {
        assertThat(RecordsConfig.defaults().usageInterval())
                .isBetween(Duration.ofSeconds(1), Duration.ofSeconds(30));
    }

    @Test
    void originAway_usesAreKeptAndTheNewestWins() {
        try (RecordsFixture f = new RecordsFixture().start()) {
            f.origin.reportRefusal = Status.UNAVAILABLE;
            use(f, KEY, "192.0.2.1");
            f.advance(INTERVAL);
            f.advance(Duration.ofSeconds(1));
            use(f, KEY, "192.0.2.2");
            long newest = f.time.millis();
            f.advance(INTERVAL);
            assertThat(f.origin.reports).isEmpty();

            f.origin.reportRefusal = null;
            f.advance(INTERVAL);
            assertThat(usages(f)).singleElement().satisfies(usage -> {
                assertThat(usage.getLastUsedAtMs()).isEqualTo(newest);
                assertThat(usage.getSource()).isEqualTo("192.0.2.2");
            });
        }
    }

    @Test
    void recordEvictedMeanwhile_itsUseIsReportedNevertheless() {
        try (RecordsFixture f = new RecordsFixture().start()) {
            use(f, KEY, "192.0.2.1");
            f.origin.publish(f.origin.revoke(PREFIX, USER), "c:" + PREFIX);
            f.settle();
            f.advance(INTERVAL);
            assertThat(usages(f)).hasSize(1);
        }
    }

    @Test
    void moreThanOneBatch_isSentInSeveral() {
        RecordsConfig large = new RecordsConfig(50_000, 100, 100, Duration.ofSeconds(30),
                Duration.ofSeconds(20), 256, INTERVAL);
        try (RecordsFixture f = new RecordsFixture(large).start()) {
            Epoch epoch = f.records.lookup().epoch();
            Set<String> used = new HashSet<>();
            var record = ((Found) f.lookUp(KEY)).credential();
            for (int i = 0; i < 25_000; i++) {
                TokenPrefix prefix = RecordsFixture.prefix(i);
                used.add(prefix.toString());
                var filled = epoch.fill(prefix, new Resolved(10,
                        new dev.portcullis.core.verify.CredentialRecord(prefix, record.kind(),
                                record.hash(), USER, record.state(), record.expiresAtMillis()),
                        null, null));
                ((Found) filled).used(f.time.millis(), address("192.0.2.1"));
            }
            f.advance(INTERVAL);
            assertThat(f.origin.reports).hasSize(3).allSatisfy(report ->
                    assertThat(report.getUsagesCount()).isLessThanOrEqualTo(10_000));
            assertThat(usages(f)).hasSize(used.size());
            assertThat(usages(f).stream().map(Usage::getPrefix).collect(Collectors.toSet()))
                    .isEqualTo(used);
            assertThat(f.records.usesDropped()).isZero();
        }
    }

    @Test
    void close_reportsWhatIsLeft() {
        RecordsFixture f = new RecordsFixture().start();
        try (f) {
            use(f, KEY, "192.0.2.1");
        }
        assertThat(usages(f)).hasSize(1);
    }
}
