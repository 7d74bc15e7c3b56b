package dev.portcullis.benchmarks.agent;

import dev.portcullis.gateway.GatewayEnvironment;
import dev.portcullis.gateway.watch.Changed;
import dev.portcullis.gateway.watch.Environment;
import dev.portcullis.gateway.watch.Lease;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.time.InstantSource;
import java.util.Random;

/** Prints what the classes that the agent changes do; a program of its own. */
public final class AgentProbe {
    private static final String LOOKUP = "dev.portcullis.gateway.lookup.";

    private AgentProbe() {}

    /** Prints; and what the clock says once more for each line that it reads. */
    public static void main(String[] arguments) throws Exception {
        Lease lease = new Lease(
                new Environment(InstantSource.system(), System::nanoTime, new Random(), null));
        System.out.println("lease that nobody gave: " + lease.holds(System.currentTimeMillis()));
        System.out.println("record below its floor: " + admits());
        System.out.println("change: " + applied());
        InstantSource clock = new GatewayEnvironment(
                InstantSource.system(), System::nanoTime, new Random()).clock();
        do {
            System.out.println(
                    "minutes: " + Math.round((clock.millis() - System.currentTimeMillis()) / 6e4));
        } while (System.in.read() >= 0);
    }

    private static Object admits() throws Exception {
        Class<?> type = Class.forName(LOOKUP + "FloorTable");
        Constructor<?> constructor = type.getDeclaredConstructor(long.class);
        constructor.setAccessible(true);
        Method admits = type.getDeclaredMethod("admits", Object.class, long.class);
        admits.setAccessible(true);
        return admits.invoke(constructor.newInstance(10L), "key", 9L);
    }

    /** Without anything that it could be applied to, so that one notices when it is. */
    private static String applied() throws Exception {
        Class<?> type = Class.forName(LOOKUP + "Lookup$Target");
        Constructor<?> constructor = type.getDeclaredConstructors()[0];
        constructor.setAccessible(true);
        Method apply = type.getDeclaredMethod("apply", long.class, Changed.class);
        apply.setAccessible(true);
        try {
            apply.invoke(constructor.newInstance(new Object[] {null}), 1L, null);
            return "not applied";
        } catch (InvocationTargetException e) {
            return "applied";
        }
    }
}
