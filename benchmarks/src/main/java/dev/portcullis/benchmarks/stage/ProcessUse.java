package dev.portcullis.benchmarks.stage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What a process and its children have used, as the operating system counts it (Linux): processor
 * time of every thread in nanoseconds, user and system; and resident memory.
 */
public final class ProcessUse {
    private static final Path PROC = Path.of("/proc");

    private ProcessUse() {}

    /** Whether this system tells. */
    public static boolean isSupported() {
        return Files.exists(PROC.resolve("self/schedstat"));
    }

    /** Processor time so far of each thread that lives. */
    public static Map<Long, Long> cpu(ProcessHandle process) throws IOException {
        Map<Long, Long> nanos = new HashMap<>();
        for (ProcessHandle one : family(process)) {
            try (Stream<Path> tasks = Files.list(PROC.resolve(one.pid() + "/task"))) {
                for (Path task : tasks.toList()) {
                    long thread = Long.parseLong(task.getFileName().toString());
                    String times = read(task.resolve("schedstat"));
                    if (!times.isEmpty()) {
                        nanos.put(thread, Long.parseLong(times.split(" ")[0]));
                    }
                }
            }
        }
        return nanos;
    }

    /**
     * Processor time between two readings; what a thread used before its end in between is lost.
     */
    public static long cpuBetween(Map<Long, Long> before, Map<Long, Long> after) {
        long nanos = 0;
        for (Map.Entry<Long, Long> thread : after.entrySet()) {
            nanos += thread.getValue() - before.getOrDefault(thread.getKey(), 0L);
        }
        return nanos;
    }

    /**
     * Time that a processor was busy so far, whoever used it, in nanoseconds; counted in ticks of
     * ten milliseconds.
     */
    public static long busy(int processor) throws IOException {
        for (String line : read(PROC.resolve("stat")).split("\n")) {
            String[] words = line.split("\\s+");
            if (words[0].equals("cpu" + processor)) {
                // user, nice, system, (idle, waiting,) interrupts, soft interrupts, stolen
                long ticks = 0;
                for (int column : new int[] {1, 2, 3, 6, 7, 8}) {
                    ticks += Long.parseLong(words[column]);
                }
                return ticks * 10_000_000;
            }
        }
        return 0;
    }

    /** Resident memory in octets. */
    public static long residentBytes(ProcessHandle process) throws IOException {
        long kibibytes = 0;
        for (ProcessHandle one : family(process)) {
            for (String line : read(PROC.resolve(one.pid() + "/status")).split("\n")) {
                if (line.startsWith("VmRSS:")) {
                    kibibytes += Long.parseLong(line.replaceAll("[^0-9]", ""));
                }
            }
        }
        return kibibytes * 1024;
    }

    private static List<ProcessHandle> family(ProcessHandle process) {
        return Stream.concat(Stream.of(process), process.descendants()).toList();
    }

    /** Empty when the thread or process has just ended. */
    private static String read(Path file) throws IOException {
        try {
            return Files.readString(file);
        } catch (NoSuchFileException e) {
            return "";
        }
    }
}
