package dev.portcullis.admin.store;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Takes everything out of a database and puts it into another: users with the deleted ones, groups,
 * bindings, credentials with their hashes, sealed tokens, the audit log with its chain, and the
 * revision. Tokens keep working; what was ever revoked stays so.
 *
 * <p>A dump is newline-delimited JSON in UTF-8: a line that names the format, a line for each row,
 * and a last line with the number of rows of each table and the SHA-256 of all lines before it. It
 * holds no secret, but names, addresses, hashes and the audit log: it belongs in a file that its
 * owner alone can read.
 *
 * <p>Memory is bounded: by the longest line, not by their number. Any thread that may block.
 */
public final class Dump {
    private static final int PROGRESS_ROWS = 1_000;

    private Dump() {}

    /** Hears how far it has come. */
    public interface Progress {
        /** So many rows of so many. What it throws ends the work; nothing is imported then. */
        void at(long rows, long total);
    }

    /**
     * What was moved.
     *
     * @param rows by table
     */
    public record Summary(long revision, Map<String, Long> rows) {
        /** Copies what could change, keeping its order. */
        public Summary {
            rows = Collections.unmodifiableMap(new LinkedHashMap<>(rows));
        }

        /** Rows of all tables. */
        public long total() {
            return Dump.total(rows);
        }
    }

    // ---------------------------------------------------------------------------------- export

    /**
     * Writes what a database holds at one instant. Nothing is locked and nothing is written to the
     * database, so a server may go on using it; while this runs, the write-ahead log of SQLite
     * cannot shrink, and PostgreSQL cannot clear away old rows.
     *
     * @param out is flushed, not closed
     * @throws StartException when there is no database, or not of this program's schema
     * @throws IOException when {@code out} cannot be written
     */
    public static Summary export(StoreConfig config, OutputStream out, Progress progress)
            throws StartException, IOException {
        try (DumpPlace place = DumpPlace.from(config)) {
            Sql sql = null;
            try {
                sql = place.connect(Sql.Hook.NONE);
                sql.beginReading();
                Summary summary = write(sql, out, progress);
                sql.endTransaction();
                return summary;
            } catch (SQLException e) {
                throw place.refusal(e);
            } catch (UncheckedIOException e) {
                throw e.getCause();
            } finally {
                close(sql);
            }
        }
    }

    private static Summary write(Sql sql, OutputStream out, Progress progress)
            throws SQLException, IOException {
        long revision = new ReadTransaction(sql).revision();
        Map<String, Long> expected = new LinkedHashMap<>();
        for (DumpTable table : DumpTable.ALL) {
            expected.put(table.name(),
                    sql.one("SELECT count(*) FROM " + table.name(), row -> row.getLong(1)));
        }
        Steps steps = new Steps(progress, total(expected));
        DumpWriter writer = new DumpWriter(new BufferedOutputStream(out, 1 << 16));
        writer.header(revision, expected);
        for (DumpTable table : DumpTable.ALL) {
            sql.each(table.select(), row -> {
                write(writer, table, row);
                steps.next();
                return true;
            });
        }
        writer.trailer();
        steps.end();
        return new Summary(revision, expected);
    }

