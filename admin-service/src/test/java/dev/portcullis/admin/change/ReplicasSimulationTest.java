package dev.portcullis.admin.change;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.admin.change.LeaseTable.Attachment;
import dev.portcullis.admin.model.ServiceException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Replicas and gateways that go from one to another, with a database that answers late or not at
 * all, bells that are lost, processes that pause, machines that are suspended, kills and restarts,
 * and clocks of different rates; in virtual time, from a seed. Whatever happens: once any replica
 * has said that a revision is effective everywhere, or the instant that it named has passed, no
 * gateway answers from its caches without having applied that revision.
 */
class ReplicasSimulationTest {
    private static final Duration RUN = Duration.ofMinutes(5);
    private static final LeaseConfig CONFIG =
            new LeaseConfig(Duration.ofSeconds(10), Duration.ofSeconds(1), Duration.ofSeconds(5));
    private static final int REPLICAS = 3;
    private static final int COMMITS_AT_ONCE = 3;

    private final VirtualTime time = new VirtualTime();
    private final MemoryDatabase database = new MemoryDatabase();
    private final TestReplica[] replicas = new TestReplica[REPLICAS];
    private final List<Gateway> gateways = new ArrayList<>();
    /** Every gateway must have stopped without these revisions since these instants. */
    private final Map<Long, Instant> promised = new HashMap<>();
    private Random random;
    private String failure;
    private int committing;
    private int propagated;
    private int pending;
    private int served;
    private long expulsions;
    private long deletions;

    /** One stream, with both of its ends. Each way keeps the order of its messages. */
    private final class Stream {
        final Gateway gateway;
        final TestReplica replica;
        boolean open = true;
        /** The replica's end. */
        Attachment attachment;
        long sent;
        Runnable lease = () -> {};
        long behind = -1;
        /** The gateway's end: what it has been sent. */
        long received;
        private long lastIn;
        private long lastOut;

        Stream(Gateway gateway, TestReplica replica) {
            this.gateway = gateway;
            this.replica = replica;
        }

        void toReplica(Runnable message) {
            lastIn = Math.max(lastIn, time.elapsedMillis() + delay());
            later(lastIn - time.elapsedMillis(), () -> replica.run(() -> {
                if (open) {
                    message.run();
                }
            }));
        }

        void toGateway(Runnable message) {
            lastOut = Math.max(lastOut, time.elapsedMillis() + delay());
            later(lastOut - time.elapsedMillis(), () -> {
                if (open && gateway.stream == this) {
                    message.run();
                }
            });
        }

        void hello(double asked, long last) {
            try {
                attachment = replica.leases.attach(
                        new Arrival(gateway.id, gateway.instance, last, true, "", "", "", ""),
                        this::cut);
                replica.requireDatabase();
            } catch (ServiceException e) {
                cut();
                return;
            }
            replica.run(() -> changes(database.revision));
            grant(asked, attachment.request());
        }

        void changes(long revision) {
            if (revision > sent) {
                sent = revision;
                toGateway(() -> gateway.receive(this, revision));
            }
            flush();
        }

        void grant(double asked, long millis) {
            behind = replica.leases.latestRevision();
            lease = () -> gateway.lease(this, asked, millis);
            flush();
        }

        void flush() {
            if (behind >= 0 && sent >= behind) {
                behind = -1;
                Runnable granted = lease;
                toGateway(granted);
            }
        }

        /** The connection breaks; each end notices when it does. */
        void cut() {
            open = false;
            if (attachment != null) {
                later(delay(), () -> replica.run(attachment::detach));
            }
        }
    }

    /** A gateway's process. Its clock may be as wrong as the margin allows for. */
    private final class Gateway {
        final String id;
        String instance = "0";
        final double rate = 0.99 + random.nextDouble() * 0.02;
        long applied;
        double leaseEnd = -1;
        Stream stream;
        boolean deaf;

        Gateway(int number) {
            id = "g" + number;
        }

        double clock() {
            return time.elapsedMillis() * rate;
        }

        boolean answers() {
            return clock() < leaseEnd;
        }

        void open() {
            TestReplica replica = replicas[random.nextInt(REPLICAS)];
            if (replica.killed) {
                return;
            }
            Stream opened = new Stream(this, replica);
            stream = opened;
            double asked = clock();
            long last = applied;
            opened.toReplica(() -> opened.hello(asked, last));
            streams.add(opened);
        }

        void close() {
            if (stream != null) {
                stream.cut();
                stream = null;
            }
        }

        void restart() {
            close();
            instance = instance + "x";
            applied = 0;
            leaseEnd = -1;
            deaf = false;
        }

        void receive(Stream from, long revision) {
            from.received = Math.max(from.received, revision);
            apply();
        }

        void apply() {
            if (!deaf && stream != null && stream.received > applied) {
                applied = stream.received;
                ask();
            }
        }

        void ask() {
            Stream asking = stream;
            if (asking == null) {
                return;
            }
            double asked = clock();
            long says = applied;
            asking.toReplica(() -> {
                if (asking.attachment != null) {
                    asking.grant(asked, asking.attachment.applied(says));
                }
            });
        }

        /** Takes effect only behind everything that was sent before it. */
        void lease(Stream from, double asked, long millis) {
            if (millis > 0 && applied >= from.received) {
                leaseEnd = Math.max(leaseEnd, asked + millis);
            }
        }
    }

    private final List<Stream> streams = new ArrayList<>();

    private void later(long millis, Runnable task) {
        time.schedule(guarded(task), millis, TimeUnit.MILLISECONDS);
    }

    private Runnable guarded(Runnable task) {
        return () -> {
            try {
                task.run();
            } catch (RuntimeException | AssertionError e) {
                failure = failure == null ? String.valueOf(e) : failure;
            }
        };
    }

