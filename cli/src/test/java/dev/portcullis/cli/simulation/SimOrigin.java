package dev.portcullis.cli.simulation;

import dev.portcullis.admin.change.Barrier;
import dev.portcullis.admin.change.ChangeFeed;
import dev.portcullis.admin.change.LeaseConfig;
import dev.portcullis.admin.change.LeaseMark;
import dev.portcullis.admin.change.LeaseTable;
import dev.portcullis.admin.change.Propagation;
import dev.portcullis.admin.change.Reach;
import dev.portcullis.admin.change.Replicas;
import dev.portcullis.admin.model.ServiceException;
import dev.portcullis.admin.origin.CacheKeys;
import dev.portcullis.admin.origin.KnownPrefixes;
import dev.portcullis.admin.origin.OriginService;
import dev.portcullis.admin.origin.OriginWiring;
import dev.portcullis.admin.service.Refusals;
import dev.portcullis.admin.service.TokenPolicy;
import dev.portcullis.admin.service.Usages;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;

/**
 * An admin-service, alone or one replica of several: the real one, on simulated threads and clocks.
 */
final class SimOrigin {
    /** What all origins of a world share. */
    record Setting(
            Database database, Network network, LeaseConfig config, Oracle oracle,
            Mutation mutation, boolean shared) {}

    private static final double BELLS_LOST = 0.1;

    private final Setting setting;
    private final Database database;
    private Machine machine;
    private Barrier barrier;
    private ChangeFeed feed;
    /** Null where there is but one. */
    private Replicas replicas;
    private long databaseCutUntil;
    private boolean serving;
    private boolean missed;

    SimOrigin(Setting setting) {
        this.setting = setting;
        this.database = setting.database();
        database.serves(this);
    }

    Machine machine() {
        return machine;
    }

    /** Whether it can be called now. */
    boolean serves() {
        return serving && machine.runs() && !databaseIsCut();
    }

    boolean databaseIsCut() {
        return databaseCutUntil > machine.world.now();
    }

    /** All is well again. */
    void heal() {
        databaseCutUntil = 0;
    }

    /** The database cannot be reached from here for a while. */
    void cutDatabase(long nanos) {
        machine.world.note(machine.name + " is cut from the database for "
                + nanos / World.MILLI + " ms");
        databaseCutUntil = Math.max(databaseCutUntil, machine.world.now() + nanos);
    }

    /** Begins a new process. */
    void start(Machine on) {
        machine = on;
        serving = false;
        missed = false;
        new SimThread(on).execute(() -> begin(on));
    }

    private void begin(Machine on) {
        SimThread timer = new SimThread(on);
        LeaseConfig config = setting.config();
        long revision = database.store.revision();
        LeaseTable leases = setting.shared()
                ? LeaseTable.ofReplica(config, on::nanoTime, on, revision)
                : new LeaseTable(
                        config, on::nanoTime, revision, LeaseMark.read(database.store));
        LeaseMark mark =
                setting.shared() ? null : new LeaseMark(database.store, leases, config);
        replicas = setting.shared() ? replicas(on, leases) : null;
        Reach reach = setting.shared() ? replicas : leases;
        barrier = new Barrier(reach, config, timer, on);
        feed = new ChangeFeed(database.store, leases, revision, new SimThread(on), timer);
        if (setting.shared()) {
            try {
                replicas.start();
            } catch (ServiceException e) {
                on.world.note(on.name + " does not start: " + e.getMessage());
                on.after(World.SECOND, () -> begin(on));
                return;
            }
            timer.scheduleWithFixedDelay(this::poll, 1, 1, TimeUnit.SECONDS);
        } else {
            timer.scheduleWithFixedDelay(mark::tidy, 10, 10, TimeUnit.SECONDS);
        }
        serve(on, leases, mark);
    }

    private void serve(Machine on, LeaseTable leases, LeaseMark mark) {
        OriginService service = new OriginService(
                new OriginWiring(
                        database.store, new Usages(database.store),
                        new Refusals(database.store, TokenPolicy.defaults(), on), feed, leases,
                        mark, on.name, null,
                        new CacheKeys(database.store, false, new Random(1)),
                        new KnownPrefixes(
                                new KnownPrefixes.Sources(
                                        database.store, feed, false, on::nanoTime),
                                new SimThread(on), new Random(1), 1 << 20),
                        new Workers(on), on),
                false, "simulated");
        setting.network().serve(on.name, new Network.Served(on, service.bindService()));
        serving = true;
        on.world.note(on.name + " serves");
    }

    private Replicas replicas(Machine on, LeaseTable leases) {
        return new Replicas(
                new SimRows(
                        database, this, on, setting.network().faults, setting.mutation()),
                leases, setting.config(),
                new Replicas.Self(on.name, "", new Random(on.world.random.nextLong())),
                new SimThread(on));
    }

    // ---------------------------------------------------------------------- bells of the database

    /** The safety net: it finds something only where a bell was missed. */
    private void poll() {
        if (missed && !databaseIsCut()) {
            missed = false;
            feed.uncertain();
            replicas.rowsChanged();
        }
    }

    /** Committed here: heard of at once. */
    void committed(long revision) {
        feed.committed(revision);
    }

    void changeBell() {
        bell(() -> feed.uncertain());
    }

    void rowsBell() {
        bell(() -> replicas.rowsChanged());
    }

    private void bell(Runnable heard) {
        if (!setting.shared() || !serving || !machine.alive()) {
            return;
        }
        Machine on = machine;
        boolean lost =
                setting.network().faults.active() && on.world.chance(BELLS_LOST);
        on.after(on.world.between(100_000, 20 * World.MILLI), () -> {
            if (lost || databaseIsCut()) {
                missed = true;
            } else {
                heard.run();
            }
        });
    }

    /** Runs what may block: in no order, and now and then it takes no more. */
    private final class Workers implements Executor {
        private final Machine on;

        Workers(Machine on) {
            this.on = on;
        }

        @Override
        public void execute(Runnable task) {
            on.requireAlive();
            boolean storm = setting.network().faults.active();
            if (databaseIsCut() || storm && on.world.chance(0.003)) {
                throw new RejectedExecutionException("too much to do");
            }
            long most = storm && on.world.chance(0.05) ? 500 * World.MILLI : 2 * World.MILLI;
            on.after(on.world.between(50_000, most), task);
        }
    }

    /**
     * Somebody calls for a change.
     *
     * @param change commits, and answers the revision
     * @param committed told of it
     * @param answered told in how many nanoseconds it holds everywhere; 0: it has propagated
     */
    void change(LongSupplier change, LongConsumer committed, LongConsumer answered) {
        Machine on = machine;
        Barrier mine = barrier;
        on.after(on.world.between(50_000, 3 * World.MILLI), () -> {
            long revision = database.commit(this, change);
            committed.accept(revision);
            mine.await(revision, Duration.ofMinutes(1)).thenAccept(
                    propagation -> answer(on, propagation, answered));
        });
    }

    private void answer(Machine on, Propagation propagation, LongConsumer answered) {
        World world = on.world;
        if (propagation.propagated()) {
            world.note(on.name + ": propagated " + propagation.revision());
            setting.oracle().promised(propagation.revision(), world.now());
            answered.accept(0);
            return;
        }
        long left = (long) (Duration.between(
                on.instant(), propagation.effectiveEverywhereBy()).toNanos() / on.rate());
        world.note(on.name + ": pending " + propagation.revision() + " "
                + propagation.unconfirmedGateways() + " for " + left / World.MILLI + " ms");
        setting.oracle().promised(propagation.revision(), world.now() + left);
        answered.accept(Math.max(1, left));
    }
}
