package dev.portcullis.gateway.protect;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * How many more exchanges may be in progress over all loops. Loops borrow a few at a time and keep
 * some at hand, so that the number they share is not touched for each request: of a large bound, up
 * to 31 for each loop may lie with a loop that does not need them. Any thread.
 */
final class ExchangePermits {
    private static final int BATCH_MAX = 16;
    private static final int BATCHES_OF_A_LOOP = 8;

    private final AtomicInteger free;
    private final int batch;

    ExchangePermits(int max, int loops) {
        free = new AtomicInteger(max);
        batch = Math.max(1, Math.min(BATCH_MAX, max / (loops * BATCHES_OF_A_LOOP)));
    }

    /** Some, or 0 when there are none. */
    int borrow() {
        int before = free.getAndUpdate(count -> count - Math.min(count, batch));
        return Math.min(before, batch);
    }

    /** Gives back what a loop has beyond its need; what it keeps. */
    int settle(int held) {
        if (held < 2 * batch - 1) {
            return held;
        }
        free.addAndGet(batch);
        return held - batch;
    }
}
