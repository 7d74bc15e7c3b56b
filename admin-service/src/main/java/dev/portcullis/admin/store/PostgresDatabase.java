package dev.portcullis.admin.store;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.HikariPoolMXBean;
import dev.portcullis.admin.model.ServiceException;
import dev.portcullis.admin.model.ServiceException.Code;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Connections and transactions of a database of a PostgreSQL server, which other processes use
 * too. A write locks the head row before anything else, so that what it reads is true until it
 * commits, whoever else writes; reads are snapshots, and wait for nobody.
 *
 * <p>Any thread that may block. A connection that broke is thrown away, and with it those of its
 * pool that lie idle: what comes next begins with a new one.
 */
final class PostgresDatabase implements Database {
    /** Connections of one process: these, those below, and one that listens. */
    static final int READERS = 6;
    static final int WRITERS_BESIDE = 2;

    private static final int STATEMENT_MILLIS = 10_000;
    private static final int IDLE_MILLIS = 10_000;
    /** Less than others wait for the head row, so that one that was stopped there costs no call. */
    private static final int WRITER_IDLE_MILLIS = 3_000;
    private static final int LOCK_MILLIS = 5_000;
    /** Below the server's deadlock_timeout: of two that block each other, it is never a change. */
    private static final int BESIDE_LOCK_MILLIS = 500;
    private static final long WRITE_WAIT_MILLIS = 5_000;
    private static final long READ_WAIT_MILLIS = 2_000;
    private static final Logger LOG = LoggerFactory.getLogger(PostgresDatabase.class);

    private final PostgresConfig config;
    private final Sql.Hook hook;
    private final StoreFaults faults;
    /** Fair, so that a busy writer cannot keep a revocation waiting. */
    private final ReentrantLock writeLock = new ReentrantLock(true);
    private final HikariDataSource readers;
    private final HikariDataSource writer;
    private final HikariDataSource besides;
    private final AtomicBoolean closed = new AtomicBoolean();
    /** Guarded by this; null until somebody listens. */
    private PostgresBells bells;

    private PostgresDatabase(PostgresConfig config, Sql.Hook hook, StoreFaults faults) {
        this.config = config;
        this.hook = hook;
        this.faults = faults;
        readers = pool("read", READERS, true, new PostgresConnections.Bounds(
                STATEMENT_MILLIS, LOCK_MILLIS, IDLE_MILLIS));
        writer = pool("write", 1, false, new PostgresConnections.Bounds(
                STATEMENT_MILLIS, LOCK_MILLIS, WRITER_IDLE_MILLIS));
        besides = pool("beside", WRITERS_BESIDE, false, new PostgresConnections.Bounds(
                STATEMENT_MILLIS, BESIDE_LOCK_MILLIS, WRITER_IDLE_MILLIS));
    }

    /**
     * Opens the database, migrating it where needed.
     *
     * @throws StartException when the server cannot be reached, or the database cannot or must not
     *     be used
     */
    static PostgresDatabase open(PostgresConfig config, Sql.Hook hook, StoreFaults faults)
            throws StartException {
        new PostgresSchema(config).prepare();
        return new PostgresDatabase(config, hook, faults);
    }

    private HikariDataSource pool(
            String name, int size, boolean reading, PostgresConnections.Bounds bounds) {
        HikariConfig pool = new HikariConfig();
        pool.setPoolName("database-" + name);
        pool.setDataSource(new PostgresConnections(config, bounds));
        pool.setMaximumPoolSize(size);
        pool.setMinimumIdle(1);
        pool.setConnectionTimeout(READ_WAIT_MILLIS);
        // the first look at the database was taken; from here on it may come and go
        pool.setInitializationFailTimeout(-1);
        pool.setAutoCommit(false);
        pool.setReadOnly(reading);
        pool.setTransactionIsolation(
                reading ? "TRANSACTION_REPEATABLE_READ" : "TRANSACTION_READ_COMMITTED");
        return new HikariDataSource(pool);
    }

