package dev.portcullis.benchmarks.chaos;

import dev.portcullis.benchmarks.stage.Deployment;
import dev.portcullis.benchmarks.stage.Postgres;
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
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/**
 * All faults there are, shuffled: one of each kind first, and none a second time before each has
 * come once.
 */
final class FaultDeck {
    private static final long SHORT = 2_500;
    private static final Set<Way> BOTH = EnumSet.allOf(Way.class);

    /** Less than anything lives, and far more than clocks may differ. */
    private static final long JUMP_MILLIS = 20 * 60_000L;

    private final Deployment deployment;
    private final StaleRecords staleRecords;
    private final Random random;
    private final long pastLease;
    private final List<Card> all = new ArrayList<>();
    private final List<Card> left = new ArrayList<>();

    /** A fault that is made when its turn comes. */
    record Card(Kind kind, Supplier<Fault> fault) {}

    /** Of these kinds, as far as the deployment has what they hit. */
    FaultDeck(
            Deployment deployment, Set<Kind> kinds, StaleRecords staleRecords, Random random) {
        this.deployment = deployment;
        this.staleRecords = staleRecords;
        this.random = random;
        this.pastLease = deployment.maxStaleness().toMillis() * 3 / 2;
        gatewayFaults();
        replicaFaults();
        if (deployment.postgres() != null) {
            databaseFaults();
        }
        if (deployment.redis() != null) {
            redisFaults();
        }
        all.removeIf(card -> !kinds.contains(card.kind));
        if (all.isEmpty()) {
            throw new IllegalArgumentException("nothing here that could be hit by " + kinds);
        }
    }

    /** What there is. */
    Set<Kind> kinds() {
        Set<Kind> kinds = EnumSet.noneOf(Kind.class);
        all.forEach(card -> kinds.add(card.kind));
        return kinds;
    }

    /** The next one. */
    Card draw() {
        if (left.isEmpty()) {
            List<Card> shuffled = new ArrayList<>(all);
            Collections.shuffle(shuffled, random);
            Set<Kind> seen = EnumSet.noneOf(Kind.class);
            List<Card> first = new ArrayList<>();
            for (Card card : shuffled) {
                (seen.add(card.kind) ? first : left).add(card);
            }
            left.addAll(first);
        }
        return left.remove(left.size() - 1);
    }

    private void add(Kind kind, Supplier<Fault> fault) {
        all.add(new Card(kind, fault));
    }

    private void gatewayFaults() {
        add(Kind.GATEWAY_KILLED, () -> killed("gateway killed", any(deployment.gateways())));
        add(Kind.PROCESS_STOPPED,
                () -> stopped("gateway stopped past its lease", any(deployment.gateways())));
        add(Kind.STREAM_CUT, () -> {
            List<Relay> relays = anyOriginRelays();
            return onRelays("streams of a gateway cut", 500, relays,
                    () -> relays.forEach(Relay::breakConnections));
        });
        add(Kind.PARTITION, () -> cut("gateway cut off from the origin", SHORT, anyOriginRelays()));
        add(Kind.PARTITION, () -> held("gateway partitioned from the origin past its lease",
                pastLease, anyOriginRelays(), BOTH));
        add(Kind.ONE_WAY_PARTITION, () -> held("one way from a gateway lost past its lease",
                pastLease, anyOriginRelays(), EnumSet.of(Way.TO_TARGET)));
        add(Kind.ONE_WAY_PARTITION, () -> held("one way to a gateway lost past its lease",
                pastLease, anyOriginRelays(), EnumSet.of(Way.TO_CLIENT)));
        add(Kind.ONE_WAY_PARTITION, () -> held("one way to a gateway lost for a moment", SHORT,
                anyOriginRelays(), EnumSet.of(Way.TO_CLIENT)));
        add(Kind.DELAY, () -> delayed(
                "gateway and origin 300 ms apart", SHORT, 300, anyOriginRelays()));
        add(Kind.CLOCK_JUMP, this::clockJump);
    }

    private void replicaFaults() {
        add(Kind.REPLICA_KILLED, () -> killed("replica killed", any(deployment.replicas())));
        add(Kind.PROCESS_STOPPED,
                () -> stopped("replica stopped past its lease", any(deployment.replicas())));
    }

    private void databaseFaults() {
        Postgres postgres = deployment.postgres();
        add(Kind.POSTGRES_RESTART, () -> database("PostgreSQL restarted", postgres::stop));
        add(Kind.POSTGRES_KILLED, () -> database("PostgreSQL killed", postgres::kill));
        add(Kind.PARTITION,
                () -> cut("replica cut off from PostgreSQL", SHORT, anyDatabaseRelay()));
        add(Kind.PARTITION, () -> held("replica partitioned from PostgreSQL past its lease",
                pastLease, anyDatabaseRelay(), BOTH));
        add(Kind.ONE_WAY_PARTITION, () -> held("one way from PostgreSQL lost for a moment", SHORT,
                anyDatabaseRelay(), EnumSet.of(Way.TO_CLIENT)));
        add(Kind.DELAY, () -> delayed("replica and PostgreSQL 50 ms apart", SHORT, 50,
                anyDatabaseRelay()));
    }

