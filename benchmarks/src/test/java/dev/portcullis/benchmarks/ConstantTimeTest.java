package dev.portcullis.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

/** The short form; {@code benchmarks/constant-time} runs the long one. */
class ConstantTimeTest {
    private final ConstantTime test = new ConstantTime(new Random(), System::nanoTime);

    @Test
    void comparisonThatStopsEarly_isFoundLeaking() {
        assertThat(test.earlyExit(20_000)).isGreaterThan(TimingProbe.LEAK);
    }

    @Test
    void verifier_cannotBeToldApartByTime() {
        assertThat(test.judged(test::accepts, 20_000)).isLessThan(TimingProbe.LEAK);
    }
}
