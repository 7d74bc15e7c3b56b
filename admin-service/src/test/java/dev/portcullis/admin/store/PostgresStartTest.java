package dev.portcullis.admin.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every reason not to start on a server is told, with a remedy and without the password. */
class PostgresStartTest {
    @TempDir Path directory;
    private final SettableClock clock = new SettableClock();
    private final PostgresServer server = PostgresServer.shared();

    private StartException refusal(PostgresConfig config) {
        StartException refusal = catchThrowableOfType(StartException.class,
                () -> Store.open(new StoreConfig(config), clock).close());
        assertThat(refusal).as("it must not start").isNotNull();
        assertThat(refusal.getMessage())
                .contains(config.toString(), refusal.remedy())
                .doesNotContain(PostgresServer.PASSWORD);
        return refusal;
    }

    private static PostgresConfig parsed(String url, String password) {
        return PostgresConfig.parse(url, PostgresPassword.of(password));
    }

    @Test
    void emptyDatabase_isMadeOurs() throws Exception {
        PostgresConfig config = server.emptyDatabase();
        try (Store store = Store.open(new StoreConfig(config), clock)) {
            assertThat(store.revision()).isZero();
        }
        try (Store again = Store.open(new StoreConfig(config), clock)) {
            assertThat(Samples.insertUser(again, "usr_aaaaaaaaaaaaaaaa")).isEqualTo(1);
        }
    }

    @Test
    void severalStartedAtOnce_oneMigratesTheOthersWait() throws Exception {
        PostgresConfig config = server.emptyDatabase();
        ExecutorService pool = Executors.newFixedThreadPool(4);
        try {
            List<Callable<Long>> starts = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                starts.add(() -> {
                    try (Store store = Store.open(new StoreConfig(config), clock)) {
                        return store.revision();
                    }
                });
            }
            for (Future<Long> each : pool.invokeAll(starts)) {
                assertThat(each.get()).isZero();
            }
        } finally {
            pool.shutdownNow();
        }
    }

    @Test
    void nobodyThere_saidSo() throws Exception {
        int port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        assertThat(refusal(parsed("postgresql://u@127.0.0.1:" + port + "/d", "x")).what())
                .contains("cannot be reached");
    }

    @Test
    void wrongPasswordOrUser_saidSo() {
        String at = "@127.0.0.1:" + server.port() + "/postgres";
        assertThat(refusal(parsed("postgresql://portcullis" + at, "wrong")).what())
                .contains("does not let this user in");
        assertThat(refusal(parsed("postgresql://nobody" + at, "x")).what())
                .contains("does not let this user in");
    }

    @Test
    void passwordFile_isReadForEachConnection() throws Exception {
        Path file = Files.writeString(
                directory.resolve("password"), PostgresServer.PASSWORD + "\n");
        PostgresConfig config = server.database().with(PostgresPassword.in(file));
        Store.open(new StoreConfig(config), clock).close();
        Files.writeString(file, "another\n");
        assertThat(refusal(config).what()).contains("does not let this user in");
        Files.writeString(file, "\n");
        assertThat(refusal(config).what()).contains("does not hold one line");
        Files.delete(file);
        assertThat(refusal(config).what()).contains("the password cannot be read");
        assertThat(config.password()).hasToString("(hidden)");
        assertThat(config.toString()).doesNotContain("password");
    }

    @Test
    void noSuchDatabase_saidSo() {
        assertThat(refusal(server.config("nowhere")).what()).contains("no such database");
    }

    @Test
    void databaseOfAnotherProgram_saidSoAndLeftAlone() throws Exception {
        PostgresConfig config = server.emptyDatabase();
        server.administer(config.database(), "CREATE TABLE theirs (x TEXT)");
        assertThat(refusal(config).what()).contains("another program");
        server.administer(config.database(), "CREATE TABLE head (x TEXT)",
                "CREATE TABLE flyway_schema_history (version TEXT, script TEXT, success BOOLEAN)",
                "GRANT ALL ON flyway_schema_history TO portcullis");
        assertThat(refusal(config).what()).contains("another program");
    }

    @Test
    void userWhoMayNothing_saidSo() {
        PostgresConfig config = server.emptyDatabase();
        server.administer("postgres", "ALTER DATABASE " + config.database() + " OWNER TO postgres");
        assertThat(refusal(config).getMessage()).contains("may not make tables");
    }

    @Test
    void otherEncoding_isRefused() {
        server.administer("postgres", "DROP DATABASE IF EXISTS latin",
                "CREATE DATABASE latin OWNER portcullis ENCODING 'LATIN1' LC_COLLATE 'C'"
                        + " LC_CTYPE 'C' TEMPLATE template0");
        assertThat(refusal(server.config("latin")).what()).contains("UTF-8");
    }

    @Test
    void serverWithoutTls_isRefusedWhereItIsAskedFor() {
        assertThat(refusal(parsed("postgresql://portcullis@127.0.0.1:" + server.port()
                + "/postgres?sslmode=verify-full", PostgresServer.PASSWORD)).what())
                .contains("cannot be reached");
    }

    @Test
    void migrationHeldUpByAnother_isSaidAfterABoundedTime() {
        assertThat(PostgresErrors.refusal(
                new SQLException("x", "55P03"), "there").what())
                .contains("another process is bringing the database up to date");
    }

    @Test
    void newestSchema_isThatOfTheResources() throws Exception {
        URI folder = PostgresSchema.class.getClassLoader()
                .getResource(PostgresSchema.MIGRATIONS).toURI();
        try (Stream<Path> files = Files.list(Path.of(folder))) {
            int newest = files.map(file -> file.getFileName().toString())
                    .mapToInt(name -> Integer.parseInt(name.replaceFirst("V(\\d+)__.*", "$1")))
                    .max().orElseThrow();
            assertThat(PostgresSchema.NEWEST).isEqualTo(newest);
        }
    }

    /** A table or column that one of the two databases lacks is found here. */
    @Test
    void columns_areThoseOfSqlite() throws Exception {
        try (TestStore file = TestStore.open(directory.resolve("s"), clock);
                TestStore served = TestStore.open(Engine.POSTGRES, directory.resolve("p"), clock)) {
            List<String> ofFile = file.query("SELECT m.name || '.' || c.name FROM sqlite_schema m"
                    + " JOIN pragma_table_xinfo(m.name) c WHERE m.type = 'table'"
                    + " AND m.name NOT LIKE 'sqlite_%' AND m.name <> 'flyway_schema_history'");
            List<String> ofServer = served.query("SELECT table_name || '.' || column_name"
                    + " FROM information_schema.columns WHERE table_schema = 'public'"
                    + " AND table_name <> 'flyway_schema_history'");
            ofFile.add("|head.oldest_program");
            assertThat(ofServer).containsExactlyInAnyOrderElementsOf(ofFile);
        }
    }
}
