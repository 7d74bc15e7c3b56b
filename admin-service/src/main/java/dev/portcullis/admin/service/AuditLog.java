package dev.portcullis.admin.service;

import dev.portcullis.admin.model.Actor;
import dev.portcullis.admin.model.AuditRecord;
import dev.portcullis.admin.model.Page;
import dev.portcullis.admin.model.PageRequest;
import java.util.function.Consumer;

/** Reads the audit log. As {@link Users} for threads and errors. */
public final class AuditLog {
    /** Events in order, or newest first. */
    public Page<AuditRecord> list(Actor actor, AuditFilter filter, boolean descending, PageRequest page) {
        throw new UnsupportedOperationException();
    }

    /**
     * Every event behind one (-1: only new ones), then each as it commits, until the subscription is closed. The sink is called on one thread at a time and may block for a short time only; a sink that throws ends the subscription.
     *
     * @param failed called once when it ends by itself (too slow: RESOURCE_EXHAUSTED; closing: UNAVAILABLE)
     */
    public Subscription follow(Actor actor, AuditFilter filter, long afterSeq, Consumer<AuditRecord> sink, Consumer<RuntimeException> failed) {
        throw new UnsupportedOperationException();
    }

    /**
     * Follows the chain; blocks for as long as that takes.
     *
     * @param progress told now and then how many events are in order, and how many there are
     * @param expectedSeq 0: nothing is expected
     * @param expectedHash may be null
     */
    public Verified verify(Actor actor, long expectedSeq, byte[] expectedHash, Progress progress) {
        throw new UnsupportedOperationException();
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
