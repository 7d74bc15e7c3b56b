package dev.portcullis.admin.edge;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * Slows down who fails to authenticate again and again: a token bucket for each address that has
 * failed lately. While an address's bucket is empty, no credential of that address is looked at.
 *
 * <p>Bounded: beyond a number of addresses the one that failed longest ago is forgotten. Any
 * thread.
 */
public final class FailureThrottle {
    /** So many failures at once, and then one more every so often. */
    public record Limits(int addressesMax, int burst, Duration interval) {
        /** Generous to a script with an old token, and far too few to guess anything. */
        public static Limits defaults() {
            return new Limits(4_096, 100, Duration.ofMillis(100));
        }
    }

    private final Limits limits;
    private final LongSupplier nanoTime;
    /** When each address's bucket will be full again; in the order of the latest failures. */
    private final Map<String, Long> fullAt;

    /** @param nanoTime monotonic clock */
    public FailureThrottle(Limits limits, LongSupplier nanoTime) {
        this.limits = limits;
        this.nanoTime = nanoTime;
        this.fullAt = new LinkedHashMap<>(16, 0.75f, true) {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<String, Long> eldest) {
                return size() > limits.addressesMax();
            }
        };
    }

    /** How long an address that has failed too often has to wait; not above 0: it need not. */
    public synchronized long waitNanos(String source) {
        Long full = fullAt.get(block(source));
        if (full == null) {
            return 0;
        }
        // room for one more is there an interval before the bucket would overflow
        long missing = full - nanoTime.getAsLong();
        return missing - (limits.burst() - 1) * limits.interval().toNanos();
    }

    /** An attempt has failed. */
    public synchronized void failed(String source) {
        long now = nanoTime.getAsLong();
        Long before = fullAt.get(block(source));
        long from = before == null || before - now < 0 ? now : before;
        fullAt.put(block(source), from + limits.interval().toNanos());
    }

    /** Addresses that are remembered. */
    synchronized int size() {
        return fullAt.size();
    }

    /** Of IPv6 the network: whoever has one address there has all of its 2^64. */
    private static String block(String source) {
        if (source.indexOf(':') < 0) {
            return source;
        }
        // the JDK writes all eight groups
        String[] groups = source.split(":", 5);
        return groups.length < 5
                ? source
                : String.join(":", groups[0], groups[1], groups[2], groups[3]);
    }
}
