package dev.portcullis.admin.change;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** Waits until a change is effective on every gateway, without holding a thread. Any thread. */
public final class Barrier {
    Barrier() {}

    /**
     * How far a revision has reached, as soon as it is effective everywhere, but no later than {@code
     * atMost} (and the configured wait) from now. Never fails. What depends on the answer runs on the
     * thread that brings it and must not block.
     */
    public CompletableFuture<Propagation> await(long revision, Duration atMost) {
        throw new UnsupportedOperationException();
    }
}
