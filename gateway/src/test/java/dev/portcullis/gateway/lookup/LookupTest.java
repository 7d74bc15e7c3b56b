package dev.portcullis.gateway.lookup;

import static dev.portcullis.gateway.lookup.RecordsFixture.KEY;
import static dev.portcullis.gateway.lookup.RecordsFixture.PREFIX;
import static dev.portcullis.gateway.lookup.RecordsFixture.USER;
import static dev.portcullis.gateway.lookup.RecordsFixture.get;
import static dev.portcullis.gateway.lookup.RecordsFixture.prefix;
import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.core.access.Role;
import dev.portcullis.core.token.CredentialKind;
import dev.portcullis.core.token.TokenPrefix;
import dev.portcullis.core.verify.CredentialRecord;
import dev.portcullis.core.verify.CredentialState;
import dev.portcullis.gateway.lookup.LookupResult.Found;
import dev.portcullis.gateway.lookup.LookupResult.Unavailable;
import dev.portcullis.gateway.lookup.LookupResult.Unknown;
import io.grpc.Status;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** Hits, misses, unknown prefixes, shared and bounded questions. */
class LookupTest {
    @Test
    void miss_resolvesAndFillsL1() {
        try (RecordsFixture f = new RecordsFixture().start()) {
            assertThat(f.find(KEY)).isNull();

            LookupResult resolved = get(f.resolve(KEY));
            assertThat(resolved).isInstanceOf(Found.class);
            CredentialRecord record = ((Found) resolved).credential();
            assertThat(record.prefix()).isEqualTo(KEY);
            assertThat(record.kind()).isEqualTo(CredentialKind.ACCESS_TOKEN);
            assertThat(record.state()).isEqualTo(CredentialState.LIVE);
            assertThat(record.expiresAtMillis()).isEqualTo(CredentialRecord.NEVER);
            assertThat(((Found) resolved).principal().userId()).isEqualTo(USER);
            assertThat(((Found) resolved).principal().groups()).containsExactly("machines");
            assertThat(((Found) resolved).principal().roleOn("any")).isEqualTo(Role.READER);

            assertThat(f.find(KEY)).isInstanceOf(Found.class);
            assertThat(f.origin.resolves).hasValue(1);
            assertThat(f.records.lookup().hits()).isEqualTo(1);
            assertThat(f.records.credentialsHeld()).isEqualTo(1);
            assertThat(f.records.principalsHeld()).isEqualTo(1);
        }
    }

    @Test
    void hit_answersWithTheSameObject() {
        try (RecordsFixture f = new RecordsFixture().start()) {
            f.lookUp(KEY);
            assertThat(f.find(KEY)).isSameAs(f.find(KEY));
        }
    }

    @Test
    void credentialWithoutUser_isFoundWithoutPrincipal() {
        try (RecordsFixture f = new RecordsFixture().start()) {
            f.origin.put(ScriptedOrigin.credential(prefix(1).toString(), "gone"));
            assertThat(((Found) f.lookUp(prefix(1))).principal()).isNull();
            assertThat(((Found) f.find(prefix(1))).principal()).isNull();
        }
    }

    @Test
    void revokedCredential_isCachedLikeAnyOther() {
        try (RecordsFixture f = new RecordsFixture().start()) {
            f.origin.revoke(PREFIX, USER);
            f.lookUp(KEY);
            Found found = (Found) f.find(KEY);
            assertThat(found.credential().state()).isEqualTo(CredentialState.REVOKED);
            assertThat(f.origin.resolves).hasValue(1);
        }
    }

    @Test
    void unknownPrefix_isRememberedForAWhile() {
        try (RecordsFixture f = new RecordsFixture().start()) {
            assertThat(f.lookUp(prefix(7))).isInstanceOf(Unknown.class);
            assertThat(f.find(prefix(7))).isInstanceOf(Unknown.class);
            assertThat(f.origin.resolves).hasValue(1);
            assertThat(f.records.lookup().negatives()).isEqualTo(1);

            f.advance(Duration.ofSeconds(31));
            assertThat(f.find(prefix(7))).isNull();
        }
    }

