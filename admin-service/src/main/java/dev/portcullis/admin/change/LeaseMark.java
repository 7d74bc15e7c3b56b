package dev.portcullis.admin.change;

import dev.portcullis.admin.store.ReadTransaction;
import dev.portcullis.admin.store.Store;
import java.util.function.Supplier;

/**
 * Remembers in the database that gateways of other processes may hold leases, so that the next
 * start knows whether there can be any that it does not know.
 *
 * <p>A lease outlives the origin that gave it only if its gateway does, and a gateway in the
 * origin's own process does not. So in standalone nothing is ever written here, the next start
 * finds 0, and no change has to wait for gateways that cannot exist. When the first gateway of
 * another process comes,
 * <em>before</em> it can be given anything, the length of a lease and its margin are written; a
 * start that finds that counts unknown gateways for as long, from its own beginning, on the
 * monotonic clock. No wall clock is asked, so one that jumped cannot make a lease seem to have
 * lapsed. The price is that even after a long outage the first moments count unknown gateways.
 *
 * <p>That is one write when the first gateway comes, and one when the last has gone: none for each
 * lease. The methods block on the database.
 */
public final class LeaseMark {
    private final Store store;
    private final LeaseTable leases;
    private final long leaseMillis;

    /** What the database holds; guarded by this. */
    private long marked;

    /** A mark for a table that was made with what {@link #read} answered. */
    public LeaseMark(Store store, LeaseTable leases, LeaseConfig config) {
        this.store = store;
        this.leases = leases;
        this.leaseMillis = config.maxStaleness().plus(config.margin()).toMillis();
        this.marked = read(store);
    }

    /** For how long from a start unknown gateways may hold leases, in milliseconds; 0: none do. */
    public static long read(Store store) {
        return store.read(ReadTransaction::leaseOutstandingMillis);
    }

    /**
     * Attaches a gateway of another process, once the mark is written.
     *
     * @param attach attaches it to the table
     * @throws dev.portcullis.admin.model.ServiceException when the mark cannot be written; then the
     *     gateway must not be attached, and is not
     */
    public synchronized <T> T attach(Supplier<T> attach) {
        if (marked < leaseMillis) {
            mark(leaseMillis);
        }
        return attach.get();
    }

    /**
     * Takes the mark back when nobody is left whom it could stand for. To be called now and then.
     */
    public synchronized void tidy() {
        if (leases.mayHaveUnknown()) {
            return;
        }
        // while a gateway is attached the mark may only shrink to what this process gives
        long needed = leases.hasRemote() ? leaseMillis : 0;
        if (marked != needed) {
            mark(needed);
        }
    }

    private void mark(long millis) {
        store.setLeaseOutstandingMillis(millis);
        marked = millis;
    }
}
