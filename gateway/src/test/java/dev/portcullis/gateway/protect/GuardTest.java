package dev.portcullis.gateway.protect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.core.token.TokenPrefix;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GuardTest {
    private static final long SECOND = 1_000_000_000L;

    private final AtomicBoolean memoryFull = new AtomicBoolean();

    private Protection protection(int exchangesMax) {
        return new Protection(
                new ProtectionConfig(
                        List.of(), List.of(), 0, 0, Duration.ofMinutes(1), exchangesMax),
                new Random(7), memoryFull::get, 0);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 15, 16, 17})
    void smallBound_isExactOverAllLoops(int max) {
        Protection protection = protection(max);
        Guard one = protection.guard(2);
        Guard other = protection.guard(2);
        for (int round = 0; round < 3; round++) {
            for (int i = 0; i < max; i++) {
                assertThat((i % 2 == 0 ? one : other).admits()).isTrue();
            }
            assertThat(one.admits()).isFalse();
            assertThat(other.admits()).isFalse();
            for (int i = 0; i < max; i++) {
                (i % 2 == 0 ? one : other).ended();
            }
        }
        assertThat(protection.stats().exchangesRefused()).isEqualTo(6);
    }

    @Test
    void largeBound_isNeverExceededAndNearlyReached() {
        int max = 1000;
        Protection protection = protection(max);
        List<Guard> guards = List.of(
                protection.guard(4), protection.guard(4), protection.guard(4), protection.guard(4));
        Random random = new Random(3);
        List<Guard> open = new ArrayList<>();
        int refused = 0;
        for (int i = 0; i < 200_000; i++) {
            Guard guard = guards.get(random.nextInt(4));
            boolean more = random.nextInt(100) < (i / 2000 % 2 == 0 ? 70 : 40);
            if (more && guard.admits()) {
                open.add(guard);
                assertThat(open.size()).isLessThanOrEqualTo(max);
            } else if (more) {
                refused++;
                assertThat(open.size()).isGreaterThan(max - 4 * 31);
            } else if (!open.isEmpty()) {
                open.remove(random.nextInt(open.size())).ended();
            }
        }
        assertThat(refused).isPositive();
    }

    @Test
    void unbounded_admitsAll() {
        Guard guard = protection(0).guard(2);
        for (int i = 0; i < 100_000; i++) {
            assertThat(guard.admits()).isTrue();
        }
    }

    @Test
    void memoryNearItsEnd_admitsNothingUntilThereIsMore() {
        Protection protection = protection(0);
        Guard guard = protection.guard(1);
        memoryFull.set(true);
        assertThat(guard.admits()).as("before a look").isTrue();
        guard.tick(SECOND);
        assertThat(guard.admits()).isFalse();
        assertThat(protection.stats().memoryRefused()).isEqualTo(1);
        memoryFull.set(false);
        guard.tick(SECOND + 1);
        assertThat(guard.admits()).as("within the time of one look").isFalse();
        guard.tick(2 * SECOND);
        assertThat(guard.admits()).isTrue();
    }

    @Test
    void watchOfThisMachine_hasMemory() {
        assertThat(new MemoryWatch().getAsBoolean()).isFalse();
    }

    @Test
    void rate_isBurstThenEvenlySpreadAndToldInEachState() {
        Guard guard = protection(0).guard(1);
        TokenPrefix token = TokenPrefix.of("abcdefghijkl".substring(0, TokenPrefix.LENGTH));
        RatePolicy policy = new RatePolicy(2, Duration.ofSeconds(1), 3);
        long now = 5 * SECOND;

        assertThat(guard.take(token, "a", policy, now)).isEqualTo(new RateState(true, 2, 1, 0));
        assertThat(guard.take(token, "a", policy, now)).isEqualTo(new RateState(true, 1, 1, 0));
        assertThat(guard.take(token, "a", policy, now)).isEqualTo(new RateState(true, 0, 2, 0));
        RateState over = guard.take(token, "a", policy, now);
        assertThat(over).isEqualTo(new RateState(false, 0, 2, 1));
        assertThat(new String(over.fields(policy), StandardCharsets.US_ASCII))
                .isEqualTo("RateLimit-Policy: \"token\";q=2;w=1\r\n"
                        + "RateLimit: \"token\";r=0;t=2\r\n");
        assertThat(guard.take(token, "b", policy, now).within()).as("another application").isTrue();
        assertThat(guard.take(token, "a", policy, now + SECOND / 2 - 1).within()).isFalse();
        assertThat(guard.take(token, "a", policy, now + SECOND / 2).within()).isTrue();
        assertThat(guard.take(token, "a", policy, now + 9 * SECOND).remaining()).isEqualTo(2);
    }
}
