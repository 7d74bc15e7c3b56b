package dev.portcullis.gateway.watch;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.Callable;
import java.util.concurrent.Delayed;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.FutureTask;
import java.util.concurrent.PriorityBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A control thread whose timers, and clocks which, move only when a test says so. Tasks without a
 * delay run at once, on one real thread.
 */
public final class VirtualTime extends AbstractExecutorService
        implements ScheduledExecutorService, InstantSource, AutoCloseable {
    private static final Instant START = Instant.parse("2026-03-01T12:00:00Z");

    private final ExecutorService thread = Executors.newSingleThreadExecutor(
            task -> new Thread(task, "control"));
    private final PriorityBlockingQueue<Timer> timers = new PriorityBlockingQueue<>(
            16, Comparator.comparingLong((Timer t) -> t.dueNanos).thenComparingLong(t -> t.order));
    private final AtomicLong orders = new AtomicLong();
    // near the largest value, so that every comparison has to survive that it wraps round
    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 20_000_000_000L);
    private final AtomicLong elapsed = new AtomicLong();
    private final AtomicLong suspendedNanos = new AtomicLong();

    /** An environment that lives by this time. */
    public Environment environment() {
        return new Environment(this, nanos::get, new Random(42), this);
    }

    /** Lets time pass: every timer that falls due runs, in order, before this returns. */
    public void advance(Duration by) {
        settle();
        long end = elapsed.get() + by.toNanos();
        Timer next = timers.peek();
        while (next != null && next.dueNanos <= end) {
            timers.remove(next);
            moveTo(Math.max(next.dueNanos, elapsed.get()));
            run(next);
            settle();
            next = timers.peek();
        }
        moveTo(end);
        settle();
    }

    /** Lets wall time pass while the monotonic clock stands still, as in a suspended machine. */
    public void suspend(Duration by) {
        suspendedNanos.addAndGet(by.toNanos());
    }

    /** Returns when the control thread has done what it had to do, and what followed from it. */
    public void settle() {
        for (int i = 0; i < 5; i++) {
            run(new FutureTask<>(() -> null));
        }
    }

    private void run(FutureTask<?> task) {
        try {
            thread.submit(task).get(10, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new AssertionError("the control thread hangs", e);
        }
    }

    private void moveTo(long nowElapsed) {
        nanos.addAndGet(nowElapsed - elapsed.getAndSet(nowElapsed));
    }

    @Override
    public Instant instant() {
        return START.plusNanos(elapsed.get() + suspendedNanos.get());
    }

    @Override
    public void execute(Runnable task) {
        thread.execute(task);
    }

    @Override
    public ScheduledFuture<?> schedule(Runnable task, long delay, TimeUnit unit) {
        Timer timer = new Timer(task, unit.toNanos(delay));
        timers.add(timer);
        return timer;
    }

    @Override
    public ScheduledFuture<?> scheduleWithFixedDelay(
            Runnable task, long initial, long delay, TimeUnit unit) {
        Timer timer = new Repeating(task, unit.toNanos(initial), unit.toNanos(delay));
        timers.add(timer);
        return timer;
    }

    @Override
    public <V> ScheduledFuture<V> schedule(Callable<V> task, long delay, TimeUnit unit) {
        throw new UnsupportedOperationException();
    }

    @Override
    public ScheduledFuture<?> scheduleAtFixedRate(
            Runnable task, long initial, long period, TimeUnit unit) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }

    @Override
    public void shutdown() {
        thread.shutdown();
    }

    @Override
    public List<Runnable> shutdownNow() {
        return new ArrayList<>(thread.shutdownNow());
    }

    @Override
    public boolean isShutdown() {
        return thread.isShutdown();
    }

    @Override
    public boolean isTerminated() {
        return thread.isTerminated();
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) throws InterruptedException {
        return thread.awaitTermination(timeout, unit);
    }

    /** A task that runs again and again, until the future of its first timer is cancelled. */
    private final class Repeating extends Timer {
        private final Runnable task;
        private final long delayNanos;

        Repeating(Runnable task, long initialNanos, long delayNanos) {
            super(() -> { }, initialNanos);
            this.task = task;
            this.delayNanos = delayNanos;
        }

        @Override
        public void run() {
            if (!isCancelled()) {
                task.run();
                timers.add(new Timer(this::run, delayNanos));
            }
        }
    }

    private class Timer extends FutureTask<Void> implements ScheduledFuture<Void> {
        final long dueNanos;
        final long order = orders.incrementAndGet();

        Timer(Runnable task, long delayNanos) {
            super(task, null);
            this.dueNanos = elapsed.get() + delayNanos;
        }

        @Override
        public long getDelay(TimeUnit unit) {
            return unit.convert(dueNanos - elapsed.get(), TimeUnit.NANOSECONDS);
        }

        @Override
        public int compareTo(Delayed other) {
            return Long.compare(
                    getDelay(TimeUnit.NANOSECONDS), other.getDelay(TimeUnit.NANOSECONDS));
        }
    }
}
