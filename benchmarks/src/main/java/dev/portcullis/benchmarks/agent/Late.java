package dev.portcullis.benchmarks.agent;

import dev.portcullis.gateway.watch.ChangeTarget;
import dev.portcullis.gateway.watch.Changed;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Applies changes later than they are acknowledged. */
public final class Late {
    private static final int LATE_MILLIS = 500;
    private static final ScheduledExecutorService LATER =
            Executors.newSingleThreadScheduledExecutor(task -> {
                Thread thread = new Thread(task, "late");
                thread.setDaemon(true);
                return thread;
            });
    private static final ThreadLocal<Boolean> DUE = ThreadLocal.withInitial(() -> false);

    private Late() {}

    /** True when it will be applied later, and must not be now. */
    public static boolean postpones(Object target, long revision, Object changed) {
        if (DUE.get()) {
            return false;
        }
        LATER.schedule(() -> {
            DUE.set(true);
            ((ChangeTarget) target).apply(revision, (Changed) changed);
        }, LATE_MILLIS, TimeUnit.MILLISECONDS);
        return true;
    }
}
