package dev.portcullis.admin.change;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * When the latest revisions were committed, on the monotonic clock: two times for each, between
 * which it was. It forgets what is too old to matter, and beyond a bound the oldest; about what it
 * has forgotten it answers {@link #UNKNOWN}. Guarded by its owner's lock.
 */
final class CommitTimes {
    static final long UNKNOWN = -1;
    private static final int TIMES_MAX = 10_000;

    private final long keptNanos;
    private final Deque<Commit> commits = new ArrayDeque<>();
    /** Of revisions up to this one nothing is known. */
    private long forgottenTo;
    private long latest;

    private record Commit(long revision, long notBefore, long notAfter) {}

    /**
     * Starts without any time.
     *
     * @param latest the latest revision so far
     * @param keptNanos for how long a time matters
     */
    CommitTimes(long latest, long keptNanos) {
        this.latest = latest;
        this.forgottenTo = latest;
        this.keptNanos = keptNanos;
    }

    /**
     * Notes a commit.
     *
     * @param notBefore a time before it, no earlier than that of any commit noted earlier
     * @param now a time after it
     * @return false when it is known already; then nothing has changed
     */
    boolean add(long revision, long notBefore, long now) {
        if (revision <= latest) {
            return false;
        }
        latest = revision;
        commits.addLast(new Commit(revision, notBefore, now));
        while (commits.size() > TIMES_MAX || commits.peekFirst().notAfter < now - keptNanos) {
            forgottenTo = commits.removeFirst().revision;
        }
        return true;
    }

    /** The latest revision. */
    long latest() {
        return latest;
    }

    /**
     * A time before the first revision behind this one was committed; only asked when there is one.
     *
     * @return {@link #UNKNOWN} when that is forgotten
     */
    long firstAfter(long revision) {
        Commit first = find(revision);
        return first == null ? UNKNOWN : first.notBefore;
    }

    /**
     * A time after a revision was committed.
     *
     * @return {@link #UNKNOWN} when that is forgotten
     */
    long known(long revision) {
        Commit first = find(revision - 1);
        return first == null ? UNKNOWN : first.notAfter;
    }

    private Commit find(long behind) {
        if (behind < forgottenTo) {
            return null;
        }
        for (Commit commit : commits) {
            if (commit.revision > behind) {
                return commit;
            }
        }
        return null;
    }
}
