package dev.portcullis.cli.structure;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.ImportTree;
import com.sun.source.tree.LineMap;
import com.sun.source.tree.MemberReferenceTree;
import com.sun.source.tree.MemberSelectTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.NewClassTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.SourcePositions;
import com.sun.source.util.TreeScanner;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import javax.tools.JavaCompiler;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/** The rules that need the syntax tree of a Java file, which the JDK's own compiler makes. */
final class JavaSourceRules {
    static final int METHOD_LINES_MAX = 60;
    static final int PARAMETERS_MAX = 5;

    /** What may not be called in the product, and what stands in for it. */
    private static final Map<String, String> BANNED = new LinkedHashMap<>(Map.of(
            "System.currentTimeMillis", "an InstantSource from the constructor",
            "System.nanoTime", "a LongSupplier from the constructor",
            "Instant.now", "an InstantSource from the constructor",
            "LocalDateTime.now", "an InstantSource from the constructor",
            "Clock.systemUTC", "an InstantSource from the constructor",
            "Math.random", "a RandomGenerator from the constructor",
            "ThreadLocalRandom.current", "a RandomGenerator from the constructor",
            "Thread.sleep", "a scheduler from the constructor"));

    private static final Map<String, String> BANNED_NEW = Map.of(
            "SecureRandom", "a RandomGenerator from the constructor",
            "Random", "a RandomGenerator from the constructor");

    private JavaSourceRules() {}

    /** Reports what is wrong in some files, given by path with their text. */
    static void check(Map<Path, String> files, Consumer<Finding> findings) {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        List<Source> sources = files.entrySet().stream()
                .map(file -> new Source(file.getKey(), file.getValue()))
                .toList();
        JavacTask task = (JavacTask) compiler.getTask(
                null, null, diagnostic -> {}, List.of("-proc:none"), null, sources);
        SourcePositions positions = Trees.instance(task).getSourcePositions();
        try {
            for (CompilationUnitTree unit : task.parse()) {
                Path path = Path.of(unit.getSourceFile().toUri().getPath().substring(1));
                new Reader(path, unit, positions, findings).scan(unit, null);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A file whose text has been read already. */
    private static final class Source extends SimpleJavaFileObject {
        private final String text;

        Source(Path path, String text) {
            super(URI.create("string:///" + Tidy.path(path)), Kind.SOURCE);
            this.text = text;
        }

        @Override
        public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return text;
        }
    }

    /** Time, randomness and waiting come in from outside, but in these. */
    private static boolean mayTouchTheWorld(Path file) {
        return Sources.isTest(file) || List.of("cli", "benchmarks").contains(Sources.module(file));
    }

    private static final class Reader extends TreeScanner<Void, Void> {
        private final Path file;
        private final CompilationUnitTree unit;
        private final SourcePositions positions;
        private final Consumer<Finding> findings;
        private final List<ClassTree> classes = new ArrayList<>();

        Reader(Path file, CompilationUnitTree unit, SourcePositions positions,
                Consumer<Finding> findings) {
            this.file = file;
            this.unit = unit;
            this.positions = positions;
            this.findings = findings;
        }

        @Override
        public Void visitImport(ImportTree node, Void nothing) {
            String name = node.getQualifiedIdentifier().toString();
            if (name.endsWith(".*")) {
                report("star-import", "", "import what is used of " + name);
            }
            if (name.startsWith("dev.portcullis.benchmarks")
                    && !Sources.module(file).equals("benchmarks")) {
                report("import", "", "nobody imports benchmarks: " + name);
            }
            return super.visitImport(node, nothing);
        }

        @Override
        public Void visitClass(ClassTree node, Void nothing) {
            classes.add(node);
            super.visitClass(node, nothing);
            classes.remove(node);
            return null;
        }

        @Override
        public Void visitMethod(MethodTree node, Void nothing) {
            String name = "#" + node.getName();
            LineMap lines = unit.getLineMap();
            long length = lines.getLineNumber(positions.getEndPosition(unit, node))
                    - lines.getLineNumber(positions.getStartPosition(unit, node)) + 1;
            if (length > METHOD_LINES_MAX) {
                report("method-lines", name, length + " lines, at most " + METHOD_LINES_MAX);
            }
            int parameters = node.getParameters().size();
            boolean ofRecord = node.getReturnType() == null
                    && classes.get(classes.size() - 1).getKind() == Tree.Kind.RECORD;
            if (parameters > PARAMETERS_MAX && !ofRecord) {
                report("parameters", name, parameters + ", at most " + PARAMETERS_MAX);
            }
            return super.visitMethod(node, nothing);
        }

        @Override
        public Void visitMemberSelect(MemberSelectTree node, Void nothing) {
            banned(node.toString());
            return super.visitMemberSelect(node, nothing);
        }

        @Override
        public Void visitMemberReference(MemberReferenceTree node, Void nothing) {
            banned(node.getQualifierExpression() + "." + node.getName());
            return super.visitMemberReference(node, nothing);
        }

        @Override
        public Void visitNewClass(NewClassTree node, Void nothing) {
            String type = node.getIdentifier().toString();
            String instead = BANNED_NEW.get(type.substring(type.lastIndexOf('.') + 1));
            if (instead != null && !mayTouchTheWorld(file)) {
                report("banned-call", "", "new " + type + ": use " + instead);
            }
            return super.visitNewClass(node, nothing);
        }

        private void banned(String call) {
            for (Map.Entry<String, String> entry : BANNED.entrySet()) {
                boolean same = call.equals(entry.getKey()) || call.endsWith("." + entry.getKey());
                if (same && !mayTouchTheWorld(file)) {
                    report("banned-call", "", entry.getKey() + ": use " + entry.getValue());
                }
            }
        }

        private void report(String rule, String place, String detail) {
            findings.accept(new Finding(rule, Tidy.path(file) + place, detail));
        }
    }
}
