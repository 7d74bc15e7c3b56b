package dev.portcullis.admin.change;

import dev.portcullis.admin.model.ServiceException;
import dev.portcullis.admin.store.Change;
import dev.portcullis.admin.store.CommitListener;
import dev.portcullis.admin.store.Store;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Streams committed changes to watchers, in revision order.
 *
 * <p>A commit only rings the bell; the feed then reads the change log from where it stands. So its
 * order is that of the log whatever the order of the bells, a commit of which it never heard (one
 * that failed and yet happened) is not lost, and no lock is held while somebody commits. It keeps
 * the latest changes for all watchers together; each has only a cursor, so a slow one costs
 * nothing, and when what it needs is gone it is told to begin anew.
 *
 * <p>Thread rule: everything but {@link #committed} and {@link #uncertain} happens on the feed's
 * one thread, {@link #thread}.
 */
public final class ChangeFeed implements CommitListener {
    /** Who follows the feed. Called on the feed's thread; must not block. */
    public interface Watcher {
        /** There are changes behind the watcher's cursor. */
        void changed();
    }

    private static final Logger LOG = LoggerFactory.getLogger(ChangeFeed.class);
    private static final int RING_CHANGES = 8_192;
    private static final int RING_KEYS = 65_536;
    private static final int ROWS_PER_READ = 10_000;
    private static final long RETRY_MILLIS = 500;

    private final Store store;
    private final LeaseTable leases;
    private final Executor thread;
    private final ScheduledExecutorService timer;
    private final AtomicBoolean rung = new AtomicBoolean();

    // used by the feed's thread alone
    private final ChangeRing ring;
    private final Set<Watcher> watchers = new LinkedHashSet<>();
    private long position;
    /** Of the change at the position, where the feed has read it; null: not yet. */
    private Long mark;
    /** Whether what is read now is not what was read before: nothing is told any more. */
    private boolean broken;

    private volatile long heard;

    /**
     * A feed of what is committed after a revision.
     *
     * @param leases is told of each commit first
     * @param position the latest revision when the feed is made
     * @param thread runs one task at a time, in order
     * @param timer for trying again
     */
    public ChangeFeed(
            Store store,
            LeaseTable leases,
            long position,
            Executor thread,
            ScheduledExecutorService timer) {
        this.store = store;
        this.leases = leases;
        this.thread = thread;
        this.timer = timer;
        this.position = position;
        this.ring = new ChangeRing(position, RING_CHANGES, RING_KEYS);
    }

    /** The latest commit of this process, read by the feed or not yet. Any thread. */
    public long heard() {
        return heard;
    }

    /** The thread on which watchers are called, and may call the feed. */
    public Executor thread() {
        return thread;
    }

    @Override
    public void committed(long revision) {
        // one writer at a time commits, and only its thread is in here
        heard = Math.max(heard, revision);
        leases.committed(revision);
        ring();
    }

    @Override
    public void uncertain() {
        ring();
    }

    private void ring() {
        if (rung.compareAndSet(false, true)) {
            try {
                thread.execute(this::follow);
            } catch (RejectedExecutionException e) {
                // the process is ending: leases that are not renewed see to the rest
                LOG.debug("the feed has ended", e);
            }
        }
    }

    /** Reads what the log has behind the position, and passes it on. */
    private void follow() {
        // before reading: a bell from here on is for what this read may miss
        rung.set(false);
        try {
            boolean more = !broken;
            while (more) {
                long before = position;
                more = readOn();
                if (position > before) {
                    new ArrayList<>(watchers).forEach(Watcher::changed);
                }
            }
        } catch (ServiceException e) {
            LOG.warn("the change log cannot be read; trying again", e);
            retryLater();
        }
    }

    private void retryLater() {
        try {
            timer.schedule(this::ring, RETRY_MILLIS, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            LOG.debug("the feed has ended", e);
        }
    }

    /** What the log holds behind a revision. */
    private record Log(long revision, long trimmedTo, List<Change> changes) {}

    /** Reads one part of the log; answers whether there is another. */
    private boolean readOn() {
        Log log = store.read(transaction -> new Log(
                transaction.revision(),
                transaction.trimmedTo(),
                // with the one at the position: by its mark it shows whether the log is the same
                transaction.changesAfter(position - 1, ROWS_PER_READ)));
        if (log.trimmedTo > position) {
            // the feed itself has fallen behind the log: watchers resume, and are reset
            leases.heardOf(log.revision);
            position = log.revision;
            mark = null;
            ring.restart(position);
            return false;
        }
        if (isAnother(log)) {
            distrust();
            return false;
        }
        boolean added = false;
        for (Change change : log.changes) {
            mark = change.mark();
            if (change.revision() > position) {
                leases.heardOf(change.revision());
                ring.add(change);
                position = change.revision();
                added = true;
            }
        }
        return added && position < log.revision;
    }

    /** Whether the log is not the one that was read before. */
    private boolean isAnother(Log log) {
        boolean kept = log.trimmedTo < position && position > 0;
        boolean there = !log.changes.isEmpty() && log.changes.get(0).revision() == position;
        return log.revision < position
                || kept && mark != null && !(there && log.changes.get(0).mark() == mark);
    }

    private void distrust() {
        broken = true;
        LOG.error("the change log is not the one that was read before: the database was put back"
                + " or has lost changes. No gateway is told anything any more, and none is given"
                + " a lease, until this process is restarted");
        leases.distrust();
    }

    // ---------------------------------------------------------------- on the feed's thread

    /**
     * Begins to call a watcher. It looks for what is behind its cursor itself, once, after this.
     */
    public void add(Watcher watcher) {
        watchers.add(watcher);
    }

    /** Calls a watcher no more. */
    public void remove(Watcher watcher) {
        watchers.remove(watcher);
    }

    /** Everything up to this revision has been read. */
    public long position() {
        return position;
    }

    /**
     * The changes behind a revision that the feed has read by now.
     *
     * @param keysMax how many keys, but at least one change
     * @return null when some of them are no longer kept: the watcher has to begin anew
     */
    public List<Change> after(long revision, int keysMax) {
        return ring.after(revision, keysMax);
    }
}
