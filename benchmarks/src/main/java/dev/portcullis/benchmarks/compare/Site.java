package dev.portcullis.benchmarks.compare;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Where a comparison takes place: a temporary folder, the processes that were started, and the
 * processors they are bound to. {@link #close} ends every one of those processes, and no other, and
 * removes the folder; so does the end of the virtual machine.
 */
final class Site implements AutoCloseable {
    /** The processor for what is measured, and the one for everything else. */
    enum Side { PROXY, CLIENT }

    /** The processor that proxies are bound to. */
    static final int PROXY_PROCESSOR = 0;

    private static final int CLIENT_PROCESSOR = 1;

    private final Path folder;
    private final boolean pins;
    private final ConcurrentLinkedDeque<Process> started = new ConcurrentLinkedDeque<>();
    private final Thread atExit = new Thread(this::clear);

    Site() throws IOException {
        folder = Files.createTempDirectory("portcullis-compare-");
        pins = Runtime.getRuntime().availableProcessors() > 1 && find("taskset") != null;
        Runtime.getRuntime().addShutdownHook(atExit);
    }

    Path folder() {
        return folder;
    }

    /** Whether processes are bound to processors. */
    boolean pins() {
        return pins;
    }

    /** Starts a process whose output goes to a file in the folder. */
    Process start(Side side, String name, List<String> command) throws IOException {
        return keep(pinned(side, command)
                .redirectErrorStream(true)
                .redirectOutput(log(name).toFile()));
    }

    /** Starts a process that is spoken with. */
    Process startTalking(Side side, String name, List<String> command) throws IOException {
        return keep(pinned(side, command).redirectError(log(name).toFile()));
    }

    /** The command that runs a class of ours, with the same virtual machine as this one. */
    List<String> java(Class<?> main, Object... arguments) {
        List<String> command = new ArrayList<>(List.of(
                Paths.get(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m", "-XX:+UseParallelGC", "-XX:-UsePerfData",
                "-Dio.netty.leakDetection.level=disabled",
                "-cp", System.getProperty("java.class.path")));
        if (Runtime.version().feature() >= 24) {
            command.add(1, "--enable-native-access=ALL-UNNAMED");
            command.add(1, "--sun-misc-unsafe-memory-access=allow");
        }
        command.add(main.getName());
        for (Object argument : arguments) {
            command.add(argument.toString());
        }
        return command;
    }

    /** The last lines that a process wrote, for an error. */
    String lastWords(String name) {
        try {
            List<String> lines = Files.readAllLines(log(name));
            return String.join("\n", lines.subList(Math.max(0, lines.size() - 10), lines.size()));
        } catch (IOException e) {
            return "";
        }
    }

    /** The file that a process writes to. */
    Path log(String name) {
        return folder.resolve(name + ".log");
    }

    static BufferedReader output(Process process) {
        return new BufferedReader(
                new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    /** A port of the loopback that nobody listens on. */
    static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /** Where a program is, or null. */
    static String find(String program) {
        String path = System.getenv().getOrDefault("PATH", "")
                + File.pathSeparator + "/usr/sbin" + File.pathSeparator + "/usr/local/sbin";
        for (String place : path.split(File.pathSeparator)) {
            Path candidate = Path.of(place, program);
            if (!place.isEmpty() && Files.isExecutable(candidate)) {
                return candidate.toString();
            }
        }
        return null;
    }

    /** Ends a process: politely, then not. */
    static void end(Process process) {
        List<ProcessHandle> children = process.descendants().toList();
        process.destroy();
        try {
            if (!process.waitFor(5, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
        children.forEach(ProcessHandle::destroyForcibly);
    }

    @Override
    public void close() {
        Runtime.getRuntime().removeShutdownHook(atExit);
        clear();
    }

    private void clear() {
        started.forEach(Site::end);
        try (Stream<Path> files = Files.walk(folder)) {
            files.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(File::delete);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Process keep(ProcessBuilder builder) throws IOException {
        Process process = builder.start();
        started.addFirst(process);
        return process;
    }

    private ProcessBuilder pinned(Side side, List<String> command) {
        List<String> whole = new ArrayList<>();
        if (pins) {
            int processor = side == Side.PROXY ? PROXY_PROCESSOR : CLIENT_PROCESSOR;
            whole.addAll(List.of("taskset", "-c", Integer.toString(processor)));
        }
        whole.addAll(command);
        return new ProcessBuilder(whole).directory(folder.toFile());
    }
}
