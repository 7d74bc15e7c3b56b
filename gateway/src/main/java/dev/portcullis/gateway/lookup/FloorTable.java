package dev.portcullis.gateway.lookup;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The newest revision seen for each key: what was read earlier is not believed.
 *
 * <p>Bounded: a floor that is older than {@link #RETENTION}, or one too many, is folded into a
 * floor for filling that counts for every key. That is safe at any time, and nearly free: it
 * refuses only what was read before the folded change and has not come in since. It does not touch
 * what is in L1 already, because a change evicts its own key from there.
 *
 * <p>Raised by the control thread only, read by any.
 */
final class FloorTable<K> {
    /** Far longer than any look-up is under way. */
    static final Duration RETENTION = Duration.ofMinutes(10);

    /** Keys with a floor of their own. */
    static final int KEYS_MAX = 100_000;

    private record Raised<K>(K key, long revision, long atNanos) {}

    private final ConcurrentHashMap<K, Long> floors = new ConcurrentHashMap<>();
    /** In the order of raising. Control thread only. */
    private final Deque<Raised<K>> order = new ArrayDeque<>();

    /** For every key, also for what is in the cache already. */
    private volatile long serveFloor;
    /** For every key, for what comes into the cache. */
    private volatile long fillFloor;

    FloorTable(long floor) {
        serveFloor = floor;
        fillFloor = floor;
    }

    /**
     * Whether what was read at {@code asOf} may come into the cache, or be believed from outside.
     */
    boolean admits(K key, long asOf) {
        // the key's own floor first: folding raises the common one before it removes the other, so
        // that whoever no longer sees the one sees the other
        Long own = floors.get(key);
        return (own == null || asOf >= own) && asOf >= fillFloor && asOf >= serveFloor;
    }

    /** Whether what was admitted once may still be served, as far as all keys are concerned. */
    boolean serves(long asOf) {
        return asOf >= serveFloor;
    }

    void raise(K key, long revision, long nowNanos) {
        floors.merge(key, revision, Math::max);
        order.addLast(new Raised<>(key, revision, nowNanos));
        fold(nowNanos);
    }

    /** A change that stands for all keys. */
    void raiseAll(long revision) {
        serveFloor = Math.max(serveFloor, revision);
    }

    /** Folds what has been kept long enough, and what is too much. */
    void fold(long nowNanos) {
        while (!order.isEmpty() && (order.size() > KEYS_MAX
                || nowNanos - order.getFirst().atNanos() > RETENTION.toNanos())) {
            Raised<K> oldest = order.removeFirst();
            fillFloor = Math.max(fillFloor, oldest.revision());
            // only if it has not been raised since: then a younger entry of the order stands for it
            floors.remove(oldest.key(), oldest.revision());
        }
    }

    /** Keys with a floor of their own, for tests and metrics. */
    int size() {
        return floors.size();
    }
}
