package dev.portcullis.benchmarks.agent;

import java.lang.instrument.ClassFileTransformer;
import java.lang.instrument.Instrumentation;
import java.nio.file.Path;
import java.security.ProtectionDomain;
import java.util.Map;
import java.util.TreeMap;
import net.bytebuddy.ByteBuddy;
import net.bytebuddy.asm.Advice;
import net.bytebuddy.description.method.MethodDescription;
import net.bytebuddy.description.type.TypeDescription;
import net.bytebuddy.dynamic.ClassFileLocator;
import net.bytebuddy.matcher.ElementMatcher;
import net.bytebuddy.matcher.ElementMatchers;
import net.bytebuddy.pool.TypePool;

/**
 * Changes classes of a gateway while they are loaded. Says on standard error what it has changed:
 * a class or a method that has been renamed since must not go unnoticed.
 */
public final class Agent implements ClassFileTransformer {
    private static final String GATEWAY = "dev/portcullis/gateway/";

    /** By the name of its class. */
    private final Map<String, Patch> patches = new TreeMap<>();

    /** Which methods of a class are changed, and how. */
    private record Patch(ElementMatcher<? super MethodDescription> methods, Class<?> advice) {}

    private Agent(String clock, Mistake mistake) {
        if (clock != null) {
            SetClock.follow(Path.of(clock));
            patches.put(GATEWAY + "GatewayEnvironment",
                    new Patch(ElementMatchers.isConstructor(), Advices.WallClock.class));
        }
        if (mistake == null) {
            return;
        }
        switch (mistake) {
            case ACK -> patches.put(GATEWAY + "lookup/Lookup$Target",
                    new Patch(ElementMatchers.named("apply"), Advices.AppliedLate.class));
            case CHANGES -> patches.put(GATEWAY + "lookup/Lookup$Target",
                    new Patch(ElementMatchers.named("apply"), Advices.NotApplied.class));
            case FLOORS -> patches.put(GATEWAY + "lookup/FloorTable",
                    new Patch(ElementMatchers.named("admits"), Advices.Yes.class));
            default -> patches.put(GATEWAY + "watch/Lease", new Patch(
                    ElementMatchers.<MethodDescription>named("holds")
                            .and(ElementMatchers.isPublic()), Advices.Yes.class));
        }
    }

    /**
     * Called by the virtual machine before the program's main method.
     *
     * @param arguments {@code clock=FILE} and {@code mistake=NAME}, with a comma between them
     */
    public static void premain(String arguments, Instrumentation machine) {
        String clock = null;
        Mistake mistake = null;
        for (String argument : arguments.split(",")) {
            String[] pair = argument.split("=", 2);
            switch (pair[0]) {
                case "clock" -> clock = pair[1];
                case "mistake" -> mistake = Mistake.of(pair[1]);
                default -> throw new IllegalArgumentException(argument);
            }
        }
        machine.addTransformer(new Agent(clock, mistake));
    }

    /** Null leaves a class as it is. */
    @Override
    public byte[] transform(
            ClassLoader loader, String name, Class<?> redefined, ProtectionDomain domain,
            byte[] octets) {
        Patch patch = name == null ? null : patches.get(name);
        if (patch == null) {
            return null;
        }
        try {
            byte[] patched = patched(name.replace('/', '.'), loader, octets, patch);
            System.err.println("agent: changed " + name);
            return patched;
        } catch (RuntimeException e) {
            // thrown on, it would be swallowed
            e.printStackTrace();
            return null;
        }
    }

    private static byte[] patched(
            String name, ClassLoader loader, byte[] octets, Patch patch) {
        ClassFileLocator locator = new ClassFileLocator.Compound(
                ClassFileLocator.Simple.of(name, octets),
                ClassFileLocator.ForClassLoader.of(loader));
        TypeDescription type = TypePool.Default.of(locator).describe(name).resolve();
        if (type.getDeclaredMethods().filter(patch.methods).isEmpty()) {
            throw new IllegalStateException("no such method in " + name);
        }
        return new ByteBuddy()
                .redefine(type, locator)
                .visit(Advice.to(patch.advice).on(patch.methods))
                .make()
                .getBytes();
    }
}
