package dev.portcullis.gateway.accesslog;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * A bounded queue from many event loops to the one writer. Offering never waits: a full queue says
 * so.
 */
final class EntryQueue {
    private final AtomicReferenceArray<AccessLogEntry> slots;
    private final int mask;
    private final int capacity;
    private final AtomicLong tail = new AtomicLong();
    /** Moved by the writer alone. */
    private final AtomicLong head = new AtomicLong();

    /**
     * @param capacity at least 1; never more than this many entries are held
     */
    EntryQueue(int capacity) {
        if (capacity < 1 || capacity > 1 << 24) {
            throw new IllegalArgumentException("an access log queues 1 to 16777216 lines");
        }
        this.capacity = capacity;
        int length = Integer.highestOneBit(Math.max(1, capacity - 1) << 1);
        this.slots = new AtomicReferenceArray<>(Math.max(1, length));
        this.mask = slots.length() - 1;
    }

    /** Adds an entry, or answers false when the queue is full. Any thread. */
    boolean offer(AccessLogEntry entry) {
        long at;
        do {
            at = tail.get();
            // a head read too early only makes the queue look fuller than it is
            if (at - head.get() >= capacity) {
                return false;
            }
        } while (!tail.compareAndSet(at, at + 1));
        // a full volatile write: the writer's going to sleep is looked at right after it
        slots.set((int) at & mask, entry);
        return true;
    }

    /** The oldest entry, or null when there is none that has fully arrived. The writer only. */
    AccessLogEntry poll() {
        long at = head.get();
        int slot = (int) at & mask;
        AccessLogEntry entry = slots.get(slot);
        if (entry != null) {
            slots.lazySet(slot, null);
            head.lazySet(at + 1);
        }
        return entry;
    }

    /** Whether nothing has arrived. The writer only. */
    boolean isEmpty() {
        return slots.get((int) head.get() & mask) == null;
    }
}
