package dev.portcullis.benchmarks.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.benchmarks.stage.ProgramOnClassPath;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Short forms of what measures gateways and their confirmations. */
@ExtendWith(ProgramOnClassPath.class)
class FleetTest {
    @TempDir
    private Path folder;

    @Test
    void gatewaysWithoutTraffic_areMeasuredAndConfirmEveryRevocation() throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();

        Fleet.Figures figures =
                new Fleet(3, 1, 4, new PrintStream(out, true, StandardCharsets.UTF_8)).run();

        assertThat(figures.commit().getTotalCount()).isEqualTo(4);
        assertThat(figures.propagated().getTotalCount()).isEqualTo(4);
        assertThat(figures.changeMicros()).isPositive();
        assertThat(out.toString(StandardCharsets.UTF_8))
                .contains("3 gateways on one admin-service (SQLite), lease 30 s, idle for 1 s")
                .containsPattern("\npropagated +4 +[0-9.]+ ");
        Path results = folder.resolve("fleet.jsonl");
        Fleet.append(3, figures, results);
        assertThat(Files.readString(results)).contains("\"gateways\":3,").endsWith("}\n");
    }

    @Test
    void confirmationsOfRealGateways_areTimedAsBenchRevokeDoes() throws Exception {
        PropagationTime.Outcome outcome = PropagationTime.measure("sqlite", 3, 1);

        assertThat(outcome.violations()).isZero();
        assertThat(outcome.pending()).isZero();
        assertThat(outcome.commitMillis()).isPositive();
        assertThat(outcome.medianMillis()).isPositive().isLessThanOrEqualTo(outcome.p99Millis());
        Path results = folder.resolve("propagation.jsonl");
        PropagationTime.append(outcome, results);
        assertThat(Files.readString(results))
                .contains("\"store\":\"sqlite\"").endsWith("}\n");
    }

    @Test
    void revocationThatWasNotConfirmed_fails() throws Exception {
        String times = "{\"count\": 9, \"p50_ms\": 2.0, \"p90_ms\": 3.0, \"p99_ms\": 4.0,"
                + " \"max_ms\": 5.0}";
        String json = "{\"commit\": " + times + ", \"propagated\": " + times
                + ", \"pending\": %d, \"violations\": %d}";

        assertThat(PropagationTime.outcome("sqlite", json.formatted(0, 0)).passed()).isTrue();
        assertThat(PropagationTime.outcome("sqlite", json.formatted(1, 0)).passed()).isFalse();
        assertThat(PropagationTime.outcome("sqlite", json.formatted(0, 1)).passed()).isFalse();
    }
}
