package dev.portcullis.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ProgressTest {
    private final StringWriter out = new StringWriter();
    private long nanos;

    @Test
    void whatIsQuick_isNotTold() {
        Progress progress = progress(true, true);
        pass(900);
        progress.at("done", 1, 2);
        progress.done();

        assertThat(out.toString()).isEmpty();
    }

    @Test
    void whatTakesLong_isToldNowAndThenAndTakenAway() {
        Progress progress = progress(true, true);
        pass(1_000);
        progress.at("done", 50, 200);
        pass(100);
        progress.at("done", 60, 200);
        pass(400);
        progress.at("done", 7, 0);
        progress.done();

        assertThat(out.toString()).isEqualTo("\rdone 50 of 200 (25 %)"
                + "\rdone 7               \r      \r");
    }

    @Test
    void whereNobodyWatches_itIsToldLineByLineOrNotAtAll() {
        Progress forced = progress(true, false);
        Progress unwanted = progress(false, false);
        pass(5_000);
        forced.at("done", 1, 4);
        unwanted.at("done", 2, 4);
        forced.done();

        assertThat(out.toString()).isEqualTo("done 1 of 4 (25 %)" + System.lineSeparator());
    }

    private Progress progress(boolean wanted, boolean overwrites) {
        return Progress.of(new PrintWriter(out), wanted, overwrites, () -> nanos);
    }

    private void pass(long millis) {
        nanos += Duration.ofMillis(millis).toNanos();
    }
}
