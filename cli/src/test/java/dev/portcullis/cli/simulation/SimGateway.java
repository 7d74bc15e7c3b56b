package dev.portcullis.cli.simulation;

import dev.portcullis.gateway.l2.SharedCache;
import dev.portcullis.gateway.lookup.LookupResult;
import dev.portcullis.gateway.lookup.Records;
import dev.portcullis.gateway.lookup.RecordsConfig;
import dev.portcullis.gateway.watch.Environment;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.time.Duration;
import java.util.List;
import java.util.Random;

/** A gateway: the real records, watch and lease, on simulated threads and clocks. */
final class SimGateway {
    private static final long RESOLVE_NANOS = 2 * World.SECOND;
    private static final RecordsConfig CONFIG = new RecordsConfig(
            1_000, 1_000, 1_000, Duration.ofSeconds(30), Duration.ofNanos(RESOLVE_NANOS), 64,
            Duration.ofMinutes(5));

    final Machine machine;
    private final Network network;
    private final List<SimOrigin> origins;
    private final Mutation mutation;
    private final SimThread control;
    private final List<SimThread> loops;
    private final Records records;
    /** Which origin it speaks to. */
    private int target;

    SimGateway(
            Machine machine, Network network, List<SimOrigin> origins, SimCache cache,
            Mutation mutation) {
        this.machine = machine;
        this.network = network;
        this.origins = origins;
        this.mutation = mutation;
        this.control = new SimThread(machine);
        this.loops = List.of(new SimThread(machine), new SimThread(machine));
        Environment environment = new Environment(
                machine, machine::nanoTime, new Random(machine.world.random.nextLong()), control);
        SharedCache shared = cache == null
                ? SharedCache.none()
                : SharedCache.on(cache.from(machine), Duration.ofMinutes(10), machine::nanoTime);
        this.records = Records.create(
                CONFIG,
                new Records.Wiring(
                        new ToOrigin(), loops, (loop, changed) -> changed(), shared),
                environment);
        target = machine.world.random.nextInt(origins.size());
        records.start();
    }

    private void changed() {
        if (network.faults.active() && machine.world.chance(0.01)) {
            throw new IllegalStateException("an exchange cannot be cut");
        }
    }

    boolean ready() {
        return records.ready();
    }

    void holdUpControl(long nanos) {
        control.holdUp(nanos);
    }

    void holdUpLoop(int loop, long nanos) {
        loops.get(loop).holdUp(nanos);
    }

    /** A request comes. */
    void request(Oracle oracle, Oracle.Token token, Runnable answered) {
        if (!machine.alive()) {
            return;
        }
        SimThread loop = loops.get(machine.world.random.nextInt(loops.size()));
        loop.execute(() -> {
            long since = machine.world.now();
            LookupResult known = records.lookup().find(token.prefix, machine.millis());
            if (known != null) {
                oracle.answered(machine.name, token, known, since, true);
                answered.run();
                return;
            }
            records.lookup().resolve(token.prefix, loop).thenAccept(result -> {
                oracle.answered(machine.name, token, result, since, false);
                answered.run();
            });
        });
    }

    /** What the records take for a channel. */
    private final class ToOrigin extends Channel {
        @Override
        public <Q, R> ClientCall<Q, R> newCall(
                MethodDescriptor<Q, R> method, CallOptions options) {
            SimOrigin origin = origins.get(target);
            boolean stream = method.getType() != MethodDescriptor.MethodType.UNARY;
            if (!origin.machine().alive() || stream && machine.world.chance(0.3)) {
                target = (target + 1) % origins.size();
                origin = origins.get(target);
            }
            Call<Q, R> call =
                    new Call<>(network, method, machine, origin.machine(), mutation);
            if (options.getDeadline() != null) {
                machine.after(RESOLVE_NANOS, () -> {
                    call.closeClient(Status.DEADLINE_EXCEEDED);
                    call.clientEnd.cancel("too late", null);
                });
            }
            return call.clientEnd;
        }

        @Override
        public String authority() {
            return "origin";
        }
    }
}
