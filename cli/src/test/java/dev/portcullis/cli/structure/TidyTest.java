package dev.portcullis.cli.structure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Reads the sources of all modules; exceptions stand in {@code exceptions.txt}. */
class TidyTest {
    private static final Path MAIN = Path.of("core/src/main/java/A.java");
    private static final Path TEST = Path.of("core/src/test/java/A.java");

    @Test
    void sources_areTidy() {
        assertThat(Sources.all(".java")).hasSizeGreaterThan(30);
        assertThat(Exceptions.load().apply(Tidy.findings())).isEmpty();
    }

    @Test
    void eachRule_findsWhatItIsFor() {
        assertThat(rules(MAIN, "class A { long t = System.currentTimeMillis(); }"))
                .containsExactly("banned-call");
        assertThat(rules(MAIN, "class A { Object t = java.time.Instant.now(); }"))
                .containsExactly("banned-call");
        assertThat(rules(MAIN, "class A { LongSupplier t = System::nanoTime; }"))
                .containsExactly("banned-call");
        assertThat(rules(MAIN, "class A { Object r = new java.security.SecureRandom(); }"))
                .containsExactly("banned-call");
        assertThat(rules(MAIN, "class A { void f() { Thread.sleep(1); } }"))
                .containsExactly("banned-call");
        assertThat(rules(MAIN, "import java.util.*;\nclass A {}")).containsExactly("star-import");
        assertThat(rules(MAIN, "import static java.util.Map.*;\nclass A {}"))
                .containsExactly("star-import");
        assertThat(rules(MAIN, "// " + "x".repeat(98))).containsExactly("columns");
        assertThat(rules(MAIN, "\tclass A {}")).containsExactly("tab");
        assertThat(rules(MAIN, "// TO" + "DO later")).containsExactly("unfinished");
        assertThat(rules(MAIN, "class A { void f() {" + "\n".repeat(60) + "} }"))
                .containsExactly("method-lines");
        assertThat(rules(MAIN, "class A { void f(int a, int b, int c, int d, int e, int f) {} }"))
                .containsExactly("parameters");
        assertThat(rules(MAIN, "\n".repeat(601))).containsExactly("file-lines");
        assertThat(rules(TEST, "\n".repeat(1_001))).containsExactly("file-lines");
        assertThat(rules(MAIN.resolveSibling("package-info.java"), "/** A. */ package a;"))
                .containsExactly("package-info");
    }

    @Test
    void whatIsAllowed_isLeftAlone() {
        assertThat(rules(TEST, "class A { long t = System.currentTimeMillis(); }")).isEmpty();
        Path cli = Path.of("cli/src/main/java/A.java");
        assertThat(rules(cli, "class A { Object now = Instant.now(); }")).isEmpty();
        assertThat(rules(MAIN, "class A { String s = \"Thread.sleep\"; } // Instant.now()"))
                .isEmpty();
        assertThat(rules(MAIN, "record A(int a, int b, int c, int d, int e, int f) { A { } }"))
                .isEmpty();
        assertThat(rules(MAIN, "record A(int a, int b, int c, int d, int e, int f) {\n"
                + "A(int a, int b, int c, int d, int e, int f) {} }")).isEmpty();
        assertThat(rules(MAIN, "class A { void f() {" + "\n".repeat(59) + "} }")).isEmpty();
        assertThat(rules(TEST, "\n".repeat(1_000))).isEmpty();
    }

    @Test
    void exception_coversOneSubjectOfOneRule() {
        Finding long1 = new Finding("columns", "a/A.java", "line 1");
        Finding other = new Finding("columns", "a/B.java", "line 1");
        Exceptions exceptions =
                Exceptions.parse("# why\n\ncolumns | a/A.java | a table reads better whole\n");
        assertThat(exceptions.apply(List.of(long1))).isEmpty();
        assertThat(exceptions.apply(List.of(long1, other))).containsExactly(other.toString());
    }

    @Test
    void exceptionThatNothingNeeds_isAnError() {
        assertThat(Exceptions.parse("columns | a/A.java | a table").apply(List.of()))
                .containsExactly("exception no longer needed: columns | a/A.java | a table");
    }

    @Test
    void exceptionWithoutAReason_isAnError() {
        assertThatThrownBy(() -> Exceptions.parse("columns | a/A.java"))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Exceptions.parse("columns | a/A.java | "))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static List<String> rules(Path file, String text) {
        return Tidy.ofJava(Map.of(file, text)).stream().map(Finding::rule).toList();
    }
}
