package dev.portcullis.admin.store;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.sqlite.SQLiteErrorCode;

/**
 * Brings the database to the newest schema, or says why it must not be touched. The migration
 * library is only called when there is something to migrate, since it costs half a second.
 */
final class SqliteSchema {
    /** Version of the newest migration among the resources. */
    static final int NEWEST = 7;

    static final String MIGRATIONS = "dev/portcullis/admin/store/sqlite";

    /** Up to this size the whole file is checked at every start: within about a second. */
    private static final long CHECKED_BYTES_MAX = 256L << 20;

    private static final byte[] MAGIC = "SQLite format 3\0".getBytes(StandardCharsets.US_ASCII);
    private static final String HISTORY = "flyway_schema_history";

    private final DataSource dataSource;
    private final Path file;

    SqliteSchema(DataSource dataSource, Path file) {
        this.dataSource = dataSource;
        this.file = file;
    }

    /** Checks the file, refuses what must be refused, and migrates what is old. */
    void prepare() throws StartException {
        try {
            checkMagic();
            int version = inspect();
            if (version > NEWEST) {
                throw new StartException(
                        "the database was written by a newer Portcullis (its schema is "
                                + version + ", this program knows up to " + NEWEST + ")",
                        file, "Run that version or a newer one, or restore a backup", null);
            }
            if (version < NEWEST) {
                migrate();
            }
        } catch (IOException e) {
            throw new StartException("the file cannot be read (" + e + ")", file,
                    "Let the user that Portcullis runs as read and write it", e);
        } catch (SQLException e) {
            throw refusal(e);
        }
    }

    /**
     * Refuses a database that is missing, empty, or of another schema than the newest; changes
     * nothing.
     */
    void requireNewest() throws StartException {
        try {
            if (!Files.exists(file) || Files.size(file) == 0) {
                throw new StartException("there is no database", file,
                        "Name the data directory of an admin-service", null);
            }
            checkMagic();
            int version = version();
            if (version != NEWEST) {
                throw new StartException(
                        "the database has schema " + version + ", this program needs " + NEWEST,
                        file,
                        version < NEWEST
                                ? "Start this version on it once, which brings it up to date"
                                : "Run the version that wrote it or a newer one",
                        null);
            }
        } catch (IOException e) {
            throw new StartException("the file cannot be read (" + e + ")", file,
                    "Run this as the user that Portcullis runs as", e);
        } catch (SQLException e) {
            throw refusal(e);
        }
    }

    private int version() throws SQLException, StartException {
        try (Connection connection = dataSource.getConnection();
                Statement statement = connection.createStatement()) {
            return isEmpty(statement) ? 0 : storedVersion(statement);
        }
    }

    /** SQLite takes a short file of anything for an empty database, so the first octets decide. */
    private void checkMagic() throws IOException, StartException {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] start = in.readNBytes(MAGIC.length);
            if (start.length > 0 && !Arrays.equals(start, MAGIC)) {
                throw damaged("it is not an SQLite database", null);
            }
        }
    }

    /** The version of the schema; 0 when the database is empty. */
    private int inspect() throws SQLException, StartException, IOException {
        try (Connection connection = dataSource.getConnection();
                Statement statement = connection.createStatement()) {
            if (Files.size(file) <= CHECKED_BYTES_MAX) {
                quickCheck(statement);
            }
            if (isEmpty(statement)) {
                return 0;
            }
            return storedVersion(statement);
        }
    }

    private void quickCheck(Statement statement) throws SQLException, StartException {
        try (ResultSet row = statement.executeQuery("PRAGMA quick_check(1)")) {
            String result = row.next() ? row.getString(1) : "no answer";
            if (!"ok".equals(result)) {
                throw damaged("the check found: " + result, null);
            }
        }
    }

    private static boolean isEmpty(Statement statement) throws SQLException {
        try (ResultSet row = statement.executeQuery("SELECT count(*) FROM sqlite_schema")) {
            row.next();
            return row.getInt(1) == 0;
        }
    }

    private int storedVersion(Statement statement) throws SQLException, StartException {
        try (ResultSet history = statement.executeQuery(
                "SELECT 1 FROM sqlite_schema WHERE name = '" + HISTORY + "'")) {
            if (!history.next()) {
                throw new StartException("it is the database of another program", file,
                        "Name another data directory", null);
            }
        }
        try (ResultSet row = statement.executeQuery(
                "SELECT coalesce(max(CAST(version AS INTEGER)), 0) FROM " + HISTORY
                        + " WHERE success = 1")) {
            row.next();
            return row.getInt(1);
        }
    }

    private void migrate() throws StartException {
        try {
            Flyway.configure(SqliteSchema.class.getClassLoader())
                    .dataSource(dataSource)
                    .locations("classpath:" + MIGRATIONS)
                    .failOnMissingLocations(true)
                    .load()
                    .migrate();
        } catch (FlywayException e) {
            throw new StartException(
                    "the database cannot be brought to schema " + NEWEST + " (" + e.getMessage()
                            + ")",
                    file, "Nothing was changed; restore a backup if the cause is not a full disk",
                    e);
        }
    }

    /** What to tell an operator of an error. */
    StartException refusal(SQLException e) {
        SQLiteErrorCode code = StoreErrors.primary(e);
        return switch (code) {
            case SQLITE_NOTADB, SQLITE_CORRUPT -> damaged(e.getMessage(), e);
            case SQLITE_BUSY, SQLITE_LOCKED -> new StartException(
                    "another process has locked the database", file, "Stop it first", e);
            case SQLITE_READONLY, SQLITE_CANTOPEN, SQLITE_PERM -> new StartException(
                    "the database cannot be written (" + e.getMessage() + ")", file,
                    "Let the user that Portcullis runs as write to it and to its directory", e);
            case SQLITE_FULL -> new StartException("the disk is full", file, "Make room", e);
            default -> new StartException(
                    "the database cannot be opened (" + e.getMessage() + ")", file,
                    "See the cause in the log", e);
        };
    }

    private StartException damaged(String how, Throwable cause) {
        return new StartException("the database is damaged: " + how, file,
                "Nothing was changed; restore a backup of it", cause);
    }
}
