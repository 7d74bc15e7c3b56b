package dev.portcullis.benchmarks.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.benchmarks.chaos.Timeline.Expected;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What is wrong is found wrong. */
class TallyTest {
    private final Tally tally = new Tally();
    private final Holder holder = new Holder("usr_1");
    private final Credential credential =
            new Credential("pct_AAAAAAAAAAAA_secret", holder, null);

    @Test
    void acceptedAfterPropagated_isCountedAndFails() {
        credential.own().now(Expected.REFUSED);

        answered(200);

        assertThat(tally.afterPropagatedCount()).isEqualTo(1);
        assertThat(tally.told()).singleElement().asString()
                .contains("accepted after 'propagated'", "AAAAAAAAAAAA").doesNotContain("secret");
        assertThat(printed()).contains("accepted after 'propagated':                1\n", "FAILED");
    }

    @Test
    void requestThatReachedTheUpstreamInVain_wasAcceptedAllTheSame() {
        credential.own().now(Expected.REFUSED_BY_INSTANT);

        answered(502);

        assertThat(tally.afterInstantCount()).isEqualTo(1);
    }

    @Test
    void goodTokenRefused_isCountedEvenWithFaults() {
        credential.own().now(Expected.ACCEPTED);

        answered(401);
        answered(403);

        assertThat(tally.wronglyRefusedCount()).isEqualTo(2);
    }

    @Test
    void goodTokenNotServed_countsWithoutAFaultAlone() {
        credential.own().now(Expected.ACCEPTED);
        answered(503);
        answered(0);
        assertThat(tally.notServedCount()).isZero();

        tally.quiet().now(Expected.ACCEPTED);
        answered(503);
        answered(0);
        assertThat(tally.notServedCount()).isEqualTo(2);
    }

    @Test
    void whatMayGoEitherWay_isNeverWrong() {
        tally.quiet().now(Expected.ACCEPTED);
        for (int status : new int[] {200, 401, 403, 503, 0}) {
            answered(status);
        }

        assertThat(tally.told()).isEmpty();
        assertThat(printed()).contains("passed").doesNotContain("FAILED");
    }

    @Test
    void plannedFaultThatNeverHadAnEffect_fails() {
        FaultCounts faults = new FaultCounts(EnumSet.of(Kind.CLOCK_JUMP, Kind.DELAY));
        faults.count(Kind.DELAY, false);
        faults.count(Kind.DELAY, true);
        faults.count(Kind.CLOCK_JUMP, false);

        assertThat(faults.missing()).containsExactly(Kind.CLOCK_JUMP);
        assertThat(printed(faults, false))
                .containsPattern("\n  delay +2 +1\n")
                .containsPattern("\n  clock-jump +1 +0\n")
                .containsPattern("never had an effect: +clock-jump\n")
                .endsWith("FAILED: not everything was tried\n");
        assertThat(printed(faults, true)).endsWith("interrupted; nothing was wrong up to then\n");
    }

    @Test
    void whatIsWrongBeforeAnInterrupt_fails() {
        credential.own().now(Expected.REFUSED);
        answered(200);

        assertThat(printed(new FaultCounts(Set.of()), true)).endsWith("FAILED\n");
    }

    private void answered(int status) {
        long now = System.nanoTime();
        tally.count(new Tally.Answer(0, credential, false, status), now, now);
    }

    private String printed() {
        return printed(new FaultCounts(Set.of()), false);
    }

    private String printed(FaultCounts faults, boolean interrupted) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        new Report(tally, new Counts(tally.quiet()), 0).print(
                new PrintStream(out, true, StandardCharsets.UTF_8), faults, 0,
                interrupted);
        return out.toString(StandardCharsets.UTF_8);
    }
}
