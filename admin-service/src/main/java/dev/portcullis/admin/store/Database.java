package dev.portcullis.admin.store;

import java.sql.SQLException;

/**
 * Connections and transactions of a database. Any thread that may block; what goes wrong is thrown
 * as a {@link dev.portcullis.admin.model.ServiceException}.
 */
interface Database extends AutoCloseable {
    /** What a transaction does. */
    interface Work<T> {
        T in(Sql sql) throws SQLException;
    }

    /** Runs reads in one snapshot. */
    <T> T read(Work<T> work);

    /**
     * Runs writes in one transaction, during which nobody else writes: no other thread, and no
     * other process. When {@code work} returns, they are committed and durable; when it throws,
     * nothing happened.
     *
     * @param afterCommit runs while nobody else in this process can write
     * @param atDoubt runs when the commit itself failed
     */
    <T> T write(Work<T> work, Runnable afterCommit, Runnable atDoubt);

    /**
     * Runs writes in one transaction, beside that of {@link #write} where the database can do that.
     * It waits for a row that another transaction holds for a short time only.
     */
    <T> T writeBeside(Work<T> work);

    /** Whether other processes may write to it too. */
    boolean isShared();

    /** Who hears of what other processes write. Once at most. */
    void setBells(Bells bells);

    /** What went wrong with it. */
    StoreFaults faults();

    /** Waits for what runs, within bounds, and closes every connection; twice does no harm. */
    @Override
    void close();
}
