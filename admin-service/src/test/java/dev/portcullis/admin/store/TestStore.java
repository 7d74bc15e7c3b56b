package dev.portcullis.admin.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.sqlite.SQLiteDataSource;

/** A store whose statements can be made to fail, and whose tables can be looked at from outside. */
public final class TestStore implements AutoCloseable {
    /** Which database stands for a directory, where it is not a file in it. */
    private static final Map<Path, PostgresConfig> SERVED = new ConcurrentHashMap<>();

    private final Path directory;
    private final Store store;
    /** One of each, since asking takes a connection. */
    private final Map<String, List<String>> plans = new HashMap<>();
    private final List<String> statements = new ArrayList<>();
    /** Null until a test looks; a server makes a connection slowly. */
    private Connection looking;
    private int failAt;
    private boolean watching;

    private TestStore(Path directory, InstantSource clock) throws StartException {
        this.directory = directory;
        this.store = Store.open(config(directory), clock, this::before);
    }

    /** On SQLite, or on what was opened for the directory before. */
    public static TestStore open(Path directory, InstantSource clock) throws StartException {
        return new TestStore(directory, clock);
    }

    /** As {@link #config(Engine, Path)} says. */
    public static TestStore open(Engine engine, Path directory, InstantSource clock)
            throws StartException {
        config(engine, directory);
        return new TestStore(directory, clock);
    }

    /**
     * A database for a directory, the same one each time: in it, or on the server of the process.
     */
    public static StoreConfig config(Engine engine, Path directory) {
        if (engine == Engine.POSTGRES) {
            SERVED.computeIfAbsent(directory, unused -> PostgresServer.shared().database());
        }
        return config(directory);
    }

    static StoreConfig config(Path directory) {
        PostgresConfig served = SERVED.get(directory);
        return served == null ? new StoreConfig(directory) : new StoreConfig(served);
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
        for (String table : query(isPostgres()
                ? "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename"
                : "SELECT name FROM sqlite_schema WHERE type = 'table'"
                        + " AND name NOT LIKE 'sqlite_%' ORDER BY name")) {
            List<String> of = new ArrayList<>(query("SELECT * FROM " + table.substring(1)));
            // a table of PostgreSQL's has no order, and an undone change may leave another
            Collections.sort(of);
            rows.addAll(of);
        }
        return rows;
    }

    /** The rows of a query on a connection apart from the store's, columns between bars. */
    public synchronized List<String> query(String sql) throws SQLException {
        if (looking == null) {
            looking = connect(directory);
        }
        try (Statement statement = looking.createStatement();
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

    /**
     * How the database goes about a statement whose arguments are not known yet, where it has no
     * reason to read all of a table but that it finds no other way.
     */
    public List<String> plan(String sql) throws SQLException {
        List<String> plan = plans.get(sql);
        if (plan == null) {
            plan = isPostgres() ? planOfPostgres(sql) : query("EXPLAIN QUERY PLAN " + sql);
            plans.put(sql, plan);
        }
        return plan;
    }

    private List<String> planOfPostgres(String sql) throws SQLException {
        try (Connection connection = PostgresServer.shared().connect(
                        SERVED.get(directory).database() + "?preferQueryMode=simple");
                Statement statement = connection.createStatement()) {
            for (String way : List.of("seqscan", "sort", "incremental_sort")) {
                statement.execute("SET enable_" + way + " = off");
            }
            String explain = "EXPLAIN (GENERIC_PLAN, COSTS OFF) " + numbered(sql);
            try (ResultSet rows = statement.executeQuery(explain)) {
                List<String> plan = new ArrayList<>();
                while (rows.next()) {
                    plan.add(rows.getString(1));
                }
                return plan;
            }
        }
    }

    private static String numbered(String sql) {
        StringBuilder numbered = new StringBuilder();
        int number = 0;
        for (char each : sql.toCharArray()) {
            numbered.append(each == '?' ? "$" + ++number : each);
        }
        return numbered.toString();
    }

    /** Nothing is sorted, and no table is read as a whole. */
    public void assertByIndexes(String sql) throws SQLException {
        assertThat(plan(sql)).as(sql)
                .noneMatch(step -> step.contains("TEMP B-TREE")
                        || step.matches("( *-> *)?(Incremental )?Sort"))
                .noneMatch(step -> step.contains("Seq Scan")
                        || step.matches(".*SCAN (?!\\(subquery|counted).*"));
    }

    private boolean isPostgres() {
        return SERVED.containsKey(directory);
    }

    /** Alters the database behind the store's back. */
    public static void alter(Path directory, String sql) throws SQLException {
        try (Connection connection = connect(directory);
                Statement statement = connection.createStatement()) {
            statement.execute(SERVED.containsKey(directory)
                    ? sql.replace("zeroblob(32)", "decode(repeat('00', 32), 'hex')")
                    : sql);
        }
    }

    public static Connection connect(Path directory) throws SQLException {
        PostgresConfig served = SERVED.get(directory);
        if (served != null) {
            return PostgresServer.shared().connect(served.database());
        }
        SQLiteDataSource dataSource = new SQLiteDataSource();
        dataSource.setUrl("jdbc:sqlite:" + directory.resolve(SqliteDatabase.FILE));
        return dataSource.getConnection();
    }

    @Override
    public synchronized void close() {
        try {
            if (looking != null) {
                looking.close();
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        } finally {
            store.close();
        }
    }
}
