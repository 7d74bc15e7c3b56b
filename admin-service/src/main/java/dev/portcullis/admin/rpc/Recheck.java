package dev.portcullis.admin.rpc;

import dev.portcullis.admin.model.ServiceException;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Sees to it that a call that goes on for long ends when its caller may no longer make it: their
 * token was revoked or has expired, they were blocked, or lost their role. Used by one thread at a
 * time.
 */
final class Recheck {
    /** For so long what was found out last is believed. */
    private static final long BELIEVED_NANOS = Duration.ofSeconds(1).toNanos();

    private final Admission admission;
    private final LongSupplier nanoTime;
    private long lastNanos;

    /** @param admission of just now */
    Recheck(Admission admission, LongSupplier nanoTime) {
        this.admission = admission;
        this.nanoTime = nanoTime;
        this.lastNanos = nanoTime.getAsLong();
    }

    /**
     * Asks the database when that was not done lately.
     *
     * @throws ServiceException when the caller is no longer let in
     */
    void check() {
        long now = nanoTime.getAsLong();
        if (now - lastNanos >= BELIEVED_NANOS) {
            admission.again().get();
            lastNanos = now;
        }
    }
}
