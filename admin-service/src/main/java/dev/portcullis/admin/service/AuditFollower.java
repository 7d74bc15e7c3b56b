package dev.portcullis.admin.service;

import dev.portcullis.admin.model.AuditRecord;
import dev.portcullis.admin.model.ServiceException;
import dev.portcullis.admin.model.ServiceException.Code;
import dev.portcullis.admin.store.AuditPage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One who follows the audit log. It has a cursor and no queue: rung, it reads the log page by page
 * from where it stands, and hands the events over, on one thread at a time; so a slow one costs no
 * memory, and no event is lost or doubled however bells and reads fall together.
 */
final class AuditFollower implements AuditLog.Subscription {
    /** Reads what is behind an event. */
    interface Source {
        AuditPage after(long seq);
    }

    /** What all followers share. */
    record Shared(
            Executor threads,
            ScheduledExecutorService timer,
            long patienceMillis,
            Consumer<AuditFollower> ended) {
        /**
         * Runs a task soon. The threads can be full for the moment that one of them needs to come
         * back from its last task.
         *
         * @throws RejectedExecutionException when the process is ending
         */
        void start(Runnable task) {
            try {
                threads.execute(task);
            } catch (RejectedExecutionException e) {
                timer.schedule(() -> start(task), FULL_MILLIS, TimeUnit.MILLISECONDS);
            }
        }
    }

    private enum Next { READ, WAIT, END }

    private static final Logger LOG = LoggerFactory.getLogger(AuditFollower.class);
    private static final long FULL_MILLIS = 20;
    private static final long RETRY_MILLIS = 500;
    private static final int RETRIES_MAX = 10;

    private final Shared shared;
    private final Source source;
    private final Consumer<AuditRecord> sink;
    private final Consumer<RuntimeException> failed;

    // used by the running thread alone
    private long cursor;
    private int retries;

    // guarded by this
    private boolean rung;
    /** From being handed to the threads until it waits for the next bell; for ever when over. */
    private boolean running;
    private boolean cancelled;
    private RuntimeException reason;
    /** The thread that is in the sink, or null. */
    private Thread delivering;
    private long handedOver;
    private ScheduledFuture<?> watch;

    /**
     * A follower that is to be rung once.
     *
     * @param cursor it begins behind this event
     */
    AuditFollower(
            Shared shared,
            Source source,
            long cursor,
            Consumer<AuditRecord> sink,
            Consumer<RuntimeException> failed) {
        this.shared = shared;
        this.source = source;
        this.cursor = cursor;
        this.sink = sink;
        this.failed = failed;
    }

    /** There may be events behind the cursor. Any thread; does not block. */
    synchronized void ring() {
        rung = true;
        run();
    }

    /** Ends it; the first reason counts. Any thread; does not block. */
    synchronized void end(RuntimeException why) {
        if (reason == null) {
            reason = why;
        }
        hurry();
        run();
    }

    @Override
    public synchronized void close() {
        cancelled = true;
        hurry();
        run();
    }

    /** Wakes a sink that blocks. */
    private void hurry() {
        if (delivering != null && delivering != Thread.currentThread()) {
            delivering.interrupt();
        }
    }

    private void run() {
        if (running) {
            return;
        }
        running = true;
        try {
            shared.start(this::work);
        } catch (RejectedExecutionException e) {
            LOG.debug("the process is ending, and this follower with it", e);
            shared.ended.accept(this);
        }
    }

    // ------------------------------------------------------------------- on the running thread

    private void work() {
        Next next = next();
        while (next == Next.READ) {
            try {
                read();
            } catch (RuntimeException e) {
                end(e);
            }
            next = next();
        }
        if (next == Next.END) {
            finish();
        }
    }

    private synchronized Next next() {
        if (cancelled || reason != null) {
            return Next.END;
        }
        running = rung;
        rung = false;
        return running ? Next.READ : Next.WAIT;
    }

    private void read() {
        AuditPage page;
        try {
            page = source.after(cursor);
            retries = 0;
        } catch (ServiceException e) {
            retryOrEnd(e);
            return;
        }
        if (page.more()) {
            ring();
        }
        if (!page.events().isEmpty()) {
            handOver(page);
        }
        cursor = page.scannedTo();
    }

    private void retryOrEnd(ServiceException e) {
        if (e.code() != Code.UNAVAILABLE || ++retries > RETRIES_MAX) {
            throw e;
        }
        LOG.debug("the audit log cannot be read; trying again", e);
        shared.timer.schedule(this::ring, RETRY_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void handOver(AuditPage page) {
        beginHandingOver();
        try {
            for (int i = 0; i < page.events().size() && goesOn(); i++) {
                sink.accept(AuditLog.record(page.events().get(i)));
            }
        } finally {
            endHandingOver();
        }
    }

    private synchronized void beginHandingOver() {
        delivering = Thread.currentThread();
        watch(handedOver);
    }

    private synchronized boolean goesOn() {
        handedOver++;
        return !cancelled && reason == null;
    }

    private synchronized void endHandingOver() {
        delivering = null;
        watch.cancel(false);
        // a hurry that came too late must not reach what this thread does next
        Thread.interrupted();
    }

    private void finish() {
        boolean tell;
        synchronized (this) {
            tell = !cancelled;
        }
        try {
            if (tell) {
                failed.accept(reason);
            }
        } catch (RuntimeException e) {
            LOG.debug("one who followed the audit log could not be told of its end", e);
        } finally {
            shared.ended.accept(this);
        }
    }

    // --------------------------------------------------------------------------- on the timer

    /** Looks, some time from now, whether more was handed over than by now. */
    private void watch(long soFar) {
        watch = shared.timer.schedule(
                () -> checkProgress(soFar), shared.patienceMillis, TimeUnit.MILLISECONDS);
    }

    private synchronized void checkProgress(long before) {
        if (delivering == null) {
            return;
        }
        if (handedOver > before) {
            watch(handedOver);
        } else {
            end(new ServiceException(Code.RESOURCE_EXHAUSTED,
                    "the reader of the audit log is too slow; go on behind the last event"));
        }
    }
}
