package dev.portcullis.benchmarks.chaos;

import dev.portcullis.benchmarks.stage.Deployment;
import dev.portcullis.benchmarks.stage.Program;
import dev.portcullis.benchmarks.stage.RedisCluster;
import dev.portcullis.benchmarks.stage.Relay;
import dev.portcullis.benchmarks.stage.Relay.Way;
import dev.portcullis.benchmarks.stage.Stage;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.Supplier;

/** All faults there are, shuffled: none comes a second time before each has come once. */
final class FaultDeck {
    private static final long SHORT = 2_500;
    private static final Set<Way> BOTH = EnumSet.allOf(Way.class);

    private final Deployment deployment;
    private final StaleRecords staleRecords;
    private final Random random;
    private final long pastLease;
    private final List<Supplier<Fault>> left = new ArrayList<>();

    FaultDeck(Deployment deployment, StaleRecords staleRecords, Random random) {
        this.deployment = deployment;
        this.staleRecords = staleRecords;
        this.random = random;
        this.pastLease = deployment.maxStaleness().toMillis() * 3 / 2;
    }

    /** The next one. */
    Fault draw() {
        if (left.isEmpty()) {
            gatewayFaults();
            replicaFaults();
            if (deployment.postgres() != null) {
                databaseFaults();
            }
            if (deployment.redis() != null) {
                redisFaults();
            }
            Collections.shuffle(left, random);
        }
        return left.remove(left.size() - 1).get();
    }

    private void gatewayFaults() {
        left.add(() -> killed("gateway killed", any(deployment.gateways())));
        left.add(() -> stopped("gateway stopped past its lease", any(deployment.gateways())));
        left.add(() -> {
            List<Relay> relays = anyOriginRelays();
            return new Fault("streams of a gateway cut", 500,
                    () -> relays.forEach(Relay::breakConnections), Fault.NOTHING);
        });
        left.add(() -> cut("gateway cut off from the origin", SHORT, anyOriginRelays()));
        left.add(() -> held("gateway partitioned from the origin past its lease", pastLease,
                anyOriginRelays(), BOTH));
        left.add(() -> held("one way from a gateway lost past its lease", pastLease,
                anyOriginRelays(), EnumSet.of(Way.TO_TARGET)));
        left.add(() -> held("one way to a gateway lost past its lease", pastLease,
                anyOriginRelays(), EnumSet.of(Way.TO_CLIENT)));
        left.add(() -> held("one way to a gateway lost for a moment", SHORT,
                anyOriginRelays(), EnumSet.of(Way.TO_CLIENT)));
        left.add(() -> delayed("gateway and origin 300 ms apart", SHORT, 300, anyOriginRelays()));
    }

    private void replicaFaults() {
        left.add(() -> killed("replica killed", any(deployment.replicas())));
        left.add(() -> stopped("replica stopped past its lease", any(deployment.replicas())));
    }

    private void databaseFaults() {
        left.add(() -> new Fault("PostgreSQL restarted", 1_000,
                () -> deployment.postgres().stop(), () -> deployment.postgres().start()));
        left.add(() -> new Fault("PostgreSQL killed", 1_000,
                () -> deployment.postgres().kill(), () -> deployment.postgres().start()));
        left.add(() -> cut("replica cut off from PostgreSQL", SHORT, anyDatabaseRelay()));
        left.add(() -> held("replica partitioned from PostgreSQL past its lease", pastLease,
                anyDatabaseRelay(), BOTH));
        left.add(() -> held("one way from PostgreSQL lost for a moment", SHORT,
                anyDatabaseRelay(), EnumSet.of(Way.TO_CLIENT)));
        left.add(() -> delayed("replica and PostgreSQL 50 ms apart", SHORT, 50,
                anyDatabaseRelay()));
    }

    private void redisFaults() {
        RedisCluster redis = deployment.redis();
        List<Relay> relays = redis.nodes().stream().map(RedisCluster.Node::relay).toList();
        left.add(() -> new Fault("Redis flushed", 500, redis::flushAll, Fault.NOTHING));
        left.add(() -> {
            RedisCluster.Node node = any(redis.nodes());
            return new Fault("Redis node killed", SHORT,
                    () -> node.process().destroyForcibly().waitFor(), node::start);
        });
        left.add(() -> cut("Redis cut off", SHORT, relays));
        left.add(() -> held("Redis frozen", SHORT, relays, BOTH));
        left.add(() -> delayed("Redis 200 ms away", SHORT, 200, relays));
        left.add(this::lostWrites);
        left.add(() -> new Fault("stale records planted in Redis", SHORT,
                () -> staleRecords.plant(random), staleRecords::present));
    }

    /** The replica of a master misses what is written, and is then made a master. */
    private Fault lostWrites() {
        RedisCluster redis = deployment.redis();
        RedisCluster.Node[] pair = new RedisCluster.Node[2];
        return new Fault("Redis failed over with lost writes", 4_000, () -> {
            pair[0] = any(redis.masters());
            pair[1] = redis.replicaOf(pair[0]);
            if (pair[1] == null) {
                return;
            }
            Stage.signal(pair[1].process(), "STOP");
            Thread.sleep(1_000);
            pair[0].process().destroyForcibly().waitFor();
            Stage.signal(pair[1].process(), "CONT");
        }, () -> {
            if (pair[1] != null) {
                pair[0].start();
            }
        });
    }

    private Fault killed(String name, Program program) {
        return new Fault(name, random.nextInt(1_500), program::kill, program::start);
    }

    private Fault stopped(String name, Program program) {
        return new Fault(name, pastLease,
                () -> Stage.signal(program.process(), "STOP"),
                () -> Stage.signal(program.process(), "CONT"));
    }

    private static Fault cut(String name, long millis, List<Relay> relays) {
        return new Fault(name, millis,
                () -> relays.forEach(Relay::cut), () -> relays.forEach(Relay::heal));
    }

    private Fault held(String name, long millis, List<Relay> relays, Set<Way> ways) {
        boolean breaks = random.nextBoolean();
        return new Fault(name, millis, () -> relays.forEach(relay -> relay.hold(ways)), () -> {
            if (breaks) {
                // the connections have not survived; else what was held back arrives now
                relays.forEach(Relay::breakConnections);
            }
            relays.forEach(Relay::heal);
        });
    }

    private static Fault delayed(String name, long millis, long delay, List<Relay> relays) {
        return new Fault(name, millis,
                () -> relays.forEach(relay -> relay.delay(delay)),
                () -> relays.forEach(Relay::heal));
    }

    private List<Relay> anyOriginRelays() {
        return deployment.originRelays(random.nextInt(deployment.gateways().size()));
    }

    private List<Relay> anyDatabaseRelay() {
        return List.of(any(deployment.databaseRelays()));
    }

    private <T> T any(List<T> all) {
        return all.get(random.nextInt(all.size()));
    }
}
