package dev.portcullis.gateway.lookup;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.core.access.Principal;
import dev.portcullis.core.access.Restrictions;
import dev.portcullis.core.access.UserKind;
import dev.portcullis.core.token.CredentialKind;
import dev.portcullis.core.token.TokenHash;
import dev.portcullis.core.token.TokenPrefix;
import dev.portcullis.core.verify.CredentialRecord;
import dev.portcullis.core.verify.CredentialState;
import dev.portcullis.gateway.lookup.LookupResult.Found;
import dev.portcullis.gateway.lookup.LookupResult.Unknown;
import dev.portcullis.gateway.watch.VirtualTime;
import io.grpc.ManagedChannel;
import io.grpc.inprocess.InProcessChannelBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.Supplier;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Old and new answers race into L1 while changes come. A model knows, for each key, the newest
 * change that has been applied: nothing older than that may be found. That goes for the API key of
 * an exchanged token as well.
 */
class EpochStressTest {
    private static final int KEYS = 6;
    /** The first so many are asked for; the second half of these was exchanged from the rest. */
    private static final int TOKENS = 4;
    private static final int CHANGES = 40_000;
    private static final String[] USERS = {"user-0", "user-1"};

    private final VirtualTime time = new VirtualTime();
    private final AtomicLongArray credentialFloor = new AtomicLongArray(KEYS);
    private final AtomicLongArray principalFloor = new AtomicLongArray(USERS.length);
    private final AtomicLong revision = new AtomicLong(1);
    private final AtomicLong served = new AtomicLong();
    private final AtomicLong exchangedServed = new AtomicLong();
    private volatile boolean over;

    @ParameterizedTest
    @ValueSource(longs = {1, 20_260_301})
    void nothingOlderThanAnAppliedChange_isEverFound(long seed) throws Exception {
        ManagedChannel nobody = InProcessChannelBuilder.forName("nobody").build();
        Epoch epoch = new Epoch(RecordsFixture.config(), time.environment(),
                new UsageReporter(nobody, time, "gw-test"), 0);
        ExecutorService threads = Executors.newFixedThreadPool(4);
        SplittableRandom random = new SplittableRandom(seed);
        try {
            List<Future<?>> readers = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                SplittableRandom own = random.split();
                readers.add(threads.submit(() -> fillAndFind(epoch, own)));
            }
            Future<?> changer = threads.submit(() -> change(epoch, random));
            changer.get(60, TimeUnit.SECONDS);
            over = true;
            for (Future<?> reader : readers) {
                reader.get(10, TimeUnit.SECONDS);
            }
            assertThat(served.get()).isGreaterThan(1_000);
            assertThat(exchangedServed.get()).isGreaterThan(500);
        } finally {
            over = true;
            threads.shutdownNow();
            nobody.shutdownNow();
            time.close();
        }
    }

    private void change(Epoch epoch, SplittableRandom random) {
        for (int i = 0; i < CHANGES; i++) {
            long at = revision.incrementAndGet();
            int what = random.nextInt(20);
            if (what == 0) {
                epoch.everyPrincipalChanged(at);
                principalFloor.set(0, at);
                principalFloor.set(1, at);
            } else if (what < 5) {
                int user = random.nextInt(USERS.length);
                epoch.principalChanged(USERS[user], at, 0);
                principalFloor.set(user, at);
            } else {
                int key = random.nextInt(KEYS);
                epoch.credentialChanged(RecordsFixture.prefix(key), at, 0);
                credentialFloor.set(key, at);
            }
        }
    }

    private void fillAndFind(Epoch epoch, SplittableRandom random) {
        while (!over) {
            int key = random.nextInt(TOKENS);
            TokenPrefix prefix = RecordsFixture.prefix(key);
            // an answer that has been under way for a while, or not
            long asOf = Math.max(0, revision.get() - random.nextInt(4));
            LookupResult filled = epoch.fill(prefix, answer(key, asOf, random));
            check(key, () -> epoch.admits(prefix, filled) ? filled : null);
            check(key, () -> epoch.find(prefix));
        }
    }

    private void check(int key, Supplier<LookupResult> source) {
        // the model first: what is asked after it must be at least as new
        long credential = credentialFloor.get(key);
        long parent = isExchanged(key) ? credentialFloor.get(parentOf(key)) : 0;
        long principal = principalFloor.get(key % 2);
        LookupResult result = source.get();
        if (result instanceof Found found) {
            served.incrementAndGet();
            assertThat(found.parent() != null).isEqualTo(isExchanged(key));
            if (found.parent() != null) {
                exchangedServed.incrementAndGet();
                assertThat(found.parent().expiresAtMillis()).isGreaterThanOrEqualTo(parent);
            }
            assertThat(found.credential().expiresAtMillis()).isGreaterThanOrEqualTo(credential);
            assertThat(Long.parseLong(found.principal().name())).isGreaterThanOrEqualTo(principal);
        } else if (result instanceof Unknown unknown) {
            assertThat(unknown.asOf()).isGreaterThanOrEqualTo(credential);
        }
    }

    /** A record that says by its content when it was read. */
    private static Resolved answer(int key, long asOf, SplittableRandom random) {
        if (random.nextInt(10) == 0) {
            return new Resolved(asOf, null, null, null);
        }
        String user = USERS[key % 2];
        CredentialRecord parent = isExchanged(key)
                ? record(parentOf(key), CredentialKind.API_KEY, asOf, null) : null;
        CredentialKind kind =
                parent == null ? CredentialKind.ACCESS_TOKEN : CredentialKind.EXCHANGED_TOKEN;
        return new Resolved(
                asOf,
                record(key, kind, asOf, parent == null ? null : parent.prefix()),
                parent,
                new Principal(user, Long.toString(asOf), UserKind.SERVICE, false, List.of(),
                        Map.of()));
    }

    private static CredentialRecord record(
            int key, CredentialKind kind, long asOf, TokenPrefix parent) {
        return new CredentialRecord(RecordsFixture.prefix(key), kind,
                TokenHash.ofSha256(new byte[32]), USERS[key % 2], CredentialState.LIVE, asOf,
                CredentialRecord.NEVER, Restrictions.NONE, parent);
    }

    private static boolean isExchanged(int key) {
        return key >= TOKENS / 2;
    }

    private static int parentOf(int key) {
        return key + TOKENS / 2;
    }
}
