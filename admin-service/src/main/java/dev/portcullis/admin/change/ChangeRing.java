package dev.portcullis.admin.change;

import dev.portcullis.admin.store.Change;
import java.util.ArrayList;
import java.util.List;

/**
 * The latest changes, in revision order, bounded in number and in keys. Used by one thread.
 */
final class ChangeRing {
    private final Change[] changes;
    private final int keysMax;
    private int first;
    private int size;
    private int keys;
    /** What comes behind this revision, up to the last, is here. */
    private long start;

    /** An empty ring, for the changes behind a revision. */
    ChangeRing(long start, int changesMax, int keysMax) {
        this.start = start;
        this.changes = new Change[changesMax];
        this.keysMax = keysMax;
    }

    /** Adds the next change; the oldest make room for it. */
    void add(Change change) {
        while (size > 0 && (size == changes.length || keys + change.keys().size() > keysMax)) {
            dropFirst();
        }
        changes[(first + size) % changes.length] = change;
        size++;
        keys += change.keys().size();
    }

    private void dropFirst() {
        Change dropped = changes[first];
        changes[first] = null;
        first = (first + 1) % changes.length;
        size--;
        keys -= dropped.keys().size();
        start = dropped.revision();
    }

    /** Empties the ring: from now on it is for the changes behind another revision. */
    void restart(long revision) {
        while (size > 0) {
            dropFirst();
        }
        start = revision;
    }

    /**
     * The changes behind a revision.
     *
     * @param most how many keys, but at least one change
     * @return null when some of them are no longer here
     */
    List<Change> after(long revision, int most) {
        if (revision < start) {
            return null;
        }
        List<Change> found = new ArrayList<>();
        int room = most;
        for (int i = indexAfter(revision); i < size; i++) {
            Change change = at(i);
            room -= change.keys().size();
            if (room < 0 && !found.isEmpty()) {
                break;
            }
            found.add(change);
        }
        return found;
    }

    private int indexAfter(long revision) {
        int low = 0;
        int high = size;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (at(middle).revision() > revision) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return low;
    }

    private Change at(int index) {
        return changes[(first + index) % changes.length];
    }
}
