package dev.portcullis.gateway.l2;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.gateway.l2.Breaker.Pass;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** When a server is left alone, and when it is asked again. */
class BreakerTest {
    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 2_000_000_000L);
    private final List<Boolean> told = new ArrayList<>();
    private final Breaker breaker = new Breaker(nanos::get, told::add);

    private Pass ask(boolean good) {
        Pass pass = breaker.admit();
        if (pass != Pass.NONE) {
            breaker.done(pass, good);
        }
        return pass;
    }

    private void open() {
        for (int i = 0; i < Breaker.BAD_MAX; i++) {
            ask(false);
        }
        assertThat(breaker.rests()).isTrue();
    }

    private void pass(Duration time) {
        nanos.addAndGet(time.toNanos());
    }

    @Test
    void aFewFailuresAmongMany_changeNothing() {
        for (int i = 0; i < 1_000; i++) {
            ask(i % 5 != 0);
        }
        assertThat(breaker.rests()).isFalse();
        assertThat(told).isEmpty();
    }

    @Test
    void aQuarterOfTheLastQuestionsBad_rests() {
        for (int i = 0; i < 32; i++) {
            ask(i % 4 != 0);
        }
        assertThat(breaker.rests()).isTrue();
        assertThat(told).containsExactly(true);
        assertThat(ask(true)).isEqualTo(Pass.NONE);
    }

    @Test
    void afterThePause_oneProbeAtATime() {
        open();
        pass(Breaker.FIRST_PAUSE.minusNanos(1));
        assertThat(breaker.admit()).isEqualTo(Pass.NONE);
        pass(Duration.ofNanos(1));
        assertThat(breaker.admit()).isEqualTo(Pass.PROBE);
        assertThat(breaker.admit()).isEqualTo(Pass.NONE);
        breaker.done(Pass.PROBE, true);
        assertThat(breaker.admit()).isEqualTo(Pass.PROBE);
    }

    @Test
    void goodProbes_letAllThroughAgain() {
        open();
        pass(Breaker.FIRST_PAUSE);
        for (int i = 0; i < Breaker.PROBES; i++) {
            assertThat(ask(true)).isEqualTo(Pass.PROBE);
        }
        assertThat(ask(true)).isEqualTo(Pass.ASK);
        assertThat(told).containsExactly(true, false);
        // and what was bad before is forgotten
        assertThat(ask(false)).isEqualTo(Pass.ASK);
        assertThat(breaker.rests()).isFalse();
    }

    @Test
    void badProbes_lengthenThePauseUpToABound() {
        open();
        Duration pause = Breaker.FIRST_PAUSE;
        for (int i = 0; i < 10; i++) {
            pass(pause.minusNanos(1));
            assertThat(ask(false)).isEqualTo(Pass.NONE);
            pass(Duration.ofNanos(1));
            assertThat(ask(false)).isEqualTo(Pass.PROBE);
            Duration doubled = pause.multipliedBy(2);
            pause = doubled.compareTo(Breaker.LONGEST_PAUSE) < 0
                    ? doubled : Breaker.LONGEST_PAUSE;
        }
        assertThat(pause).isEqualTo(Breaker.LONGEST_PAUSE);
        assertThat(told).containsExactly(true);
    }

    @Test
    void lateAnswersFromBefore_sayNothing() {
        Pass early = breaker.admit();
        open();
        breaker.done(early, true);
        assertThat(breaker.rests()).isTrue();
        assertThat(told).containsExactly(true);
    }
}
