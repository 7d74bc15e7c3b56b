package dev.portcullis.admin.change;

import dev.portcullis.admin.change.LeaseTable.Attachment;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * One replica over a {@link MemoryDatabase}: its process may be cut off from the database, paused,
 * suspended with its machine, or killed; its clock may run at another rate.
 */
final class TestReplica {
    final String id;
    final MemoryDatabase database;
    final VirtualTime time;
    final LeaseTable leases;
    final Replicas replicas;
    final Barrier barrier;
    final List<Gateway> gateways = new ArrayList<>();
    private final double rate;
    private final long bornAt;
    private final List<Runnable> held = new ArrayList<>();
    private final Queue<Runnable> queue = new ArrayDeque<>();
    private boolean busy;
    private long suspendedNanos;
    boolean paused;
    boolean killed;
    /** Called when its feed has read the log. */
    Runnable onFeed = () -> {};

    /** Whether it cannot reach the database. */
    boolean cut;
    /** Whether what it writes is written, but the answer is lost. */
    boolean answersLost;
    /** Whether bells do not reach it. */
    boolean deaf;
    int reads;

    TestReplica(String id, MemoryDatabase database, VirtualTime time) {
        this(id, database, time, 1.0);
    }

    TestReplica(String id, MemoryDatabase database, VirtualTime time, double rate) {
        this.id = id;
        this.database = database;
        this.time = time;
        this.rate = rate;
        this.bornAt = time.getAsLong();
        LeaseConfig config = database.config;
        leases = LeaseTable.ofReplica(
                config, () -> bornAt + ownNanos(),
                () -> VirtualTime.START.plusNanos(ownNanos() + suspendedNanos),
                database.revision);
        ScheduledExecutorService thread = thread(this::onThread);
        replicas = new Replicas(
                database.rows(this), leases, config,
                new Replicas.Self(id, "1.0", new Random(id.hashCode() + bornAt)), thread);
        barrier = new Barrier(replicas, config, thread(this::run), time);
    }

    private long ownNanos() {
        return (long) ((time.getAsLong() - bornAt) * rate) - suspendedNanos;
    }

    /** Only what the classes under test use. */
    private ScheduledExecutorService thread(Consumer<Runnable> runner) {
        return (ScheduledExecutorService) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {ScheduledExecutorService.class},
                (proxy, method, args) -> {
                    if (killed) {
                        throw new RejectedExecutionException();
                    }
                    Runnable task = (Runnable) args[0];
                    long nanos = ((TimeUnit) args[2]).toNanos((Long) args[1]);
                    return time.schedule(
                            () -> runner.accept(task), (long) Math.ceil(nanos / rate),
                            TimeUnit.NANOSECONDS);
                });
    }

    /** Runs something in its process: now, or when it is no longer paused. */
    void run(Runnable task) {
        if (paused) {
            held.add(task);
        } else if (!killed) {
            task.run();
        }
    }

    /** On the thread that waits for the database: one task after another. */
    private void onThread(Runnable task) {
        queue.add(task);
        if (busy) {
            return;
        }
        busy = true;
        while (!queue.isEmpty() && !killed) {
            Runnable next = queue.remove();
            if (paused) {
                held.add(() -> onThread(next));
            } else {
                next.run();
            }
        }
        busy = false;
    }

    TestReplica start() {
        database.replicas.add(this);
        replicas.start();
        return this;
    }

    void bell(Runnable listener) {
        if (!deaf && !cut && !killed) {
            time.schedule(() -> run(listener), 1, TimeUnit.MILLISECONDS);
        }
    }

    /** The feed has read the log. */
    void feed(long revision) {
        if (!cut) {
            leases.heardOf(revision);
            onFeed.run();
        }
    }

    void requireDatabase() {
        if (cut || killed) {
            throw MemoryDatabase.unreachable();
        }
    }

    void requireAnswer() {
        if (answersLost) {
            throw MemoryDatabase.unreachable();
        }
    }

    /** Its process does nothing for a while. */
    void pause(Duration length) {
        paused = true;
        time.advance(length);
        paused = false;
    }

    /** What waited while it was paused runs. */
    void resume() {
        List<Runnable> tasks = new ArrayList<>(held);
        held.clear();
        tasks.forEach(Runnable::run);
    }

    /** As {@link #pause}, and its monotonic clock stands still. */
    void suspend(Duration length) {
        pause(length);
        suspendedNanos += (long) (length.toNanos() * rate);
    }

    /** As {@link #suspend}, when the time has passed already. */
    void wake(Duration length, boolean suspended) {
        paused = false;
        if (suspended) {
            suspendedNanos += (long) (length.toNanos() * rate);
        }
        resume();
    }

    /** Its process ends without a word. */
    void kill() {
        killed = true;
        database.replicas.remove(this);
        gateways.forEach(gateway -> gateway.attachment = null);
    }

    Propagation standing(long revision) {
        return barrier.await(revision, Duration.ZERO).join();
    }

    Gateway gateway(String gatewayId) {
        Gateway gateway = new Gateway(gatewayId);
        gateway.applied = database.revision;
        gateway.watch(this);
        return gateway;
    }

    /** A gateway's process: it outlives the replica that it watches. */
    final class Gateway {
        final String gatewayId;
        private final String instance;
        Attachment attachment;
        long applied;
        /** On the clock of all clocks. */
        Instant leaseUntil = Instant.MIN;

        Gateway(String gatewayId) {
            this(gatewayId, "one");
        }

        Gateway(String gatewayId, String instance) {
            this.gatewayId = gatewayId;
            this.instance = instance;
        }

        void watch(TestReplica replica) {
            attachment = replica.leases.attach(
                    new Arrival(gatewayId, instance, applied, true, "", "", "", replica.id),
                    () -> {});
            replica.gateways.add(this);
        }

        /** Asks for a lease; answers with its length. */
        long ask() {
            return given(attachment == null ? 0 : attachment.request());
        }

        long apply(long revision) {
            applied = revision;
            return given(attachment.applied(revision));
        }

        private long given(long millis) {
            Instant until = time.instant().plusMillis(millis);
            if (millis > 0 && until.isAfter(leaseUntil)) {
                leaseUntil = until;
            }
            return millis;
        }

        boolean answers() {
            return time.instant().isBefore(leaseUntil);
        }
    }
}
