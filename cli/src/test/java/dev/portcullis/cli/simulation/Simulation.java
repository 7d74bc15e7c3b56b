package dev.portcullis.cli.simulation;

import dev.portcullis.admin.change.LeaseConfig;
import dev.portcullis.admin.model.Committed;
import dev.portcullis.admin.service.IssuedToken;
import dev.portcullis.cli.simulation.Oracle.Token;
import dev.portcullis.core.token.TokenPrefix;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * One world from its beginning to its end: all is well for a while, then everything goes wrong that
 * can, then all is well again.
 */
final class Simulation {
    private static final int GATEWAYS = 3;
    private static final int TOKENS = 8;
    private static final int USERS = 3;
    private static final long CALM = 8 * World.SECOND;
    private static final long STORM = 34 * World.SECOND;

    private final long seed;
    private final World world;
    private final Database database;
    private final Mutation mutation;
    private final Oracle oracle;
    private final Faults faults;
    private final Network network;
    private final LeaseConfig config;
    /** 0: one admin-service whose database nobody shares. */
    private final int replicas;
    /** Null where there is none. */
    private final SimCache cache;
    private final List<SimOrigin> origins = new ArrayList<>();
    private final List<SimGateway> gateways = new ArrayList<>();
    private final List<String> userIds = new ArrayList<>();
    private long changes;
    private long propagated;

    Simulation(long seed, Database database, Mutation mutation) {
        this.seed = seed;
        this.world = new World(seed);
        this.database = database;
        this.mutation = mutation;
        this.oracle = new Oracle(world);
        this.faults = new Faults(world.chance(0.5) ? 0.02 : 0.2, seed % 4 == 1);
        this.network = new Network(world, faults);
        this.cache = seed % 3 == 0 ? null : new SimCache(world, faults);
        this.replicas = mutation.replicas() ? 2 : new int[] {0, 0, 2, 2, 3}[(int) (seed % 5)];
        // 5 s, 8 s, 15 s
        Duration lease = Duration.ofSeconds(new int[] {5, 8, 15}[world.random.nextInt(3)]);
        this.config = new LeaseConfig(lease, Duration.ofSeconds(1), Duration.ofSeconds(5));
    }

    /** What it came to. */
    record Outcome(
            long seed, List<String> failures, String trace, long events, long accepted,
            long refused, long unavailable, long changes, long propagated) {}

    Outcome run() {
        database.begin(seed);
        begin();
        everySoOften(0, CALM + STORM, 500 * World.MILLI, this::request);
        everySoOften(0, CALM + STORM, 2 * World.SECOND, this::change);
        world.runTo(CALM);
        faults.active(true);
        everySoOften(CALM, CALM + STORM, 3 * World.SECOND, this::fault);
        world.runTo(CALM + STORM);
        heal();
        world.runTo(CALM + STORM + settling());
        finish();
        return new Outcome(
                seed, oracle.failures(), world.trace(), world.eventsTaken(), oracle.accepted(),
                oracle.refused(), oracle.unavailable(), changes, propagated);
    }

    private void heal() {
        world.note("all is well again");
        faults.active(false);
        network.heal();
        origins.forEach(SimOrigin::heal);
    }

    /** Longer than any fault lasts, and than a lease that is counted from its end. */
    private long settling() {
        return 3 * config.maxStaleness().toNanos() + 20 * World.SECOND;
    }

    private void everySoOften(long from, long to, long mean, Runnable what) {
        for (long t = from; t < to; t += world.random.nextLong(2 * mean)) {
            world.at(t, what);
        }
    }

    /** Clocks differ by as much as the margin allows beside a suspension that nobody notices. */
    private Machine machine(String name) {
        double most = 0.2 * config.margin().toNanos()
                / (config.maxStaleness().toNanos() + config.margin().toNanos());
        double rate = 1 + most * (2 * world.random.nextDouble() - 1);
        return new Machine(world, name, rate, world.random.nextLong());
    }

    private void begin() {
        for (int i = 0; i < USERS; i++) {
            userIds.add(database.createUser("u" + seed + "-" + i));
            Truth user = new Truth();
            user.committed(true, 0, 0);
            user.promised(0, 0);
            oracle.users.add(user);
        }
        for (int i = 0; i < TOKENS / 2; i++) {
            Committed<IssuedToken> issued = database.issue(userIds.get(i % USERS));
            token(issued, i % USERS);
        }
        oracle.promised(Long.MAX_VALUE, 0);
        SimOrigin.Setting setting = new SimOrigin.Setting(
                database, network, config, oracle, mutation, replicas > 0);
        for (int i = 0; i < Math.max(1, replicas); i++) {
            SimOrigin origin = new SimOrigin(setting);
            origin.start(machine("origin" + i));
            origins.add(origin);
        }
        for (int i = 0; i < GATEWAYS; i++) {
            gateways.add(new SimGateway(machine("gw" + i), network, origins, cache, mutation));
        }
    }

    private Token token(Committed<IssuedToken> issued, int user) {
        Token token = new Token(
                TokenPrefix.of(issued.value().token().id()), userIds.get(user),
                oracle.users.get(user));
        token.live.committed(true, issued.revision(), world.now());
        oracle.tokens.add(token);
        return token;
    }

    private <T> T any(List<T> from) {
        return from.get(world.random.nextInt(from.size()));
    }

    private void request() {
        any(gateways).request(oracle, any(oracle.tokens), () -> {});
    }

