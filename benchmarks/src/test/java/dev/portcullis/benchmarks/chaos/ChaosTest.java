package dev.portcullis.benchmarks.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.benchmarks.agent.Mistake;
import dev.portcullis.benchmarks.stage.ProgramOnClassPath;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A short run of what {@code benchmarks/chaos} does, with the program as it stands on the class
 * path. Nothing here depends on how long anything takes: what is not served in time, because the
 * machine has other things to do, is no failure of this test.
 */
@ExtendWith(ProgramOnClassPath.class)
class ChaosTest {
    private static final int LEASE_SECONDS = 3;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    private Chaos.Outcome run(ChaosOptions options) throws Exception {
        return Chaos.run(options, new PrintStream(out, true, StandardCharsets.UTF_8));
    }

    private String printed() {
        return out.toString(StandardCharsets.UTF_8);
    }

    @Test
    void nothingIsAcceptedThatHasEnded_andNothingGoodRefused_whateverBreaks() throws Exception {
        Set<Kind> kinds = Kind.of("gateway-killed,stale-record,clock-jump");

        Chaos.Outcome outcome = run(new ChaosOptions(
                1, 3, kinds, false, true, 60, 60, LEASE_SECONDS, null));

        assertThat(outcome.tally().afterPropagatedCount()).as(printed()).isZero();
        assertThat(outcome.tally().afterInstantCount()).as(printed()).isZero();
        assertThat(outcome.tally().wronglyRefusedCount()).as(printed()).isZero();
        assertThat(outcome.faults().missing()).as(printed()).isEmpty();
        assertThat(outcome.tally().obligations()).as(printed()).doesNotContain(0);
    }

    @Test
    void gatewayThatOnlySaysThatItHasAppliedAChange_isFound() throws Exception {
        Chaos.Outcome outcome = run(new ChaosOptions(
                3, 3, Set.of(), true, false, 60, 60, LEASE_SECONDS, Mistake.CHANGES));

        assertThat(outcome.tally().afterPropagatedCount()).as(printed()).isPositive();
        assertThat(outcome.passed()).isFalse();
        assertThat(printed()).contains("accepted after 'propagated'").endsWith("FAILED\n");
    }
}
