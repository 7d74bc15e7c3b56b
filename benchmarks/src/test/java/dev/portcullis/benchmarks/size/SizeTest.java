package dev.portcullis.benchmarks.size;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs the benchmark for a moment on two small databases, so that it does not rot. */
class SizeTest {
    @TempDir Path folder;

    @Test
    void everyKindOfCall_hasAFigureOnBoth() throws Exception {
        Size.Site small = new Size.Site(folder.resolve("small"), 5, 10);
        Size.Site large = new Size.Site(folder.resolve("large"), 200, 2_000);
        SizedDatabase.build(small.directory(), small.users(), small.tokens());
        SizedDatabase.build(large.directory(), large.users(), large.tokens());
        List<Size.Row> rows = Size.measure(small, large, 10);
        assertThat(rows).extracting(Size.Row::kind).isEqualTo(Calls.KINDS);
        assertThat(rows).allSatisfy(row -> {
            assertThat(row.small().cpu50()).isPositive();
            assertThat(row.large().wall50()).isPositive();
            assertThat(row.large().wall99()).isGreaterThanOrEqualTo(row.large().wall50());
        });
        ByteArrayOutputStream table = new ByteArrayOutputStream();
        Size.print(rows, new PrintStream(table, true, StandardCharsets.UTF_8));
        assertThat(table.toString(StandardCharsets.UTF_8)).contains("issue", "must be below 3");
    }

    @Test
    void aRatioThatIsTooHigh_fails() {
        Figures.Summary low = new Figures.Summary(10, 20, 10, 20);
        Figures.Summary high = new Figures.Summary(10, 20, 31, 60);
        PrintStream out = new PrintStream(new ByteArrayOutputStream());
        assertThat(Size.print(List.of(new Size.Row("show", low, low)), out)).isTrue();
        assertThat(Size.print(List.of(new Size.Row("show", low, high)), out)).isFalse();
    }
}