    /** Mostly quick, now and then very slow. */
    private long delay() {
        return random.nextInt(60) == 0 ? random.nextInt(4_000) : random.nextInt(30);
    }

    /** A replica waits for the database, and may be paused meanwhile. */
    private void latency(TestReplica replica) {
        time.advanceMillis(random.nextInt(40) == 0 ? random.nextInt(3_000) : random.nextInt(3));
        while (replica.paused && !replica.killed) {
            time.advanceMillis(5);
        }
    }

    private void startReplica(int slot) {
        TestReplica replica = new TestReplica(
                "r" + slot, database, time, 0.995 + random.nextDouble() * 0.01);
        replica.onFeed = () -> {
            for (Stream stream : List.copyOf(streams)) {
                if (stream.replica == replica && stream.open && stream.attachment != null) {
                    stream.changes(replica.leases.latestRevision());
                }
            }
        };
        replicas[slot] = replica;
        try {
            replica.start();
        } catch (ServiceException e) {
            replica.kill();
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void whateverHappens_noPromiseIsBroken(long seed) {
        random = new Random(seed);
        database.config = CONFIG;
        for (int i = 0; i < REPLICAS; i++) {
            startReplica(i);
        }
        database.latency = this::latency;
        for (int i = 0; i < 5; i++) {
            gateways.add(new Gateway(i));
        }
        later(1, this::happen);
        later(1, this::check);
        time.advance(RUN);
        assertThat(failure).as("seed " + seed).isNull();
        for (TestReplica replica : replicas) {
            note(replica);
        }
        // or the run has shown nothing
        assertThat(propagated).isGreaterThan(50);
        assertThat(pending).isGreaterThan(50);
        assertThat(served).isGreaterThan(1_000);
        assertThat(deletions).isPositive();
        assertThat(expulsions).isPositive();
    }

    private void note(TestReplica replica) {
        expulsions += replica.replicas.stats().expulsions();
        deletions += replica.replicas.stats().rowsDeleted();
    }

    private void happen() {
        later(1 + random.nextInt(60), this::happen);
        Gateway gateway = gateways.get(random.nextInt(gateways.size()));
        int slot = random.nextInt(REPLICAS);
        int what = random.nextInt(1_000);
        // half of the time nothing new goes wrong, so that there is something to be broken again
        boolean calm = time.elapsedMillis() / 40_000 % 2 == 1;
        if (calm && what >= 60 && what < 90) {
            gateway.deaf = false;
            gateway.apply();
            revive(slot);
        } else if (what < 60) {
            commit(replicas[slot]);
        } else if (what < 70) {
            gateway.close();
        } else if (what < 75) {
            gateway.deaf = !gateway.deaf;
            gateway.apply();
        } else if (what < 77) {
            gateway.restart();
        } else if (what < 90) {
            trouble(slot, what);
        } else if (gateway.stream == null || !gateway.stream.open) {
            gateway.open();
        } else {
            gateway.ask();
        }
    }

    private void trouble(int slot, int what) {
        TestReplica replica = replicas[slot];
        if (replica.killed) {
            revive(slot);
        } else if (what < 80) {
            replica.cut = true;
            later(random.nextInt(20_000), () -> replica.cut = false);
        } else if (what < 82) {
            replica.deaf = !replica.deaf;
        } else if (what < 83) {
            replica.answersLost = true;
            later(random.nextInt(15_000), () -> replica.answersLost = false);
        } else if (what < 88 && !replica.paused) {
            boolean suspended = what < 85;
            Duration length = Duration.ofMillis(random.nextInt(25_000));
            replica.paused = true;
            later(length.toMillis(), () -> replica.wake(length, suspended));
        } else if (what == 88) {
            note(replica);
            replica.kill();
            streams.stream().filter(stream -> stream.replica == replica).forEach(Stream::cut);
        }
    }

    private void revive(int slot) {
        if (replicas[slot].killed) {
            startReplica(slot);
        }
        replicas[slot].deaf = false;
    }

    private void commit(TestReplica replica) {
        if (replica.killed || replica.paused || committing == COMMITS_AT_ONCE) {
            return;
        }
        committing++;
        try {
            long revision = database.commit(replica);
            replica.barrier.await(revision, Duration.ofSeconds(5)).thenAccept(answer -> {
                // an answer that never left the replica promised nothing
                if (!replica.killed) {
                    promised(answer);
                }
            });
        } catch (ServiceException e) {
            // nobody was promised anything
            assertThat(replica.cut || replica.killed).isTrue();
        } finally {
            committing--;
        }
    }

    private void promised(Propagation answer) {
        Instant from = answer.propagated() ? time.instant() : answer.effectiveEverywhereBy();
        promised.merge(answer.revision(), from, (a, b) -> a.isBefore(b) ? a : b);
        if (answer.propagated()) {
            propagated++;
        } else {
            pending++;
        }
    }

    private void check() {
        later(20, this::check);
        streams.removeIf(stream -> !stream.open);
        long appliedByAll =
                gateways.stream().mapToLong(gateway -> gateway.applied).min().orElseThrow();
        // who restarts knows nothing, and has no lease: it may still break these
        promised.keySet().removeIf(revision -> revision < appliedByAll - 1_000);
        for (Gateway gateway : gateways) {
            if (!gateway.answers()) {
                continue;
            }
            served++;
            promised.forEach((revision, from) -> {
                if (revision > gateway.applied && !time.instant().isBefore(from)) {
                    throw new AssertionError(time.elapsedMillis() + " ms: " + gateway.id
                            + " has applied " + gateway.applied + " and answers, though "
                            + revision + " was promised from " + from);
                }
            });
        }
    }
}
