package dev.portcullis.admin.service;

import dev.portcullis.admin.model.Actor;
import dev.portcullis.admin.model.AuditRecord;
import dev.portcullis.admin.model.ServiceException;
import dev.portcullis.admin.model.ServiceException.Code;
import dev.portcullis.admin.store.AuditPage;
import dev.portcullis.admin.store.AuditQuery;
import dev.portcullis.admin.store.CommitListener;
import dev.portcullis.admin.store.Store;
import java.time.InstantSource;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * All who follow the audit log. A commit rings one bell for all of them, on another thread than the
 * one that commits; when nothing is committed, nothing is read.
 *
 * <p>Any thread. Each follower takes a thread while it has something to hand over, so there are at
 * most {@link #FOLLOWERS_MAX} and one more; of these, a few at a time read the database.
 */
final class AuditFollowers implements CommitListener, AutoCloseable {
    /** How many may follow at once. */
    static final int FOLLOWERS_MAX = 64;

    private static final int PAGE = 100;
    /** The store has a few connections for reading, and gateways need them more. */
    private static final int READING_MAX = 2;

    private final Store store;
    private final InstantSource clock;
    private final AuditFollower.Shared shared;
    private final Semaphore reading = new Semaphore(READING_MAX);
    private final AtomicBoolean rung = new AtomicBoolean();

    // guarded by followers
    private final Set<AuditFollower> followers = new LinkedHashSet<>();
    private boolean closed;

    AuditFollowers(Store store, InstantSource clock, AuditThreads threads) {
        this.store = store;
        this.clock = clock;
        this.shared = new AuditFollower.Shared(
                threads.followers(), threads.timer(), threads.patience().toMillis(),
                this::forget);
    }

    /**
     * Begins to follow.
     *
     * @param afterSeq the event to begin behind; negative: the latest
     */
    AuditFollower add(
            Actor actor,
            AuditQuery query,
            long afterSeq,
            Consumer<AuditRecord> sink,
            Consumer<RuntimeException> failed) {
        long cursor = afterSeq >= 0
                ? afterSeq
                : store.read(transaction -> transaction.auditTable().lastSeq());
        AuditFollower follower = new AuditFollower(
                shared, seq -> read(actor, query, seq), cursor, sink, failed);
        synchronized (followers) {
            if (closed) {
                throw closing();
            }
            if (followers.size() == FOLLOWERS_MAX) {
                throw new ServiceException(Code.RESOURCE_EXHAUSTED,
                        "the audit log is followed " + FOLLOWERS_MAX + " times already");
            }
            followers.add(follower);
        }
        follower.ring();
        return follower;
    }

    private AuditPage read(Actor actor, AuditQuery query, long seq) {
        reading.acquireUninterruptibly();
        try {
            return store.read(transaction -> {
                Standing.requireReader(transaction, actor, clock.millis());
                return transaction.auditTable().page(query, seq, false, PAGE);
            });
        } finally {
            reading.release();
        }
    }

    private void forget(AuditFollower follower) {
        synchronized (followers) {
            followers.remove(follower);
        }
    }

    private List<AuditFollower> all() {
        synchronized (followers) {
            return List.copyOf(followers);
        }
    }

    @Override
    public void committed(long revision) {
        // what counts is whether there is an event
    }

    @Override
    public void audited() {
        bell();
    }

    @Override
    public void uncertain() {
        bell();
    }

    private void bell() {
        synchronized (followers) {
            if (followers.isEmpty()) {
                return;
            }
        }
        if (rung.compareAndSet(false, true)) {
            try {
                shared.start(this::ringAll);
            } catch (RejectedExecutionException e) {
                // the process is ending, and the followers with it
                rung.set(false);
            }
        }
    }

    private void ringAll() {
        // before ringing: a bell from here on is for what followers may read too early to see
        rung.set(false);
        all().forEach(AuditFollower::ring);
    }

    /** Ends all; nobody can follow any more. */
    @Override
    public void close() {
        synchronized (followers) {
            closed = true;
        }
        all().forEach(follower -> follower.end(closing()));
    }

    private static ServiceException closing() {
        return new ServiceException(Code.UNAVAILABLE, "the admin-service is closing");
    }
}
