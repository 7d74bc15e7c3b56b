package dev.portcullis.cli.simulation;

import dev.portcullis.admin.change.Barrier;
import dev.portcullis.admin.change.ChangeFeed;
import dev.portcullis.admin.change.LeaseConfig;
import dev.portcullis.admin.change.LeaseMark;
import dev.portcullis.admin.change.LeaseTable;
import dev.portcullis.admin.change.Propagation;
import dev.portcullis.admin.origin.OriginService;
import dev.portcullis.admin.origin.OriginWiring;
import dev.portcullis.admin.service.Refusals;
import dev.portcullis.admin.service.TokenPolicy;
import dev.portcullis.admin.service.Usages;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;

/** The one admin-service of a database: the real one, on simulated threads and clocks. */
final class SimOrigin {
    private final Database database;
    private final Network network;
    private final LeaseConfig config;
    private final Oracle oracle;
    private Machine machine;
    private Barrier barrier;

    SimOrigin(Database database, Network network, LeaseConfig config, Oracle oracle) {
        this.database = database;
        this.network = network;
        this.config = config;
        this.oracle = oracle;
    }

    Machine machine() {
        return machine;
    }

    /** Begins a new process. */
    void start(Machine on) {
        machine = on;
        SimThread timer = new SimThread(on);
        SimThread feedThread = new SimThread(on);
        long revision = database.store.revision();
        LeaseTable leases = new LeaseTable(
                config, on::nanoTime, revision, LeaseMark.read(database.store));
        barrier = new Barrier(leases, config, timer, on);
        ChangeFeed feed =
                new ChangeFeed(database.store, leases, revision, feedThread, timer);
        database.store.setCommitListener(feed);
        LeaseMark mark = new LeaseMark(database.store, leases, config);
        timer.scheduleWithFixedDelay(mark::tidy, 10, 10, java.util.concurrent.TimeUnit.SECONDS);
        OriginService service = new OriginService(
                new OriginWiring(
                        database.store, new Usages(database.store),
                        new Refusals(database.store, TokenPolicy.defaults(), on), feed, leases,
                        mark, on.name, new Workers(on), on),
                false);
        network.serve(on.name, new Network.Served(on, service.bindService()));
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
            if (network.faults.active() && on.world.chance(0.003)) {
                throw new RejectedExecutionException("too much to do");
            }
            long most = on.world.chance(0.05) ? 500 * World.MILLI : 2 * World.MILLI;
            on.after(on.world.between(50_000, most), task);
        }
    }

    /**
     * Somebody calls for a change.
     *
     * @param change commits, and answers the revision
     * @param committed told of it
     * @param answered told whether it has propagated
     */
    void change(LongSupplier change, LongConsumer committed, LongConsumer answered) {
        Machine on = machine;
        Barrier mine = barrier;
        on.after(on.world.between(50_000, 3 * World.MILLI), () -> {
            long revision = change.getAsLong();
            committed.accept(revision);
            mine.await(revision, Duration.ofMinutes(1)).thenAccept(
                    propagation -> answer(on, propagation, answered));
        });
    }

    private void answer(Machine on, Propagation propagation, LongConsumer answered) {
        World world = on.world;
        if (propagation.propagated()) {
            world.note("propagated " + propagation.revision());
            oracle.promised(propagation.revision(), world.now());
            answered.accept(0);
            return;
        }
        long left = Duration.between(on.instant(), propagation.effectiveEverywhereBy()).toNanos();
        world.note("pending " + propagation.revision() + " " + propagation.unconfirmedGateways()
                + " for " + left / World.MILLI + " ms");
        oracle.promised(propagation.revision(), world.now() + (long) (left / on.rate()));
        answered.accept(left);
    }
}
