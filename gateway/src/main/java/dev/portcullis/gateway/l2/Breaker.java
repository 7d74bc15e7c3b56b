package dev.portcullis.gateway.l2;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Leaves a server alone that was slow or failed too often: it rests when {@value #BAD_MAX} of the
 * last {@value #WINDOW} questions came to nothing. After a pause, which grows each time, one
 * question at a time is let through; when {@value #PROBES} of them in a row are answered all are
 * asked again. Any thread; asking it costs one volatile read.
 */
final class Breaker {
    static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
    static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);
    static final int WINDOW = 32;
    static final int BAD_MAX = 8;
    static final int PROBES = 3;

    /** Whether a question may be asked, and what its answer says. */
    enum Pass {
        /** It may not. */
        NONE,
        /** It may, like any other. */
        ASK,
        /** It may, and shows whether the server is well again. */
        PROBE
    }

    /** Null while all is well; else when the next probe may be made, and after which pause. */
    private record Rest(long untilNanos, Duration pause, int probesGood) {}

    private final LongSupplier nanoTime;
    private final Consumer<Boolean> listener;
    private final AtomicBoolean probing = new AtomicBoolean();
    /** One bit for each of the last questions: set for one that came to nothing. */
    private final AtomicInteger window = new AtomicInteger();
    private volatile Rest rest;

    /**
     * A breaker that lets everything through.
     *
     * @param listener told whether it rests now, once for each change
     */
    Breaker(LongSupplier nanoTime, Consumer<Boolean> listener) {
        this.nanoTime = nanoTime;
        this.listener = listener;
    }

    /** To be asked before each question; unless NONE, {@link #done} has to be told afterwards. */
    Pass admit() {
        Rest now = rest;
        if (now == null) {
            return Pass.ASK;
        }
        boolean due = nanoTime.getAsLong() - now.untilNanos() >= 0;
        return due && probing.compareAndSet(false, true) ? Pass.PROBE : Pass.NONE;
    }

    boolean rests() {
        return rest != null;
    }

    /** What a question came to. */
    void done(Pass pass, boolean good) {
        if (pass == Pass.PROBE) {
            probed(good);
            probing.set(false);
        } else if (pass == Pass.ASK && rest == null) {
            int bits = window.updateAndGet(before -> before << 1 | (good ? 0 : 1));
            if (!good && Integer.bitCount(bits) >= BAD_MAX) {
                begin();
            }
        }
    }

    private void begin() {
        synchronized (this) {
            if (rest != null) {
                return;
            }
            rest = resting(FIRST_PAUSE);
        }
        listener.accept(true);
    }

    private Rest resting(Duration pause) {
        return new Rest(nanoTime.getAsLong() + pause.toNanos(), pause, 0);
    }

    private void probed(boolean good) {
        synchronized (this) {
            Rest now = rest;
            if (!good) {
                Duration next = now.pause().multipliedBy(2);
                rest = resting(next.compareTo(LONGEST_PAUSE) < 0 ? next : LONGEST_PAUSE);
                return;
            }
            if (now.probesGood() + 1 < PROBES) {
                rest = new Rest(now.untilNanos(), now.pause(), now.probesGood() + 1);
                return;
            }
            window.set(0);
            rest = null;
        }
        listener.accept(false);
    }
}
