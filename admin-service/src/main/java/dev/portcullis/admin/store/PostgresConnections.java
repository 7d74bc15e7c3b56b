package dev.portcullis.admin.store;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.Statement;
import java.util.Properties;
import org.postgresql.Driver;
import org.postgresql.PGProperty;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * Makes connections to the server, each with the password as it is then and with bounds on
 * everything that it may wait for. Any thread.
 */
final class PostgresConnections extends PGSimpleDataSource {
    private static final long serialVersionUID = 1L;
    private static final Driver DRIVER = new Driver();
    private static final int CONNECT_SECONDS = 5;
    /** Longer than any statement may take by itself; what takes longer has lost its server. */
    private static final int ANSWER_SECONDS = 20;

    /**
     * How long a connection may wait, in milliseconds; 0: for ever.
     *
     * @param statement for a statement to end
     * @param lock for a row or table that another transaction holds
     * @param idle between the statements of a transaction: a process that was stopped in the middle
     *     of one must not keep the others waiting for what it holds
     */
    record Bounds(int statement, int lock, int idle) {
        /** Where one statement may take hours. */
        static final Bounds LONG = new Bounds(0, 10_000, 0);
    }

    private final transient PostgresConfig config;
    private final transient Bounds bounds;

    PostgresConnections(PostgresConfig config, Bounds bounds) {
        this.config = config;
        this.bounds = bounds;
    }

    @Override
    public Connection getConnection() throws SQLException {
        Properties properties = new Properties();
        PGProperty.USER.set(properties, config.user());
        String password = password();
        if (password != null) {
            PGProperty.PASSWORD.set(properties, password);
        }
        PGProperty.APPLICATION_NAME.set(properties, "portcullis");
        PGProperty.CONNECT_TIMEOUT.set(properties, CONNECT_SECONDS);
        PGProperty.LOGIN_TIMEOUT.set(properties, CONNECT_SECONDS);
        PGProperty.SOCKET_TIMEOUT.set(properties, bounds.statement == 0 ? 0 : ANSWER_SECONDS);
        PGProperty.TCP_KEEP_ALIVE.set(properties, true);
        // rows that are added together become statements of many rows
        PGProperty.REWRITE_BATCHED_INSERTS.set(properties, bounds == Bounds.LONG);
        if (config.hosts().size() > 1) {
            PGProperty.TARGET_SERVER_TYPE.set(properties, "primary");
        }
        setTls(properties);
        // without a database: the driver would take it from a '/' that a name may have in it
        PGProperty.PG_DBNAME.set(properties, config.database());
        Connection connection = DRIVER.connect(
                "jdbc:postgresql://" + String.join(",", config.hosts()) + "/", properties);
        try {
            bound(connection);
            refuseStandby(connection);
            return connection;
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
    }

    private String password() throws SQLException {
        try {
            return config.password().text();
        } catch (IOException e) {
            throw new SQLException(
                    "the password cannot be read (" + e.getMessage() + ")", "28000");
        }
    }

    private void setTls(Properties properties) throws SQLException {
        PGProperty.SSL_MODE.set(properties, config.sslMode());
        PGProperty.GSS_ENC_MODE.set(properties, "disable");
        String root = config.parameters().get("sslrootcert");
        String certificate = config.parameters().get("sslcert");
        if (root != null && !root.equals("system")) {
            PGProperty.SSL_ROOT_CERT.set(properties, root);
        } else if (certificate == null) {
            // what this machine trusts
            PGProperty.SSL_FACTORY.set(
                    properties, "org.postgresql.ssl.DefaultJavaSSLFactory");
        }
        if (certificate != null) {
            PGProperty.SSL_CERT.set(properties, certificate);
        }
        String key = config.parameters().get("sslkey");
        if (key != null) {
            PGProperty.SSL_KEY.set(properties, key);
            String algorithm = algorithm(key);
            if (algorithm != null) {
                // the driver takes each for one of RSA otherwise
                PGProperty.PEM_KEY_ALGORITHM.set(properties, algorithm);
            }
        }
    }

    private static String algorithm(String key) throws SQLException {
        try {
            return PostgresKey.algorithm(Path.of(key));
        } catch (IOException e) {
            throw new SQLException(
                    "the key of sslkey cannot be read (" + e.getMessage() + ")", "28000");
        }
    }

    private void bound(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("SET statement_timeout = " + bounds.statement
                    + "; SET lock_timeout = " + bounds.lock
                    + "; SET idle_in_transaction_session_timeout = " + bounds.idle
                    // a role or a database may have it off: a change would be lost in a crash
                    + "; SELECT set_config('synchronous_commit', 'on', false)"
                    + " WHERE current_setting('synchronous_commit') IN ('off', 'local')");
        }
    }

    /**
     * A server that has become a standby is behind the truth, and does not know how far. It takes a
     * new start to become one, so that looking at new connections is enough.
     */
    private static void refuseStandby(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT pg_is_in_recovery()")) {
            if (!row.next() || row.getBoolean(1)) {
                throw new SQLException("the server is a standby", PostgresErrors.READ_ONLY);
            }
        }
    }

    @Override
    public Connection getConnection(String username, String password) throws SQLException {
        throw new SQLFeatureNotSupportedException("the user is configured");
    }
}
