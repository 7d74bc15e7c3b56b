package dev.portcullis.gateway.protect;

import dev.portcullis.core.access.Source;
import dev.portcullis.core.token.TokenPrefix;

/**
 * What one event loop asks before it does what would cost others. A request with a good credential
 * passes it without a look at anything that loops share. Not thread-safe: it belongs to the loop.
 */
public final class Guard {
    private final Protection shared;
    private final FailedAttempts attempts;
    private final ExchangePermits permits;
    private int held;
    private boolean memoryNearEnd;

    Guard(Protection shared, FailedAttempts attempts, ExchangePermits permits) {
        this.shared = shared;
        this.attempts = attempts;
        this.permits = permits;
    }

    /** Looks at what changes slowly; about twice a second. */
    public void tick(long nowNanos) {
        memoryNearEnd = shared.memoryNearEnd(nowNanos);
    }

    /**
     * Whether one more exchange may begin. If so, {@link #ended} has to follow.
     */
    public boolean admits() {
        if (memoryNearEnd) {
            shared.stats().overMemory.increment();
            return false;
        }
        if (permits == null) {
            return true;
        }
        if (held == 0) {
            held = permits.borrow();
        }
        if (held == 0) {
            shared.stats().overExchanges.increment();
            return false;
        }
        held--;
        return true;
    }

    /** An exchange that was admitted is over. */
    public void ended() {
        if (permits != null) {
            held = permits.settle(held + 1);
        }
    }

    /**
     * Whether a source has failed so often that nothing is looked up for it any more.
     *
     * @param nowNanos the monotonic clock
     */
    public boolean holdsBack(Source source, long nowNanos) {
        boolean over = source.address() != null
                && attempts.isOver(SourceKey.of(source.address()), nowNanos);
        if (over) {
            shared.stats().heldBack.increment();
        }
        return over;
    }

    /**
     * Counts a request whose credential was not good.
     *
     * @param nowNanos the monotonic clock
     * @return whether it was one too many of its source, which is then not told what was wrong
     */
    public boolean failed(Source source, long nowNanos) {
        shared.stats().failedAttempts.increment();
        boolean over = source.address() != null
                && attempts.failed(SourceKey.of(source.address()), nowNanos);
        if (over) {
            shared.stats().heldBack.increment();
        }
        return over;
    }

    /** Seconds, at least one, until a source that is held back may try again. */
    public int retryAfterSeconds(Source source, long nowNanos) {
        return attempts.retryAfterSeconds(SourceKey.of(source.address()), nowNanos);
    }

    /**
     * Takes one request off what a credential may ask of an application.
     *
     * @param credential by which it is counted: for what was exchanged from a key, the key
     * @param nowNanos the monotonic clock
     */
    public RateState take(
            TokenPrefix credential, String application, RatePolicy policy, long nowNanos) {
        RateState state = shared.tokenRates().take(credential, application, policy, nowNanos);
        if (!state.within()) {
            shared.stats().overTokenRate.increment();
        }
        return state;
    }
}
