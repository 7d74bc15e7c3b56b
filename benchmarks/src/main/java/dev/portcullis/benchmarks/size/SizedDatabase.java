package dev.portcullis.benchmarks.size;

import dev.portcullis.admin.bootstrap.ControlPlane;
import dev.portcullis.admin.bootstrap.ControlPlaneConfig;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.sqlite.SQLiteDataSource;

/**
 * A database with so many users and tokens and an audit event for each, written by SQL alone. The
 * hashes are random and the audit log is not a chain: nobody authenticates with these tokens, and
 * nobody verifies it.
 */
final class SizedDatabase {
    private static final String DAY = "86400000";
    private static final String NUMBERS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1"
            + " FROM n WHERE i < %d) ";

    private SizedDatabase() {}

    /** Makes it in a directory that does not exist yet. */
    static void build(Path directory, int users, int tokens) throws Exception {
        // the schema and the first administrator are made as ever
        ControlPlane.start(ControlPlaneConfig.in(directory), InstantSource.system(),
                System::nanoTime, new SecureRandom()).close();
        try (Connection connection = connect(directory);
                Statement statement = connection.createStatement()) {
            statement.execute("PRAGMA synchronous = OFF");
            statement.execute("PRAGMA cache_size = -1000000");
            List<String> indexes = dropIndexes(statement);
            statement.execute("BEGIN");
            long now = InstantSource.system().millis();
            fillUsers(statement, users, now);
            fillTokens(statement, users, tokens, now);
            fillAudit(statement, tokens, now);
            statement.execute("COMMIT");
            for (String index : indexes) {
                statement.execute(index);
            }
            statement.execute("PRAGMA wal_checkpoint(TRUNCATE)");
        }
    }

    private static Connection connect(Path directory) throws SQLException {
        SQLiteDataSource dataSource = new SQLiteDataSource();
        dataSource.setUrl("jdbc:sqlite:" + directory.resolve("portcullis.db"));
        return dataSource.getConnection();
    }

    /** Answers with what makes them again: faster than keeping them right row by row. */
    private static List<String> dropIndexes(Statement statement) throws SQLException {
        List<String> names = new ArrayList<>();
        List<String> texts = new ArrayList<>();
        try (ResultSet rows = statement.executeQuery("SELECT name, sql FROM sqlite_schema"
                + " WHERE type = 'index' AND sql IS NOT NULL")) {
            while (rows.next()) {
                names.add(rows.getString(1));
                texts.add(rows.getString(2));
            }
        }
        for (String name : names) {
            statement.execute("DROP INDEX " + name);
        }
        return texts;
    }

    private static void fillUsers(Statement statement, int users, long now) throws SQLException {
        statement.execute(NUMBERS.formatted(users)
                + "INSERT INTO users (id, name, name_key, description, kind, blocked, created_at,"
                + " created_by, created_revision, revision)"
                + " SELECT printf('usr_%016d', i), 'service ' || i, 'service ' || i, '', 'service',"
                + " 0, " + now + ", 'system', i, i FROM n");
        statement.execute(NUMBERS.formatted(users)
                + "INSERT INTO bindings (user_id, application, role)"
                + " SELECT printf('usr_%016d', i), 'orders', 'reader' FROM n");
    }

    private static void fillTokens(Statement statement, int users, int tokens, long now)
            throws SQLException {
        // in order of their prefixes, as a table without row numbers likes it best
        statement.execute("CREATE TEMP TABLE prefixes (prefix TEXT PRIMARY KEY) WITHOUT ROWID");
        statement.execute(NUMBERS.formatted(tokens)
                + "INSERT OR IGNORE INTO prefixes SELECT lower(hex(randomblob(6))) FROM n");
        statement.execute("INSERT INTO credentials (prefix, kind, name, user_id, hash_algorithm,"
                + " hash, state, created_at, created_by, created_revision, expires_at, revoked_at,"
                + " applications, cidrs, family, revision)"
                + " SELECT prefix, 'access_token', 'ci',"
                + " printf('usr_%016d', 1 + abs(random() % " + users + ")),"
                + " 'sha-256', randomblob(32),"
                + " CASE abs(random() % 10) WHEN 0 THEN 'revoked' ELSE 'live' END, " + now
                + ", 'system', " + users + " + row_number() OVER (), " + now + " + " + DAY
                + " * (1 + abs(random() % 360)), NULL, '', '', prefix, " + users
                + " + row_number() OVER () FROM prefixes");
        statement.execute("UPDATE credentials SET revoked_at = created_at WHERE state = 'revoked'");
        statement.execute("UPDATE head SET revision = " + (users + tokens) + ", trimmed_to = "
                + (users + tokens));
    }

    private static void fillAudit(Statement statement, int tokens, long now) throws SQLException {
        statement.execute("INSERT INTO audit_event (seq, revision, happened_at, actor_id,"
                + " actor_name, source, request_id, action, target_kind, target_id, before_state,"
                + " after_state, previous_hash, hash)"
                + " SELECT row_number() OVER () + (SELECT audit_seq FROM head), revision, " + now
                + ", 'system', 'system', 'local', hex(randomblob(16)), 'token.issue', 'token',"
                + " prefix, NULL, '{\"id\":\"' || prefix || '\",\"name\":\"ci\",\"user_id\":\"'"
                + " || user_id || '\",\"state\":\"live\"}', zeroblob(32), randomblob(32)"
                + " FROM credentials WHERE created_revision > 1 ORDER BY created_revision");
        statement.execute("UPDATE head SET audit_seq = (SELECT max(seq) FROM audit_event),"
                + " audit_hash = (SELECT hash FROM audit_event ORDER BY seq DESC LIMIT 1)");
    }

    /** Some of the tokens that are live, drawn at random. */
    static List<String> liveTokens(Path directory, int count) throws SQLException {
        List<String> found = new ArrayList<>();
        try (Connection connection = connect(directory);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT prefix FROM credentials"
                        + " WHERE state = 'live' AND created_by = 'system' AND name = 'ci'"
                        + " ORDER BY random() LIMIT " + count)) {
            while (rows.next()) {
                found.add(rows.getString(1));
            }
        }
        return found;
    }
}
