package dev.portcullis.gateway.protect;

import java.net.InetAddress;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Open connections by client address (IPv6: by network of 64 bits). It holds an entry only for who
 * has a connection open, so it is as bounded as these are. Any thread.
 */
final class AddressCounts {
    private final int max;
    private final ConcurrentHashMap<Long, Integer> open = new ConcurrentHashMap<>();

    /**
     * Counts of nobody yet.
     *
     * @param max connections of one address; 0: no bound, and nothing is counted
     */
    AddressCounts(int max) {
        this.max = max;
    }

    /** Counts a connection; false when there are as many of its address as may be. */
    boolean opened(InetAddress address) {
        if (max == 0) {
            return true;
        }
        boolean[] admitted = new boolean[1];
        open.compute(SourceKey.of(address), (key, count) -> {
            int before = count == null ? 0 : count;
            admitted[0] = before < max;
            return admitted[0] ? before + 1 : count;
        });
        return admitted[0];
    }

    /** Takes back what {@link #opened} counted. */
    void closed(InetAddress address) {
        if (max != 0) {
            open.computeIfPresent(
                    SourceKey.of(address), (key, count) -> count == 1 ? null : count - 1);
        }
    }

    /** Addresses that have a connection open. */
    int addresses() {
        return open.size();
    }
}
