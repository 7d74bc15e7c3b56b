package dev.portcullis.cli.structure;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What one package says it may import, read from the last paragraph of its {@code
 * package-info.java}: a package of its own module as {@code {@code package}}, one of another as
 * {@code {@code module.package}}, a whole module as {@code {@code module}}, libraries by name, and
 * "every other package of this module", with "but ..." for what is not meant. The JDK need not be
 * named.
 */
final class PackageArrows {
    private static final String OURS = "dev.portcullis.";
    private static final List<String> MODULES =
            List.of("core", "proto", "gateway", "admin", "cli", "benchmarks");
    private static final Pattern SENTENCE =
            Pattern.compile("May\\s+import:(.*?)(?:<p>|\\*/)", Pattern.DOTALL);
    private static final Pattern CODE = Pattern.compile("\\{@code\\s+([^}]+?)\\s*}");
    private static final String ONE = "\\{@code [a-z0-9.]+}";
    private static final Pattern EVERY = Pattern.compile(
            "every other package of (this module|\\{@code [a-z]+})"
                    + "(?: but ((?:" + ONE + ", )*" + ONE + " and " + ONE + "|" + ONE + "))?");

    /** The name in a sentence, in lower case, and the packages it stands for. */
    private static final Map<String, List<String>> LIBRARIES = libraries();

    private final String name;
    private final String sentence;
    private final List<String> allowed = new ArrayList<>();
    private final List<String> excluded = new ArrayList<>();

    private PackageArrows(String name, String sentence) {
        this.name = name;
        this.sentence = sentence;
        allowed.add(name);
        Matcher every = EVERY.matcher(sentence);
        String rest = sentence;
        if (every.find()) {
            allowed.add(OURS + module());
            if (every.group(2) != null) {
                codes(every.group(2)).forEach(code -> excluded.add(resolved(code)));
            }
            rest = every.replaceAll("");
        }
        codes(rest).forEach(code -> allowed.add(resolved(code)));
        LIBRARIES.forEach((library, packages) -> {
            if (this.sentence.toLowerCase(Locale.ROOT).contains(library)) {
                allowed.addAll(packages);
            }
        });
    }

    /** All packages of the product that say something, by name. */
    static Map<String, PackageArrows> all() {
        Map<String, PackageArrows> all = new TreeMap<>();
        for (Path file : Sources.all("package-info.java")) {
            if (!Sources.isTest(file)) {
                String text = Sources.read(file);
                Matcher declared = Pattern.compile("(?m)^package ([a-z0-9.]+);").matcher(text);
                if (declared.find()) {
                    of(declared.group(1), text).ifPresent(found -> all.put(found.name, found));
                }
            }
        }
        return all;
    }

    /** What the text of a package-info says; empty when it says nothing of imports. */
    static Optional<PackageArrows> of(String name, String text) {
        Matcher sentence = SENTENCE.matcher(text);
        return sentence.find()
                ? Optional.of(new PackageArrows(
                        name, sentence.group(1).replaceAll("\\s*\\n \\*\\s*", " ").strip()))
                : Optional.empty();
    }

    /** Whether a class of this package may depend on one of {@code other}. */
    boolean allows(String other) {
        return isJdk(other)
                || listed(other) && excluded.stream().noneMatch(prefix -> isIn(other, prefix));
    }

    private boolean listed(String other) {
        return allowed.stream().anyMatch(prefix -> isIn(other, prefix));
    }

    private static boolean isJdk(String other) {
        return other.isEmpty() || isIn(other, "java") || isIn(other, "javax")
                || isIn(other, "com.sun.net.httpserver") || isIn(other, "com.sun.management");
    }

    private static boolean isIn(String other, String prefix) {
        return other.equals(prefix) || other.startsWith(prefix + ".");
    }

    private String module() {
        String below = name.substring(OURS.length());
        int dot = below.indexOf('.');
        return dot < 0 ? below : below.substring(0, dot);
    }

    /** {@code edge} and {@code admin.edge} are the same within {@code admin}. */
    private String resolved(String code) {
        int dot = code.indexOf('.');
        return MODULES.contains(dot < 0 ? code : code.substring(0, dot))
                ? OURS + code
                : OURS + module() + "." + code;
    }

    private static List<String> codes(String text) {
        List<String> codes = new ArrayList<>();
        Matcher matcher = CODE.matcher(text);
        while (matcher.find()) {
            codes.add(matcher.group(1));
        }
        return codes;
    }

    private static Map<String, List<String>> libraries() {
        Map<String, List<String>> libraries = new LinkedHashMap<>();
        libraries.put("netty", List.of("io.netty"));
        libraries.put("grpc", List.of(
                "io.grpc", "com.google.protobuf", "com.google.rpc", "com.google.common.util"));
        libraries.put("protobuf", List.of("com.google.protobuf", "com.google.rpc"));
        libraries.put("envoy", List.of("io.envoyproxy.envoy"));
        libraries.put("caffeine", List.of("com.github.benmanes.caffeine"));
        libraries.put("lettuce", List.of("io.lettuce", "reactor.core"));
        libraries.put("opentelemetry", List.of("io.opentelemetry"));
        libraries.put("slf4j", List.of("org.slf4j"));
        libraries.put("logback", List.of("ch.qos.logback"));
        libraries.put("prometheus", List.of("io.prometheus"));
        libraries.put("jackson", List.of("com.fasterxml.jackson"));
        libraries.put("sqlite", List.of("org.sqlite"));
        libraries.put("postgresql", List.of("org.postgresql"));
        libraries.put("hikaricp", List.of("com.zaxxer"));
        libraries.put("flyway", List.of("org.flywaydb"));
        libraries.put("picocli", List.of("picocli"));
        libraries.put("jose library", List.of("com.nimbusds.jose"));
        libraries.put("snakeyaml", List.of("org.snakeyaml"));
        libraries.put("jspecify", List.of("org.jspecify"));
        return libraries;
    }
}
