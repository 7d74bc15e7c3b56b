package dev.portcullis.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** Runs every benchmark for a moment, so that none of them rots. */
class BenchmarksTest {
    @Test
    void everyBenchmark_runsAndHasAFigure(@TempDir Path folder) throws Exception {
        List<Benchmarks.Row> rows = Benchmarks.rows(new Runner(new OptionsBuilder()
                .include("dev.portcullis.benchmarks")
                .forks(0)
                .warmupIterations(0)
                .measurementIterations(1)
                .measurementTime(TimeValue.milliseconds(20))
                .addProfiler(GCProfiler.class)
                .addProfiler(CpuProfiler.class)
                .shouldFailOnError(true)
                .verbosity(VerboseMode.SILENT)
                .build()).run());

        assertThat(rows).hasSizeGreaterThanOrEqualTo(16).allSatisfy(row -> {
            assertThat(row.nanos()).isPositive();
            assertThat(row.cpuNanos()).isPositive();
            assertThat(row.bytes()).isNotNegative();
            assertThat(Double.isNaN(row.ratio())).isEqualTo(row.name().endsWith("Baseline"));
        });

        ByteArrayOutputStream table = new ByteArrayOutputStream();
        Benchmarks.print(rows, new PrintStream(table, true, StandardCharsets.UTF_8));
        assertThat(table.toString(StandardCharsets.UTF_8))
                .contains("CoreBenchmark.verdict ", "VerdictBenchmark.verdict ");

        Path file = folder.resolve("jmh.jsonl");
        Benchmarks.append(rows, file);
        Benchmarks.append(rows, file);
        assertThat(Files.readAllLines(file))
                .hasSize(2 * rows.size())
                .allMatch(line -> line.matches("\\{\"commit\":\".*\"ratio\":(null|[0-9.]+)}"));
    }
}