    private void redisFaults() {
        RedisCluster redis = deployment.redis();
        List<Relay> relays = redis.nodes().stream().map(RedisCluster.Node::relay).toList();
        add(Kind.REDIS_FLUSH, () -> {
            AtomicLong keys = new AtomicLong();
            return new Fault("Redis flushed", 500, () -> keys.addAndGet(redis.flushAll()),
                    Fault.NOTHING, keys::get);
        });
        add(Kind.REDIS_KILLED, () -> {
            RedisCluster.Node node = any(redis.nodes());
            AtomicLong ended = new AtomicLong();
            return new Fault("Redis node killed", SHORT, () -> {
                node.kill();
                ended.addAndGet(node.process().isAlive() ? 0 : 1);
            }, node::start, ended::get);
        });
        add(Kind.PARTITION, () -> cut("Redis cut off", SHORT, relays));
        add(Kind.PARTITION, () -> held("Redis frozen", SHORT, relays, BOTH));
        add(Kind.DELAY, () -> delayed("Redis 200 ms away", SHORT, 200, relays));
        add(Kind.REDIS_LOST_WRITES, () -> {
            LostWrites writes = new LostWrites(redis, random);
            return new Fault("Redis failed over with lost writes", 4_000,
                    writes::begin, writes::end, writes::lost);
        });
        add(Kind.STALE_RECORD, () -> new Fault("stale records planted in Redis", SHORT,
                () -> staleRecords.plant(random), staleRecords::present,
                // that they were planted says little: a gateway has to have looked at one
                () -> metrics("portcullis_shared_cache_reads_total{outcome=\"stale\"}")));
    }

    private long metrics(String sample) {
        return deployment.gateways().stream().mapToLong(gateway -> gateway.metric(sample)).sum();
    }

    private Fault clockJump() {
        Program gateway = any(deployment.gateways());
        boolean ahead = random.nextBoolean();
        return new Fault("clock of a gateway " + (ahead ? "ahead" : "behind") + " by 20 min",
                SHORT,
                () -> deployment.setClock(gateway, ahead ? JUMP_MILLIS : -JUMP_MILLIS),
                () -> deployment.setClock(gateway, 0),
                () -> gateway.metric("portcullis_lookups_total{level=\"lapsed\"}"));
    }

    private Fault killed(String name, Program program) {
        AtomicLong ended = new AtomicLong();
        return new Fault(name, random.nextInt(1_500), () -> {
            program.kill();
            ended.addAndGet(program.process().isAlive() ? 0 : 1);
        }, program::start, ended::get);
    }

    private Fault stopped(String name, Program program) {
        AtomicLong silent = new AtomicLong();
        return new Fault(name, pastLease, () -> Stage.signal(program.process(), "STOP"), () -> {
            silent.addAndGet(program.isReady() ? 0 : 1);
            Stage.signal(program.process(), "CONT");
        }, silent::get);
    }

    private Fault database(String name, Fault.Step ends) {
        AtomicLong silent = new AtomicLong();
        return new Fault(name, 1_000, () -> {
            ends.run();
            silent.addAndGet(deployment.postgres().answers() ? 0 : 1);
        }, deployment.postgres()::start, silent::get);
    }

    private static Fault onRelays(
            String name, long millis, List<Relay> relays, Fault.Step begin) {
        return onRelays(name, millis, relays, begin, () -> relays.forEach(Relay::heal));
    }

    private static Fault onRelays(
            String name, long millis, List<Relay> relays, Fault.Step begin, Fault.Step end) {
        return new Fault(name, millis, begin, end,
                () -> relays.stream().mapToLong(Relay::disturbed).sum());
    }

    private static Fault cut(String name, long millis, List<Relay> relays) {
        return onRelays(name, millis, relays, () -> relays.forEach(Relay::cut));
    }

    private Fault held(String name, long millis, List<Relay> relays, Set<Way> ways) {
        boolean breaks = random.nextBoolean();
        return onRelays(name, millis, relays, () -> relays.forEach(relay -> relay.hold(ways)),
                () -> {
                    if (breaks) {
                        // the connections have not survived; else what was held back arrives now
                        relays.forEach(Relay::breakConnections);
                    }
                    relays.forEach(Relay::heal);
                });
    }

    private static Fault delayed(String name, long millis, long delay, List<Relay> relays) {
        return onRelays(name, millis, relays, () -> relays.forEach(relay -> relay.delay(delay)));
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
