package dev.portcullis.gateway.protect;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class FailedAttemptsTest {
    private static final long START = Long.MAX_VALUE - Duration.ofSeconds(30).toNanos();
    private static final int MAX = 10;

    private final FailedAttempts attempts =
            new FailedAttempts(MAX, Duration.ofSeconds(60), new Random(7), START);

    /** A clock that wraps within the test, as it may. */
    private static long at(double seconds) {
        return START + (long) (seconds * 1e9);
    }

    @Test
    void asManyFailuresAsMayBe_areBorneAndOneMoreIsNot() {
        for (int i = 0; i < MAX; i++) {
            assertThat(attempts.isOver(1, at(0))).isFalse();
            assertThat(attempts.failed(1, at(0))).isFalse();
        }
        assertThat(attempts.isOver(1, at(0))).isTrue();
        assertThat(attempts.failed(1, at(0))).isTrue();
        assertThat(attempts.isOver(2, at(0))).isFalse();
    }

    @Test
    void failures_areForgottenOneByOne() {
        for (int i = 0; i < MAX; i++) {
            attempts.failed(1, at(0));
        }
        assertThat(attempts.retryAfterSeconds(1, at(0))).isEqualTo(6);
        assertThat(attempts.isOver(1, at(5.9))).isTrue();
        assertThat(attempts.retryAfterSeconds(1, at(5.9))).isEqualTo(1);
        assertThat(attempts.isOver(1, at(6.1))).isFalse();
        assertThat(attempts.failed(1, at(6.1))).isFalse();
        assertThat(attempts.failed(1, at(6.2))).isTrue();
        for (int i = 0; i < MAX; i++) {
            assertThat(attempts.failed(1, at(70))).isFalse();
        }
        assertThat(attempts.failed(1, at(70))).isTrue();
    }

    @Test
    void whoIsHeldBack_isNotHeldLongerForTrying() {
        for (int i = 0; i < 1000; i++) {
            attempts.failed(1, at(0));
        }
        assertThat(attempts.isOver(1, at(6.1))).isFalse();
    }

    @Test
    void withoutABound_nobodyIsOver() {
        FailedAttempts unbounded =
                new FailedAttempts(0, Duration.ofSeconds(60), new Random(7), START);
        for (int i = 0; i < 1000; i++) {
            assertThat(unbounded.failed(1, at(0))).isFalse();
        }
        assertThat(unbounded.isOver(1, at(0))).isFalse();
    }

    @Test
    void boundThatDividesUnevenly_isKept() {
        FailedAttempts uneven = new FailedAttempts(7, Duration.ofMillis(100), new Random(7), START);
        int borne = 0;
        while (!uneven.failed(1, at(0))) {
            borne++;
        }
        assertThat(borne).isEqualTo(7);
    }

    /** The worst a flood can do: honest sources stay as they are, but for one in two million. */
    @Test
    @Timeout(60)
    void floodFromMillions_punishesNoStranger() {
        Random random = new Random(11);
        for (int i = 0; i < 2_000_000; i++) {
            long source = random.nextLong();
            for (int failure = i % 3; failure >= 0; failure--) {
                attempts.failed(source, at(i / 100_000.0));
            }
        }
        int punished = 0;
        for (int i = 0; i < 200_000; i++) {
            punished += attempts.isOver(random.nextLong(), at(20)) ? 1 : 0;
        }
        assertThat(punished).isLessThanOrEqualTo(1);
    }

    @Test
    @Timeout(60)
    void floodFromMillions_doesNotWashAwayWhoFailedTheMost() {
        for (int i = 0; i < MAX; i++) {
            attempts.failed(1, at(0));
        }
        Random random = new Random(13);
        for (int i = 0; i < 1_000_000; i++) {
            attempts.failed(random.nextLong(), at(0));
        }
        assertThat(attempts.isOver(1, at(1))).isTrue();
    }

    @Test
    void manyThreads_loseHardlyAny() throws InterruptedException {
        FailedAttempts shared =
                new FailedAttempts(100_000, Duration.ofSeconds(1000), new Random(7), START);
        AtomicInteger borne = new AtomicInteger();
        Thread[] threads = new Thread[4];
        for (int t = 0; t < threads.length; t++) {
            threads[t] = new Thread(() -> {
                for (int i = 0; i < 50_000; i++) {
                    borne.addAndGet(shared.failed(1, at(0)) ? 0 : 1);
                }
            });
            threads[t].start();
        }
        for (Thread thread : threads) {
            thread.join();
        }
        // a failure that races with seven others for its cell may go uncounted
        assertThat(borne.get()).isBetween(100_000, 101_000);
    }

    @Test
    void ipv6Network_isOneSourceAndIpv4AddressesAreEachTheirOwn() throws Exception {
        assertThat(key("2001:db8:0:1::1")).isEqualTo(key("2001:db8:0:1:ffff::2"));
        assertThat(key("2001:db8:0:1::1")).isNotEqualTo(key("2001:db8:0:2::1"));
        assertThat(key("192.0.2.1")).isNotEqualTo(key("192.0.2.2"));
        assertThat(key("::ffff:192.0.2.1")).isEqualTo(key("192.0.2.1"));
        assertThat(key("0:0:0:0::1")).isNotEqualTo(key("0.0.0.0"));
    }

    private static long key(String address) throws Exception {
        return SourceKey.of(InetAddress.getByName(address));
    }
}
