package dev.portcullis.admin.origin;

import dev.portcullis.admin.model.ServiceException;
import dev.portcullis.admin.model.ServiceException.Code;
import dev.portcullis.admin.store.Change;
import dev.portcullis.admin.store.ReadTransaction;
import dev.portcullis.admin.store.Store;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * What a gateway that resumes has missed, or what one that knows nothing has to know.
 *
 * @param revision of the snapshot it was read in
 * @param mark of that revision
 * @param resetTo what was read before this revision the gateway must forget; {@link #NO_RESET} when
 *     it may keep all it knows
 * @param changes behind the gateway's last revision, or behind that of the reset
 */
record CatchUp(long revision, long mark, long resetTo, List<Change> changes) {
    static final long NO_RESET = -1;
    private static final int KEYS_MAX = 20_000;

    /**
     * Reads what comes after a revision. Who knows nothing, or has missed more than is kept, begins
     * where what is kept begins: so it may believe what is older than the latest change, in a
     * shared cache. Where even that is too much to send it begins at the latest.
     *
     * @param last what {@link #resumable} has answered
     * @param lastMark the mark of that revision
     * @throws ServiceException {@code UNAVAILABLE} when it is so no longer
     */
    static CatchUp read(Store store, long last, long lastMark) {
        return store.read(transaction -> {
            if (last != resumable(transaction, last, lastMark)) {
                throw new ServiceException(
                        Code.UNAVAILABLE, "the database has changed meanwhile; come again");
            }
            long revision = transaction.revision();
            long mark = transaction.mark(revision);
            long from = last == 0 ? transaction.trimmedTo() : last;
            List<Change> changes = transaction.changesAfter(from, KEYS_MAX);
            return reaches(changes, from, revision)
                    ? new CatchUp(revision, mark, last == 0 ? from : NO_RESET, changes)
                    : new CatchUp(revision, mark, revision, List.of());
        });
    }

    /**
     * From where a gateway may resume: the last revision that it has applied, or 0 when nothing it
     * knows may be kept. A number alone says nothing: a database that was put back gives it a
     * second time, and what else has happened in between would never be told.
     */
    static long resumable(Store store, long last, long lastMark) {
        return store.read(transaction -> resumable(transaction, last, lastMark));
    }

    private static long resumable(ReadTransaction transaction, long last, long lastMark)
            throws SQLException {
        boolean known = last != 0 && lastMark != 0 && transaction.mark(last) == lastMark;
        return known ? last : 0;
    }

    /** Whether the gateway must forget what it knows. */
    boolean reset() {
        return resetTo != NO_RESET;
    }

    private static boolean reaches(List<Change> changes, long lastRevision, long revision) {
        long last = changes.isEmpty()
                ? lastRevision
                : changes.get(changes.size() - 1).revision();
        return last == revision;
    }

    /** The changes in parts of about so many keys. */
    List<List<Change>> parts(int keys) {
        List<List<Change>> parts = new ArrayList<>();
        List<Change> part = new ArrayList<>();
        int room = keys;
        for (Change change : changes) {
            room -= change.keys().size();
            part.add(change);
            if (room <= 0) {
                parts.add(part);
                part = new ArrayList<>();
                room = keys;
            }
        }
        if (!part.isEmpty()) {
            parts.add(part);
        }
        return parts;
    }
}
