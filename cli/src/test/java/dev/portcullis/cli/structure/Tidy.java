package dev.portcullis.cli.structure;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The rules that are read off the text of a file. */
final class Tidy {
    static final int COLUMNS_MAX = 100;
    static final int FILE_LINES_MAX = 600;
    static final int TEST_FILE_LINES_MAX = 1_000;

    // spelt in two halves, since this file is read too
    private static final Pattern UNFINISHED =
            Pattern.compile("\\b(TO" + "DO|FIX" + "ME|XX" + "X)\\b");
    private static final Pattern MAY_IMPORT = Pattern.compile("May\\s+import:");
    private static final String PACKAGE_INFO = "package-info.java";

    private Tidy() {}

    /** Everything that is not as it should be, exceptions not counted. */
    static List<Finding> findings() {
        List<Finding> findings = new ArrayList<>();
        Map<Path, String> java = new LinkedHashMap<>();
        for (Path file : Sources.all(".java")) {
            java.put(file, Sources.read(file));
            Path info = file.resolveSibling(PACKAGE_INFO);
            if (!Sources.isTest(file) && !Files.exists(Sources.root().resolve(info))) {
                findings.add(new Finding("package-info", path(info), "say what it is for, and"
                        + " what it may import (seen at " + file.getFileName() + ")"));
            }
        }
        findings.addAll(ofJava(java));
        for (String suffix : List.of(".proto", ".sql", ".xml", ".sh", ".yaml")) {
            for (Path file : Sources.all(suffix)) {
                unfinished(file, Sources.read(file), findings);
            }
        }
        return findings.stream().distinct().toList();
    }

    /** What is wrong in some Java files, given by path with their text. */
    static List<Finding> ofJava(Map<Path, String> files) {
        List<Finding> findings = new ArrayList<>();
        files.forEach((file, text) -> lines(file, text, findings));
        JavaSourceRules.check(files, findings::add);
        return findings;
    }

    private static void lines(Path file, String text, List<Finding> findings) {
        List<String> lines = text.lines().toList();
        for (int i = 0; i < lines.size(); i++) {
            if (lines.get(i).length() > COLUMNS_MAX) {
                findings.add(new Finding("columns", path(file), "line " + (i + 1) + " has "
                        + lines.get(i).length() + ", at most " + COLUMNS_MAX));
            }
            if (lines.get(i).indexOf('\t') >= 0) {
                findings.add(new Finding("tab", path(file), "line " + (i + 1) + ": use spaces"));
            }
        }
        int linesMax = Sources.isTest(file) ? TEST_FILE_LINES_MAX : FILE_LINES_MAX;
        if (lines.size() > linesMax) {
            findings.add(new Finding(
                    "file-lines", path(file), lines.size() + " lines, at most " + linesMax));
        }
        if (!Sources.isTest(file) && file.endsWith(PACKAGE_INFO)
                && !MAY_IMPORT.matcher(text).find()) {
            findings.add(new Finding("package-info", path(file), "say: May import: ..."));
        }
        unfinished(file, text, findings);
    }

    private static void unfinished(Path file, String text, List<Finding> findings) {
        Matcher matcher = UNFINISHED.matcher(text);
        while (matcher.find()) {
            findings.add(new Finding("unfinished", path(file), "do it now, or leave the word out: "
                    + matcher.group()));
        }
    }

    /** A path with slashes, whatever the system. */
    static String path(Path file) {
        return file.toString().replace('\\', '/');
    }
}
