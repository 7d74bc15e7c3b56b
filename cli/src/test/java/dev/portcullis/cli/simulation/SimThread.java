package dev.portcullis.cli.simulation;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.Callable;
import java.util.concurrent.Delayed;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * A thread of a simulated process: one task after another, in order, each after a moment that
 * chance decides. It can be held up.
 */
final class SimThread extends AbstractExecutorService implements ScheduledExecutorService {
    private static final long MOMENT = 300_000;
    private static final String CACHE_UPKEEP = "com.github.benmanes.caffeine.";

    private final Machine machine;
    private final Deque<Runnable> tasks = new ArrayDeque<>();
    private boolean awake;
    private long heldUpUntil;

    SimThread(Machine machine) {
        this.machine = machine;
    }

    /** Nothing runs here for a while: garbage is collected, or a page read in. */
    void holdUp(long nanos) {
        heldUpUntil = Math.max(heldUpUntil, machine.world.now() + nanos);
    }

    @Override
    public void execute(Runnable task) {
        machine.requireAlive();
        if (task.getClass().getName().startsWith(CACHE_UPKEEP)) {
            // when it comes depends on the real thread, and nothing else may depend on it
            task.run();
            return;
        }
        tasks.addLast(task);
        if (!awake) {
            awake = true;
            next();
        }
    }

    private void next() {
        machine.world.in(machine.world.random.nextLong(MOMENT), this::take);
    }

    private void take() {
        if (!machine.alive()) {
            return;
        }
        long notBefore = Math.max(heldUpUntil, machine.resumesAt());
        if (machine.world.now() < notBefore) {
            machine.world.at(notBefore, this::take);
            return;
        }
        // while the task waits for something no other is begun
        machine.run(tasks.removeFirst());
        awake = !tasks.isEmpty();
        if (awake) {
            next();
        }
    }

    @Override
    public ScheduledFuture<?> schedule(Runnable task, long delay, TimeUnit unit) {
        return schedule(() -> {
            task.run();
            return null;
        }, delay, unit);
    }

    @Override
    public <V> ScheduledFuture<V> schedule(Callable<V> task, long delay, TimeUnit unit) {
        Timer<V> timer = new Timer<>(task);
        machine.after(unit.toNanos(delay), () -> execute(timer));
        return timer;
    }

    @Override
    public ScheduledFuture<?> scheduleAtFixedRate(
            Runnable task, long delay, long period, TimeUnit unit) {
        throw new UnsupportedOperationException("nobody asks for this");
    }

    @Override
    public ScheduledFuture<?> scheduleWithFixedDelay(
            Runnable task, long delay, long pause, TimeUnit unit) {
        Timer<Void> handle = new Timer<>(() -> null);
        machine.after(unit.toNanos(delay), () -> execute(() -> again(handle, task, pause, unit)));
        return handle;
    }

    private void again(Timer<Void> handle, Runnable task, long pause, TimeUnit unit) {
        if (!handle.isCancelled()) {
            task.run();
            machine.after(
                    unit.toNanos(pause), () -> execute(() -> again(handle, task, pause, unit)));
        }
    }

    @Override
    public void shutdown() {
        throw new UnsupportedOperationException("a process is killed as a whole");
    }

    @Override
    public List<Runnable> shutdownNow() {
        throw new UnsupportedOperationException("a process is killed as a whole");
    }

    @Override
    public boolean isShutdown() {
        return !machine.alive();
    }

    @Override
    public boolean isTerminated() {
        return !machine.alive();
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) {
        return !machine.alive();
    }

    private static final class Timer<V> extends FutureTask<V> implements ScheduledFuture<V> {
        Timer(Callable<V> task) {
            super(task);
        }

        @Override
        public long getDelay(TimeUnit unit) {
            throw new UnsupportedOperationException("nobody asks for this");
        }

        @Override
        public int compareTo(Delayed other) {
            throw new UnsupportedOperationException("nobody asks for this");
        }
    }
}
