package dev.portcullis.cli.server;

import java.lang.reflect.Proxy;
import java.util.concurrent.CountDownLatch;
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
        return null;
    }
}
