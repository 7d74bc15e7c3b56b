package dev.portcullis.gateway.lookup;

import dev.portcullis.core.token.TokenPrefix;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Which prefixes some credential had when they were looked up, whether L1 still holds it or not. So
 * a question about one of them can be told from one that anybody may have made up. It says nothing
 * of what is permitted, only of whose turn it is, and may be wrong now and then.
 *
 * <p>Two generations of bits, each for as many prefixes as L1 has room for twice over; when the
 * younger is full the elder is forgotten. Any thread.
 */
final class RealPrefixes {
    private static final int BITS_PER_PREFIX = 16;
    private static final int HASHES = 4;
    private static final long GOLDEN = 0x9e3779b97f4a7c15L;

    private final int capacity;
    private final int mask;
    private final AtomicInteger added = new AtomicInteger();
    private volatile Generations generations;

    private record Generations(AtomicLongArray younger, AtomicLongArray elder) {}

    RealPrefixes(int credentialsMax) {
        capacity = (int) Math.min(2L * credentialsMax, 1 << 24);
        long bits = Math.max(Long.SIZE, Long.highestOneBit(capacity * (long) BITS_PER_PREFIX));
        mask = (int) (bits - 1);
        generations = new Generations(empty(), empty());
    }

    private AtomicLongArray empty() {
        return new AtomicLongArray((mask + 1) / Long.SIZE);
    }

    /** Notes that there is a credential with this prefix. */
    void add(TokenPrefix prefix) {
        Generations now = generations;
        boolean fresh = false;
        long hash = hash(prefix);
        for (int i = 0; i < HASHES; i++) {
            int bit = place(hash, i);
            long set = 1L << bit;
            long before = now.younger().getAndAccumulate(
                    bit / Long.SIZE, set, (old, more) -> old | more);
            fresh |= (before & set) == 0;
        }
        if (fresh && added.incrementAndGet() > capacity) {
            turn(now);
        }
    }

    private synchronized void turn(Generations full) {
        if (generations == full) {
            added.set(0);
            generations = new Generations(empty(), full.younger());
        }
    }

    /** Whether there was one, as far as that is still known. */
    boolean contains(TokenPrefix prefix) {
        Generations now = generations;
        long hash = hash(prefix);
        return contains(now.younger(), hash) || contains(now.elder(), hash);
    }

    private boolean contains(AtomicLongArray bits, long hash) {
        for (int i = 0; i < HASHES; i++) {
            int bit = place(hash, i);
            if ((bits.get(bit / Long.SIZE) & 1L << bit) == 0) {
                return false;
            }
        }
        return true;
    }

    private int place(long hash, int number) {
        // two halves make as many hashes as are wanted
        return (int) (hash + number * (hash >>> Integer.SIZE | 1)) & mask;
    }

    private static long hash(TokenPrefix prefix) {
        String text = prefix.toString();
        long hash = GOLDEN;
        for (int i = 0; i < text.length(); i++) {
            hash = (hash ^ text.charAt(i)) * GOLDEN;
            hash ^= hash >>> 29;
        }
        return hash;
    }
}
