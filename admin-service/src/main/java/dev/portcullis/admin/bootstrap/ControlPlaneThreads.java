package dev.portcullis.admin.bootstrap;

import dev.portcullis.admin.service.AuditLog;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The threads of the control plane: a few workers that may block on the database, one for the feed,
 * one that wakes others, and as many as follow the audit log at once.
 */
final class ControlPlaneThreads implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ControlPlaneThreads.class);
    private static final int WORKERS = 4;
    private static final int QUEUED_MAX = 1_024;
    private static final long FOLLOWERS_KEPT_SECONDS = 10;
    private static final long END_WAIT_SECONDS = 5;

    final ThreadPoolExecutor workers;
    /** Each of those who follow the audit log takes one while there is something for them. */
    final ThreadPoolExecutor followers;
    final ExecutorService feed;
    final ScheduledThreadPoolExecutor timer;
    /** Tells other replicas how far this one is, and asks them; blocks on the database. */
    final ScheduledThreadPoolExecutor replicas;
    /** Runs the housekeeping, which may block: apart from the timer, on which deadlines hang. */
    final ScheduledThreadPoolExecutor housekeeping;

    ControlPlaneThreads() {
        workers = new ThreadPoolExecutor(
                WORKERS, WORKERS, 1, TimeUnit.MINUTES,
                new ArrayBlockingQueue<>(QUEUED_MAX), named("origin-worker"));
        workers.allowCoreThreadTimeOut(true);
        followers = new ThreadPoolExecutor(
                0, AuditLog.THREADS_MAX, FOLLOWERS_KEPT_SECONDS, TimeUnit.SECONDS,
                new SynchronousQueue<>(), named("audit-follower"));
        feed = Executors.newSingleThreadExecutor(named("change-feed"));
        timer = timer("admin-timer");
        replicas = timer("admin-replicas");
        housekeeping = timer("admin-housekeeping");
    }

    private static ScheduledThreadPoolExecutor timer(String name) {
        ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1, named(name));
        timer.setRemoveOnCancelPolicy(true);
        timer.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        return timer;
    }

    private static ThreadFactory named(String name) {
        AtomicInteger count = new AtomicInteger();
        return task -> {
            Thread thread = new Thread(task, "portcullis-" + name + "-" + count.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        };
    }

    /** Lets what has begun come to its end, within bounds. */
    @Override
    public void close() {
        end(housekeeping);
        end(workers);
        end(followers);
        end(feed);
        end(replicas);
        end(timer);
    }

    private static void end(ExecutorService executor) {
        executor.shutdown();
        try {
            if (!executor.awaitTermination(END_WAIT_SECONDS, TimeUnit.SECONDS)) {
                LOG.warn("a task of the control plane does not end");
                executor.shutdownNow();
            }
        } catch (InterruptedException e) {
            executor.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }
}
