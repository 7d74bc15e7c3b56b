package dev.portcullis.admin.store;

import java.nio.file.Path;
import java.time.Duration;

/**
 * Where the database is and how long its change log goes back. Of the first two exactly one is
 * given.
 *
 * @param dataDirectory of a SQLite database; made when missing, and one process at a time may use
 *     it; null: it is PostgreSQL
 * @param postgres a database of a server, which several processes may use at once; null: it is
 *     SQLite
 * @param changeRetention how long a change is kept for gateways that resume: twice the longest life
 *     of a record in L2
 */
public record StoreConfig(
        Path dataDirectory, PostgresConfig postgres, Duration changeRetention) {
    /** Twice ten minutes. */
    public static final Duration DEFAULT_RETENTION = Duration.ofMinutes(20);

    /** Checks that there is one database. */
    public StoreConfig {
        if ((dataDirectory == null) == (postgres == null)) {
            throw new IllegalArgumentException("either a directory or a server");
        }
    }

    /** SQLite, with the default retention. */
    public StoreConfig(Path dataDirectory) {
        this(dataDirectory, null, DEFAULT_RETENTION);
    }

    /** PostgreSQL, with the default retention. */
    public StoreConfig(PostgresConfig postgres) {
        this(null, postgres, DEFAULT_RETENTION);
    }

    /** Where it is, for those who read messages: a directory, or a URL without password. */
    public Object where() {
        return postgres == null ? dataDirectory : postgres;
    }
}
