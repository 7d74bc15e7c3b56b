package dev.portcullis.cli.simulation;

import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.PriorityQueue;
import java.util.SplittableRandom;

/**
 * True time, and what happens when: one thread takes one event after another, and all that is left
 * to chance comes from one seed. So a run can be repeated. Time is in nanoseconds and stands still
 * while an event is dealt with.
 */
final class World {
    static final long MILLI = 1_000_000;
    static final long SECOND = 1_000 * MILLI;
    private static final int TRACE_MAX = 400;

    /** What is to happen at a time; of what was planned for one time the earlier planned first. */
    private record Event(long at, long order, Runnable task) {}

    final SplittableRandom random;
    private final PriorityQueue<Event> events = new PriorityQueue<>(
            Comparator.comparingLong(Event::at).thenComparingLong(Event::order));
    private final Deque<String> trace = new ArrayDeque<>();
    private long order;
    private long now;
    private long taken;

    World(long seed) {
        random = new SplittableRandom(seed);
    }

    long now() {
        return now;
    }

    long eventsTaken() {
        return taken;
    }

    void at(long when, Runnable task) {
        events.add(new Event(Math.max(when, now), order++, task));
    }

    void in(long nanos, Runnable task) {
        at(now + nanos, task);
    }

    /** Lets everything happen until a time. */
    void runTo(long end) {
        while (!events.isEmpty() && events.peek().at() <= end) {
            Event next = events.poll();
            now = next.at();
            taken++;
            next.task().run();
        }
        now = Math.max(now, end);
    }

    /** Time passes while the caller waits in the middle of an event: others go on meanwhile. */
    void pass(long nanos) {
        runTo(now + nanos);
    }

    boolean chance(double probability) {
        return random.nextDouble() < probability;
    }

    /** A time from {@code least} to {@code most}; short ones are likelier. */
    long between(long least, long most) {
        double skewed = random.nextDouble();
        return least + (long) ((most - least) * skewed * skewed);
    }

    void note(String what) {
        if (trace.size() == TRACE_MAX) {
            trace.removeFirst();
        }
        trace.addLast(String.format("%9.3f  %s", now / 1e9, what));
    }

    /** The last that happened. */
    String trace() {
        return String.join("\n", trace);
    }
}