    @Test
    void changeToUnknownPrefix_makesItKnownAtOnce() {
        try (RecordsFixture f = new RecordsFixture().start()) {
            String text = prefix(7).toString();
            assertThat(f.lookUp(prefix(7))).isInstanceOf(Unknown.class);

            long made = f.origin.commit(ScriptedOrigin.credential(text, USER));
            f.origin.publish(made, "c:" + text);
            f.settle();

            assertThat(f.find(prefix(7))).isNull();
            assertThat(f.lookUp(prefix(7))).isInstanceOf(Found.class);
        }
    }

    @Test
    void floodOfUnknownPrefixes_evictsNoRecord() {
        try (RecordsFixture f = new RecordsFixture().start()) {
            List<TokenPrefix> real = new ArrayList<>();
            for (int i = 0; i < 900; i++) {
                real.add(TokenPrefix.of("r%011d".formatted(i)));
                f.origin.put(ScriptedOrigin.credential(real.get(i).toString(), USER));
                f.lookUp(real.get(i));
            }
            for (int i = 0; i < 5_000; i++) {
                get(f.resolve(prefix(i)));
            }
            f.settle();
            assertThat(real).allSatisfy(key -> assertThat(f.find(key)).isInstanceOf(Found.class));
            assertThat(f.records.negativesHeld()).isLessThanOrEqualTo(200);
        }
    }

