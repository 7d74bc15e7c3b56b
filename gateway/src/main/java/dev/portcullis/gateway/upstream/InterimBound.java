package dev.portcullis.gateway.upstream;

import dev.portcullis.gateway.http1.ResponseHead;

/**
 * How many interim responses (1xx) one request is given before its final one. Each is passed on and
 * counts as progress, so that without a bound an application could keep a request open, and its
 * client reading, for ever. Not thread-safe: it belongs to a lease.
 */
final class InterimBound {
    /** Long work may say that it goes on (102) every few seconds for many minutes. */
    static final int COUNT_MAX = 100;
    /** Of all their heads: as many as one head may have. */
    static final int BYTES_MAX = 64 * 1024;

    private int count;
    private int bytes;

    /** Another request: none so far. */
    void clear() {
        count = 0;
        bytes = 0;
    }

    /** Counts one more; false when that was too much. */
    boolean admits(ResponseHead interim) {
        count++;
        bytes += interim.length();
        return count <= COUNT_MAX && bytes <= BYTES_MAX;
    }
}
