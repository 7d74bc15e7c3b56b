package dev.portcullis.gateway.l2;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How Redis stands, and says so once for each change. Any thread. */
final class RedisStanding {
    private static final Logger log = LoggerFactory.getLogger(RedisStanding.class);
    private static final int REASON_MAX = 300;
    private static final Duration SILENCE = Duration.ofSeconds(2);

    private final String name;
    private final int parts;
    private final AtomicBoolean reachable = new AtomicBoolean();
    private final AtomicInteger resting = new AtomicInteger();
    /** Why it could not be reached when this was last said; null while it can. */
    private final AtomicReference<String> said = new AtomicReference<>();
    /** Why nothing is kept; null while it is. */
    private final AtomicReference<String> refusal = new AtomicReference<>();
    private final LongAdder failedConnects = new LongAdder();
    private final LongSupplier nanoTime;
    private volatile long lastGood;
    private volatile boolean closed;

    /**
     * Of a server that nobody has reached yet.
     *
     * @param parts of it that may be well or ill on their own
     * @param nanoTime a monotonic clock in nanoseconds
     */
    RedisStanding(RedisConfig config, int parts, LongSupplier nanoTime) {
        this.name = "redis " + config.nodes();
        this.parts = parts;
        this.nanoTime = nanoTime;
    }

    void connected() {
        lastGood = nanoTime.getAsLong();
        if (!reachable.getAndSet(true) && !closed) {
            said.set(null);
            log.info("{}: the shared cache is connected", name);
        }
    }

    /** A connection could not be made or was refused; another reason is another change. */
    void unreachable(Throwable failure) {
        failedConnects.increment();
        if (!reachable.get() || parts == 1) {
            lost(reason(failure));
        } else {
            log.debug("{}: a node cannot be reached: {}", name, reason(failure));
        }
    }

    private void lost(String reason) {
        reachable.set(false);
        if (!reason.equals(said.getAndSet(reason)) && !closed) {
            log.warn("{}: the shared cache is not used, the origin is asked instead: {}",
                    name, reason);
        }
    }

    /** What a question that was asked came to. */
    void asked(CacheOutcome outcome, Throwable failure) {
        if (outcome == CacheOutcome.HIT || outcome == CacheOutcome.MISS) {
            connected();
        } else if (outcome == CacheOutcome.DISCONNECTED && reachable.get() && allIsLost()) {
            lost(reason(failure));
        }
    }

    /** One node of several may be gone, and the others answer. */
    private boolean allIsLost() {
        return parts == 1 || nanoTime.getAsLong() - lastGood > SILENCE.toNanos();
    }

    /** What became of a record that was to be kept. */
    void kept(CacheOutcome outcome, Throwable failure) {
        if (outcome == CacheOutcome.HIT) {
            if (refusal.get() != null && refusal.getAndSet(null) != null) {
                log.info("{}: the shared cache keeps records again", name);
            }
        } else if (outcome == CacheOutcome.FAILED) {
            String reason = reason(failure);
            if (!reason.equals(refusal.getAndSet(reason)) && !closed) {
                log.warn("{}: the shared cache keeps no records: {}", name, reason);
            }
        }
    }

    /** A part of it is left alone from now on, or is asked again. */
    void rests(boolean rests) {
        int now = rests ? resting.incrementAndGet() : resting.decrementAndGet();
        if (closed) {
            return;
        }
        if (rests && now == 1) {
            log.warn("{}: slow or failing; {} of its keys are asked of the origin for a while",
                    name, parts == 1 ? "all" : "some");
        } else if (!rests && now == 0) {
            log.info("{}: well again; all keys are asked of the shared cache", name);
        }
    }

    boolean reachable() {
        return reachable.get();
    }

    long failedConnects() {
        return failedConnects.sum();
    }

    /** From now on nothing is news. */
    void closed() {
        closed = true;
    }

    /** The innermost cause, on one line. Passwords are in none: they are never in an address. */
    static String reason(Throwable failure) {
        Throwable cause = failure;
        while (cause.getCause() != null && cause.getCause() != cause) {
            cause = cause.getCause();
        }
        String text = cause.getMessage() == null ? "" : ": " + cause.getMessage();
        String line = (cause.getClass().getSimpleName() + text).replaceAll("[\\p{Cntrl}]+", " ");
        return line.length() <= REASON_MAX ? line : line.substring(0, REASON_MAX);
    }
}
