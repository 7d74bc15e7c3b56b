package dev.portcullis.admin.origin;

import dev.portcullis.admin.store.Change;
import dev.portcullis.admin.store.Store;
import java.util.ArrayList;
import java.util.List;

/**
 * What a gateway that resumes has missed, or what one that knows nothing has to know.
 *
 * @param revision of the snapshot it was read in
 * @param resetTo what was read before this revision the gateway must forget; {@link #NO_RESET} when
 *     it may keep all it knows
 * @param changes behind the gateway's last revision, or behind that of the reset
 */
record CatchUp(long revision, long resetTo, List<Change> changes) {
    static final long NO_RESET = -1;
    private static final int KEYS_MAX = 20_000;

    /**
     * Reads what comes after a revision. Who knows nothing, or has missed more than is kept, begins
     * where what is kept begins: so it may believe what is older than the latest change, in a
     * shared cache. Where even that is too much to send, and where the gateway comes from another
     * database, it begins at the latest.
     */
    static CatchUp read(Store store, long lastRevision) {
        return store.read(transaction -> {
            long revision = transaction.revision();
            long trimmedTo = transaction.trimmedTo();
            boolean resumes = lastRevision != 0 && lastRevision >= trimmedTo;
            long from = resumes ? lastRevision : trimmedTo;
            List<Change> changes = from > revision
                    ? List.of() : transaction.changesAfter(from, KEYS_MAX);
            return from <= revision && reaches(changes, from, revision)
                    ? new CatchUp(revision, resumes ? NO_RESET : from, changes)
                    : new CatchUp(revision, revision, List.of());
        });
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
