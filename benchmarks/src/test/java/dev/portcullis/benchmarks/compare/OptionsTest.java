package dev.portcullis.benchmarks.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OptionsTest {
    @Test
    void nothingGiven_isTheWholeComparison() {
        Options options = parse("");
        assertThat(options.rivals()).isEqualTo(Rivals.NAMES);
        assertThat(options.slices()).isEqualTo(7);
        assertThat(options.tokens()).isEqualTo(10_000);
        assertThat(options.keep()).isTrue();
        assertThat(options.syscalls()).isFalse();
    }

    @Test
    void whatIsGiven_counts() {
        Options options =
                parse("--rivals nginx,netty --slices 3 --seconds 0.5 --rate 0 --syscalls");
        assertThat(options.rivals()).containsExactly("nginx", "netty");
        assertThat(options.slices()).isEqualTo(3);
        assertThat(options.seconds()).isEqualTo(0.5);
        assertThat(options.rate()).isZero();
        assertThat(options.syscalls()).isTrue();
    }

    @Test
    void shortForm_keepsNothing() {
        assertThat(parse("--short").keep()).isFalse();
        assertThat(parse("--no-keep").keep()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "--rivals apache", "--before", "--slices x", "--slices -1", "--slices", "--sloces 1",
        "netty", "--rate NaN"
    })
    void mistake_isTold(String line) {
        assertThatThrownBy(() -> parse(line)).isInstanceOf(IllegalArgumentException.class);
    }

    private static Options parse(String line) {
        return Options.parse(line.isEmpty() ? new String[0] : line.split(" "));
    }
}
