package dev.portcullis.admin.store;

import dev.portcullis.admin.model.ServiceException;
import dev.portcullis.admin.model.ServiceException.Code;
import java.sql.SQLException;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Connections and transactions of the SQLite file: one connection writes, under a lock; a few
 * others read, each transaction in a snapshot of its own. In WAL mode neither waits for the other.
 *
 * <p>Any thread that may block. A connection on which a transaction could not be ended is thrown
 * away and replaced.
 */
final class SqliteDatabase implements AutoCloseable {
    /** What a transaction does. */
    interface Work<T> {
        T in(Sql sql) throws SQLException;
    }

    static final int READERS = 4;
    private static final long WRITE_WAIT_MILLIS = 5_000;
    private static final long READ_WAIT_MILLIS = 2_000;
    private static final Logger LOG = LoggerFactory.getLogger(SqliteDatabase.class);

    private final DataSource dataSource;
    private final Sql.Hook hook;
    /** Fair, so that a busy writer cannot keep a revocation waiting. */
    private final ReentrantLock writeLock = new ReentrantLock(true);
    /** Guarded by writeLock; null when it has to be opened anew. */
    private Sql writer;
    private final BlockingQueue<ReaderSlot> readers = new ArrayBlockingQueue<>(READERS);
    private final AtomicBoolean closed = new AtomicBoolean();

    SqliteDatabase(DataSource dataSource, Sql.Hook hook) {
        this.dataSource = dataSource;
        this.hook = hook;
        for (int i = 0; i < READERS; i++) {
            readers.add(new ReaderSlot());
        }
    }

    /** A place for a read connection, which is opened at its first use. */
    private static final class ReaderSlot {
        Sql sql;
    }

    /** Runs reads in one snapshot. */
    <T> T read(Work<T> work) {
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
            throw StoreErrors.ofRead(e);
        } finally {
            slot.sql = end(slot.sql);
            readers.add(slot);
        }
    }

    /**
     * Runs writes in one transaction: when {@code work} returns, they are committed and durable;
     * when it throws, nothing happened.
     *
     * @param afterCommit runs while nobody else can write
     * @param atDoubt runs when the commit itself failed
     */
    <T> T write(Work<T> work, Runnable afterCommit, Runnable atDoubt) {
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
            throw StoreErrors.ofWrite(e);
        } finally {
            writer = end(writer);
            writeLock.unlock();
        }
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
        Sql sql = new Sql(dataSource.getConnection(), hook);
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

    /** Waits for what runs, within bounds, and closes every connection; twice does no harm. */
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
