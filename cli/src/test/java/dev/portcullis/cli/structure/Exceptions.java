package dev.portcullis.cli.structure;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What the rules let pass: one line each, {@code rule | subject | reason}. Blank lines and those
 * that begin with {@code #} say nothing.
 */
final class Exceptions {
    private final List<Finding> allowed;

    private Exceptions(List<Finding> allowed) {
        this.allowed = allowed;
    }

    /** The list beside this class. */
    static Exceptions load() {
        try (InputStream in = Exceptions.class.getResourceAsStream("exceptions.txt")) {
            return parse(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Exceptions parse(String text) {
        List<Finding> allowed = new ArrayList<>();
        for (String line : text.lines().toList()) {
            if (line.isBlank() || line.startsWith("#")) {
                continue;
            }
            String[] parts = line.split("\\s*\\|\\s*", 3);
            if (parts.length < 3 || parts[2].isBlank()) {
                throw new IllegalArgumentException("not 'rule | subject | reason': " + line);
            }
            allowed.add(new Finding(parts[0].strip(), parts[1], parts[2].strip()));
        }
        return new Exceptions(allowed);
    }

    /** What has no exception, and each exception that nothing needs any more. */
    List<String> apply(List<Finding> findings) {
        List<String> wrong = new ArrayList<>();
        Set<Finding> used = new HashSet<>();
        for (Finding finding : findings) {
            List<Finding> covering = allowed.stream()
                    .filter(exception -> exception.rule().equals(finding.rule())
                            && exception.subject().equals(finding.subject()))
                    .toList();
            used.addAll(covering);
            if (covering.isEmpty()) {
                wrong.add(finding.toString());
            }
        }
        for (Finding exception : allowed) {
            if (!used.contains(exception)) {
                wrong.add("exception no longer needed: " + exception);
            }
        }
        return wrong;
    }
}
