package dev.portcullis.admin.change;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.admin.change.LeaseTable.Attachment;
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
 * Gateways that behave as the protocol says, on a network that delays and loses streams, with
 * clocks whose rates differ and an origin that restarts; in virtual time, from a seed. Whatever
 * happens: once the barrier has said that a revision is effective everywhere, or the instant that
 * it named has passed, no gateway answers from its caches without having applied that revision.
 */
class LeaseSimulationTest {
    private static final long RUN_MILLIS = 600_000;
    private static final LeaseConfig CONFIG =
            new LeaseConfig(Duration.ofSeconds(10), Duration.ofSeconds(1), Duration.ofSeconds(2));

    private final VirtualTime time = new VirtualTime();
    private Random random;
    private LeaseTable leases;
    private Barrier barrier;
    private long committed;
    private int life;
    /** Every gateway must have stopped without these revisions since these instants. */
    private final Map<Long, Instant> promised = new HashMap<>();
    private final List<Gateway> gateways = new ArrayList<>();
    private int answers;
    private int served;

    /** A gateway: its own clock runs up to 5 % fast or slow, less than the margin allows for. */
    private final class Gateway {
        final String id;
        final double rate = 0.95 + random.nextDouble() * 0.1;
        long applied;
        /** On its own clock, in milliseconds. */
        double leaseEnd = -1;
        Attachment stream;
        int streamNumber;
        /** Applies nothing that it is sent. */
        boolean deaf;
        /** Sends nothing, and so asks for no lease. */
        boolean mute;

        Gateway(int number) {
            id = "g" + number;
        }

        double clock() {
            return time.elapsedMillis() * rate;
        }

        boolean holdsLease() {
            return clock() < leaseEnd;
        }

        void open() {
            int number = ++streamNumber;
            double asked = clock();
            long last = applied;
            Runnable hello = () -> {
                if (number != streamNumber) {
                    return;
                }
                stream = leases.attach(Arrival.of(id, last, true), () -> {});
                int inLife = life;
                reply(number, asked, inLife, stream.request());
                deliver(number, inLife, committed);
            };
            later(delay(), hello);
        }

        void close() {
            streamNumber++;
            Attachment attached = stream;
            stream = null;
            if (attached != null) {
                int inLife = life;
                later(delay(), () -> {
                    if (inLife == life) {
                        attached.detach();
                    }
                });
            }
        }

        /** The origin sends what there is up to a revision. */
        void deliver(int number, int inLife, long revision) {
            later(delay(), () -> {
                if (number == streamNumber && !deaf) {
                    applied = Math.max(applied, revision);
                    acknowledge(number, inLife);
                }
            });
        }

        void acknowledge(int number, int inLife) {
            if (mute) {
                return;
            }
            double asked = clock();
            long says = applied;
            later(delay(), () -> {
                if (number == streamNumber && inLife == life && stream != null) {
                    reply(number, asked, inLife, stream.applied(says));
                }
            });
        }

        void heartbeat() {
            if (mute) {
                return;
            }
            int number = streamNumber;
            int inLife = life;
            double asked = clock();
            later(delay(), () -> {
                if (number == streamNumber && inLife == life && stream != null) {
                    reply(number, asked, inLife, stream.request());
                }
            });
        }

        void reply(int number, double asked, int inLife, long granted) {
            if (granted > 0) {
                later(delay(), () -> {
                    if (number == streamNumber && inLife == life) {
                        leaseEnd = Math.max(leaseEnd, asked + granted);
                    }
                });
            }
        }
    }

    private void later(long millis, Runnable task) {
        time.schedule(task, millis, TimeUnit.MILLISECONDS);
    }

    /** Mostly quick, now and then very slow. */
    private long delay() {
        return random.nextInt(20) == 0 ? random.nextInt(4_000) : random.nextInt(30);
    }

    private void startOrigin(long outstandingMillis) {
        life++;
        leases = new LeaseTable(CONFIG, time, committed, outstandingMillis);
        barrier = new Barrier(leases, CONFIG, time, time);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
    void whateverHappens_noPromiseIsBroken(long seed) {
        random = new Random(seed);
        startOrigin(0);
        for (int i = 0; i < 4; i++) {
            gateways.add(new Gateway(i));
        }
        while (time.elapsedMillis() < RUN_MILLIS) {
            happen();
            time.advanceMillis(1 + random.nextInt(60));
            check(seed);
        }
        // or the run has shown nothing
        assertThat(answers).isGreaterThan(100);
        assertThat(served).isGreaterThan(1_000);
    }

    private void happen() {
        Gateway gateway = gateways.get(random.nextInt(gateways.size()));
        int what = random.nextInt(1_000);
        // with lulls, so that a lease can run out while the first change behind it is young
        boolean lull = time.elapsedMillis() / 9_000 % 2 == 1;
        if (what < 60) {
            if (!lull) {
                commit();
            }
        } else if (what < 80) {
            gateway.close();
        } else if (what < 85) {
            gateway.deaf = !gateway.deaf;
        } else if (what < 90) {
            gateway.mute = !gateway.mute;
        } else if (what < 97) {
            boolean frozen = !gateway.mute;
            gateway.mute = frozen;
            gateway.deaf = frozen;
        } else if (what < 98) {
            crashOrigin();
        } else if (gateway.streamNumber == 0 || gateway.stream == null && what < 300) {
            gateway.open();
        } else {
            gateway.heartbeat();
        }
    }

    private void commit() {
        committed++;
        leases.committed(committed);
        for (Gateway gateway : gateways) {
            if (gateway.stream != null) {
                gateway.deliver(gateway.streamNumber, life, committed);
            }
        }
        int inLife = life;
        barrier.await(committed, Duration.ofSeconds(5)).thenAccept(propagation -> {
            // an answer that never left the origin promised nothing
            if (inLife == life) {
                answers++;
                promised.put(propagation.revision(), propagation.propagated()
                        ? time.instant()
                        : propagation.effectiveEverywhereBy());
            }
        });
    }

    private void crashOrigin() {
        startOrigin(CONFIG.maxStaleness().plus(CONFIG.margin()).toMillis());
        for (Gateway gateway : gateways) {
            gateway.streamNumber++;
            gateway.stream = null;
        }
    }

    private void check(long seed) {
        long appliedByAll =
                gateways.stream().mapToLong(gateway -> gateway.applied).min().orElseThrow();
        // nobody can break these any more
        promised.keySet().removeIf(revision -> revision <= appliedByAll);
        for (Gateway gateway : gateways) {
            if (!gateway.holdsLease()) {
                continue;
            }
            served++;
            for (Map.Entry<Long, Instant> promise : promised.entrySet()) {
                if (promise.getKey() > gateway.applied
                        && !time.instant().isBefore(promise.getValue())) {
                    throw new AssertionError("seed " + seed + ", " + time.elapsedMillis()
                            + " ms: " + gateway.id + " has applied " + gateway.applied
                            + " and answers, though " + promise.getKey()
                            + " was promised from " + promise.getValue());
                }
            }
        }
    }
}
