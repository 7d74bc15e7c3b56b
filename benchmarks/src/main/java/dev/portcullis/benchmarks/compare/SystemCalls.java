package dev.portcullis.benchmarks.compare;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/** Counts the system calls of a process by name, with strace, from its making to {@link #stop}. */
final class SystemCalls {
    private final Path file;
    private final Process strace;

    private SystemCalls(Path file, Process strace) {
        this.file = file;
        this.strace = strace;
    }

    static boolean isInstalled() {
        return Site.find("strace") != null;
    }

    static SystemCalls count(Site site, String name, ProcessHandle process)
            throws IOException, InterruptedException {
        Path file = site.folder().resolve(name + ".strace");
        List<String> command = new ArrayList<>(
                List.of(Site.find("strace"), "-c", "-f", "-o", file.toString()));
        command.addAll(List.of("-p", Long.toString(process.pid())));
        process.descendants().forEach(
                child -> command.addAll(List.of("-p", Long.toString(child.pid()))));
        Process strace = site.start(Site.Side.CLIENT, name + "-strace", command);
        // it says nothing when it has attached to everything
        Thread.sleep(500);
        return new SystemCalls(file, strace);
    }

    /** Calls by name. */
    Map<String, Long> stop() throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-INT", Long.toString(strace.pid())).start().waitFor();
        if (!strace.waitFor(10, TimeUnit.SECONDS)) {
            throw new IOException("strace does not end");
        }
        Map<String, Long> calls = new TreeMap<>();
        for (String line : Files.readAllLines(file)) {
            String[] words = line.strip().split("\\s+");
            // % time, seconds, usecs/call, calls, [errors,] syscall
            if (words.length >= 5 && words[0].matches("[0-9.]+")
                    && !words[words.length - 1].equals("total")) {
                calls.put(words[words.length - 1], Long.parseLong(words[3]));
            }
        }
        return calls;
    }
}
