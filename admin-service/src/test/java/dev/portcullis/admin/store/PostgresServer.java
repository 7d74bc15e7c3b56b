package dev.portcullis.admin.store;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Map;

/**
 * A real PostgreSQL server for tests, on a free port of 127.0.0.1: one for all tests of a process,
 * with a database for each, or one for a test that stops it. It asks every user but its own
 * administrator for a password.
 *
 * <p>Any thread.
 */
public final class PostgresServer implements AutoCloseable {
    public static final String USER = "portcullis";
    public static final String PASSWORD = "the password of the tests";

    /** A database, where it is made, into which a server with TLS lets certificates alone. */
    static final String BY_CERTIFICATE = "by_certificate";

    private static final String ADMINISTRATOR = "postgres";
    private static final String TEMPLATE = "migrated";
    /** More than any one test uses; older ones are dropped. */
    private static final int DATABASES_KEPT = 16;
    private static final List<String> DOORS = List.of(
            "host all postgres samehost trust",
            "hostssl " + BY_CERTIFICATE + " all samehost cert",
            "host all all samehost scram-sha-256");

    private static PostgresServer shared;

    private final Path directory;
    private final Map<String, String> settings;
    private final Deque<String> databases = new ArrayDeque<>();
    private EmbeddedPostgres running;
    private int port;
    private int made;
    private boolean hasTemplate;

    private PostgresServer(Path directory, Map<String, String> settings) {
        this.directory = directory;
        this.settings = settings;
    }

    /** The one of this process; it ends with it. */
    public static synchronized PostgresServer shared() {
        if (shared == null) {
            shared = start();
            Runtime.getRuntime().addShutdownHook(new Thread(shared::close));
        }
        return shared;
    }

    /** One of the caller's own, which it closes. */
    public static PostgresServer start() {
        return start(Map.of());
    }

    /** One of the caller's own, set so; it closes it. */
    static PostgresServer start(Map<String, String> settings) {
        try {
            PostgresServer server = new PostgresServer(
                    Files.createTempDirectory("portcullis-postgres-"), settings);
            server.run();
            server.administer(ADMINISTRATOR,
                    "CREATE ROLE " + USER + " LOGIN PASSWORD '" + PASSWORD + "'");
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void run() throws IOException {
        EmbeddedPostgres.Builder builder = EmbeddedPostgres.builder()
                .setDataDirectory(directory.resolve("data"))
                .setCleanDataDirectory(false)
                .setRegisterShutdownHook(false)
                .setPort(port)
                .setServerConfig("max_connections", "200")
                .setServerConfig("shared_buffers", "16MB")
                .setServerConfig("wal_level", "replica")
                .setErrorRedirector(ProcessBuilder.Redirect.DISCARD)
                .setOutputRedirector(ProcessBuilder.Redirect.DISCARD)
                .setDataDirectoryCustomizer(PostgresServer::bar);
        settings.forEach(builder::setServerConfig);
        running = builder.start();
        port = running.getPort();
    }

    private static void bar(File data) {
        try {
            Files.write(data.toPath().resolve("pg_hba.conf"), DOORS);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Stops it, breaking every connection. */
    public synchronized void stop() {
        try {
            running.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Starts it again where it was, with what it had. */
    public synchronized void startAgain() {
        try {
            run();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Where its files are. */
    public Path dataDirectory() {
        return directory.resolve("data");
    }

    public int port() {
        return port;
    }

    /** How to come to a database of it, whether there is one or not. */
    public PostgresConfig config(String database) {
        return PostgresConfig.parse(
                "postgresql://" + USER + "@127.0.0.1:" + port + "/" + database,
                PostgresPassword.of(PASSWORD));
    }

    /** A new database with nothing in it. */
    public synchronized PostgresConfig emptyDatabase() {
        return create("template0");
    }

    /** A new database of the newest schema, which nobody has used. */
    public synchronized PostgresConfig database() {
        if (!hasTemplate) {
            administer(ADMINISTRATOR, "CREATE DATABASE " + TEMPLATE + " OWNER " + USER);
            try {
                new PostgresSchema(config(TEMPLATE)).prepare();
            } catch (StartException e) {
                throw new IllegalStateException(e);
            }
            hasTemplate = true;
        }
        return create(TEMPLATE);
    }

    private PostgresConfig create(String template) {
        String name = "test_" + ++made;
        administer(ADMINISTRATOR, "CREATE DATABASE " + name + " OWNER " + USER + " TEMPLATE "
                + template);
        databases.add(name);
        if (databases.size() > DATABASES_KEPT) {
            administer(ADMINISTRATOR, "DROP DATABASE " + databases.remove() + " WITH (FORCE)");
        }
        return config(name);
    }

    /** Runs statements as the server's administrator, each by itself. */
    public void administer(String database, String... statements) {
        try (Connection connection = connect(database);
                Statement statement = connection.createStatement()) {
            for (String each : statements) {
                statement.execute(each);
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** What a query answers its administrator: the first column of its only row. */
    public String answer(String database, String query) {
        try (Connection connection = connect(database);
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            row.next();
            return row.getString(1);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A connection of the server's administrator, which commits by itself. */
    public Connection connect(String database) throws SQLException {
        return DriverManager.getConnection(
                "jdbc:postgresql://127.0.0.1:" + port + "/" + database
                        + (database.contains("?") ? "&user=" : "?user=") + ADMINISTRATOR);
    }

    @Override
    public synchronized void close() {
        stop();
        deleteFiles();
    }

    private void deleteFiles() {
        try (var files = Files.walk(directory)) {
            for (Path each : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(each);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
