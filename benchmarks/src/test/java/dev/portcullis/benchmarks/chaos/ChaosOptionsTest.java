package dev.portcullis.benchmarks.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.portcullis.benchmarks.agent.Mistake;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChaosOptionsTest {
    @Test
    void nothingGiven_isEverythingForTwoMinutes() {
        assertThat(parse("")).isEqualTo(new ChaosOptions(
                120, 42, EnumSet.allOf(Kind.class), false, true, 1_000, 300, 6, null));
    }

    @Test
    void whatIsGiven_counts() {
        assertThat(parse("--seconds 60 --seed 7 --no-faults --sqlite --no-redis --tokens 100"
                + " --rate 50 --lease 3"))
                .isEqualTo(new ChaosOptions(60, 7, Set.of(), true, false, 100, 50, 3, null));
        assertThat(parse("--faults clock-jump,delay --break lease"))
                .isEqualTo(new ChaosOptions(120, 42, EnumSet.of(Kind.CLOCK_JUMP, Kind.DELAY),
                        false, true, 1_000, 300, 6, Mistake.LEASE));
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "--seconds", "--seconds 0", "--seconds x", "--tokens 9", "--seed -1", "--faults",
        "--faults rain", "--faults delay --no-faults", "--break", "--break nothing", "more"})
    void whatMakesNoSense_isToldInWords(String arguments) {
        assertThatThrownBy(() -> parse(arguments)).isInstanceOf(IllegalArgumentException.class);
    }

    private static ChaosOptions parse(String arguments) {
        return ChaosOptions.parse(arguments.isEmpty() ? new String[0] : arguments.split(" "), 42);
    }
}
