package dev.portcullis.admin.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

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
        throttle.check(SOURCE);
        fail(SOURCE, 1);
        assertThat(refusal(SOURCE).status()).isEqualTo(429);
    }

    @Test
    void refusal_saysWhenToComeAgainAndThatIsTrue() {
        fail(SOURCE, 7);
        long wait = refusal(SOURCE).retryAfterSeconds();
        assertThat(wait).isBetween(1L, 4L);
        advance(Duration.ofSeconds(wait));
        assertThatCode(() -> throttle.check(SOURCE)).doesNotThrowAnyException();
    }

    @Test
    void time_fillsTheBucketOneByOne() {
        fail(SOURCE, 5);
        advance(Duration.ofSeconds(1));
        throttle.check(SOURCE);
        fail(SOURCE, 1);
        assertThat(refusal(SOURCE)).isNotNull();
        advance(Duration.ofSeconds(60));
        fail(SOURCE, 4);
        throttle.check(SOURCE);
    }

    @Test
    void otherAddresses_areNotConcerned() {
        fail(SOURCE, 50);
        throttle.check("192.0.2.2");
        throttle.check("2001:db8:0:0:0:0:0:1");
    }

    @Test
    void addressesOfOneIpv6Network_shareABucket() {
        fail("2001:db8:0:1:0:0:0:1", 3);
        fail("2001:db8:0:1:ffff:0:0:2", 2);
        assertThat(refusal("2001:db8:0:1:1:2:3:4")).isNotNull();
        throttle.check("2001:db8:0:2:0:0:0:1");
    }

    @Test
    void memory_isBoundedAndTheLatestAreKept() {
        fail(SOURCE, 5);
        for (int i = 0; i < 100; i++) {
            fail("198.51.100." + i, 1);
            fail(SOURCE, 1);
        }
        assertThat(throttle.size()).isEqualTo(3);
        assertThat(refusal(SOURCE)).isNotNull();
    }

    private void fail(String source, int times) {
        for (int i = 0; i < times; i++) {
            throttle.failed(source);
        }
    }

    private RestException refusal(String source) {
        return catchThrowableOfType(RestException.class, () -> throttle.check(source));
    }

    private void advance(Duration time) {
        nanos.addAndGet(time.toNanos());
    }
}
