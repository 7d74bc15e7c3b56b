package dev.portcullis.gateway.l2;

import java.time.Duration;
import java.util.function.Consumer;

/**
 * Who keeps the octets of a shared cache. Nobody has to believe it. Any thread; nothing blocks.
 */
public interface CacheServer extends AutoCloseable {
    /** Told what a question came to. */
    interface Reply {
        /**
         * Called once for each question, within about the time it may take, on any thread, also
         * that of the asker while it asks. Does not block, does not throw.
         *
         * @param value what is kept; null unless the outcome is {@link CacheOutcome#HIT}
         * @param outcome {@link CacheOutcome#HIT}, {@link CacheOutcome#MISS}, or why it was skipped
         */
        void answered(byte[] value, CacheOutcome outcome);
    }

    /** Asks for what is kept under a key. */
    void get(String key, Reply reply);

    /**
     * Keeps a value for a while, in place of what is there.
     *
     * @param done told once how it went: {@link CacheOutcome#HIT} when it is kept, else why it was
     *     not; as {@link Reply} for threads
     */
    void put(String key, byte[] value, Duration ttl, Consumer<CacheOutcome> done);

    /** Whether it can be asked now. */
    boolean connected();

    /** Parts of it that are left alone, because they were slow or failed too often. */
    int resting();

    /** Connections that could not be made or were refused, so far. */
    long failedConnects();

    /** Ends all connections; from then on every question is skipped. Waits for nothing long. */
    @Override
    void close();
}
