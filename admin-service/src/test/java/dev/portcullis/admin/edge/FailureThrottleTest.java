package dev.portcullis.admin.edge;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class FailureThrottleTest {
    private static final String SOURCE = "192.0.2.1";

    // a monotonic clock may stand anywhere, and run over
    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 1_500_000_000L);
    private final FailureThrottle throttle = new FailureThrottle(
            new FailureThrottle.Limits(3, 5, Duration.ofSeconds(1)), nanos::get);

    @Test
    void failuresUpToTheBurst_areLetPass() {
        fail(SOURCE, 4);
        assertPasses(SOURCE);
        fail(SOURCE, 1);
        assertWaits(SOURCE);
    }

    @Test
    void refusal_saysWhenToComeAgainAndThatIsTrue() {
        fail(SOURCE, 7);
        long wait = throttle.waitNanos(SOURCE);
        assertThat(Duration.ofNanos(wait)).isBetween(Duration.ofNanos(1), Duration.ofSeconds(4));
        advance(Duration.ofNanos(wait));
        assertPasses(SOURCE);
    }

    @Test
    void time_fillsTheBucketOneByOne() {
        fail(SOURCE, 5);
        advance(Duration.ofSeconds(1));
        assertPasses(SOURCE);
        fail(SOURCE, 1);
        assertWaits(SOURCE);
        advance(Duration.ofSeconds(60));
        fail(SOURCE, 4);
        assertPasses(SOURCE);
    }

    @Test
    void otherAddresses_areNotConcerned() {
        fail(SOURCE, 50);
        assertPasses("192.0.2.2");
        assertPasses("2001:db8:0:0:0:0:0:1");
    }

    @Test
    void addressesOfOneIpv6Network_shareABucket() {
        fail("2001:db8:0:1:0:0:0:1", 3);
        fail("2001:db8:0:1:ffff:0:0:2", 2);
        assertWaits("2001:db8:0:1:1:2:3:4");
        assertPasses("2001:db8:0:2:0:0:0:1");
    }

    @Test
    void memory_isBoundedAndTheLatestAreKept() {
        fail(SOURCE, 5);
        for (int i = 0; i < 100; i++) {
            fail("198.51.100." + i, 1);
            fail(SOURCE, 1);
        }
        assertThat(throttle.size()).isEqualTo(3);
        assertWaits(SOURCE);
    }

    private void fail(String source, int times) {
        for (int i = 0; i < times; i++) {
            throttle.failed(source);
        }
    }

    private void assertPasses(String source) {
        assertThat(throttle.waitNanos(source)).isNotPositive();
    }

    private void assertWaits(String source) {
        assertThat(throttle.waitNanos(source)).isPositive();
    }

    private void advance(Duration time) {
        nanos.addAndGet(time.toNanos());
    }
}
