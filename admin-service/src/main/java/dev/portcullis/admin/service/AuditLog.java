package dev.portcullis.admin.service;

import dev.portcullis.admin.model.Actor;
import dev.portcullis.admin.model.AuditRecord;
import dev.portcullis.admin.model.Page;
import dev.portcullis.admin.model.PageRequest;
import dev.portcullis.admin.model.ServiceException;
import dev.portcullis.admin.model.ServiceException.Code;
import dev.portcullis.admin.store.AuditEvent;
import dev.portcullis.admin.store.AuditPage;
import dev.portcullis.admin.store.AuditQuery;
import dev.portcullis.admin.store.AuditVerifier;
import dev.portcullis.admin.store.CommitListener;
import dev.portcullis.admin.store.Cursor;
import dev.portcullis.admin.store.Store;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;

/**
 * Reads the audit log; administrators and auditors may. As {@link Users} for threads and errors.
 */
public final class AuditLog implements AutoCloseable {
    /** The most threads that following takes. */
    public static final int THREADS_MAX = AuditFollowers.FOLLOWERS_MAX + 1;

    private static final int VERIFYING_MAX = 2;
    private static final int HASH_BYTES = 32;

    private final Store store;
    private final AuditFollowers followers;
    private final Semaphore verifying = new Semaphore(VERIFYING_MAX);

    /**
     * The audit log of a store.
     *
     * @param clock tells whether those who follow may still read
     */
    public AuditLog(Store store, InstantSource clock, AuditThreads threads) {
        this.store = store;
        this.followers = new AuditFollowers(store, clock, threads);
    }

    /** Has to hear of every commit, so that followers do. */
    public CommitListener commitListener() {
        return followers;
    }

    /**
     * Events in order, or newest first. A page can hold fewer events than were asked for, even
     * none, and yet not be the last: what hardly anything matches is searched in parts.
     *
     * @throws ServiceException {@code PERMISSION_DENIED}; {@code INVALID_ARGUMENT} for {@code
     *     page_size}, {@code page_token} (of another list, or of the other order), and for what
     *     {@link AuditFilter} calls wrong
     */
    public Page<AuditRecord> list(
            Actor actor, AuditFilter filter, boolean descending, PageRequest page) {
        actor.requireReader();
        AuditQuery query = filter.query();
        int size = Pages.size(page);
        String list = place(descending) + "|" + query;
        long from = from(page, list, descending);
        AuditPage found = store.read(transaction ->
                transaction.auditTable().page(query, from, descending, size + 1));
        List<AuditEvent> events = found.events();
        boolean full = events.size() > size;
        List<AuditEvent> shown = full ? events.subList(0, size) : events;
        long last = full ? shown.get(size - 1).seq() : found.scannedTo();
        String next = full || found.more()
                ? Pages.token(list, new Cursor(last, place(descending)))
                : "";
        return new Page<>(shown.stream().map(AuditLog::record).toList(), next);
    }

    private static long from(PageRequest page, String list, boolean descending) {
        Cursor cursor = Pages.cursor(page, list);
        if (cursor.equals(Cursor.START)) {
            return descending ? Long.MAX_VALUE : 0;
        }
        if (!cursor.id().equals(place(descending))) {
            throw ServiceException.invalid("page_token", "is not one that this list has answered");
        }
        return cursor.revision();
    }

    /** Marks the cursors of this list, so that those of another are told from them. */
    private static String place(boolean descending) {
        return descending ? "audit_before" : "audit_behind";
    }

    /**
     * Every event behind one (-1: only new ones) that matches, then each as it commits, until the
     * subscription is closed: in order, none left out and none twice. It ends as well when the
     * actor may no longer read.
     *
     * @param sink is called on one thread at a time and may block for a short time only; when it
     *     throws, the subscription ends
     * @param failed called once, behind the last call of the sink, when it ends by itself: {@code
     *     RESOURCE_EXHAUSTED} too slow, {@code UNAVAILABLE} closing or no database, {@code
     *     UNAUTHENTICATED} or {@code PERMISSION_DENIED} the actor may no longer read, or what the
     *     sink threw
     * @throws ServiceException {@code PERMISSION_DENIED}; {@code INVALID_ARGUMENT}; {@code
     *     RESOURCE_EXHAUSTED} when 64 follow already; {@code UNAVAILABLE} when closed
     */
    public Subscription follow(
            Actor actor,
            AuditFilter filter,
            long afterSeq,
            Consumer<AuditRecord> sink,
            Consumer<RuntimeException> failed) {
        actor.requireReader();
        if (afterSeq < -1) {
            throw ServiceException.invalid("after_seq", "must be an event's number, 0 or -1");
        }
        return followers.add(actor, filter.query(), afterSeq, sink, failed);
    }

    /**
     * Follows the chain; blocks for as long as that takes.
     *
     * @param expectedSeq 0: nothing is expected
     * @param expectedHash may be null
     * @param progress told now and then how many events are in order, and how many there are; what
     *     it throws ends verifying
     * @throws ServiceException {@code PERMISSION_DENIED}; {@code INVALID_ARGUMENT}; {@code
     *     RESOURCE_EXHAUSTED} when others are verifying already
     */
    public Verified verify(
            Actor actor, long expectedSeq, byte[] expectedHash, Progress progress) {
        actor.requireReader();
        checkExpected(expectedSeq, expectedHash);
        if (!verifying.tryAcquire()) {
            throw new ServiceException(Code.RESOURCE_EXHAUSTED,
                    "the audit log is being verified " + VERIFYING_MAX + " times already");
        }
        try {
            AuditVerifier.Result result = new AuditVerifier(store)
                    .verify(expectedSeq, expectedHash, progress::at);
            return new Verified(result.events(), result.problem(), result.lastHash());
        } finally {
            verifying.release();
        }
    }

    private static void checkExpected(long seq, byte[] hash) {
        if (seq < 0) {
            throw ServiceException.invalid("expected_seq", "must not be negative");
        }
        if (hash != null && hash.length != HASH_BYTES) {
            throw ServiceException.invalid("expected_hash", "must be 32 octets");
        }
        if (hash != null && seq == 0) {
            throw ServiceException.invalid(
                    "expected_seq", "is required where expected_hash is given");
        }
    }

    static AuditRecord record(AuditEvent event) {
        return new AuditRecord(
                event.seq(),
                event.revision(),
                Instant.ofEpochMilli(event.happenedAt()),
                event.actor().userId(),
                event.actor().userName(),
                event.actor().source(),
                event.actor().requestId(),
                event.entry().action(),
                event.entry().targetKind(),
                event.entry().targetId(),
                event.entry().before(),
                event.entry().after(),
                event.previousHash(),
                event.hash());
    }

    /** Ends all who follow, with {@code UNAVAILABLE}. */
    @Override
    public void close() {
        followers.close();
    }

    /** What ends following. */
    public interface Subscription extends AutoCloseable {
        /** No event is handed over any more when it returns, or soon after. Any thread. */
        @Override
        void close();
    }

    /** Hears how far verifying has come. */
    public interface Progress {
        /** So many events of so many are in order. */
        void at(long verified, long total);
    }

    /**
     * What verifying found.
     *
     * @param problem names the event that is wrong; null: nothing is
     * @param lastHash of the last event; null when something is wrong
     */
    public record Verified(long events, String problem, byte[] lastHash) {}
}
