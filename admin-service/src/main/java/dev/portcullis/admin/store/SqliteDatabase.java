package dev.portcullis.admin.store;

import dev.portcullis.admin.model.ServiceException;
import dev.portcullis.admin.model.ServiceException.Code;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteConfig.JournalMode;
import org.sqlite.SQLiteConfig.SynchronousMode;
import org.sqlite.SQLiteDataSource;

/**
 * Connections and transactions of the SQLite file: one connection writes, under a lock; a few
 * others read, each transaction in a snapshot of its own. In WAL mode neither waits for the other.
 *
 * <p>Any thread that may block. A connection on which a transaction could not be ended is thrown
 * away and replaced.
 */
final class SqliteDatabase implements Database {
    static final String FILE = "portcullis.db";
    static final int READERS = 4;
    private static final int BUSY_TIMEOUT_MILLIS = 5_000;
    private static final long WAL_KEPT_BYTES_MAX = 64L << 20;
    private static final long WRITE_WAIT_MILLIS = 5_000;
    private static final long READ_WAIT_MILLIS = 2_000;
    private static final Logger LOG = LoggerFactory.getLogger(SqliteDatabase.class);

    private final DataDirectory directory;
    private final DataSource dataSource;
    private final Sql.Hook hook;
    private final StoreFaults faults;
    /** Fair, so that a busy writer cannot keep a revocation waiting. */
    private final ReentrantLock writeLock = new ReentrantLock(true);
    /** Guarded by writeLock; null when it has to be opened anew. */
    private Sql writer;
    private final BlockingQueue<ReaderSlot> readers = new ArrayBlockingQueue<>(READERS);
    private final AtomicBoolean closed = new AtomicBoolean();

    private SqliteDatabase(
            DataDirectory directory, DataSource dataSource, Sql.Hook hook, StoreFaults faults) {
        this.directory = directory;
        this.dataSource = dataSource;
        this.hook = hook;
        this.faults = faults;
        for (int i = 0; i < READERS; i++) {
            readers.add(new ReaderSlot());
        }
    }

    /** Opens the database of a directory, making or migrating it where needed. */
    static SqliteDatabase open(Path path, Sql.Hook hook, StoreFaults faults)
            throws StartException {
        DataDirectory directory = DataDirectory.open(path);
        try {
            Path file = directory.file(FILE);
            DataSource dataSource = dataSource(file);
            new SqliteSchema(dataSource, file).prepare();
            return new SqliteDatabase(directory, dataSource, hook, faults);
        } catch (StartException | RuntimeException e) {
            directory.close();
            throw e;
        }
    }

    static DataSource dataSource(Path file) {
        SQLiteConfig sqlite = new SQLiteConfig();
        sqlite.setJournalMode(JournalMode.WAL);
        sqlite.setSynchronous(SynchronousMode.FULL);
        sqlite.setBusyTimeout(BUSY_TIMEOUT_MILLIS);
        sqlite.enforceForeignKeys(true);
        sqlite.setJournalSizeLimit((int) WAL_KEPT_BYTES_MAX);
        SQLiteDataSource dataSource = new SQLiteDataSource(sqlite);
        dataSource.setUrl("jdbc:sqlite:" + file.toAbsolutePath());
        return dataSource;
    }

    /** For one who looks at a database that another process may be using. */
    static DataSource readOnlyDataSource(Path file) {
        SQLiteConfig sqlite = new SQLiteConfig();
        sqlite.setReadOnly(true);
        sqlite.setBusyTimeout(BUSY_TIMEOUT_MILLIS);
        SQLiteDataSource dataSource = new SQLiteDataSource(sqlite);
        dataSource.setUrl("jdbc:sqlite:" + file.toAbsolutePath());
        return dataSource;
    }

    /** A place for a read connection, which is opened at its first use. */
    private static final class ReaderSlot {
        Sql sql;
    }

