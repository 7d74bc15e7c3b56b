package dev.portcullis.cli.foreign;

/**
 * A set of numbers that are as good as random, in about 16 octets each: open addressing, at most
 * half full. One thread.
 */
final class LongSet {
    private static final int SLOTS_MIN = 1 << 10;

    /** 0 is a free slot; the number 0 itself is kept apart. */
    private long[] slots = new long[SLOTS_MIN];
    private int size;
    private boolean zero;

    /** False when it was there before. */
    boolean add(long number) {
        if (number == 0) {
            boolean added = !zero;
            zero = true;
            return added;
        }
        if (!insert(slots, number)) {
            return false;
        }
        if (++size > slots.length / 2) {
            long[] larger = new long[2 * slots.length];
            for (long slot : slots) {
                if (slot != 0) {
                    insert(larger, slot);
                }
            }
            slots = larger;
        }
        return true;
    }

    private static boolean insert(long[] slots, long number) {
        int mask = slots.length - 1;
        int at = (int) number & mask;
        while (slots[at] != 0) {
            if (slots[at] == number) {
                return false;
            }
            at = at + 1 & mask;
        }
        slots[at] = number;
        return true;
    }
}
