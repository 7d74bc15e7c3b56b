package dev.portcullis.cli;

import java.lang.reflect.Proxy;

/**
 * Signals of the operating system. The JDK's class for them, {@code sun.misc.Signal}, is there in
 * every JDK but not in the API that is compiled against, and so is called by reflection.
 */
final class Signals {
    private Signals() {}

    /**
     * From now on a signal does this, on a thread of its own, in place of what it did before.
     *
     * @param name such as {@code HUP}
     * @return false when this system has no such signal or lets nobody take it; nothing has changed
     */
    static boolean take(String name, Runnable action) {
        try {
            Class<?> signalType = Class.forName("sun.misc.Signal");
            Class<?> handlerType = Class.forName("sun.misc.SignalHandler");
            Object handler = Proxy.newProxyInstance(Signals.class.getClassLoader(),
                    new Class<?>[] {handlerType}, (proxy, method, arguments) -> switch (
                            method.getName()) {
                        case "handle" -> {
                            action.run();
                            yield null;
                        }
                        case "hashCode" -> System.identityHashCode(proxy);
                        case "equals" -> proxy == arguments[0];
                        default -> "Signals." + name;
                    });
            Object signal = signalType.getConstructor(String.class).newInstance(name);
            signalType.getMethod("handle", signalType, handlerType).invoke(null, signal, handler);
            return true;
        } catch (ReflectiveOperationException e) {
            return false;
        }
    }
}
