package dev.portcullis.benchmarks.stage;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/** A server of the product in a process of its own, which can be killed and started again. */
public final class Program {
    private static final int START_SECONDS = 120;
    private static final int TIMEOUT_MILLIS = 2_000;

    private final Stage stage;
    private final String name;
    private final String command;
    private final Path configuration;
    private final Map<String, Integer> ports;
    private Process process;

    private Program(
            Stage stage, String name, String command, Path configuration,
            Map<String, Integer> ports) {
        this.stage = stage;
        this.name = name;
        this.command = command;
        this.configuration = configuration;
        this.ports = ports;
    }

    /**
     * One that is not started yet.
     *
     * @param command of the program: {@code admin} or {@code gateway}
     * @param listens names of settings for each of which a free port is taken
     * @param settings the rest of its configuration, as YAML
     */
    public static Program of(
            Stage stage, String name, String command, List<String> listens, String settings)
            throws IOException {
        Map<String, Integer> ports = new TreeMap<>();
        StringBuilder yaml = new StringBuilder(settings);
        for (String listen : listens) {
            ports.put(listen, Stage.freePort());
            yaml.append(listen).append(": 127.0.0.1:").append(ports.get(listen)).append('\n');
        }
        Path file = stage.folder().resolve(name + ".yaml");
        Files.writeString(file, yaml);
        return new Program(stage, name, command, file, ports);
    }

    /** The launcher of this checkout. */
    public static Path launcher() {
        return Path.of(System.getProperty("portcullis.root", "."), "portcullis").toAbsolutePath();
    }

    /** How it is called in messages, and its log file. */
    public String name() {
        return name;
    }

    /** The port behind a setting. */
    public int port(String listen) {
        return ports.get(listen);
    }

    /** Its process of the moment. */
    public Process process() {
        return process;
    }

    /** Starts it; it is not ready yet. */
    public void start() throws IOException {
        process = stage.start(name, List.of(
                launcher().toString(), command, "--config", configuration.toString()));
    }

    /** Ends it as {@code kill -9} does. */
    public void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** Whether it says that it is ready. */
    public boolean isReady() {
        try {
            HttpURLConnection ready = (HttpURLConnection) new URL(
                    "http://127.0.0.1:" + port("management_listen") + "/readyz").openConnection();
            ready.setConnectTimeout(TIMEOUT_MILLIS);
            ready.setReadTimeout(TIMEOUT_MILLIS);
            try {
                return ready.getResponseCode() == HttpURLConnection.HTTP_OK;
            } finally {
                ready.disconnect();
            }
        } catch (IOException e) {
            return false;
        }
    }

    /**
     * Waits until it is ready.
     *
     * @throws IOException when it ends instead, or takes too long
     */
    public void awaitReady() throws IOException, InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS);
        while (!isReady()) {
            if (!process.isAlive() || System.nanoTime() > deadline) {
                throw new IOException(name + " did not get ready:\n" + stage.lastWords(name));
            }
            Thread.sleep(50);
        }
    }
}
