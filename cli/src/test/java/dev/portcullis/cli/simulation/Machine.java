package dev.portcullis.cli.simulation;

import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.RejectedExecutionException;

/**
 * A process on a machine of its own: its clocks, its threads' tasks, its end. Its monotonic clock
 * has a rate of its own and stands still while the machine is suspended; its wall clock goes on,
 * and may be set.
 */
final class Machine implements InstantSource {
    private static final Instant START = Instant.parse("2026-03-01T12:00:00Z");

    final World world;
    final String name;
    private final double rate;
    private long origin;
    private long monotonic;
    private long wallOffset;
    private boolean alive = true;
    private boolean suspended;
    private long resumesAt;

    /**
     * A process that begins now.
     *
     * @param rate seconds that its monotonic clock counts in a true one
     */
    Machine(World world, String name, double rate, long firstNanos) {
        this.world = world;
        this.name = name;
        this.rate = rate;
        this.monotonic = firstNanos;
        this.origin = world.now();
    }

    boolean alive() {
        return alive;
    }

    boolean runs() {
        return alive && !suspended;
    }

    double rate() {
        return rate;
    }

    /** The end: nothing that it had planned happens. */
    void kill() {
        world.note(name + " is killed");
        alive = false;
    }

    long nanoTime() {
        return suspended ? monotonic : monotonic + (long) ((world.now() - origin) * rate);
    }

    @Override
    public Instant instant() {
        return START.plusNanos(world.now() + wallOffset);
    }

    /**
     * The wall clock is set; not back while the machine sleeps or soon afterwards, which may hide
     * the sleep: no lease can rest on both clocks being wrong by the same.
     */
    void setWall(long byNanos) {
        if (byNanos < 0 && resumesAt > 0 && world.now() < resumesAt + World.SECOND) {
            return;
        }
        world.note(name + ": its wall clock is set by " + byNanos / World.MILLI + " ms");
        wallOffset += byNanos;
    }

    /** Nothing runs for a while, and the monotonic clock stands still. */
    void suspend(long nanos) {
        if (!runs()) {
            return;
        }
        world.note(name + " is suspended for " + nanos / World.MILLI + " ms");
        monotonic = nanoTime();
        suspended = true;
        resumesAt = world.now() + nanos;
        world.in(nanos, () -> {
            suspended = false;
            origin = world.now();
        });
    }

    /** Runs a task of this process after a time by its own clock; later when it is suspended. */
    void after(long ownNanos, Runnable task) {
        requireAlive();
        plan(nanoTime() + Math.max(0, ownNanos), task);
    }

    private void plan(long due, Runnable task) {
        long left = Math.max(0, due - nanoTime());
        world.in((long) Math.ceil(left / rate), () -> {
            if (!alive) {
                return;
            }
            if (suspended) {
                world.at(resumesAt, () -> plan(due, task));
            } else if (nanoTime() - due < 0) {
                plan(due, task);
            } else {
                run(task);
            }
        });
    }

    /** Runs a task on one of its threads, until its end or that of the process. */
    void run(Runnable task) {
        try {
            task.run();
        } catch (Killed end) {
            world.note("a thread of " + name + " ends with it");
        }
    }

    /** When the machine goes on, by true time; past when it is not suspended. */
    long resumesAt() {
        return resumesAt;
    }

    /** What a thread of this process does not outlive. */
    static final class Killed extends Error {
        private static final long serialVersionUID = 1;

        Killed() {
            super("killed", null, false, false);
        }
    }

    /** A thread of this process waits, for the database say. */
    void block(long nanos) {
        world.pass(nanos);
        while (alive && suspended) {
            world.pass(Math.max(1, resumesAt - world.now()));
        }
        if (!alive) {
            throw new Killed();
        }
    }

    void requireAlive() {
        if (!alive) {
            throw new RejectedExecutionException(name + " has ended");
        }
    }
}