    private void change() {
        SimOrigin origin = any(origins);
        if (!origin.serves()) {
            return;
        }
        changes++;
        int user = world.random.nextInt(USERS);
        switch (world.random.nextInt(3)) {
            case 0 -> issue(origin, user);
            case 1 -> revoke(origin, of(user));
            default -> block(origin, user, oracle.users.get(user).now());
        }
    }

    /** A change was answered: soon, and once it holds, requests come that it concerns. */
    private void answered(long left, Token token) {
        if (left == 0) {
            propagated++;
        }
        for (SimGateway gateway : gateways) {
            ask(gateway, token, world.between(0, World.SECOND));
            ask(gateway, token, left + world.between(0, 50 * World.MILLI));
        }
    }

    private void ask(SimGateway gateway, Token token, long after) {
        world.in(after, () -> gateway.request(oracle, token, () -> {}));
    }

    /** One token of a user. */
    private Token of(int user) {
        List<Token> live = oracle.tokens.stream()
                .filter(token -> token.user.equals(userIds.get(user)) && token.live.now())
                .toList();
        return any(live.isEmpty() ? oracle.tokens : live);
    }

    private void issue(SimOrigin origin, int user) {
        Token[] made = new Token[1];
        origin.change(() -> {
            Committed<IssuedToken> issued = database.issue(userIds.get(user));
            made[0] = token(issued, user);
            world.note("issued " + made[0].prefix + " at " + issued.revision());
            return issued.revision();
        }, revision -> {}, left -> answered(left, made[0]));
    }

    private void revoke(SimOrigin origin, Token token) {
        gateways.forEach(gateway -> gateway.request(oracle, token, () -> {}));
        origin.change(() -> {
            long revision = database.revoke(token.prefix.toString());
            world.note("revoked " + token.prefix + " at " + revision);
            return revision;
        }, revision -> {
            if (token.live.now()) {
                token.live.committed(false, revision, world.now());
            }
        }, left -> answered(left, token));
    }

    private void block(SimOrigin origin, int user, boolean blocked) {
        Truth truth = oracle.users.get(user);
        origin.change(() -> {
            long revision = database.block(userIds.get(user), blocked);
            world.note((blocked ? "blocked " : "unblocked ") + user + " at " + revision);
            return revision;
        }, revision -> {
            if (truth.now() == blocked) {
                truth.committed(!blocked, revision, world.now());
            }
        }, left -> answered(left, of(user)));
    }

    // --------------------------------------------------------------------------------- faults

    private void fault() {
        SimGateway gateway = any(gateways);
        SimOrigin origin = any(origins);
        String from = gateway.machine.name;
        String to = origin.machine().name;
        long lease = config.maxStaleness().toNanos();
        switch (world.random.nextInt(13)) {
            case 0 -> network.breakCalls(gateway.machine, origin.machine());
            case 1 -> network.cut(from, to, world.between(World.MILLI, 2 * lease));
            case 2 -> network.cut(to, from, world.between(World.MILLI, 2 * lease));
            case 3 -> {
                long nanos = world.between(World.MILLI, 2 * lease);
                network.cut(from, to, nanos);
                network.cut(to, from, nanos);
            }
            case 4 -> restart(gateway);
            case 5 -> restart(origin);
            case 6 -> gateway.machine.suspend(world.between(World.MILLI, lease));
            case 7 -> origin.machine().suspend(world.between(World.MILLI, lease));
            case 8 -> gateway.machine.setWall(
                    world.between(0, 20 * World.SECOND) - 10 * World.SECOND);
            case 9 -> gateway.holdUpLoop(
                    world.random.nextInt(2), world.between(World.MILLI, lease));
            case 10 -> origin.cutDatabase(world.between(World.MILLI, 2 * lease));
            case 11 -> {
                // its machine is moved to another house
                network.cut(from, to, world.between(World.SECOND, lease));
                network.cut(to, from, world.between(World.SECOND, lease));
                gateway.machine.suspend(world.between(500 * World.MILLI, 3 * World.SECOND));
            }
            default -> gateway.holdUpControl(world.between(World.MILLI, lease));
        }
    }

    private void restart(SimGateway gateway) {
        int index = gateways.indexOf(gateway);
        gateway.machine.kill();
        network.killed(gateway.machine);
        gateways.set(index,
                new SimGateway(machine(gateway.machine.name), network, origins, cache, mutation));
    }

    private void restart(SimOrigin origin) {
        Machine before = origin.machine();
        if (!before.alive()) {
            return;
        }
        before.kill();
        network.killed(before);
        world.in(world.between(World.MILLI, 10 * World.SECOND),
                () -> origin.start(machine(before.name)));
    }

    // ------------------------------------------------------------------------------ the end

    /** All is well: who is good is let through, who is not is not, and a change propagates. */
    private void finish() {
        for (SimGateway gateway : gateways) {
            if (!gateway.ready()) {
                oracle.fail(gateway.machine.name + " holds no lease although all is well");
            }
        }
        long unavailable = oracle.unavailable();
        Token last = token(database.issue(userIds.get(0)), 0);
        long before = propagated;
        revoke(any(origins), last);
        world.runTo(world.now() + World.SECOND);
        if (propagated == before) {
            oracle.fail("a change does not propagate although all is well");
        }
        int[] answers = new int[1];
        for (SimGateway gateway : gateways) {
            oracle.tokens.forEach(token -> gateway.request(oracle, token, () -> answers[0]++));
        }
        world.runTo(world.now() + 5 * World.SECOND);
        if (answers[0] != gateways.size() * oracle.tokens.size()) {
            oracle.fail("requests are not answered although all is well");
        }
        if (oracle.unavailable() != unavailable) {
            oracle.fail("a request is told to come again although all is well");
        }
    }
}
