package dev.portcullis.admin.change;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collections;
import java.util.List;
import java.util.PriorityQueue;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.Callable;
import java.util.concurrent.Delayed;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * A monotonic clock, a wall clock and a timer that move only when told to. Tasks run on the thread
 * that moves them, at their time. For one thread.
 */
public final class VirtualTime extends AbstractExecutorService
        implements LongSupplier, InstantSource, ScheduledExecutorService {
    public static final Instant START = Instant.parse("2026-03-01T12:00:00Z");

    private final PriorityQueue<Task> tasks = new PriorityQueue<>();
    // not 0, and about to wrap: nobody may take it for an instant
    private final long origin = Long.MAX_VALUE - 1_000_000_000L;
    private long nanos;
    private long tasksSoFar;
    private boolean shutdown;

    @Override
    public long getAsLong() {
        return origin + nanos;
    }

    @Override
    public Instant instant() {
        return START.plusNanos(nanos);
    }

    /** Time since the start. */
    public long elapsedMillis() {
        return nanos / 1_000_000;
    }

    public void advanceMillis(long millis) {
        advance(Duration.ofMillis(millis));
    }

    public void advance(Duration by) {
        long end = nanos + by.toNanos();
        while (!tasks.isEmpty() && tasks.peek().at <= end) {
            Task task = tasks.poll();
            nanos = Math.max(nanos, task.at);
            task.run();
        }
        // a task may have moved the time itself
        nanos = Math.max(nanos, end);
    }

    /** Tasks that wait for their time. */
    public int pending() {
        return tasks.size();
    }

    private final class Task extends FutureTask<Object> implements ScheduledFuture<Object> {
        final long at;
        final long number;

        Task(Runnable work, long at) {
            super(work, null);
            this.at = at;
            this.number = tasksSoFar++;
        }

        @Override
        public long getDelay(TimeUnit unit) {
            return unit.convert(at - nanos, TimeUnit.NANOSECONDS);
        }

        @Override
        public int compareTo(Delayed other) {
            Task that = (Task) other;
            int byTime = Long.compare(at, that.at);
            return byTime != 0 ? byTime : Long.compare(number, that.number);
        }

        @Override
        public boolean cancel(boolean interrupt) {
            tasks.remove(this);
            return super.cancel(interrupt);
        }
    }

    @Override
    public ScheduledFuture<?> schedule(Runnable work, long delay, TimeUnit unit) {
        if (shutdown) {
            throw new RejectedExecutionException();
        }
        Task task = new Task(work, nanos + Math.max(0, unit.toNanos(delay)));
        tasks.add(task);
        return task;
    }

    @Override
    public void execute(Runnable work) {
        schedule(work, 0, TimeUnit.NANOSECONDS);
    }

    @Override
    public <V> ScheduledFuture<V> schedule(Callable<V> work, long delay, TimeUnit unit) {
        throw new UnsupportedOperationException();
    }

    @Override
    public ScheduledFuture<?> scheduleAtFixedRate(
            Runnable work, long first, long period, TimeUnit unit) {
        throw new UnsupportedOperationException();
    }

    @Override
    public ScheduledFuture<?> scheduleWithFixedDelay(
            Runnable work, long first, long delay, TimeUnit unit) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void shutdown() {
        shutdown = true;
    }

    @Override
    public List<Runnable> shutdownNow() {
        shutdown = true;
        tasks.clear();
        return Collections.emptyList();
    }

    @Override
    public boolean isShutdown() {
        return shutdown;
    }

    @Override
    public boolean isTerminated() {
        return shutdown && tasks.isEmpty();
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) {
        return isTerminated();
    }
}
