package dev.portcullis.benchmarks.stage;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A server of the product in a process of its own, which can be killed and started again. */
public final class Program {
    /**
     * Names a class path with the program on it, for tests: without it this checkout's launcher
     * runs what was built.
     */
    public static final String CLASS_PATH = "portcullis.program";

    private static final String OPTIONS = "PORTCULLIS_JAVA_OPTS";
    private static final int START_SECONDS = 120;
    private static final int TIMEOUT_MILLIS = 2_000;

    private final Stage stage;
    private final String name;
    private final String command;
    private final Path configuration;
    private final Map<String, Integer> ports;
    private final List<String> javaOptions = new ArrayList<>();
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

    /** Options for its virtual machine from its next start on; none with white space. */
    public void javaOption(String option) {
        javaOptions.add(option);
    }

    /** Starts it; it is not ready yet. */
    public void start() throws IOException {
        Map<String, String> environment = new TreeMap<>();
        if (System.getProperty(CLASS_PATH) == null) {
            // the launcher puts them before the program
            environment.put(OPTIONS, Stream.concat(
                            Stream.ofNullable(System.getenv(OPTIONS)), javaOptions.stream())
                    .collect(Collectors.joining(" ")));
        }
        process = stage.start(name,
                command(javaOptions, command, "--config", configuration.toString()), environment);
    }

    /** What runs a command of the program. */
    public static List<String> command(String... words) {
        return command(List.of(), words);
    }

    private static List<String> command(List<String> javaOptions, String... words) {
        List<String> all = new ArrayList<>();
        String classPath = System.getProperty(CLASS_PATH);
        if (classPath == null) {
            all.add(launcher().toString());
        } else {
            all.addAll(List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-Xmx128m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1",
                    "-XX:-UsePerfData"));
            all.addAll(javaOptions);
            all.addAll(List.of("-cp", classPath, "dev.portcullis.cli.Main"));
        }
        all.addAll(List.of(words));
        return all;
    }

    /** Ends it as {@code kill -9} does. */
    public void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** Whether it says that it is ready. */
    public boolean isReady() {
        try {
            HttpURLConnection ready = ask("/readyz");
            try {
                return ready.getResponseCode() == HttpURLConnection.HTTP_OK;
            } finally {
                ready.disconnect();
            }
        } catch (IOException e) {
            return false;
        }
    }

    private HttpURLConnection ask(String path) throws IOException {
        HttpURLConnection question = (HttpURLConnection) new URL(
                "http://127.0.0.1:" + port("management_listen") + path).openConnection();
        question.setConnectTimeout(TIMEOUT_MILLIS);
        question.setReadTimeout(TIMEOUT_MILLIS);
        return question;
    }

    /**
     * One of its metrics.
     *
     * @param sample with its labels, as it is printed
     * @return 0 when it does not answer or has none of that name
     */
    public long metric(String sample) {
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(
                ask("/metrics").getInputStream(), StandardCharsets.UTF_8))) {
            return lines.lines()
                    .filter(line -> line.startsWith(sample + " "))
                    .mapToLong(line -> (long) Double.parseDouble(
                            line.substring(sample.length() + 1)))
                    .sum();
        } catch (IOException | UncheckedIOException e) {
            return 0;
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
