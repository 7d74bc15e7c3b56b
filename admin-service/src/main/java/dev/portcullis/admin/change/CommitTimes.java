package dev.portcullis.admin.change;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * When the latest revisions were committed, on the monotonic clock. It forgets what is too old to
 * matter, and beyond a bound the oldest; about what it has forgotten it answers {@link #UNKNOWN}.
 * Guarded by its owner's lock.
 */
final class CommitTimes {
    static final long UNKNOWN = -1;
    private static final int TIMES_MAX = 10_000;

    private final long keptNanos;
    private final Deque<Commit> commits = new ArrayDeque<>();
    /** Of revisions up to this one nothing is known. */
    private long forgottenTo;
    private long latest;

    private record Commit(long revision, long at) {}

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

    /** Notes a commit; one that is known already changes nothing. */
    void add(long revision, long now) {
        if (revision <= latest) {
            return;
        }
        latest = revision;
        commits.addLast(new Commit(revision, now));
        while (commits.size() > TIMES_MAX || commits.peekFirst().at < now - keptNanos) {
            forgottenTo = commits.removeFirst().revision;
        }
    }

    /** The latest revision. */
    long latest() {
        return latest;
    }

    /**
     * When the first revision behind this one was committed; only asked when there is one.
     *
     * @return {@link #UNKNOWN} when that is forgotten
     */
    long firstAfter(long revision) {
        if (revision < forgottenTo) {
            return UNKNOWN;
        }
        for (Commit commit : commits) {
            if (commit.revision > revision) {
                return commit.at;
            }
        }
        return UNKNOWN;
    }
}
