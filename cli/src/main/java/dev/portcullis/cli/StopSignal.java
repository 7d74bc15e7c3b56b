package dev.portcullis.cli;

import java.lang.reflect.Proxy;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.LoggerFactory;

/**
 * SIGTERM and SIGINT as an event for the main thread, which then stops in good order and exits with
 * 0. A second SIGINT ends the process at once.
 *
 * <p>The JDK's class for signals, {@code sun.misc.Signal}, is there in every JDK but not in the API
 * that is compiled against, and so is called by reflection; without it the process still ends on
 * signals, only not in good order.
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
        try {
            Class<?> signalType = Class.forName("sun.misc.Signal");
            Class<?> handlerType = Class.forName("sun.misc.SignalHandler");
            Object handler = Proxy.newProxyInstance(StopSignal.class.getClassLoader(),
                    new Class<?>[] {handlerType}, (proxy, method, arguments) -> switch (
                            method.getName()) {
                        case "handle" -> received(impatient);
                        case "hashCode" -> System.identityHashCode(proxy);
                        case "equals" -> proxy == arguments[0];
                        default -> "StopSignal." + name;
                    });
            Object signal = signalType.getConstructor(String.class).newInstance(name);
            signalType.getMethod("handle", signalType, handlerType).invoke(null, signal, handler);
        } catch (ReflectiveOperationException e) {
            LoggerFactory.getLogger(StopSignal.class)
                    .warn("signal {} cannot be taken over; it ends the process at once", name);
        }
    }

    private Object received(boolean impatient) {
        if (impatient && asked.getCount() == 0) {
            Runtime.getRuntime().halt(SECOND_INTERRUPT);
        }
        asked.countDown();
        listeners.forEach(Runnable::run);
        return null;
    }
}
