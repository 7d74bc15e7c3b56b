package dev.portcullis.admin.origin;

/**
 * Which prefixes there may be: a Bloom filter in blocks of one cache line, so that a question costs
 * one access to memory. It never denies a prefix that was added; of those that were not, it takes
 * about one in a thousand for one that was while it holds as many as it was made for, and about one
 * in a hundred when it has grown by half (docs/propagation.md has the arithmetic).
 *
 * <p>One thread adds; any may ask. What was added before {@link #complete} is seen by whoever reads
 * {@link #completeTo} after it.
 */
final class PrefixFilter {
    static final int BITS_PER_PREFIX = 16;

    /** The least it is made for: one that is too small soon has to be made anew. */
    static final long EXPECTED_MIN = 1 << 16;

    private static final int BLOCK_LONGS = 8;
    private static final int BLOCK_BITS = BLOCK_LONGS * Long.SIZE;
    private static final int BLOCK_BYTES = BLOCK_LONGS * Long.BYTES;
    private static final int HASHES = 7;
    private static final int BITS_PER_HASH = 9;
    private static final long MIX_1 = 0xbf58476d1ce4e5b9L;
    private static final long MIX_2 = 0x94d049bb133111ebL;
    private static final long GOLDEN = 0x9e3779b97f4a7c15L;

    private final long[] bits;
    private final long expected;
    private final long seed;
    private long added;
    private volatile long completeTo = -1;

    /**
     * An empty filter.
     *
     * @param expected how many prefixes it is made for
     * @param bytesMax of memory; with less than it needs it lets more through by mistake
     * @param seed keeps anybody from choosing prefixes that it lets through
     */
    PrefixFilter(long expected, long bytesMax, long seed) {
        this.expected = Math.max(expected, EXPECTED_MIN);
        this.seed = seed;
        this.bits = new long[(int) (blocks(this.expected, bytesMax) * BLOCK_LONGS)];
    }

    private static long blocks(long expected, long bytesMax) {
        long bytes = Math.min(expected * BITS_PER_PREFIX / Byte.SIZE, bytesMax);
        long most = Integer.MAX_VALUE / BLOCK_LONGS - 1;
        return Math.max(1, Math.min((bytes + BLOCK_BYTES - 1) / BLOCK_BYTES, most));
    }

    /** Octets of memory that a filter for so many prefixes takes. */
    static long bytes(long expected, long bytesMax) {
        return blocks(Math.max(expected, EXPECTED_MIN), bytesMax) * BLOCK_BYTES;
    }

    /** Adds a prefix; one thread. */
    void add(String prefix) {
        long hash = hash(prefix);
        int block = block(hash);
        long places = mix(hash + GOLDEN);
        boolean fresh = false;
        for (int i = 0; i < HASHES; i++) {
            int bit = (int) (places >>> i * BITS_PER_HASH) & BLOCK_BITS - 1;
            long before = bits[block + bit / Long.SIZE];
            bits[block + bit / Long.SIZE] = before | 1L << bit;
            fresh |= (before & 1L << bit) == 0;
        }
        if (fresh) {
            added++;
        }
    }

    /** Whether a prefix may have been added; never false for one that was. */
    boolean mayContain(String prefix) {
        long hash = hash(prefix);
        int block = block(hash);
        long places = mix(hash + GOLDEN);
        for (int i = 0; i < HASHES; i++) {
            int bit = (int) (places >>> i * BITS_PER_HASH) & BLOCK_BITS - 1;
            if ((bits[block + bit / Long.SIZE] & 1L << bit) == 0) {
                return false;
            }
        }
        return true;
    }

    private int block(long hash) {
        long blocks = bits.length / BLOCK_LONGS;
        // the upper half of a product: even, and without a division
        long high = Math.multiplyHigh(hash, blocks) + (hash >> 63 & blocks);
        return (int) high * BLOCK_LONGS;
    }

    private long hash(String prefix) {
        long hash = seed;
        long word = 0;
        for (int i = 0; i < prefix.length(); i++) {
            word = word << Byte.SIZE | prefix.charAt(i);
            if (i % Long.BYTES == Long.BYTES - 1) {
                hash = mix(hash ^ word);
                word = 0;
            }
        }
        return mix(hash ^ word + GOLDEN);
    }

    private static long mix(long value) {
        long z = (value ^ value >>> 30) * MIX_1;
        z = (z ^ z >>> 27) * MIX_2;
        return z ^ z >>> 31;
    }

    /** Different prefixes that were added, nearly. The thread that adds. */
    long added() {
        return added;
    }

    /** Whether it holds half as many again as it was made for. The thread that adds. */
    boolean outgrown() {
        return added > expected + expected / 2;
    }

    /** Every prefix that there was up to a revision has been added. The thread that adds. */
    void complete(long revision) {
        completeTo = revision;
    }

    /** Up to which revision it knows every prefix; less than 0: of none. Any thread. */
    long completeTo() {
        return completeTo;
    }

    /** Octets of memory. */
    long bytes() {
        return (long) bits.length * Long.BYTES;
    }
}
