package dev.portcullis.admin.change;

import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * Waits until a change is effective on every gateway, without holding a thread.
 *
 * <p>Any thread. Lock order: the barrier's, then that of the reach; nothing is called back under
 * either.
 */
public final class Barrier implements AutoCloseable {
    /** The most calls that wait at once; one more is told at once how things stand. */
    static final int WAITERS_MAX = 10_000;

    private final Reach reach;
    private final long waitNanosMax;
    private final ScheduledExecutorService timer;
    private final InstantSource clock;

    // guarded by this
    private final TreeSet<Waiter> byRevision = new TreeSet<>(
            Comparator.comparingLong((Waiter w) -> w.revision).thenComparingLong(w -> w.number));
    private final TreeSet<Waiter> byDeadline = new TreeSet<>(
            Comparator.comparingLong((Waiter w) -> w.deadline).thenComparingLong(w -> w.number));
    private long waitersSoFar;
    private ScheduledFuture<?> wake;
    private long wakeAt;
    private boolean closed;

    /**
     * A barrier over one process, or over all replicas.
     *
     * @param timer wakes it; its thread is used for moments only
     */
    public Barrier(
            Reach reach,
            LeaseConfig config,
            ScheduledExecutorService timer,
            InstantSource clock) {
        this.reach = reach;
        this.waitNanosMax = config.barrierWait().toNanos();
        this.timer = timer;
        this.clock = clock;
        reach.onProgress(this::evaluate);
    }

    private static final class Waiter {
        final long revision;
        final long deadline;
        final long number;
        final CompletableFuture<Propagation> answer = new CompletableFuture<>();

        Waiter(long revision, long deadline, long number) {
            this.revision = revision;
            this.deadline = deadline;
            this.number = number;
        }
    }

    /** A waiter, and what to tell it once no lock is held. */
    private record Answer(Waiter waiter, Propagation propagation) {
        void give() {
            waiter.answer.complete(propagation);
        }
    }

    /**
     * How far a revision has reached: answered as soon as it is effective everywhere, but no later
     * than {@code atMost}, or the configured wait if that is shorter, from now. Never fails. What
     * depends on the answer runs on the thread that brings it and must not block.
     *
     * @param revision of a committed change
     */
    public CompletableFuture<Propagation> await(long revision, Duration atMost) {
        reach.awaited(revision);
        long wait = Math.max(0, Math.min(nanos(atMost), waitNanosMax));
        Waiter waiter;
        synchronized (this) {
            waiter = new Waiter(revision, reach.now() + wait, waitersSoFar++);
            if (closed || byRevision.size() >= WAITERS_MAX) {
                return CompletableFuture.completedFuture(standing(revision));
            }
            byRevision.add(waiter);
            byDeadline.add(waiter);
        }
        // only now: what is confirmed from here on finds the waiter
        evaluate();
        return waiter.answer;
    }

    private static long nanos(Duration duration) {
        try {
            return duration.toNanos();
        } catch (ArithmeticException e) {
            return duration.isNegative() ? 0 : Long.MAX_VALUE;
        }
    }

    /** Answers whom it can, and sees to it that it is woken for the next. */
    private void evaluate() {
        List<Answer> answers = new ArrayList<>();
        synchronized (this) {
            if (byRevision.isEmpty()) {
                return;
            }
            answerConfirmed(answers);
            answerOverdue(answers);
            scheduleWake(answers);
        }
        answers.forEach(Answer::give);
    }

    private void answerConfirmed(List<Answer> answers) {
        long confirmed = reach.confirmedRevision();
        while (!byRevision.isEmpty() && byRevision.first().revision <= confirmed) {
            Waiter waiter = byRevision.pollFirst();
            byDeadline.remove(waiter);
            answers.add(new Answer(waiter, Propagation.everywhere(waiter.revision)));
        }
    }

    private void answerOverdue(List<Answer> answers) {
        long now = reach.now();
        while (!byDeadline.isEmpty() && byDeadline.first().deadline <= now) {
            Waiter waiter = byDeadline.pollFirst();
            byRevision.remove(waiter);
            answers.add(new Answer(waiter, standing(waiter.revision)));
        }
    }

    private Propagation standing(long revision) {
        Reach.Unconfirmed unconfirmed = reach.unconfirmed(revision);
        return unconfirmed.gateways().isEmpty()
                ? Propagation.everywhere(revision)
                : new Propagation(
                        revision, unconfirmed.gateways(),
                        clock.instant().plusNanos(unconfirmed.nanos()));
    }

    private void scheduleWake(List<Answer> answers) {
        if (byDeadline.isEmpty()) {
            return;
        }
        long next = Math.min(byDeadline.first().deadline, reach.nextLapse());
        if (wake != null && wakeAt <= next) {
            return;
        }
        if (wake != null) {
            wake.cancel(false);
        }
        try {
            wake = timer.schedule(
                    this::woken, Math.max(1, next - reach.now()), TimeUnit.NANOSECONDS);
            wakeAt = next;
        } catch (RejectedExecutionException e) {
            // the process is ending: nobody would wake us
            answerAll(answers);
        }
    }

    private void woken() {
        synchronized (this) {
            wake = null;
        }
        evaluate();
    }

    private void answerAll(List<Answer> answers) {
        for (Waiter waiter : byRevision) {
            answers.add(new Answer(waiter, standing(waiter.revision)));
        }
        byRevision.clear();
        byDeadline.clear();
    }

    /** How many calls wait. */
    public synchronized int waiting() {
        return byRevision.size();
    }

    /** Tells everybody who waits how things stand. */
    @Override
    public void close() {
        List<Answer> answers = new ArrayList<>();
        synchronized (this) {
            closed = true;
            answerAll(answers);
            if (wake != null) {
                wake.cancel(false);
                wake = null;
            }
        }
        answers.forEach(Answer::give);
    }
}