    private static void write(DumpWriter writer, DumpTable table, ResultSet row)
            throws SQLException {
        try {
            writer.row(table, row);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    // ---------------------------------------------------------------------------------- import

    /**
     * Fills an empty database, which is made where there is none, in one transaction: all of the
     * dump is there when it returns, nothing when it throws. Gateways that come to a server of this
     * database are told to forget what they know, and revisions go on from where they were.
     *
     * @param in is read to its end, not closed
     * @throws StartException when the directory or its database cannot be used, or is not empty
     * @throws DumpException when the dump is not one, not whole, was altered, or its audit log is
     *     not in order
     * @throws IOException when {@code in} cannot be read
     */
    public static Summary importInto(StoreConfig config, InputStream in, Progress progress)
            throws StartException, DumpException, IOException {
        return importInto(config, in, progress, Sql.Hook.NONE);
    }

    static Summary importInto(
            StoreConfig config, InputStream in, Progress progress, Sql.Hook hook)
            throws StartException, DumpException, IOException {
        try (DumpPlace place = DumpPlace.into(config)) {
            DumpReader reader = new DumpReader(in);
            Sql sql = null;
            try {
                sql = place.connect(hook);
                sql.beginWriting();
                place.lock(sql);
                requireEmpty(sql, place);
                DumpInserts inserts = new DumpInserts(sql, place::isOfRow);
                Summary summary = read(sql, reader, inserts, progress);
                sql.commit();
                return summary;
            } catch (SQLException e) {
                if (place.isOfRow(e)) {
                    throw DumpException.at(reader.lineNumber(),
                            "the row does not fit the others, or its table", e);
                }
                throw place.refusal(e);
            } finally {
                close(sql);
            }
        }
    }

    private static void requireEmpty(Sql sql, DumpPlace place)
            throws SQLException, StartException {
        boolean empty = new ReadTransaction(sql).revision() == 0;
        for (DumpTable table : DumpTable.ALL) {
            // the head always has its one row
            empty &= table.name().equals("head")
                    || !sql.exists("SELECT 1 FROM " + table.name() + " LIMIT 1");
        }
        if (!empty) {
            throw place.notEmpty();
        }
    }

    private static Summary read(
            Sql sql, DumpReader reader, DumpInserts inserts, Progress progress)
            throws SQLException, IOException, DumpException {
        DumpReader.Header header = reader.header();
        // what is written now was never in this database: what was sealed for it is not to be
        // believed
        sql.update("DELETE FROM cache_key");
        sql.update("DELETE FROM head");
        Map<String, Long> counts = insertAll(inserts, reader, header, progress);
        if (counts.getOrDefault("head", 0L) != 1) {
            throw new DumpException("the dump has no head");
        }
        sql.update("UPDATE head SET trimmed_to = revision");
        ReadTransaction written = new ReadTransaction(sql);
        if (written.revision() != header.revision()) {
            throw new DumpException("the dump's head is not of the revision that it names first");
        }
        AuditVerifier.Result chain = AuditVerifier.verify(written);
        if (!chain.intact()) {
            throw new DumpException("the audit log is not in order: " + chain.problem());
        }
        return new Summary(header.revision(), counts);
    }

    private static Map<String, Long> insertAll(
            DumpInserts inserts, DumpReader reader, DumpReader.Header header, Progress progress)
            throws SQLException, IOException, DumpException {
        Map<String, Long> counts = new LinkedHashMap<>();
        Steps steps = new Steps(progress, total(header.rows()));
        try (inserts) {
            DumpReader.Row row = next(reader, inserts);
            while (row.table() != null) {
                inserts.add(row.table(), row.values(), reader.lineNumber());
                counts.merge(row.table().name(), 1L, Long::sum);
                steps.next();
                row = next(reader, inserts);
            }
            inserts.flush();
            requireCounts(header.rows(), counts);
            requireCounts(row.counts(), counts);
            steps.end();
            return counts;
        }
    }

    private static DumpReader.Row next(DumpReader reader, DumpInserts inserts)
            throws SQLException, IOException, DumpException {
        try {
            return reader.row();
        } catch (DumpException e) {
            // of two mistakes the one that comes first in the dump is told
            inserts.flush();
            throw e;
        }
    }

    private static void requireCounts(Map<String, Long> named, Map<String, Long> counts)
            throws DumpException {
        for (DumpTable table : DumpTable.ALL) {
            long expected = named.getOrDefault(table.name(), 0L);
            long found = counts.getOrDefault(table.name(), 0L);
            if (expected != found) {
                throw new DumpException("the dump is not whole: it has " + found + " rows of "
                        + table.name() + ", and should have " + expected);
            }
        }
    }

    // ----------------------------------------------------------------------------------- both

    private static long total(Map<String, Long> rows) {
        return rows.values().stream().mapToLong(Long::longValue).sum();
    }

    /** Tells of every so many rows, and of the last. */
    private static final class Steps {
        private final Progress progress;
        private final long total;
        private long rows;

        Steps(Progress progress, long total) {
            this.progress = progress;
            this.total = total;
        }

        void next() {
            if (++rows % PROGRESS_ROWS == 0) {
                progress.at(rows, total);
            }
        }

        void end() {
            progress.at(rows, total);
        }
    }

    /** What was not committed is undone with it. */
    private static void close(Sql sql) {
        if (sql != null) {
            try {
                sql.endTransaction();
                sql.close();
            } catch (SQLException e) {
                throw new IllegalStateException("the database cannot be closed", e);
            }
        }
    }
}
