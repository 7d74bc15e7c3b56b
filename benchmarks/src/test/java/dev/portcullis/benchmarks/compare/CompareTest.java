package dev.portcullis.benchmarks.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.portcullis.benchmarks.stage.ProcessUse;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The short form of the comparison: real processes, for a moment. */
class CompareTest {
    @Test
    void shortForm_measuresAndLeavesNoProcessBehind(@TempDir Path folder) throws Exception {
        Options options = Options.parse(new String[] {"--short"});
        if (!ProcessUse.isSupported()) {
            assertThatThrownBy(() -> Compare.run(options, System.out))
                    .hasMessageContaining("processor time");
            return;
        }
        List<ProcessHandle> before = ProcessHandle.current().descendants().toList();
        ByteArrayOutputStream printed = new ByteArrayOutputStream();

        Report report = Compare.run(
                options, new PrintStream(printed, true, StandardCharsets.UTF_8));

        for (Results results : List.of(report.closed(), report.scheduled())) {
            assertThat(results.names()).containsExactly("netty");
            assertThat(results.median("netty", Client.Slice::cpuMicrosPerRequest)).isPositive();
            assertThat(results.median("netty", Client.Slice::requestsPerSecond)).isPositive();
            double p50 = results.median("netty", Client.Slice::p50);
            double p99 = results.median("netty", Client.Slice::p99);
            double p999 = results.median("netty", Client.Slice::p999);
            assertThat(p50).isPositive().isLessThanOrEqualTo(p99);
            assertThat(p99).isLessThanOrEqualTo(p999);
        }
        assertThat(report.facts("netty").startSeconds()).isPositive();
        assertThat(report.facts("netty").residentMegabytes()).isBetween(10.0, 1_000.0);
        assertThat(printed.toString(StandardCharsets.UTF_8))
                .contains("closed loop, 8 connections")
                .contains("500 requests a second by schedule");

        Path file = folder.resolve("compare.jsonl");
        report.append(file);
        assertThat(Files.readAllLines(file)).hasSize(2).allMatch(line -> line.matches(
                "\\{\"commit\":\".*\"rival\":\"netty\",\"cpu_us\":[0-9.]+,.*\"start_s\":[0-9.]+}"));
        // killed and waited for, but a machine under load may take a moment to bury them
        List<ProcessHandle> left = ProcessHandle.current().descendants()
                .filter(process -> !before.contains(process))
                .toList();
        assertThat(left).allSatisfy(
                process -> assertThat(process.onExit()).succeedsWithin(Duration.ofSeconds(10)));
    }
}
