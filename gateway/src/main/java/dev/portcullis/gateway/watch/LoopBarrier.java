package dev.portcullis.gateway.watch;

import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes sure that one task has run on every event loop after a change was applied. A verdict is
 * made within one task of a loop: once another task has run there, no verdict that rests on what
 * was evicted is still on its way.
 *
 * <p>One batch passes at a time; what comes meanwhile is collected into the next. So the work that
 * waits is bounded even where a loop hangs. Control thread only.
 */
final class LoopBarrier {
    private static final Logger log = LoggerFactory.getLogger(LoopBarrier.class);

    private final List<? extends Executor> loops;
    private final Executor control;
    private final LoopListener listener;
    private final Consumer<Batch> passed;
    private Batch waiting;
    private Batch running;
    private long tickets;
    private long completed;

    /**
     * @param passed told, on the control thread, of each batch that has passed every loop
     */
    LoopBarrier(
            List<? extends Executor> loops,
            Executor control,
            LoopListener listener,
            Consumer<Batch> passed) {
        this.loops = List.copyOf(loops);
        this.control = control;
        this.listener = listener;
        this.passed = passed;
    }

    /** The batch that changes can be added to; {@link #go} sends it off. */
    Batch open() {
        if (waiting == null) {
            waiting = new Batch(++tickets);
        }
        return waiting;
    }

    /** Starts the open batch, unless one is still under way: then it follows that one. */
    void go() {
        if (running != null || waiting == null) {
            return;
        }
        Batch batch = waiting;
        waiting = null;
        running = batch;
        batch.seal();
        Passage passage = new Passage(batch);
        for (Executor loop : loops) {
            try {
                loop.execute(() -> passage.visit(loop));
            } catch (RejectedExecutionException shutDown) {
                // a loop that takes no tasks makes no verdicts either
                passage.arrive();
            }
        }
        passage.arrive();
    }

    /** A reset has come: the revisions of batches under way belong to what was before it. */
    void supersede() {
        if (running != null) {
            running.superseded = true;
        }
        if (waiting != null) {
            waiting.superseded = true;
        }
    }

    /** The ticket of the newest batch there is. */
    long newest() {
        return tickets;
    }

    /** All batches up to this ticket have passed. */
    long completed() {
        return completed;
    }

    private void finish(Batch batch, boolean failed) {
        running = null;
        if (failed) {
            // once more with the next: Watch sends it off at its next tick
            open().absorb(batch);
            return;
        }
        completed = batch.ticket;
        passed.accept(batch);
        go();
    }

    /** The way of one batch through all loops. */
    private final class Passage {
        private final Batch batch;
        /** All loops, and the one who sends them off. */
        private final AtomicInteger missing = new AtomicInteger(loops.size() + 1);
        private final AtomicBoolean failed = new AtomicBoolean();

        Passage(Batch batch) {
            this.batch = batch;
        }

        void visit(Executor loop) {
            try {
                if (!batch.changed().isEmpty()) {
                    listener.changed(loop, batch.changed());
                }
            } catch (RuntimeException | Error e) {
                failed.set(true);
                log.error("a change could not be applied to open exchanges; not acknowledged", e);
            } finally {
                arrive();
            }
        }

        void arrive() {
            if (missing.decrementAndGet() == 0) {
                control.execute(() -> finish(batch, failed.get()));
            }
        }
    }
}
