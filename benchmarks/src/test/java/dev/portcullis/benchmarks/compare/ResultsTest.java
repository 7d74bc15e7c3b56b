package dev.portcullis.benchmarks.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class ResultsTest {
    private final Results results = new Results();

    @Test
    void ratio_isTakenToTheNearestNeighboursOnBothSides() {
        add("ours", 10);
        add("haproxy", 20);
        add("other", 40);
        add("haproxy", 40);
        add("ours", 90);
        add("haproxy", 140);

        assertThat(results.names()).containsExactly("ours", "haproxy", "other");
        // 10 / 20, and 90 / ((40 + 140) / 2)
        Results.Spread ours = results.cpuRatio("ours", "haproxy");
        assertThat(ours.least()).isCloseTo(0.5, within(1e-9));
        assertThat(ours.median()).isCloseTo(0.75, within(1e-9));
        assertThat(ours.greatest()).isCloseTo(1.0, within(1e-9));
        assertThat(results.cpuRatio("other", "haproxy").median())
                .isCloseTo(40 / 30.0, within(1e-9));
        assertThat(results.cpuRatio("haproxy", "haproxy").median()).isEqualTo(1);
    }

    @Test
    void ratioToWhatWasNotDriven_isNotANumber() {
        add("ours", 10);
        assertThat(results.cpuRatio("ours", "haproxy").median()).isNaN();
    }

    @Test
    void median_isOfOneRivalsSlicesOnly() {
        add("ours", 3);
        add("haproxy", 1_000);
        add("ours", 1);
        add("ours", 2);
        assertThat(results.median("ours", Client.Slice::cpuMicrosPerRequest)).isEqualTo(2);
    }

    @Test
    void spread_ofAnEvenNumber_liesBetweenTheTwoInTheMiddle() {
        assertThat(Results.Spread.of(List.of(4.0, 1.0, 2.0, 3.0)))
                .isEqualTo(new Results.Spread(1, 2.5, 4));
    }

    private void add(String name, long cpuMicros) {
        results.add(name, new Client.Slice(100, 1, cpuMicros * 100_000, 0, 1, 2, 3, 100));
    }
}
