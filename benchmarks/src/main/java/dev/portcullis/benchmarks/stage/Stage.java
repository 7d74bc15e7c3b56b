package dev.portcullis.benchmarks.stage;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A temporary folder and the processes that were started in it. {@link #close} ends every one of
 * those processes, by its id, and no other, and removes the folder; so does the end of the virtual
 * machine, by Ctrl-C or otherwise. Any thread.
 */
public final class Stage implements AutoCloseable {
    private static final int PORT_MAX = 65_535;
    private static final int END_SECONDS = 20;
    private static final Set<Integer> PORTS_GIVEN = new HashSet<>();

    private final Path folder;
    private final ConcurrentLinkedDeque<Process> started = new ConcurrentLinkedDeque<>();
    private final ConcurrentLinkedDeque<AutoCloseable> open = new ConcurrentLinkedDeque<>();
    private final Thread atExit = new Thread(this::end);
    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile Thread interrupted;
    private volatile boolean ending;
    private boolean cleared;

    /** In a new folder. */
    public Stage(String name) throws IOException {
        folder = Files.createTempDirectory("portcullis-" + name + "-");
        Runtime.getRuntime().addShutdownHook(atExit);
    }

    /** Where everything is that the processes keep and write. */
    public Path folder() {
        return folder;
    }

    /** Starts a process whose output is added to a file in the folder. */
    public Process start(String name, List<String> command) throws IOException {
        return start(name, command, Map.of());
    }

    /** The same with variables of the environment. */
    public Process start(String name, List<String> command, Map<String, String> environment)
            throws IOException {
        Path home = Files.createDirectories(folder.resolve(name));
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(home.toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log(name).toFile()));
        builder.environment().putAll(environment);
        synchronized (this) {
            if (cleared) {
                throw new IOException("the stage is closed");
            }
            Process process = builder.start();
            started.addFirst(process);
            return process;
        }
    }

    /** Closes something when this is closed, before its processes are ended. */
    public <T extends AutoCloseable> T keep(T resource) {
        open.addFirst(resource);
        return resource;
    }

    /** The file that a process writes to. */
    public Path log(String name) {
        return folder.resolve(name + ".log");
    }

    /** The last lines that a process wrote, for an error. */
    public String lastWords(String name) {
        try {
            List<String> lines = Files.readAllLines(log(name));
            return String.join("\n", lines.subList(Math.max(0, lines.size() - 15), lines.size()));
        } catch (IOException e) {
            return "";
        }
    }

    /** A port of the loopback that nobody listens on, and that was not given out before. */
    public static int freePort() throws IOException {
        List<ServerSocket> taken = new ArrayList<>();
        try {
            while (true) {
                ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                taken.add(socket);
                synchronized (PORTS_GIVEN) {
                    if (PORTS_GIVEN.add(socket.getLocalPort())) {
                        return socket.getLocalPort();
                    }
                }
            }
        } finally {
            for (ServerSocket socket : taken) {
                socket.close();
            }
        }
    }

    /** A free port above which, so much further, there is another. */
    static int freePortWithAnother(int offset) throws IOException {
        while (true) {
            int port = freePort();
            if (port + offset > PORT_MAX) {
                continue;
            }
            try (ServerSocket other = new ServerSocket(
                    port + offset, 1, InetAddress.getLoopbackAddress())) {
                synchronized (PORTS_GIVEN) {
                    if (PORTS_GIVEN.add(other.getLocalPort())) {
                        return port;
                    }
                }
            } catch (BindException e) {
                // somebody is there; another pair, then
            }
        }
    }

    /**
     * At Ctrl-C and SIGTERM the thread that calls this is interrupted first, and has some time to
     * say what it has and to close this.
     */
    public void interruptsAtExit() {
        interrupted = Thread.currentThread();
    }

    /** Whether the virtual machine is ending. Any thread. */
    public boolean isEnding() {
        return ending;
    }

    /** The virtual machine ends. */
    private void end() {
        ending = true;
        Thread thread = interrupted;
        if (thread == null) {
            System.err.println("interrupted");
            // whatever fails from now on does so because its servers are being ended
            Thread.setDefaultUncaughtExceptionHandler((who, failure) -> { });
        } else {
            thread.interrupt();
            try {
                if (!ended.await(END_SECONDS, TimeUnit.SECONDS)) {
                    System.err.println("not closed in time; ending what was started");
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        clear();
    }

    /** Sends a signal to one process, such as {@code STOP} and {@code CONT}. */
    public static void signal(Process process, String signal) throws IOException {
        try {
            Process kill = new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid()))
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            if (kill.waitFor() != 0 && process.isAlive()) {
                throw new IOException("SIG" + signal + " could not be sent");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Ends a process: politely, then not. A process that was stopped is ended at once. */
    public static void end(Process process) {
        List<ProcessHandle> children = process.descendants().toList();
        process.destroy();
        try {
            if (!process.waitFor(3, TimeUnit.SECONDS)) {
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
        try {
            Runtime.getRuntime().removeShutdownHook(atExit);
        } catch (IllegalStateException e) {
            // the virtual machine is ending, and does it itself
        }
        clear();
        ended.countDown();
    }

    private synchronized void clear() {
        if (cleared) {
            return;
        }
        cleared = true;
        // who was interrupted to close this has the time to wait for each of them
        boolean wasInterrupted = Thread.interrupted();
        for (AutoCloseable resource : open) {
            try {
                resource.close();
            } catch (Exception e) {
                System.err.println("could not close: " + e);
            }
        }
        started.forEach(Process::destroy);
        started.forEach(Stage::end);
        try (Stream<Path> files = Files.walk(folder)) {
            files.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(file -> {
                file.delete();
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        if (wasInterrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
