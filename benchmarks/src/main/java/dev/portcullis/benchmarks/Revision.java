package dev.portcullis.benchmarks;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** What a result belongs to: the commit, the instant, the JDK; and where results are kept. */
public final class Revision {
    private Revision() {}

    /** The folder of results: the property {@code portcullis.results}, or the working directory. */
    public static Path results() {
        return Path.of(System.getProperty("portcullis.results", "."));
    }

    /** The members that every result line begins with, without braces. */
    public static String json() {
        return "\"commit\":\"%s\",\"at\":\"%s\",\"jdk\":\"%s\"".formatted(
                commit(), Instant.now().truncatedTo(ChronoUnit.SECONDS), Runtime.version());
    }

    /** The short id of the commit, with a plus when files differ from it; empty without git. */
    private static String commit() {
        try {
            Process git = new ProcessBuilder("git", "describe", "--always", "--dirty=+")
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            String id = new String(git.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return id.strip();
        } catch (IOException e) {
            return "";
        }
    }
}
