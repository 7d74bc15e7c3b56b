package dev.portcullis.admin.origin;

import dev.portcullis.admin.store.Change;
import dev.portcullis.admin.store.Store;
import java.util.ArrayList;
import java.util.List;

/**
 * What a gateway that resumes has missed.
 *
 * @param revision of the snapshot it was read in
 * @param reset whether the gateway must forget all it knows: it knows nothing, comes from another
 *     database, or has missed more than is kept or worth sending
 * @param changes behind the gateway's last revision; none with a reset
 */
record CatchUp(long revision, boolean reset, List<Change> changes) {
    private static final int KEYS_MAX = 20_000;

    /** Reads what comes after a revision. */
    static CatchUp read(Store store, long lastRevision) {
        return store.read(transaction -> {
            long revision = transaction.revision();
            if (lastRevision == 0
                    || lastRevision > revision
                    || lastRevision < transaction.trimmedTo()) {
                return new CatchUp(revision, true, List.of());
            }
            List<Change> changes = transaction.changesAfter(lastRevision, KEYS_MAX);
            return reaches(changes, lastRevision, revision)
                    ? new CatchUp(revision, false, changes)
                    : new CatchUp(revision, true, List.of());
        });
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
