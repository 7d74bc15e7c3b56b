package dev.portcullis.gateway.route;

import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * A map by ASCII text that is looked up by octets of a head, so that nothing is made for a look-up.
 * Immutable; any thread.
 */
final class OctetMap<V> {
    /** Where the hash of a key begins. */
    static final int SEED = 17;

    /** An odd number whose bits are as good as random: 2 to the 32nd by the golden ratio. */
    private static final int SPREAD = 0x9e3779b9;

    private final boolean ignoringCase;
    private final byte[][] keys;
    private final Object[] values;
    private final int mask;
    private final int longest;

    /** A map of these; keys are in lower case when case is ignored. */
    OctetMap(Map<String, V> entries, boolean ignoringCase) {
        this.ignoringCase = ignoringCase;
        int size = Integer.highestOneBit(Math.max(1, entries.size())) * 4;
        keys = new byte[size][];
        values = new Object[size];
        mask = size - 1;
        int max = -1;
        for (Map.Entry<String, V> entry : entries.entrySet()) {
            byte[] key = entry.getKey().getBytes(StandardCharsets.US_ASCII);
            max = Math.max(max, key.length);
            int at = slot(hashOf(key, 0, key.length));
            while (keys[at] != null) {
                at = at + 1 & mask;
            }
            keys[at] = key;
            values[at] = entry.getValue();
        }
        longest = max;
    }

    /** The length of the longest key; -1 when there is none. */
    int longest() {
        return longest;
    }

    /** The hash of a key that is one octet longer. */
    int hash(int hash, byte octet) {
        return 31 * hash + plain(octet);
    }

    private int hashOf(byte[] bytes, int from, int to) {
        int hash = SEED;
        for (int i = from; i < to; i++) {
            hash = hash(hash, bytes[i]);
        }
        return hash;
    }

    /** What stands under these octets; null for nothing. */
    V get(byte[] bytes, int from, int to) {
        return to - from > longest ? null : get(bytes, from, to, hashOf(bytes, from, to));
    }

    /** What stands under these octets, of which the hash is known; null for nothing. */
    @SuppressWarnings("unchecked") // only values of the type were put in
    V get(byte[] bytes, int from, int to, int hash) {
        for (int at = slot(hash); keys[at] != null; at = at + 1 & mask) {
            if (isSame(keys[at], bytes, from, to)) {
                return (V) values[at];
            }
        }
        return null;
    }

    private int slot(int hash) {
        // names that differ in a digit must not stand side by side, or all look-ups pass them all
        int spread = hash * SPREAD;
        return (spread ^ spread >>> 16) & mask;
    }

    private boolean isSame(byte[] key, byte[] bytes, int from, int to) {
        if (to - from != key.length) {
            return false;
        }
        for (int i = 0; i < key.length; i++) {
            if (plain(bytes[from + i]) != key[i]) {
                return false;
            }
        }
        return true;
    }

    private byte plain(byte octet) {
        return ignoringCase && octet >= 'A' && octet <= 'Z' ? (byte) (octet | 0x20) : octet;
    }
}
