package dev.portcullis.admin.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Runs statements on one connection, and maps their rows. Used by one thread at a time. */
final class Sql {
    /** Is told of every statement before it runs; a test makes it fail there. */
    interface Hook {
        /** Nothing happens. */
        Hook NONE = sql -> {};

        void before(String sql) throws SQLException;
    }

    /** Makes a value of the row that a result set stands on. */
    interface RowMapper<T> {
        T map(ResultSet row) throws SQLException;
    }

    /** Looks at the row that a result set stands on. */
    interface RowVisitor {
        /** Answers whether to go on to the next row. */
        boolean visit(ResultSet row) throws SQLException;
    }

    /** Rows that are fetched at once where a statement visits its rows one by one. */
    private static final int FETCHED = 100;

    private final Connection connection;
    private final Hook hook;
    private final Dialect dialect;
    private boolean inTransaction;

    /** On a connection; one of PostgreSQL does not commit by itself. */
    Sql(Connection connection, Hook hook, Dialect dialect) {
        this.connection = connection;
        this.hook = hook;
        this.dialect = dialect;
    }

    Dialect dialect() {
        return dialect;
    }

    /** Runs a statement and answers with the number of rows it changed. */
    int update(String sql, Object... arguments) throws SQLException {
        hook.before(sql);
        try (PreparedStatement statement = prepare(sql, arguments)) {
            return statement.executeUpdate();
        }
    }

    /** A statement that changes something and is to run many times. */
    Repeated repeat(String sql) throws SQLException {
        return new Repeated(sql, connection.prepareStatement(sql));
    }

    /** Compiled once. */
    final class Repeated implements AutoCloseable {
        private final String text;
        private final PreparedStatement statement;

        private Repeated(String text, PreparedStatement statement) {
            this.text = text;
            this.statement = statement;
        }

        void run(Object... arguments) throws SQLException {
            hook.before(text);
            bind(statement, arguments);
            statement.executeUpdate();
        }

        /** Runs it together with others, in {@link #runAdded}. */
        void add(Object... arguments) throws SQLException {
            bind(statement, arguments);
            statement.addBatch();
        }

        /** Runs what was added; where one fails, nobody knows which have run. */
        void runAdded() throws SQLException {
            hook.before(text);
            statement.executeBatch();
        }

        @Override
        public void close() throws SQLException {
            statement.close();
        }
    }

    /** The rows of a query. Callers bound their number in the statement. */
    <T> List<T> list(String sql, RowMapper<T> mapper, Object... arguments) throws SQLException {
        hook.before(sql);
        try (PreparedStatement statement = prepare(sql, arguments);
                ResultSet rows = statement.executeQuery()) {
            List<T> result = new ArrayList<>();
            while (rows.next()) {
                result.add(mapper.map(rows));
            }
            return result;
        }
    }

    /** Visits the rows of a query as they are read, so that their number costs no memory. */
    void each(String sql, RowVisitor visitor, Object... arguments) throws SQLException {
        hook.before(sql);
        try (PreparedStatement statement = prepare(sql, arguments)) {
            // PostgreSQL's driver reads them all into memory otherwise
            statement.setFetchSize(FETCHED);
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next() && visitor.visit(rows)) {
                    // the visitor does it all
                }
            }
        }
    }

    /** The first row of a query, or null when it has none. */
    <T> T first(String sql, RowMapper<T> mapper, Object... arguments) throws SQLException {
        List<T> rows = list(sql, mapper, arguments);
        return rows.isEmpty() ? null : rows.get(0);
    }

    /** The first row of a query that always has one. */
    <T> T one(String sql, RowMapper<T> mapper, Object... arguments) throws SQLException {
        T row = first(sql, mapper, arguments);
        if (row == null) {
            throw new SQLException("no row where there is always one: " + sql);
        }
        return row;
    }

    /** Whether a query has a row. */
    boolean exists(String sql, Object... arguments) throws SQLException {
        return first(sql, row -> true, arguments) != null;
    }

    /** Changes exactly one row. */
    void expectOne(String sql, Object... arguments) throws SQLException {
        int updated = update(sql, arguments);
        if (updated != 1) {
            throw new SQLException("expected to change one row, but changed " + updated);
        }
    }

    /** Places for so many arguments, between commas; for none, something that has no rows. */
    static String places(int count) {
        return count == 0
                ? "SELECT NULL WHERE 1 = 0"
                : String.join(",", Collections.nCopies(count, "?"));
    }

    /** The arguments of the one and then the other. */
    static Object[] join(List<?> first, List<?> second) {
        List<Object> all = new ArrayList<>(first);
        all.addAll(second);
        return all.toArray();
    }

    /** A column that may be null. */
    static Long nullableLong(ResultSet row, String column) throws SQLException {
        long value = row.getLong(column);
        return row.wasNull() ? null : value;
    }

    /** Begins a transaction that will only read, in a snapshot of its first read. */
    void beginReading() throws SQLException {
        begin("BEGIN");
    }

    /** Begins a transaction that will write. */
    void beginWriting() throws SQLException {
        begin("BEGIN IMMEDIATE");
    }

    private void begin(String statement) throws SQLException {
        if (dialect == Dialect.SQLITE) {
            update(statement);
        } else {
            // sent with the first statement
            hook.before("BEGIN");
        }
        inTransaction = true;
    }

    /**
     * Makes what the transaction wrote durable. What PostgreSQL has to say beside its answer is
     * taken for a failure: it says so when it no longer waited for the standby it is to wait for.
     */
    void commit() throws SQLException {
        if (dialect == Dialect.SQLITE) {
            update("COMMIT");
        } else {
            hook.before("COMMIT");
            connection.clearWarnings();
            connection.commit();
            if (connection.getWarnings() != null) {
                throw connection.getWarnings();
            }
        }
        inTransaction = false;
    }

    /** Undoes the transaction, if one is open. Not hooked: it is what follows a failure. */
    void endTransaction() throws SQLException {
        if (inTransaction) {
            inTransaction = false;
            if (dialect == Dialect.SQLITE) {
                rollbackSqlite();
            } else {
                connection.rollback();
            }
        }
    }

    private void rollbackSqlite() throws SQLException {
        try (PreparedStatement rollback = connection.prepareStatement("ROLLBACK")) {
            rollback.executeUpdate();
        } catch (SQLException e) {
            // after some errors, a full disk among them, SQLite has rolled back by itself
            if (!String.valueOf(e.getMessage()).contains("no transaction is active")) {
                throw e;
            }
        }
    }

    /** Rings a bell of every process on the database when the transaction commits. */
    void ring(String channel) throws SQLException {
        if (dialect == Dialect.POSTGRES) {
            one("SELECT pg_notify(?, '')", row -> true, channel);
        }
    }

    void close() throws SQLException {
        connection.close();
    }

    private PreparedStatement prepare(String sql, Object... arguments) throws SQLException {
        PreparedStatement statement = connection.prepareStatement(sql);
        try {
            bind(statement, arguments);
            return statement;
        } catch (SQLException | RuntimeException e) {
            statement.close();
            throw e;
        }
    }

    private static void bind(PreparedStatement statement, Object... arguments)
            throws SQLException {
        for (int i = 0; i < arguments.length; i++) {
            statement.setObject(i + 1, arguments[i]);
        }
    }
}