    @Override
    public <T> T read(Work<T> work) {
        if (closed.get()) {
            throw closedException();
        }
        ReaderSlot slot = takeReader();
        try {
            if (slot.sql == null) {
                slot.sql = open(true);
            }
            slot.sql.beginReading();
            return work.in(slot.sql);
        } catch (SQLException e) {
            faults.note(StoreErrors.kind(e), e);
            throw StoreErrors.ofRead(e);
        } finally {
            slot.sql = end(slot.sql);
            readers.add(slot);
        }
    }

    @Override
    public <T> T write(Work<T> work, Runnable afterCommit, Runnable atDoubt) {
        lockForWriting();
        try {
            if (closed.get()) {
                throw closedException();
            }
            if (writer == null) {
                writer = open(false);
            }
            writer.beginWriting();
            T result = work.in(writer);
            commit(atDoubt);
            afterCommit.run();
            return result;
        } catch (SQLException e) {
            faults.note(StoreErrors.kind(e), e);
            throw StoreErrors.ofWrite(e);
        } finally {
            writer = end(writer);
            writeLock.unlock();
        }
    }

    /** The same as any write: there is one writer. */
    @Override
    public <T> T writeBeside(Work<T> work) {
        return write(work, () -> {}, () -> {});
    }

    @Override
    public boolean isShared() {
        return false;
    }

    @Override
    public StoreFaults faults() {
        return faults;
    }

    @Override
    public void setBells(Bells bells) {
        // the directory is locked: nobody else writes
    }

    private void commit(Runnable atDoubt) throws SQLException {
        try {
            writer.commit();
        } catch (SQLException e) {
            atDoubt.run();
            throw e;
        }
    }

    /** Ends a transaction if one is open; answers with the connection, or null if it is no good. */
    private static Sql end(Sql sql) {
        if (sql == null) {
            return null;
        }
        try {
            sql.endTransaction();
            return sql;
        } catch (SQLException e) {
            LOG.warn("a database connection is replaced: its transaction could not be ended", e);
            closeQuietly(sql);
            return null;
        }
    }

    private Sql open(boolean forReading) throws SQLException {
        Sql sql = new Sql(dataSource.getConnection(), hook, Dialect.SQLITE);
        try {
            if (forReading) {
                sql.update("PRAGMA query_only = ON");
            }
            return sql;
        } catch (SQLException e) {
            closeQuietly(sql);
            throw e;
        }
    }

    private ReaderSlot takeReader() {
        try {
            ReaderSlot slot = readers.poll(READ_WAIT_MILLIS, TimeUnit.MILLISECONDS);
            if (slot == null) {
                faults.note(StoreFaults.Kind.BUSY, null);
                throw new ServiceException(Code.UNAVAILABLE, "too many reads at once");
            }
            return slot;
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    private void lockForWriting() {
        try {
            if (!writeLock.tryLock(WRITE_WAIT_MILLIS, TimeUnit.MILLISECONDS)) {
                faults.note(StoreFaults.Kind.BUSY, null);
                throw new ServiceException(
                        Code.UNAVAILABLE, "too many changes at once; nothing was changed");
            }
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    private static ServiceException interrupted(InterruptedException e) {
        Thread.currentThread().interrupt();
        return new ServiceException(Code.UNAVAILABLE, "interrupted", e);
    }

    private static ServiceException closedException() {
        return new ServiceException(Code.UNAVAILABLE, "the database is closed");
    }

    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        try {
            closeWriter();
            closeReaders();
        } catch (ServiceException e) {
            LOG.warn("the database is closed with a transaction still running", e);
        } finally {
            directory.close();
        }
    }

    private void closeWriter() {
        lockForWriting();
        try {
            closeQuietly(writer);
            writer = null;
        } finally {
            writeLock.unlock();
        }
    }

    private void closeReaders() {
        for (int i = 0; i < READERS; i++) {
            // not put back: who reads after this waits in vain, and is told so
            closeQuietly(takeReader().sql);
        }
    }

    private static void closeQuietly(Sql sql) {
        if (sql == null) {
            return;
        }
        try {
            sql.close();
        } catch (SQLException e) {
            LOG.warn("a database connection could not be closed", e);
        }
    }
}
