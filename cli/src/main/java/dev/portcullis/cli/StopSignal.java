package dev.portcullis.cli;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.LoggerFactory;

/**
 * SIGTERM and SIGINT as an event for the main thread, which then stops in good order and exits with
 * 0. A second SIGINT ends the process at once. Where signals cannot be taken over they still end
 * the process, only not in good order.
 */
public final class StopSignal {
    private static final int SECOND_INTERRUPT = 130;

    private final CountDownLatch asked = new CountDownLatch(1);
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();

    private StopSignal() {}

    /** Takes over both signals, for the whole process. */
    public static StopSignal install() {
        StopSignal signal = new StopSignal();
        signal.on("TERM", false);
        signal.on("INT", true);
        return signal;
    }

    /** Returns after the first signal. */
    public void await() throws InterruptedException {
        asked.await();
    }

    /** Returns after the first signal, or when the time is over. */
    public void await(long time, TimeUnit unit) throws InterruptedException {
        asked.await(time, unit);
    }

    /** Whether a signal has come. Any thread. */
    public boolean isAsked() {
        return asked.getCount() == 0;
    }

    /**
     * Runs something at the first signal, on the signal's thread, or now when it has come already.
     * It may run twice when both happen at once.
     */
    public void whenAsked(Runnable action) {
        listeners.add(action);
        if (isAsked()) {
            action.run();
        }
    }

    private void on(String name, boolean impatient) {
        if (!Signals.take(name, () -> received(impatient))) {
            LoggerFactory.getLogger(StopSignal.class)
                    .warn("signal {} cannot be taken over; it ends the process at once", name);
        }
    }

    private void received(boolean impatient) {
        if (impatient && asked.getCount() == 0) {
            Runtime.getRuntime().halt(SECOND_INTERRUPT);
        }
        asked.countDown();
        listeners.forEach(Runnable::run);
    }
}