    @Test
    void hundredConcurrentMisses_askOnce() {
        try (RecordsFixture f = new RecordsFixture().start()) {
            f.origin.delivery = f.origin.held::add;
            ExecutorService threads = Executors.newFixedThreadPool(8);
            try {
                CountDownLatch go = new CountDownLatch(1);
                List<CompletableFuture<LookupResult>> answers = new ArrayList<>();
                for (int i = 0; i < 100; i++) {
                    var loop = f.loops.get(i % 2);
                    answers.add(CompletableFuture
                            .supplyAsync(() -> {
                                await(go);
                                return f.records.lookup().resolve(KEY, loop);
                            }, threads)
                            .thenCompose(stage -> stage));
                }
                go.countDown();
                Awaitility.await().until(() -> !f.origin.held.isEmpty());
                f.origin.release();
                assertThat(answers).allSatisfy(
                        answer -> assertThat(get(answer)).isInstanceOf(Found.class));
                assertThat(f.origin.resolves).hasValue(1);
            } finally {
                threads.shutdownNow();
            }
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void answerThatLandedMeanwhile_isNotAskedForAgain() {
        try (RecordsFixture f = new RecordsFixture().start()) {
            assertThat(f.find(KEY)).isNull();
            get(f.resolve(KEY));
            assertThat(get(f.resolve(KEY))).isSameAs(f.find(KEY));
            assertThat(f.origin.resolves).hasValue(1);
        }
    }

    @Test
    void result_arrivesOnTheCallersLoop() {
        try (RecordsFixture f = new RecordsFixture().start()) {
            AtomicReference<String> thread = new AtomicReference<>();
            CompletableFuture<Void> done = new CompletableFuture<>();
            f.loops.get(1).execute(() -> f.records.lookup()
                    .resolve(KEY, f.loops.get(1))
                    .thenAccept(result -> {
                        thread.set(Thread.currentThread().getName());
                        done.complete(null);
                    }));
            get(done);
            assertThat(thread).hasValue("loop-1");
        }
    }

    @Test
    void oneQuestionTooMany_isUnavailable() {
        RecordsConfig two = new RecordsConfig(1_000, 1_000, 100, Duration.ofSeconds(30),
                Duration.ofSeconds(20), 2, Duration.ofSeconds(10));
        try (RecordsFixture f = new RecordsFixture(two).start()) {
            f.origin.delivery = f.origin.held::add;
            CompletableFuture<LookupResult> first = f.resolve(prefix(1));
            CompletableFuture<LookupResult> second = f.resolve(prefix(2));
            assertThat(f.records.resolvesInFlight()).isEqualTo(2);

            assertThat(get(f.resolve(prefix(3)))).isEqualTo(Unavailable.TOO_MANY_RESOLVES);
            // who shares a question asks none
            CompletableFuture<LookupResult> sharing = f.resolve(prefix(1));

            f.origin.release();
            assertThat(List.of(get(first), get(second), get(sharing)))
                    .allSatisfy(result -> assertThat(result).isInstanceOf(Unknown.class));
            assertThat(get(f.resolve(prefix(3)))).isInstanceOf(Unknown.class);
            assertThat(f.records.resolvesInFlight()).isZero();
        }
    }

    @Test
    void strangers_leaveRoomForWhatIsKnownToBeReal() {
        RecordsConfig four = new RecordsConfig(1_000, 1_000, 100, Duration.ofSeconds(30),
                Duration.ofSeconds(20), 4, Duration.ofSeconds(10));
        try (RecordsFixture f = new RecordsFixture(four).start()) {
            f.lookUp(KEY);
            long changed = f.origin.commit(ScriptedOrigin.credential(PREFIX, USER), "c:" + PREFIX);
            f.origin.publish(changed);
            f.settle();
            f.origin.delivery = f.origin.held::add;
            for (int i = 1; i <= 3; i++) {
                f.resolve(prefix(i));
            }
            assertThat(get(f.resolve(prefix(4)))).isEqualTo(Unavailable.TOO_MANY_RESOLVES);
            CompletableFuture<LookupResult> real = f.resolve(KEY);
            assertThat(f.records.resolvesInFlight()).isEqualTo(4);
            f.origin.release();
            assertThat(get(real)).isInstanceOf(Found.class);
        }
    }

    @Test
    void originThatDoesNotAnswer_isUnavailableInTime() {
        RecordsConfig quick = new RecordsConfig(1_000, 1_000, 100, Duration.ofSeconds(30),
                Duration.ofMillis(200), 10, Duration.ofSeconds(10));
        try (RecordsFixture f = new RecordsFixture(quick).start()) {
            f.origin.delivery = never -> { };
            assertThat(get(f.resolve(KEY))).isEqualTo(Unavailable.ORIGIN_TOO_SLOW);
            assertThat(f.find(KEY)).isNull();
            f.origin.delivery = Runnable::run;
            assertThat(f.lookUp(KEY)).isInstanceOf(Found.class);
        }
    }

    @Test
    void originAway_missesAreUnavailableAndHitsAreServed() {
        try (RecordsFixture f = new RecordsFixture().start()) {
            f.lookUp(KEY);
            f.origin.refusal = Status.UNAVAILABLE;
            assertThat(f.lookUp(prefix(1))).isEqualTo(Unavailable.ORIGIN_UNREACHABLE);
            assertThat(f.lookUp(KEY)).isInstanceOf(Found.class);
            assertThat(f.records.resolvesFailed()).isEqualTo(1);
        }
    }

    @Test
    void closed_nothingIsServedOrAsked() {
        RecordsFixture f = new RecordsFixture().start();
        try (f) {
            f.lookUp(KEY);
            f.records.close();
            assertThat(f.find(KEY)).isNull();
            assertThat(get(f.resolve(KEY))).isEqualTo(Unavailable.CLOSED);
            assertThat(f.records.ready()).isFalse();
            assertThat(f.origin.stream().halfClosed).isTrue();
        }
    }

    @Test
    void loopThatTakesNoTasks_isAnsweredNevertheless() {
        try (RecordsFixture f = new RecordsFixture().start()) {
            f.loops.get(1).shutdownNow();
            CompletableFuture<LookupResult> answer =
                    f.records.lookup().resolve(KEY, f.loops.get(1)).toCompletableFuture();
            assertThat(get(answer)).isEqualTo(Unavailable.CLOSED);
        }
    }
}
