package dev.portcullis.gateway.testkit;

import dev.portcullis.gateway.GatewayEnvironment;
import java.time.Duration;
import java.time.Instant;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The real clocks, which a test may put forward: what would take a minute happens at once. Any
 * thread.
 */
public final class TestTime {
    private final AtomicLong aheadNanos = new AtomicLong();
    private volatile String failingCaller;
    private volatile boolean stopped;
    private long stoppedNanos;
    private long stoppedMillis;

    /** Both clocks, the wall's and the monotonic one, run ahead from now on. */
    public void advance(Duration by) {
        aheadNanos.addAndGet(by.toNanos());
    }

    /**
     * Both clocks stand still from now on, but for what they are put forward: what is reckoned in
     * time is then the same in every run, however slow it is.
     */
    public void stop() {
        stoppedNanos = System.nanoTime();
        stoppedMillis = System.currentTimeMillis();
        stopped = true;
    }

    /** The monotonic clock fails whoever asks it from a method of that name: a fault of our own. */
    public void failIn(String method) {
        failingCaller = method;
    }

    /** Monotonic, in nanoseconds. */
    public long nanoTime() {
        String failing = failingCaller;
        if (failing != null && StackWalker.getInstance().walk(frames -> frames.anyMatch(
                frame -> frame.getMethodName().equals(failing)))) {
            throw new IllegalStateException("the clock fails, as the test asked");
        }
        return (stopped ? stoppedNanos : System.nanoTime()) + aheadNanos.get();
    }

    /** Milliseconds since the epoch. */
    public long millis() {
        return (stopped ? stoppedMillis : System.currentTimeMillis())
                + Duration.ofNanos(aheadNanos.get()).toMillis();
    }

    /** For a gateway: these clocks, and chance from a seed. */
    GatewayEnvironment environment(long seed) {
        return new GatewayEnvironment(
                () -> Instant.ofEpochMilli(millis()), this::nanoTime, new Random(seed));
    }
}
