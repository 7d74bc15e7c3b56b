package dev.portcullis.admin.store;

import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import javax.sql.DataSource;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteConfig.JournalMode;
import org.sqlite.SQLiteConfig.SynchronousMode;
import org.sqlite.SQLiteDataSource;

/**
 * The truth. Reads run in a snapshot, writes one after another; a write is durable when it returns,
 * and left no trace when it throws.
 *
 * <p>Any thread that may block. Every method throws {@link
 * dev.portcullis.admin.model.ServiceException}: {@code UNAVAILABLE} when the database cannot be
 * used, {@code RESOURCE_EXHAUSTED} when the disk is full.
 */
public final class Store implements AutoCloseable {
    /** Reads of one snapshot. */
    public interface ReadWork<T> {
        /** Reads; may run on any thread, once. */
        T in(ReadTransaction transaction) throws SQLException;
    }

    /** Reads and writes of one transaction. */
    public interface WriteWork<T> {
        /** Reads and writes; what it throws undoes the transaction. */
        T in(WriteTransaction transaction) throws SQLException;
    }

    static final String DATABASE_FILE = "portcullis.db";

    private static final int BUSY_TIMEOUT_MILLIS = 5_000;
    private static final long WAL_KEPT_BYTES_MAX = 64L << 20;
    private static final int TRIMMED_REVISIONS_MAX = 10_000;
    private static final Duration EXCHANGED_KEPT = Duration.ofDays(1);
    private static final int PURGED_PART = 500;
    private static final int PURGED_PARTS_MAX = 20;

    private final DataDirectory directory;
    private final SqliteDatabase database;
    private final StoreConfig config;
    private final InstantSource clock;
    private volatile CommitListener listener = CommitListener.NONE;

    private Store(
            DataDirectory directory,
            SqliteDatabase database,
            StoreConfig config,
            InstantSource clock) {
        this.directory = directory;
        this.database = database;
        this.config = config;
        this.clock = clock;
    }

    /**
     * Opens the database of a directory, making or migrating it where needed.
     *
     * @throws StartException when it cannot or must not be used: it is in use, damaged, newer than
     *     the program, or not writable
     */
    public static Store open(StoreConfig config, InstantSource clock) throws StartException {
        return open(config, clock, Sql.Hook.NONE);
    }

    static Store open(StoreConfig config, InstantSource clock, Sql.Hook hook)
            throws StartException {
        DataDirectory directory = DataDirectory.open(config.dataDirectory());
        try {
            Path file = directory.file(DATABASE_FILE);
            DataSource dataSource = dataSource(file);
            new SqliteSchema(dataSource, file).prepare();
            return new Store(directory, new SqliteDatabase(dataSource, hook), config, clock);
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

    /** Who hears of commits from now on. Set once, before the first write it is to hear of. */
    public void setCommitListener(CommitListener commitListener) {
        listener = commitListener;
    }

    /** Reads in one snapshot. */
    public <T> T read(ReadWork<T> work) {
        return database.read(sql -> work.in(new ReadTransaction(sql)));
    }

    /** Changes in one transaction. */
    public <T> T write(WriteWork<T> work) {
        long[] revision = new long[1];
        boolean[] audited = new boolean[1];
        CommitListener hears = listener;
        return database.write(
                sql -> {
                    WriteTransaction transaction = new WriteTransaction(sql, clock.millis());
                    T result = work.in(transaction);
                    transaction.checkComplete();
                    revision[0] = transaction.revisionTaken();
                    audited[0] = transaction.audited();
                    return result;
                },
                () -> {
                    if (revision[0] != 0) {
                        hears.committed(revision[0]);
                    }
                    if (audited[0]) {
                        hears.audited();
                    }
                },
                hears::uncertain);
    }

    /** The revision of the latest change. */
    public long revision() {
        return read(ReadTransaction::revision);
    }

    /** Notes when credentials were last used; for each, the newest instant wins. */
    public void recordUsage(List<Usage> usages) {
        write(transaction -> {
            for (Usage usage : usages) {
                transaction.recordUsage(usage);
            }
            return null;
        });
    }

    /** Forgets changes that are older than the retention. To be called now and then. */
    public void trimChanges() {
        long before = clock.millis() - config.changeRetention().toMillis();
        write(transaction -> {
            transaction.trimChanges(before, TRIMMED_REVISIONS_MAX);
            return null;
        });
    }

    /**
     * Deletes exchanged tokens that expired more than a day ago: there is one for each hour of each
     * key. To be called now and then; what is left over is for the next time.
     *
     * @return how many were deleted
     */
    public int purgeExchanged() {
        long before = clock.millis() - EXCHANGED_KEPT.toMillis();
        int purged = 0;
        for (int i = 0; i < PURGED_PARTS_MAX; i++) {
            // in parts, so that a revocation never waits for all of it
            int part = write(transaction ->
                    transaction.exchangeWriter().purge(before, PURGED_PART));
            purged += part;
            if (part < PURGED_PART) {
                break;
            }
        }
        return purged;
    }

    /** Notes for how long from now a gateway of another process may hold a lease; 0: none does. */
    public void setLeaseOutstandingMillis(long millis) {
        write(transaction -> {
            transaction.setLeaseOutstandingMillis(millis);
            return null;
        });
    }

    /** Closes the database and unlocks its directory. */
    @Override
    public void close() {
        database.close();
        directory.close();
    }
}
