package dev.portcullis.benchmarks.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChaosOptionsTest {
    @Test
    void nothingGiven_isEverythingForAMinuteAndAHalf() {
        assertThat(parse("")).isEqualTo(
                new ChaosOptions(90, 42, true, false, true, 1_000, 300, 6));
    }

    @Test
    void whatIsGiven_counts() {
        assertThat(parse("--seconds 60 --seed 7 --no-faults --sqlite --no-redis --tokens 100"
                + " --rate 50 --lease 3"))
                .isEqualTo(new ChaosOptions(60, 7, false, true, false, 100, 50, 3));
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "--seconds", "--seconds 0", "--seconds x", "--tokens 9", "--seed -1", "--faults", "more"})
    void whatMakesNoSense_isToldInWords(String arguments) {
        assertThatThrownBy(() -> parse(arguments)).isInstanceOf(IllegalArgumentException.class);
    }

    private static ChaosOptions parse(String arguments) {
        return ChaosOptions.parse(arguments.isEmpty() ? new String[0] : arguments.split(" "), 42);
    }
}
