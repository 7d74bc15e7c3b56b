package dev.portcullis.gateway.lookup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.portcullis.gateway.lookup.LookupResult.Found;
import dev.portcullis.gateway.watch.Environment;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongArray;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Whole and in real threads: loops look up without pause, answers dawdle, streams break, and
 * changes come. Once the gateway has acknowledged a change, no verdict may rest on anything older.
 */
class PropagationStressTest {
    private static final int KEYS = 6;
    /** The first so many are asked for; the second half of these was exchanged from the rest. */
    private static final int TOKENS = 4;
    private static final int USERS = 2;
    private static final int CHANGES = 150;

    private final ScriptedOrigin origin = new ScriptedOrigin();
    private final ScheduledExecutorService control =
            Executors.newSingleThreadScheduledExecutor();
    private final ScheduledExecutorService dawdlers = Executors.newScheduledThreadPool(2);
    private final List<ExecutorService> loops = List.of(
            Executors.newSingleThreadExecutor(), Executors.newSingleThreadExecutor());
    /** The newest change to each key that the gateway has acknowledged. */
    private final AtomicLongArray credentialAcked = new AtomicLongArray(KEYS);
    private final AtomicLongArray principalAcked = new AtomicLongArray(USERS);
    private final Queue<String> violations = new ConcurrentLinkedQueue<>();
    private final AtomicInteger fromL1 = new AtomicInteger();
    private final AtomicInteger fromOrigin = new AtomicInteger();
    private final AtomicInteger exchanged = new AtomicInteger();
    private volatile boolean over;

    @ParameterizedTest
    @ValueSource(longs = {3, 424_242})
    void acknowledgedChange_noVerdictRestsOnAnythingOlder(long seed) throws Exception {
        SplittableRandom random = new SplittableRandom(seed);
        String name = InProcessServerBuilder.generateName();
        Server server = InProcessServerBuilder.forName(name).addService(origin).build().start();
        ManagedChannel channel = InProcessChannelBuilder.forName(name).build();
        for (int key = 0; key < KEYS; key++) {
            origin.put(credential(key, 0));
        }
        origin.put(principal(0, 0));
        origin.put(principal(1, 0));
        Random delays = new Random(seed);
        origin.delivery = answer -> dawdlers.schedule(
                answer, delays.nextInt(3_000), TimeUnit.MICROSECONDS);
        Environment environment = new Environment(
                InstantSource.system(), System::nanoTime, new Random(seed), control);
        Records records = Records.create(
                RecordsFixture.config(), channel, loops, environment, (loop, changed) -> { });
        try {
            records.start();
            await().until(records::ready);
            loops.forEach(loop -> loop.execute(new Requests(records, loop, random.split())));
            change(records, random);
        } finally {
            over = true;
            records.close();
            stop(channel, server);
        }
        assertThat(violations).isEmpty();
        // or else nothing was shown
        assertThat(fromL1.get()).isGreaterThan(1_000);
        assertThat(fromOrigin.get()).isGreaterThan(100);
        assertThat(exchanged.get()).isGreaterThan(500);
    }

    private void stop(ManagedChannel channel, Server server) throws InterruptedException {
        channel.shutdown();
        assertThat(channel.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
        server.shutdown();
        assertThat(server.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
        loops.forEach(ExecutorService::shutdownNow);
        dawdlers.shutdownNow();
        control.shutdownNow();
    }

    private void change(Records records, SplittableRandom random) {
        for (int i = 0; i < CHANGES; i++) {
            int what = random.nextInt(40);
            List<Integer> keys = new ArrayList<>();
            List<Integer> users = new ArrayList<>();
            long at = origin.revision() + 1;
            if (what < 2) {
                // missed while the stream was away: it comes with the next one, or as a reset
                origin.streams.forEach(ScriptedOrigin.Stream::fail);
                at = origin.commit(principal(0, at), "p:user-0");
                users.add(0);
                if (what == 0) {
                    origin.trim();
                }
            } else if (what < 5) {
                origin.put(principal(0, at));
                at = origin.commit(principal(1, at), "p:*");
                users.addAll(List.of(0, 1));
            } else if (what < 15) {
                int user = random.nextInt(USERS);
                at = origin.commit(principal(user, at), "p:user-" + user);
                users.add(user);
            } else {
                int key = random.nextInt(KEYS);
                at = origin.commit(credential(key, at), "c:" + RecordsFixture.prefix(key));
                keys.add(key);
            }
            if (what >= 2) {
                origin.publish(at);
            }
            long revision = at;
            await().pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(1))
                    .until(() -> origin.streams.stream().anyMatch(
                            stream -> stream.acks().contains(revision)));
            keys.forEach(key -> credentialAcked.set(key, revision));
            users.forEach(user -> principalAcked.set(user, revision));
        }
    }

    /** Rows that say by their content with which revision they were written. */
    private static dev.portcullis.proto.origin.v1.CredentialRecord.Builder credential(
            int key, long at) {
        String prefix = RecordsFixture.prefix(key).toString();
        String user = "user-" + key % USERS;
        if (key >= TOKENS) {
            return ScriptedOrigin.key(prefix, user).setExpiresAtMs(at + 1);
        }
        return (isExchanged(key)
                ? ScriptedOrigin.exchanged(
                        prefix, RecordsFixture.prefix(parentOf(key)).toString(), user)
                : ScriptedOrigin.credential(prefix, user)).setExpiresAtMs(at + 1);
    }

    private static boolean isExchanged(int key) {
        return key >= TOKENS / 2;
    }

    private static int parentOf(int key) {
        return key + TOKENS / 2;
    }

    private static dev.portcullis.proto.origin.v1.PrincipalRecord.Builder principal(
            int user, long at) {
        return ScriptedOrigin.principal("user-" + user).setName(Long.toString(at));
    }

    /** One request after another on one loop, each verdict within one task. */
    private final class Requests implements Runnable {
        private final Records records;
        private final ExecutorService loop;
        private final SplittableRandom random;

        Requests(Records records, ExecutorService loop, SplittableRandom random) {
            this.records = records;
            this.loop = loop;
            this.random = random;
        }

        @Override
        public void run() {
            if (over) {
                return;
            }
            int key = random.nextInt(TOKENS);
            LookupResult known = records.lookup()
                    .find(RecordsFixture.prefix(key), InstantSource.system().millis());
            if (known != null) {
                fromL1.incrementAndGet();
                verdict(key, known, "L1");
            } else {
                records.lookup().resolve(RecordsFixture.prefix(key), loop).thenAccept(result -> {
                    fromOrigin.incrementAndGet();
                    verdict(key, result, "origin");
                });
            }
            loop.execute(this);
        }

        /** The model is read last: all of the task counts, until it ends. */
        private void verdict(int key, LookupResult result, String from) {
            if (result instanceof Found found) {
                long credential = found.credential().expiresAtMillis() - 1;
                long principal = Long.parseLong(found.principal().name());
                if (isExchanged(key)) {
                    parentVerdict(key, found.parent().expiresAtMillis() - 1, from);
                }
                if (credential < credentialAcked.get(key)
                        || principal < principalAcked.get(key % USERS)) {
                    violations.add(from + ": key " + key + " credential of " + credential
                            + ", principal of " + principal);
                }
            }
        }

        private void parentVerdict(int key, long parent, String from) {
            exchanged.incrementAndGet();
            if (parent < credentialAcked.get(parentOf(key))) {
                violations.add(from + ": key " + key + " parent of " + parent);
            }
        }
    }
}