    /** A connection outside of every pool, whose statements may take as long as they need. */
    static Connection longConnection(PostgresConfig config, boolean reading) throws SQLException {
        Connection connection = new PostgresConnections(
                config, PostgresConnections.Bounds.LONG).getConnection();
        try {
            connection.setReadOnly(reading);
            connection.setTransactionIsolation(reading
                    ? Connection.TRANSACTION_REPEATABLE_READ
                    : Connection.TRANSACTION_READ_COMMITTED);
            connection.setAutoCommit(false);
            return connection;
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
    }

    @Override
    public <T> T read(Work<T> work) {
        Sql sql = open(readers);
        SQLException failure = null;
        try {
            sql.beginReading();
            return work.in(sql);
        } catch (SQLException e) {
            failure = e;
            faults.note(PostgresErrors.kind(e), e);
            throw PostgresErrors.ofRead(e);
        } finally {
            end(sql, readers, failure);
        }
    }

    @Override
    public <T> T write(Work<T> work, Runnable afterCommit, Runnable atDoubt) {
        lockForWriting();
        try {
            return inTransaction(
                    writer,
                    sql -> {
                        lockHead(sql);
                        return work.in(sql);
                    },
                    afterCommit,
                    atDoubt);
        } finally {
            writeLock.unlock();
        }
    }

    @Override
    public <T> T writeBeside(Work<T> work) {
        return inTransaction(besides, work, () -> {}, () -> {});
    }

    private <T> T inTransaction(
            HikariDataSource pool, Work<T> work, Runnable afterCommit, Runnable atDoubt) {
        Sql sql = open(pool);
        SQLException failure = null;
        try {
            sql.beginWriting();
            T result = work.in(sql);
            failure = commit(sql);
            if (failure != null) {
                atDoubt.run();
                noteOfCommit(failure);
                throw PostgresErrors.ofCommit(failure);
            }
            afterCommit.run();
            return result;
        } catch (SQLException e) {
            failure = e;
            faults.note(PostgresErrors.kind(e), e);
            throw PostgresErrors.ofWrite(e);
        } finally {
            end(sql, pool, failure);
        }
    }

    /** Answers with why it failed, or null. */
    private static SQLException commit(Sql sql) {
        try {
            sql.commit();
            return null;
        } catch (SQLException e) {
            return e;
        }
    }

    private void noteOfCommit(SQLException failure) {
        faults.note(PostgresErrors.mayHaveCommitted(failure)
                ? StoreFaults.Kind.DOUBT
                : PostgresErrors.kind(failure), failure);
    }

    /** Until commit nobody else changes anything; and this program still understands it all. */
    private static void lockHead(Sql sql) throws SQLException {
        long oldest = sql.one("SELECT oldest_program FROM head WHERE id = 1 FOR UPDATE",
                row -> row.getLong(1));
        if (oldest > PostgresSchema.NEWEST) {
            throw new ServiceException(Code.UNAVAILABLE,
                    "a newer version has taken the database over; nothing was changed");
        }
    }

    private Sql open(HikariDataSource pool) {
        if (closed.get()) {
            throw closedException();
        }
        try {
            Connection connection = pool.getConnection();
            return new Sql(connection, hook, Dialect.POSTGRES);
        } catch (SQLException e) {
            if (closed.get()) {
                throw closedException();
            }
            // the pool waits in vain, for one of its own or for a new one: then it says why
            boolean waited = e instanceof SQLTransientConnectionException;
            if (waited && e.getCause() == null) {
                faults.note(StoreFaults.Kind.BUSY, null);
                throw new ServiceException(
                        Code.UNAVAILABLE, "too many calls of the database at once", e);
            }
            SQLException why = waited && e.getCause() instanceof SQLException cause ? cause : e;
            faults.note(PostgresErrors.kind(why), why);
            throw PostgresErrors.ofConnecting(why);
        }
    }

    /** Ends a transaction if one is open, and gives the connection back, or up if it is no good. */
    private static void end(Sql sql, HikariDataSource pool, SQLException failure) {
        boolean gone = failure != null && PostgresErrors.isOfConnection(failure);
        try {
            sql.endTransaction();
        } catch (SQLException e) {
            if (!gone) {
                LOG.warn("a database connection is replaced: its transaction could not be ended",
                        e);
            }
        }
        try {
            sql.close();
        } catch (SQLException e) {
            LOG.warn("a database connection could not be closed", e);
        }
        HikariPoolMXBean idle = pool.getHikariPoolMXBean();
        if (gone && idle != null) {
            // the server has gone, and the others with it
            idle.softEvictConnections();
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
            Thread.currentThread().interrupt();
            throw new ServiceException(Code.UNAVAILABLE, "interrupted", e);
        }
    }

    private static ServiceException closedException() {
        return new ServiceException(Code.UNAVAILABLE, "the database is closed");
    }

    @Override
    public StoreFaults faults() {
        return faults;
    }

    @Override
    public boolean isShared() {
        return true;
    }

    @Override
    public synchronized void setBells(Bells listener) {
        if (bells != null) {
            throw new IllegalStateException("somebody listens already");
        }
        if (!closed.get()) {
            bells = PostgresBells.start(config, listener);
        }
    }

    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        synchronized (this) {
            if (bells != null) {
                bells.close();
            }
        }
        try {
            lockForWriting();
            writeLock.unlock();
        } catch (ServiceException e) {
            LOG.warn("the database is closed with a transaction still running", e);
        }
        writer.close();
        besides.close();
        readers.close();
    }
}
