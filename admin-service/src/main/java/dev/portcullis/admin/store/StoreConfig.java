package dev.portcullis.admin.store;

import java.nio.file.Path;
import java.time.Duration;

/**
 * Where the database is and how long its change log goes back.
 *
 * @param dataDirectory made when missing; one process at a time may use it
 * @param changeRetention how long a change is kept for gateways that resume: twice the longest life
 *     of a record in L2
 */
public record StoreConfig(Path dataDirectory, Duration changeRetention) {
    /** Twice ten minutes. */
    public static final Duration DEFAULT_RETENTION = Duration.ofMinutes(20);

    /** With the default retention. */
    public StoreConfig(Path dataDirectory) {
        this(dataDirectory, DEFAULT_RETENTION);
    }
}
