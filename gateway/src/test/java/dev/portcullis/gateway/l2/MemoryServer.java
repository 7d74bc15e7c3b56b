package dev.portcullis.gateway.l2;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** A server that does as a test says: it keeps everything, and lies, lags and fails on demand. */
public final class MemoryServer implements CacheServer {
    /** What is kept; a test may plant what it likes. */
    public final Map<String, byte[]> values = new ConcurrentHashMap<>();

    /** Questions that have come, answered or not. */
    public final AtomicInteger gets = new AtomicInteger();

    /** Records that were to be kept. */
    public final AtomicInteger puts = new AtomicInteger();

    /** For how long each of them was to be kept. */
    public final List<Duration> ttls = new CopyOnWriteArrayList<>();

    /** What every question comes to; null: what is kept. */
    public volatile CacheOutcome outcome;

    /** Answers that are held back. */
    public final List<Runnable> held = new CopyOnWriteArrayList<>();

    /** How an answer gets to the asker; holding it back is {@code held::add}. */
    public volatile Consumer<Runnable> delivery = Runnable::run;

    /** Whether it was closed. */
    public volatile boolean closed;

    @Override
    public void get(String key, Reply reply) {
        gets.incrementAndGet();
        byte[] value = outcome == null ? values.get(key) : null;
        CacheOutcome said = outcome != null ? outcome
                : value == null ? CacheOutcome.MISS : CacheOutcome.HIT;
        delivery.accept(() -> reply.answered(value, said));
    }

    @Override
    public void put(String key, byte[] value, Duration ttl, Consumer<CacheOutcome> done) {
        puts.incrementAndGet();
        ttls.add(ttl);
        if (outcome == null) {
            values.put(key, value.clone());
        }
        done.accept(outcome == null ? CacheOutcome.HIT : outcome);
    }

    /** Lets go what was held back. */
    public void release() {
        delivery = Runnable::run;
        held.forEach(Runnable::run);
        held.clear();
    }

    @Override
    public boolean connected() {
        return outcome == null && !closed;
    }

    @Override
    public int resting() {
        return 0;
    }

    @Override
    public long failedConnects() {
        return 0;
    }

    @Override
    public void close() {
        closed = true;
    }
}
