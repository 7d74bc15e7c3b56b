package dev.portcullis.gateway.lookup;

import java.util.concurrent.CompletableFuture;

/** One question about a prefix, for all who ask it; never completed exceptionally. */
final class Flight extends CompletableFuture<LookupResult> {
    /**
     * Whether what it came to is worth something only while the lease holds: it was kept, and not
     * read for this question. Written before it is completed.
     */
    volatile boolean underLease;
}
