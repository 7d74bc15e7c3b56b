package dev.portcullis.gateway.testkit;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;
import redis.embedded.core.ExecutableProvider;

/**
 * A real Redis on this machine, of the release that the test library brings: a server, a node of a
 * cluster or a sentinel, as its settings say. It keeps nothing, and leaves nothing behind.
 */
public final class RedisProcess implements AutoCloseable {
    private static final long START_SECONDS = 20;
    private static final int ATTEMPTS = 5;
    /** A node of a cluster listens a second time, so much higher. */
    private static final int BUS_OFFSET = 10_000;
    private static final int PORT_MAX = 65_535 - BUS_OFFSET;
    private static final int READ_TIMEOUT_MILLIS = 10_000;
    private static File executable;

    private final Path directory;
    private final int port;
    private final List<String> settings;
    private Process process;

    private RedisProcess(Path directory, int port, List<String> settings) {
        this.directory = directory;
        this.port = port;
        this.settings = settings;
    }

    /** A server, with these settings beside what every test needs; two strings each. */
    public static RedisProcess start(String... settings) {
        return startOn(freePort(), settings);
    }

    /** The same on a port, for one that listens elsewhere too. */
    public static RedisProcess startOn(int port, String... settings) {
        IllegalStateException failure = null;
        for (int i = 0; i < ATTEMPTS; i++) {
            try {
                Path directory = Files.createTempDirectory("redis-");
                RedisProcess redis = new RedisProcess(directory, port, List.of(settings));
                redis.run();
                return redis;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } catch (IllegalStateException e) {
                failure = e;
            }
        }
        throw failure;
    }

    /**
     * A sentinel that watches one master, and takes it for dead after half a second.
     *
     * @param more lines of its configuration
     */
    public static RedisProcess sentinel(
            String master, int masterPort, int quorum, String... more) {
        try {
            Path directory = Files.createTempDirectory("sentinel-");
            int port = freePort();
            Path file = directory.resolve("sentinel.conf");
            Files.writeString(file, String.join("\n",
                    "port " + port,
                    "bind 127.0.0.1",
                    "dir " + directory,
                    "sentinel monitor " + master + " 127.0.0.1 " + masterPort + " " + quorum,
                    "sentinel down-after-milliseconds " + master + " 500",
                    "sentinel failover-timeout " + master + " 2000",
                    String.join("\n", more), ""));
            RedisProcess sentinel = new RedisProcess(directory, port, null);
            sentinel.run();
            return sentinel;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A port that is free now, low enough for a node of a cluster. */
    public static int freePort() {
        for (int i = 0; i < 100; i++) {
            try (ServerSocket socket =
                    new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                if (socket.getLocalPort() <= PORT_MAX) {
                    return socket.getLocalPort();
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        throw new IllegalStateException("no port is free");
    }

    private static synchronized File executable() throws IOException {
        if (executable == null) {
            File home = Files.createTempDirectory("redis-executable-").toFile();
            executable = ExecutableProvider.newJarResourceProvider(home).get();
            executable.deleteOnExit();
            home.deleteOnExit();
        }
        return executable;
    }

    private List<String> command() throws IOException {
        List<String> command = new ArrayList<>(List.of(executable().getPath()));
        if (settings == null) {
            command.addAll(List.of(directory.resolve("sentinel.conf").toString(), "--sentinel"));
            return command;
        }
        command.addAll(List.of("--port", Integer.toString(port), "--bind", "127.0.0.1",
                "--save", "", "--appendonly", "no", "--dir", directory.toString()));
        command.addAll(settings);
        return command;
    }

    private void run() throws IOException {
        Path log = directory.resolve("log");
        process = new ProcessBuilder(command())
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
        try {
            Awaitility.await().atMost(START_SECONDS, TimeUnit.SECONDS)
                    .pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(20))
                    .until(() -> !process.isAlive() || isReady(Files.readString(log)));
        } catch (ConditionTimeoutException e) {
            kill();
        }
        if (!process.isAlive()) {
            throw new IllegalStateException("redis did not start: " + Files.readString(log));
        }
    }

    private static boolean isReady(String log) {
        return log.contains("Ready to accept connections") || log.contains("Sentinel ID is");
    }

    /** Where it listens. */
    public int port() {
        return port;
    }

    /** Stops it where it stands: it takes connections and answers nothing. */
    public void freeze() {
        signal("STOP");
    }

    /** Lets it go on. */
    public void thaw() {
        signal("CONT");
    }

    private void signal(String signal) {
        try {
            Process sent = new ProcessBuilder(
                    "kill", "-" + signal, Long.toString(process.pid())).start();
            if (sent.waitFor() != 0) {
                throw new IllegalStateException("not sent: " + signal);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Ends it at once, as if the machine had died. */
    public void kill() {
        process.destroyForcibly();
        try {
            process.waitFor(START_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Starts it again after it was killed, on the same port; it has forgotten everything. */
    public void restart() {
        try {
            Files.deleteIfExists(directory.resolve("log"));
            run();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Asks it something, on a connection of its own; lists come as one line for each element. */
    public String ask(String... words) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(READ_TIMEOUT_MILLIS);
            OutputStream out = new BufferedOutputStream(socket.getOutputStream());
            out.write(("*" + words.length + "\r\n").getBytes(StandardCharsets.US_ASCII));
            for (String word : words) {
                byte[] octets = word.getBytes(StandardCharsets.UTF_8);
                out.write(("$" + octets.length + "\r\n").getBytes(StandardCharsets.US_ASCII));
                out.write(octets);
                out.write("\r\n".getBytes(StandardCharsets.US_ASCII));
            }
            out.flush();
            return reply(new BufferedInputStream(socket.getInputStream()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String reply(InputStream in) throws IOException {
        String line = line(in);
        String rest = line.substring(1);
        switch (line.charAt(0)) {
            case '+', '-', ':':
                return rest;
            case '$':
                int length = Integer.parseInt(rest);
                String text = length < 0
                        ? null : new String(in.readNBytes(length), StandardCharsets.ISO_8859_1);
                if (length >= 0) {
                    line(in);
                }
                return text;
            default:
                List<String> elements = new ArrayList<>();
                for (int i = Integer.parseInt(rest); i > 0; i--) {
                    elements.add(reply(in));
                }
                return String.join("\n", elements);
        }
    }

    private static String line(InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        int octet = in.read();
        while (octet != '\r') {
            if (octet < 0) {
                throw new IOException("redis closed the connection");
            }
            line.write(octet);
            octet = in.read();
        }
        in.read();
        return line.toString(StandardCharsets.UTF_8);
    }

    /** How often a command has been called, by anybody. */
    public long calls(String command) {
        return ask("INFO", "commandstats").lines()
                .filter(line -> line.startsWith("cmdstat_" + command + ":calls="))
                .mapToLong(line -> Long.parseLong(
                        line.substring(line.indexOf('=') + 1, line.indexOf(','))))
                .sum();
    }

    @Override
    public void close() {
        if (process.isAlive()) {
            signal("CONT");
        }
        kill();
        try (Stream<Path> files = Files.walk(directory)) {
            files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
