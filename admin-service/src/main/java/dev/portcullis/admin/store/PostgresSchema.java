package dev.portcullis.admin.store;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the database of a server to the newest schema, or says why it must not be touched. One
 * process at a time does it; others that start meanwhile wait, within bounds.
 */
final class PostgresSchema {
    /** Version of the newest migration among the resources; the same as SQLite's. */
    static final int NEWEST = SqliteSchema.NEWEST;

    static final String MIGRATIONS = "dev/portcullis/admin/store/postgres";

    /** Of the advisory lock; the letters "portcull". */
    private static final long LOCK = 0x706f727463756c6cL;

    private static final int LOCK_WAIT_MILLIS = 60_000;
    private static final int OLDEST_SERVER = 140_000;
    private static final int OF_MAJOR = 10_000;
    private static final String FIRST = "V7__portcullis.sql";
    private static final Logger LOG = LoggerFactory.getLogger(PostgresSchema.class);

    /** What one look at the database told; schema 0: it is empty. */
    private record Found(int schema, int oldestProgram) {}

    private final PostgresConfig config;

    PostgresSchema(PostgresConfig config) {
        this.config = config;
    }

    /** Checks the database, refuses what must be refused, and migrates what is old. */
    void prepare() throws StartException {
        try (Connection connection = connect(PostgresConnections.Bounds.LONG);
                Statement statement = connection.createStatement()) {
            checkServer(statement);
            Found found = inspect(statement);
            if (found.schema < NEWEST) {
                migrateAlone(statement);
            } else {
                checkUnderstood(found);
            }
        } catch (SQLException e) {
            throw PostgresErrors.refusal(e, config);
        }
    }

    /** Refuses a database that is empty or of another schema than the newest; changes nothing. */
    void requireNewest() throws StartException {
        try (Connection connection = connect(PostgresConnections.Bounds.LONG);
                Statement statement = connection.createStatement()) {
            int schema = inspect(statement).schema;
            if (schema == 0) {
                throw new StartException("there is nothing in the database", config,
                        "Name the database of an admin-service", null);
            }
            if (schema != NEWEST) {
                throw new StartException(
                        "the database has schema " + schema + ", this program needs " + NEWEST,
                        config,
                        schema < NEWEST
                                ? "Start this version on it once, which brings it up to date"
                                : "Run the version that wrote it or a newer one",
                        null);
            }
        } catch (SQLException e) {
            throw PostgresErrors.refusal(e, config);
        }
    }

    private Connection connect(PostgresConnections.Bounds bounds) throws SQLException {
        return new PostgresConnections(config, bounds).getConnection();
    }

    private void checkServer(Statement statement) throws SQLException, StartException {
        int version = Integer.parseInt(text(statement, "SHOW server_version_num"));
        if (version < OLDEST_SERVER) {
            throw new StartException("the server is PostgreSQL " + version / OF_MAJOR, config,
                    "Use PostgreSQL " + OLDEST_SERVER / OF_MAJOR + " or newer", null);
        }
        if (!text(statement, "SHOW transaction_read_only").equals("off")) {
            throw PostgresErrors.readOnly(config, null);
        }
        if (!text(statement, "SHOW server_encoding").equals("UTF8")) {
            throw new StartException("the database is not encoded in UTF-8", config,
                    "Make one with CREATE DATABASE ... ENCODING 'UTF8' TEMPLATE template0", null);
        }
        if (!text(statement, "SHOW fsync").equals("on")) {
            LOG.warn("the server has fsync off: a crash of its machine can undo revocations");
        }
    }

    private static String text(Statement statement, String query) throws SQLException {
        try (ResultSet row = statement.executeQuery(query)) {
            row.next();
            return String.valueOf(row.getString(1));
        }
    }

    private Found inspect(Statement statement) throws SQLException, StartException {
        String ours = "SELECT count(*) FROM pg_class c JOIN pg_namespace n"
                + " ON n.oid = c.relnamespace WHERE n.nspname = current_schema()"
                + " AND c.relkind IN ('r', 'p') AND NOT EXISTS (SELECT 1 FROM pg_depend d"
                + " WHERE d.objid = c.oid AND d.deptype = 'e')";
        if (text(statement, "SELECT current_schema()").equals("null")) {
            throw new StartException("the user sees no schema in the database", config,
                    "Let the user use one: GRANT USAGE, CREATE ON SCHEMA public", null);
        }
        if (text(statement, ours).equals("0")) {
            checkMayCreate(statement);
            return new Found(0, 0);
        }
        if (text(statement, ours + " AND c.relname IN ('flyway_schema_history', 'head')")
                .equals("2")) {
            return known(statement);
        }
        throw anothers();
    }

    private void checkMayCreate(Statement statement) throws SQLException, StartException {
        if (!text(statement, "SELECT has_schema_privilege(current_schema(), 'CREATE')")
                .equals("t")) {
            throw new StartException("the user may not make tables in the database", config,
                    "Make the user the owner of the database, as docs/postgresql.md says", null);
        }
    }

    private Found known(Statement statement) throws SQLException, StartException {
        if (text(statement, "SELECT count(*) FROM flyway_schema_history WHERE script = '"
                + FIRST + "' AND success").equals("0")) {
            throw anothers();
        }
        int schema = Integer.parseInt(text(statement,
                "SELECT max(CAST(version AS INTEGER)) FROM flyway_schema_history WHERE success"));
        int oldest = Integer.parseInt(text(statement, "SELECT oldest_program FROM head"));
        return new Found(schema, oldest);
    }

    private StartException anothers() {
        return new StartException("it is the database of another program", config,
                "Name a database that is empty", null);
    }

    /** A newer schema is no harm as long as it says that older programs understand it. */
    private void checkUnderstood(Found found) throws StartException {
        if (found.oldestProgram > NEWEST) {
            throw new StartException(
                    "the database was written by a newer Portcullis (its schema is "
                            + found.schema + ", this program knows up to " + NEWEST + ")",
                    config, "Run that version or a newer one, or restore a backup", null);
        }
        if (found.schema > NEWEST) {
            LOG.warn("the database has schema {}, of a newer version that this one, of schema {},"
                    + " can work beside", found.schema, NEWEST);
        }
    }

    /** The lock goes with its connection, however that ends. */
    private void migrateAlone(Statement statement) throws SQLException, StartException {
        statement.execute("SET lock_timeout = " + LOCK_WAIT_MILLIS);
        statement.execute("SELECT pg_advisory_lock(" + LOCK + ")");
        Found found = inspect(statement);
        if (found.schema < NEWEST) {
            migrate();
            found = inspect(statement);
        }
        checkUnderstood(found);
    }

    private void migrate() throws StartException {
        try {
            Flyway.configure(PostgresSchema.class.getClassLoader())
                    .dataSource(new PostgresConnections(
                            config, PostgresConnections.Bounds.LONG))
                    .locations("classpath:" + MIGRATIONS)
                    .failOnMissingLocations(true)
                    // what extensions put there is no reason not to begin
                    .baselineOnMigrate(true)
                    .baselineVersion("0")
                    .load()
                    .migrate();
        } catch (FlywayException e) {
            throw new StartException(
                    "the database cannot be brought to schema " + NEWEST + " (" + e.getMessage()
                            + ")",
                    config, "Nothing was changed; look at what the server says", e);
        }
    }
}
