package dev.portcullis.cli.simulation;

import io.grpc.MethodDescriptor;
import io.grpc.ServerMethodDefinition;
import io.grpc.ServerServiceDefinition;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What lies between gateways and origins: messages take their time, directions are cut one by one,
 * connections break and one end or both hear of it late. What is sent one way on one call arrives
 * in its order, as on any stream of HTTP/2; nothing else is in order.
 */
final class Network {
    /** What an origin serves. */
    record Served(Machine machine, ServerServiceDefinition service) {
        @SuppressWarnings("unchecked") // the definition's methods have the descriptor's types
        <Q, R> ServerMethodDefinition<Q, R> method(MethodDescriptor<Q, R> method) {
            return (ServerMethodDefinition<Q, R>) service.getMethod(method.getFullMethodName());
        }
    }

    private static final long USUAL = 5 * World.MILLI;
    private static final long SLOW = 2 * World.SECOND;
    /** How long an end that was not told may take a broken connection for a whole one. */
    private static final long HALF_OPEN = 40 * World.SECOND;

    final World world;
    final Faults faults;
    private final Map<String, Served> origins = new HashMap<>();
    private final List<Call<?, ?>> calls = new ArrayList<>();
    /** From one name to another: until when nothing passes. */
    private final Map<String, Long> cuts = new HashMap<>();

    Network(World world, Faults faults) {
        this.world = world;
        this.faults = faults;
    }

    void serve(String address, Served served) {
        origins.put(address, served);
    }

    Served at(String address) {
        return origins.get(address);
    }

    void opened(Call<?, ?> call) {
        calls.removeIf(Call::over);
        calls.add(call);
    }

    /** Nothing passes from one to the other for a while; what is sent arrives afterwards. */
    void cut(String from, String to, long nanos) {
        world.note("cut from " + from + " to " + to + " for " + nanos / World.MILLI + " ms");
        cuts.merge(from + ">" + to, world.now() + nanos, Math::max);
    }

    /** Nothing is cut any more; what was held comes now. */
    void heal() {
        cuts.clear();
    }

    /** When what is sent now arrives. */
    long arrival(String from, String to) {
        long held = Math.max(world.now(), cuts.getOrDefault(from + ">" + to, 0L));
        boolean slow = faults.active() && world.chance(faults.slowMessages());
        return held + world.between(20_000, slow ? SLOW : USUAL);
    }

    /** Breaks calls of a pair of processes; each end hears of it in its own time. */
    void breakCalls(Machine one, Machine other) {
        world.note("the connection of " + one.name + " and " + other.name + " breaks");
        for (Call<?, ?> call : List.copyOf(calls)) {
            if (call.between(one, other)) {
                call.breakOff(lateness(), lateness());
            }
        }
    }

    private long lateness() {
        return world.chance(0.3) ? world.between(USUAL, HALF_OPEN) : world.between(0, USUAL);
    }

    /** The other ends of a process that was killed hear of it, sooner or later. */
    void killed(Machine machine) {
        for (Call<?, ?> call : List.copyOf(calls)) {
            if (call.hasEnd(machine)) {
                call.breakOff(lateness(), lateness());
            }
        }
    }
}
