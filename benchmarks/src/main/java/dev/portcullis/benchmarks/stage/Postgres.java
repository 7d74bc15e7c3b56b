package dev.portcullis.benchmarks.stage;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.postgresql.ds.PGSimpleDataSource;

/** A PostgreSQL server of one's own, with an empty database {@code portcullis}. */
public final class Postgres {
    /** The superuser, who needs no password. */
    public static final String USER = "postgres";

    /** The database. */
    public static final String DATABASE = "portcullis";

    private static final String NAME = "postgresql";
    private static final Duration START = Duration.ofSeconds(60);

    private final Stage stage;
    private final int port;
    private final Path binaries;
    private final Path data;
    private Process process;

    private Postgres(Stage stage, int port, Path binaries, Path data) {
        this.stage = stage;
        this.port = port;
        this.binaries = binaries;
        this.data = data;
    }

    /** Unpacks it, makes the database and starts it. */
    public static Postgres start(Stage stage) throws Exception {
        Path unpacked = Files.createDirectories(stage.folder().resolve(NAME + "-program"));
        Path data = stage.folder().resolve(NAME + "-data");
        int port = Stage.freePort();
        try (EmbeddedPostgres first = EmbeddedPostgres.builder()
                .setOverrideWorkingDirectory(unpacked.toFile())
                .setDataDirectory(data)
                .setCleanDataDirectory(false)
                .setPort(port)
                .setPGStartupWait(START)
                .setOutputRedirector(ProcessBuilder.Redirect.DISCARD)
                .setErrorRedirector(ProcessBuilder.Redirect.DISCARD)
                .start();
                Connection connection = first.getPostgresDatabase().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE DATABASE " + DATABASE);
        }
        Postgres postgres = new Postgres(stage, port, find(unpacked), data);
        postgres.start();
        return postgres;
    }

    private static Path find(Path unpacked) throws IOException {
        try (Stream<Path> files = Files.walk(unpacked)) {
            return files.filter(file -> file.endsWith(Path.of("bin", "postgres")))
                    .findFirst()
                    .orElseThrow(() -> new IOException("no postgres in " + unpacked))
                    .getParent();
        }
    }

    /** Where it listens. */
    public int port() {
        return port;
    }

    /** Ends it as {@code kill -9} does; the next start recovers. */
    public void kill() throws InterruptedException {
        List<ProcessHandle> children = process.descendants().toList();
        process.destroyForcibly().waitFor();
        children.forEach(ProcessHandle::destroyForcibly);
    }

    /** Ends it in order, without waiting for its clients. */
    public void stop() throws IOException, InterruptedException {
        Stage.signal(process, "INT");
        process.waitFor();
    }

    /** Starts it and waits until it takes connections. */
    public void start() throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        if (System.getProperty("user.name").equals("root")) {
            // it refuses to run as root
            command.addAll(List.of("unshare", "-U"));
        }
        command.addAll(List.of(binaries.resolve("postgres").toString(), "-D", data.toString(),
                "-p", Integer.toString(port), "-c", "listen_addresses=127.0.0.1",
                "-c", "unix_socket_directories=", "-c", "max_connections=200",
                "-c", "fsync=on"));
        long deadline = System.nanoTime() + START.toNanos();
        process = stage.start(NAME, command);
        while (!answers()) {
            if (System.nanoTime() > deadline) {
                throw new IOException("PostgreSQL does not start:\n" + stage.lastWords(NAME));
            }
            if (!process.isAlive()) {
                // what was killed may still hold its memory for a moment
                Thread.sleep(200);
                process = stage.start(NAME, command);
            }
            Thread.sleep(50);
        }
    }

    /** Whether it takes connections and answers. */
    public boolean answers() {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            statement.execute("SELECT 1");
            return true;
        } catch (SQLException e) {
            return false;
        }
    }

    /** A connection as its superuser. */
    public Connection connect() throws SQLException {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setServerNames(new String[] {"127.0.0.1"});
        source.setPortNumbers(new int[] {port});
        source.setDatabaseName(DATABASE);
        source.setUser(USER);
        source.setConnectTimeout(2);
        source.setSocketTimeout(10);
        return source.getConnection();
    }
}
