package dev.portcullis.cli.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.cli.Main;
import dev.portcullis.cli.client.AdminConnection;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The program as a process of its own, which ends with the test. */
public final class ProgramProcess implements AutoCloseable {
    private static final Pattern LISTENING = Pattern.compile("listening: gateway (\\S+), "
            + "admin (\\S+), rest (\\S+), management ([^\\s,]+)");
    private static final int WAIT_SECONDS = 60;

    private final Process process;
    private final StringBuffer stdout = new StringBuffer();
    private final StringBuffer stderr = new StringBuffer();
    private final CountDownLatch ready = new CountDownLatch(1);
    private final List<Thread> readers = new ArrayList<>();
    private volatile Matcher addresses;

    private ProgramProcess(Process process) {
        this.process = process;
        read(process.inputReader(StandardCharsets.UTF_8), stdout);
        read(process.errorReader(StandardCharsets.UTF_8), stderr);
    }

    /** Java, quick to start, in the way of these tests. */
    static List<String> java(Path temporary) {
        return new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto",
                // as the launcher does: newer runtimes warn of native code otherwise
                "--enable-native-access=ALL-UNNAMED",
                "-Djava.io.tmpdir=" + temporary));
    }

    /** Runs the program's main class. */
    public static ProgramProcess start(Path temporary, String... arguments) throws IOException {
        return start(temporary, Map.of(), arguments);
    }

    /** The same with variables of the environment. */
    public static ProgramProcess start(
            Path temporary, Map<String, String> environment, String... arguments)
            throws IOException {
        List<String> command = java(temporary);
        command.addAll(List.of("-cp", String.join(File.pathSeparator, classPath()),
                Main.class.getName()));
        command.addAll(List.of(arguments));
        return run(command, environment);
    }

    /** The class path of this test, without the tests. */
    static List<String> classPath() {
        return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                // nor of other modules' tests, which would bring their way of logging
                .filter(entry -> !entry.endsWith("test-classes")
                        && !entry.endsWith("-tests.jar"))
                .toList();
    }

    static ProgramProcess run(List<String> command) throws IOException {
        return run(command, Map.of());
    }

    private static ProgramProcess run(List<String> command, Map<String, String> environment)
            throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().keySet().removeIf(name -> name.startsWith("PORTCULLIS_"));
        builder.environment().putAll(environment);
        return new ProgramProcess(builder.start());
    }

    /** The arguments of {@code standalone} on free ports. */
    static String[] standalone(Path data, String upstream, String... more) {
        List<String> arguments = new ArrayList<>(List.of("standalone", "--data", data.toString(),
                "--upstream", upstream, "--listen", "127.0.0.1:0", "--admin-listen", "127.0.0.1:0",
                "--rest-listen", "127.0.0.1:0", "--management-listen", "127.0.0.1:0"));
        arguments.addAll(List.of(more));
        return arguments.toArray(String[]::new);
    }

    private void read(BufferedReader lines, StringBuffer into) {
        Thread reader = new Thread(() -> {
            try (lines) {
                for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                    into.append(line).append('\n');
                    look(line);
                }
            } catch (IOException e) {
                // the process was killed
            } finally {
                ready.countDown();
            }
        });
        reader.start();
        readers.add(reader);
    }

    private void look(String line) {
        Matcher listening = LISTENING.matcher(line);
        if (listening.find()) {
            addresses = listening;
        }
        if (line.endsWith("portcullis - ready") || line.startsWith("Ctrl-C stops it.")) {
            ready.countDown();
        }
    }

    /** Waits until it says that it can verify. */
    public ProgramProcess awaitReady() throws InterruptedException {
        assertThat(ready.await(WAIT_SECONDS, TimeUnit.SECONDS)).isTrue();
        assertThat(process.isAlive()).as(stderr.toString()).isTrue();
        return this;
    }

    public InetSocketAddress gateway() {
        return address(1);
    }

    public InetSocketAddress admin() {
        return address(2);
    }

    public InetSocketAddress rest() {
        return address(3);
    }

    InetSocketAddress management() {
        return address(4);
    }

    /** What it reads from its standard input, to the end. */
    public ProgramProcess input(byte[] octets) throws IOException {
        try (OutputStream in = process.getOutputStream()) {
            in.write(octets);
        }
        return this;
    }

    private InetSocketAddress address(int group) {
        String[] parts = addresses.group(group).split(":");
        return new InetSocketAddress(parts[0], Integer.parseInt(parts[1]));
    }

    /** A connection as the first administrator. */
    AdminConnection connect(Path data) {
        try {
            String token = Files.readString(data.resolve("bootstrap-token")).strip();
            return AdminConnection.open(admin(), token);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** SIGTERM. */
    public ProgramProcess terminate() {
        // by its handle: the process itself would close the streams that are still to be read
        process.toHandle().destroy();
        return this;
    }

    /** SIGKILL, and no return before the process is gone. */
    void kill() throws InterruptedException {
        process.destroyForcibly();
        awaitExit();
    }

    long pid() {
        return process.pid();
    }

    /** Waits for the end. */
    public int awaitExit() throws InterruptedException {
        assertThat(process.waitFor(WAIT_SECONDS, TimeUnit.SECONDS)).as(stderr.toString()).isTrue();
        for (Thread reader : readers) {
            reader.join();
        }
        return process.exitValue();
    }

    public String stdout() {
        return stdout.toString();
    }

    public String stderr() {
        return stderr.toString();
    }

    @Override
    public void close() throws InterruptedException {
        kill();
    }
}
