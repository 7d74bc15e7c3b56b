package dev.portcullis.admin.store;

import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;

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

    /** Uses that are noted at once beside changes, which wait for their rows. */
    private static final int USAGE_PART = 100;
    private static final int TRIMMED_REVISIONS_MAX = 10_000;
    private static final Duration EXCHANGED_KEPT = Duration.ofDays(1);
    private static final int PURGED_PART = 500;
    private static final int PURGED_PARTS_MAX = 20;

    private final Database database;
    private final StoreConfig config;
    private final InstantSource clock;
    private volatile CommitListener listener = CommitListener.NONE;

    private Store(Database database, StoreConfig config, InstantSource clock) {
        this.database = database;
        this.config = config;
        this.clock = clock;
    }

    /**
     * Opens a database, making or migrating it where needed.
     *
     * @throws StartException when it cannot or must not be used: it is in use, damaged, newer than
     *     the program, not writable, or not to be reached
     */
    public static Store open(StoreConfig config, InstantSource clock) throws StartException {
        return open(config, clock, Sql.Hook.NONE);
    }

    static Store open(StoreConfig config, InstantSource clock, Sql.Hook hook)
            throws StartException {
        StoreFaults faults = new StoreFaults(clock);
        Database database = config.postgres() == null
                ? SqliteDatabase.open(config.dataDirectory(), hook, faults)
                : PostgresDatabase.open(config.postgres(), hook, faults);
        return new Store(database, config, clock);
    }

    /** Whether other processes may be using the database too. */
    public boolean isShared() {
        return database.isShared();
    }

    /**
     * Who hears of what other processes do to a shared database: rung after each of their commits
     * that is a change, an audit event or {@link WriteTransaction#ringReplicas}, and, should a bell
     * be lost, within about a second. Rung at once too, when it begins. Never rung for a database
     * that is not shared. Set once at most.
     */
    public void setBells(Bells bells) {
        database.setBells(bells);
    }

    /** What went wrong with the database since it was opened. */
    public StoreFaults faults() {
        return database.faults();
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
                    WriteTransaction transaction =
                            new WriteTransaction(sql, clock.millis(), false);
                    T result = work.in(transaction);
                    transaction.complete();
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

    /**
     * Writes in one transaction what changes no verdict: uses of credentials, rows of replicas. It
     * can take no revision and leave no audit event, and so need not wait for those that do, on a
     * database where that makes a difference. What it reads may be changed by others meanwhile.
     */
    public <T> T writeBeside(WriteWork<T> work) {
        return database.writeBeside(
                sql -> work.in(new WriteTransaction(sql, clock.millis(), true)));
    }

    /** The revision of the latest change. */
    public long revision() {
        return read(ReadTransaction::revision);
    }

    /** Notes when credentials were last used; for each, the newest instant wins. */
    public void recordUsage(List<Usage> usages) {
        // in one order, so that two processes that note the same do not block each other
        List<Usage> ordered = usages.stream()
                .sorted(Comparator.comparing(Usage::prefix)).toList();
        int part = isShared() ? USAGE_PART : Math.max(1, ordered.size());
        for (int from = 0; from < ordered.size(); from += part) {
            List<Usage> some = ordered.subList(from, Math.min(from + part, ordered.size()));
            writeBeside(transaction -> {
                for (Usage usage : some) {
                    transaction.recordUsage(usage);
                }
                return null;
            });
        }
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

    /** Closes the database, and unlocks its directory where it has one. */
    @Override
    public void close() {
        database.close();
    }
}
