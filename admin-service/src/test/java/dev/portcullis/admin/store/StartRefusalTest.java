package dev.portcullis.admin.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every reason not to start is told, and nothing is touched. */
class StartRefusalTest {
    @TempDir Path directory;
    private final SettableClock clock = new SettableClock();

    private StartException refusal(Path data) {
        StartException refusal = catchThrowableOfType(
                StartException.class, () -> Store.open(new StoreConfig(data), clock).close());
        assertThat(refusal).as("it must not start").isNotNull();
        assertThat(refusal.getMessage()).contains(refusal.where(), refusal.what(),
                refusal.remedy());
        return refusal;
    }

    private void makeDatabase() throws Exception {
        Store store = Store.open(new StoreConfig(directory), clock);
        for (int i = 0; i < 50; i++) {
            Samples.insertUser(store, "usr_" + Samples.prefix(i) + "abcd");
        }
        store.close();
    }

    private Path database() {
        return directory.resolve(SqliteDatabase.FILE);
    }

    @Test
    void directoryIsAFile_saidSo() throws Exception {
        Path file = Files.writeString(directory.resolve("file"), "x");
        assertThat(refusal(file).what()).contains("not a directory");
    }

    @Test
    void directoryBelowAFile_cannotBeMade() throws Exception {
        Path file = Files.writeString(directory.resolve("file"), "x");
        assertThat(refusal(file.resolve("data")).what()).contains("cannot be made");
    }

    @Test
    void directoryNotWritable_saidSo() {
        // nobody, not even root, makes files there
        assertThat(refusal(Path.of("/proc/self")).what()).contains("not writable");
    }

    @Test
    void openedTwiceInOneProcess_saidSo() throws Exception {
        try (Store first = Store.open(new StoreConfig(directory), clock)) {
            assertThat(first.revision()).isZero();
            assertThat(refusal(directory).what()).contains("another process");
        }
        Store.open(new StoreConfig(directory), clock).close();
    }

    @Test
    void lockedByAnotherProcess_saidSoWithItsId() throws Exception {
        Process other = new ProcessBuilder(
                        ProcessHandle.current().info().command().orElseThrow(),
                        "-cp", System.getProperty("java.class.path"),
                        LockHolder.class.getName(), directory.toString())
                .redirectErrorStream(true)
                .start();
        try {
            assertThat(other.inputReader().readLine()).isEqualTo("locked");
            assertThat(refusal(directory).what())
                    .contains("another process (" + other.pid() + ")");
        } finally {
            other.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
        }
        // the lock went with the process that was killed
        Store.open(new StoreConfig(directory), clock).close();
    }

    @Test
    void databaseLockedByAnotherProgram_saidSo() throws Exception {
        makeDatabase();
        try (Connection other = TestStore.connect(directory);
                Statement statement = other.createStatement()) {
            statement.execute("PRAGMA locking_mode = EXCLUSIVE");
            statement.execute("BEGIN EXCLUSIVE");
            assertThat(refusal(directory).what()).contains("locked the database");
        }
    }

    @Test
    void databaseNewerThanTheProgram_saidSoWithBothVersions() throws Exception {
        makeDatabase();
        TestStore.alter(directory, "INSERT INTO flyway_schema_history SELECT 99, '99', 'later',"
                + " type, script, checksum, installed_by, installed_on, execution_time, success"
                + " FROM flyway_schema_history WHERE version = '1'");
        assertThat(refusal(directory).what())
                .contains("newer", "99", "up to " + SqliteSchema.NEWEST);
    }

    @Test
    void databaseOfAnotherProgram_saidSo() throws Exception {
        try (Connection other = TestStore.connect(directory);
                Statement statement = other.createStatement()) {
            statement.execute("CREATE TABLE theirs (x)");
        }
        assertThat(refusal(directory).what()).contains("another program");
    }

    @Test
    void notADatabase_saidSoAndLeftAlone() throws Exception {
        Files.writeString(database(), "this is a letter, not a database");
        assertThat(refusal(directory).what()).contains("damaged", "not an SQLite database");
        assertThat(database()).hasContent("this is a letter, not a database");
    }

    @Test
    void overwrittenPages_areFound() throws Exception {
        makeDatabase();
        try (RandomAccessFile file = new RandomAccessFile(database().toFile(), "rw")) {
            byte[] noise = "noise".repeat(1_000).getBytes(StandardCharsets.US_ASCII);
            file.seek(4_096);
            file.write(noise, 0, 4_096);
            file.write(noise, 0, 4_096);
        }
        assertThat(refusal(directory).what()).contains("damaged");
    }

    @Test
    void truncatedDatabase_isFound() throws Exception {
        makeDatabase();
        try (RandomAccessFile file = new RandomAccessFile(database().toFile(), "rw")) {
            file.setLength(file.length() / 2);
        }
        assertThat(refusal(directory).what()).contains("damaged");
    }

    @Test
    void refusedStart_leavesTheDirectoryUnlocked() throws Exception {
        Files.writeString(database(), "this is a letter, not a database");
        refusal(directory);
        Files.delete(database());
        Store.open(new StoreConfig(directory), clock).close();
    }

    @Test
    void newestSchema_isThatOfTheResources() throws Exception {
        Path folder = Path.of(SqliteSchema.class.getClassLoader()
                .getResource(SqliteSchema.MIGRATIONS).toURI());
        try (Stream<Path> files = Files.list(folder)) {
            int newest = files.map(file -> file.getFileName().toString())
                    .mapToInt(name -> Integer.parseInt(name.replaceFirst("V(\\d+)__.*", "$1")))
                    .max().orElseThrow();
            assertThat(SqliteSchema.NEWEST).isEqualTo(newest);
        }
    }
}
