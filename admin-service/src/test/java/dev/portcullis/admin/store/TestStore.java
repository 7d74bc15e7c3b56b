package dev.portcullis.admin.store;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.sqlite.SQLiteDataSource;

/** A store whose statements can be made to fail, and whose tables can be looked at from outside. */
public final class TestStore implements AutoCloseable {
    private final Path directory;
    private final Store store;
    private final List<String> statements = new ArrayList<>();
    private int failAt;
    private boolean watching;

    private TestStore(Path directory, InstantSource clock) throws StartException {
        this.directory = directory;
        this.store = Store.open(new StoreConfig(directory), clock, this::before);
    }

    public static TestStore open(Path directory, InstantSource clock) throws StartException {
        return new TestStore(directory, clock);
    }

    public Store store() {
        return store;
    }

    private synchronized void before(String sql) throws SQLException {
        if (watching) {
            statements.add(sql);
            if (statements.size() == failAt) {
                throw new SQLException("this statement was made to fail");
            }
        }
    }

    /** From now on the n-th statement, counted from 1, fails; 0: none does. */
    public synchronized void failAt(int number) {
        statements.clear();
        failAt = number;
        watching = true;
    }

    /** No statement fails any more; answers with those that ran since {@link #failAt}. */
    public synchronized List<String> stopFailing() {
        watching = false;
        return List.copyOf(statements);
    }

    /** The database cannot grow past so many pages on the connection that writes. */
    public void limitPages(int pages) {
        store.write(transaction -> transaction.sql.first(
                "PRAGMA max_page_count = " + pages, row -> row.getInt(1)));
    }

    public int pages() {
        return store.write(transaction ->
                transaction.sql.one("PRAGMA page_count", row -> row.getInt(1)));
    }

    /** Every row of every table, as text. */
    public List<String> dump() throws SQLException {
        List<String> rows = new ArrayList<>();
        // by the schema itself, so that no table can be forgotten
        for (String table : query("SELECT name FROM sqlite_schema WHERE type = 'table'"
                + " AND name NOT LIKE 'sqlite_%' ORDER BY name")) {
            rows.addAll(query("SELECT * FROM " + table.substring(1)));
        }
        return rows;
    }

    /** The rows of a query on a connection of its own, columns between bars. */
    public List<String> query(String sql) throws SQLException {
        try (Connection connection = connect(directory);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            List<String> found = new ArrayList<>();
            while (rows.next()) {
                StringBuilder row = new StringBuilder();
                for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
                    byte[] value = rows.getBytes(i);
                    row.append('|').append(value == null ? "null" : new String(
                            value, java.nio.charset.StandardCharsets.ISO_8859_1));
                }
                found.add(row.toString());
            }
            return found;
        }
    }

    /** Alters the database behind the store's back. */
    public static void alter(Path directory, String sql) throws SQLException {
        try (Connection connection = connect(directory);
                Statement statement = connection.createStatement()) {
            statement.executeUpdate(sql);
        }
    }

    public static Connection connect(Path directory) throws SQLException {
        SQLiteDataSource dataSource = new SQLiteDataSource();
        dataSource.setUrl("jdbc:sqlite:" + directory.resolve(Store.DATABASE_FILE));
        return dataSource.getConnection();
    }

    @Override
    public void close() {
        store.close();
    }
}
