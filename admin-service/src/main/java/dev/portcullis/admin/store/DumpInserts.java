package dev.portcullis.admin.store;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * Writes the rows of a dump in its order. Those of a server go there many at once, since each way
 * to it and back takes longer than a row; a row that does not fit is found and named nevertheless.
 *
 * <p>Memory is bounded: by what goes at once, and the longest row. One thread.
 */
final class DumpInserts implements AutoCloseable {
    /** Rows that go to a server at once. */
    static final int ROWS_MAX = 256;
    /** Rows that have so many octets go at once, however few they are. */
    private static final long OCTETS_MAX = 1 << 20;
    private static final int OCTETS_OF_NUMBER = 8;
    private static final String SAVEPOINT = "SAVEPOINT many";

    private record Waiting(Object[] values, long line) {}

    private final Sql sql;
    private final Predicate<SQLException> isOfRow;
    private final int rowsMax;
    private final Map<String, Sql.Repeated> inserts = new HashMap<>();
    private final List<Waiting> waiting = new ArrayList<>();
    private DumpTable table;
    private long octets;

    /**
     * Into a database.
     *
     * @param isOfRow whether a row was refused for what is in it
     */
    DumpInserts(Sql sql, Predicate<SQLException> isOfRow) {
        this.sql = sql;
        this.isOfRow = isOfRow;
        this.rowsMax = sql.dialect() == Dialect.POSTGRES ? ROWS_MAX : 1;
    }

    /**
     * Adds a row; it is written now or with those to come.
     *
     * @param line where it stands in the dump
     */
    void add(DumpTable of, Object[] values, long line) throws SQLException, DumpException {
        if (of != table) {
            // what it refers to has to be there before
            flush();
            table = of;
        }
        waiting.add(new Waiting(values, line));
        octets += octets(values);
        if (waiting.size() == rowsMax || octets >= OCTETS_MAX) {
            flush();
        }
    }

    private static long octets(Object[] values) {
        long octets = 0;
        for (Object each : values) {
            if (each instanceof String text) {
                octets += 2L * text.length();
            } else if (each instanceof byte[] blob) {
                octets += blob.length;
            } else {
                octets += OCTETS_OF_NUMBER;
            }
        }
        return octets;
    }

    /** Writes what waits. */
    void flush() throws SQLException, DumpException {
        if (waiting.size() > 1) {
            writeAtOnce();
        } else {
            writeOneByOne();
        }
        waiting.clear();
        octets = 0;
    }

    private void writeAtOnce() throws SQLException, DumpException {
        Sql.Repeated insert = insert();
        sql.update(SAVEPOINT);
        try {
            for (Waiting each : waiting) {
                insert.add(each.values);
            }
            insert.runAdded();
        } catch (SQLException e) {
            if (!isOfRow.test(e)) {
                throw e;
            }
            // the server does not say of which; so up to that one again
            sql.update("ROLLBACK TO " + SAVEPOINT);
            writeOneByOne();
        }
        sql.update("RELEASE " + SAVEPOINT);
    }

    private void writeOneByOne() throws SQLException, DumpException {
        for (Waiting each : waiting) {
            try {
                insert().run(each.values);
            } catch (SQLException e) {
                if (isOfRow.test(e)) {
                    throw DumpException.at(each.line,
                            "the row does not fit the others, or its table", e);
                }
                throw e;
            }
        }
    }

    private Sql.Repeated insert() throws SQLException {
        Sql.Repeated insert = inserts.get(table.name());
        if (insert == null) {
            insert = sql.repeat(table.insert());
            inserts.put(table.name(), insert);
        }
        return insert;
    }

    @Override
    public void close() throws SQLException {
        for (Sql.Repeated insert : inserts.values()) {
            insert.close();
        }
    }
}
