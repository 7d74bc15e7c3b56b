package dev.portcullis.gateway.lookup;

import dev.portcullis.core.token.TokenPrefix;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Which prefixes some credential had when they were looked up, whether L1 still holds it or not. So
 * a question about one of them can be told from one that anybody may have made up. It says nothing
 * of what is permitted, only of whose turn it is, and may be wrong now and then.
 *
 * <p>Two generations of bits, each for as many prefixes as L1 has room for twice over; when the
 * younger is full the elder is forgotten. The first begins small and grows, a layer at a time, as
 * prefixes come: most gateways never see so many. Any thread; asked on a miss only.
 */
final class RealPrefixes {
    private static final int BITS_PER_PREFIX = 16;
    private static final int HASHES = 4;
    private static final long GOLDEN = 0x9e3779b97f4a7c15L;

    /** Of the first generation: each is so many times larger than the one before it. */
    private static final int LAYERS = 3;
    private static final int GROWTH = 8;

    private final int capacity;
    private volatile Generations generations;

    /** The last layer of the younger takes in what is new. */
    private record Generations(List<Layer> younger, List<Layer> elder) {
        Layer newest() {
            return younger.get(younger.size() - 1);
        }
    }

    /** Bits for so many prefixes. */
    private static final class Layer {
        private final int capacity;
        private final int mask;
        private final AtomicLongArray bits;
        private final AtomicInteger added = new AtomicInteger();

        Layer(int capacity) {
            this.capacity = capacity;
            long size = Math.max(
                    Long.SIZE, Long.highestOneBit(capacity * (long) BITS_PER_PREFIX));
            mask = (int) (size - 1);
            bits = new AtomicLongArray((int) (size / Long.SIZE));
        }

        /** True when it has become too full by this. */
        boolean add(long hash) {
            boolean fresh = false;
            for (int i = 0; i < HASHES; i++) {
                int bit = place(hash, i);
                long set = 1L << bit;
                long before = bits.getAndAccumulate(
                        bit / Long.SIZE, set, (old, more) -> old | more);
                fresh |= (before & set) == 0;
            }
            return fresh && added.incrementAndGet() > capacity;
        }

        boolean contains(long hash) {
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
    }

    RealPrefixes(int credentialsMax) {
        capacity = (int) Math.min(2L * credentialsMax, 1 << 24);
        generations = new Generations(List.of(layer(1)), List.of());
    }

    /** The last is for as many as a generation is. */
    private Layer layer(int number) {
        int least = capacity;
        for (int i = number; i < LAYERS; i++) {
            least /= GROWTH;
        }
        return new Layer(Math.max(1, least));
    }

    /** Notes that there is a credential with this prefix. */
    void add(TokenPrefix prefix) {
        Generations now = generations;
        long hash = hash(prefix);
        // those before the newest are as young as it is
        if (!contains(now.younger().subList(0, now.younger().size() - 1), hash)
                && now.newest().add(hash)) {
            extend(now);
        }
    }

    private synchronized void extend(Generations full) {
        if (generations != full) {
            return;
        }
        if (full.newest().capacity < capacity) {
            List<Layer> grown = new ArrayList<>(full.younger());
            grown.add(layer(grown.size() + 1));
            generations = new Generations(List.copyOf(grown), full.elder());
        } else {
            // what was needed once is needed again: no small ones any more
            generations = new Generations(List.of(layer(LAYERS)), full.younger());
        }
    }

    /** Whether there was one, as far as that is still known. */
    boolean contains(TokenPrefix prefix) {
        Generations now = generations;
        long hash = hash(prefix);
        return contains(now.younger(), hash) || contains(now.elder(), hash);
    }

    private static boolean contains(List<Layer> layers, long hash) {
        for (int i = layers.size() - 1; i >= 0; i--) {
            if (layers.get(i).contains(hash)) {
                return true;
            }
        }
        return false;
    }

    /** What its bits take now, for tests. */
    long octets() {
        Generations now = generations;
        long longs = 0;
        for (List<Layer> layers : List.of(now.younger(), now.elder())) {
            for (Layer layer : layers) {
                longs += layer.bits.length();
            }
        }
        return longs * Long.BYTES;
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
