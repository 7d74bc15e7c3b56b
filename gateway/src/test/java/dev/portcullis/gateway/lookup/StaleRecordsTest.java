package dev.portcullis.gateway.lookup;

import static dev.portcullis.gateway.lookup.RecordsFixture.KEY;
import static dev.portcullis.gateway.lookup.RecordsFixture.PREFIX;
import static dev.portcullis.gateway.lookup.RecordsFixture.USER;
import static dev.portcullis.gateway.lookup.RecordsFixture.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.portcullis.core.verify.CredentialState;
import dev.portcullis.gateway.lookup.LookupResult.Found;
import dev.portcullis.gateway.lookup.LookupResult.Unavailable;
import dev.portcullis.gateway.lookup.LookupResult.Unknown;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A record that is older than a change to its key is never served once the change is applied. */
class StaleRecordsTest {
    /** The ways in which a change may reach a gateway: what is committed, and what is sent. */
    enum Way {
        CREDENTIAL(f -> f.origin.publish(f.origin.revoke(PREFIX, USER), "c:" + PREFIX)),
        PRINCIPAL(f -> f.origin.publish(block(f), "p:" + USER)),
        EVERY_PRINCIPAL(f -> f.origin.publish(block(f), "p:*")),
        UNKNOWN_KEY(f -> f.origin.publish(block(f), "q:of-a-newer-origin")),
        MALFORMED_KEY(f -> f.origin.publish(block(f), "c:short")),
        RESET(f -> f.origin.stream().reset(block(f)));

        final Consumer<RecordsFixture> happen;

        Way(Consumer<RecordsFixture> happen) {
            this.happen = happen;
        }

        private static long block(RecordsFixture f) {
            return f.origin.commit(ScriptedOrigin.principal(USER).setBlocked(true));
        }
    }

    private static boolean passes(LookupResult result) {
        return result instanceof Found found
                && found.credential().state() == CredentialState.LIVE
                && !found.principal().blocked();
    }

    @ParameterizedTest
    @EnumSource
    void cachedRecord_isGoneOnceTheChangeIsApplied(Way way) {
        try (RecordsFixture f = new RecordsFixture().start()) {
            assertThat(passes(f.lookUp(KEY))).isTrue();
            way.happen.accept(f);
            f.settle();
            assertThat(f.find(KEY)).isNull();
            assertThat(passes(f.lookUp(KEY))).isFalse();
            assertThat(f.find(KEY)).isInstanceOf(Found.class);
        }
    }

    @ParameterizedTest
    @EnumSource
    void resolveBeforeTheChange_answeredAfterIt_isNotBelieved(Way way) {
        try (RecordsFixture f = new RecordsFixture().start()) {
            f.origin.delivery = f.origin.held::add;
            CompletableFuture<LookupResult> slow = f.resolve(KEY);
            way.happen.accept(f);
            f.settle();
            f.origin.release();
            LookupResult result = get(slow);
            assertThat(result).isInstanceOf(Found.class);
            assertThat(passes(result)).isFalse();
            assertThat(passes(f.lookUp(KEY))).isFalse();
        }
    }

    @ParameterizedTest
    @EnumSource
    void resolveAnsweredBeforeTheChange_deliveredAfterIt_isNotBelieved(Way way) {
        try (RecordsFixture f = new RecordsFixture().start()) {
            CountDownLatch go = new CountDownLatch(1);
            CompletableFuture<LookupResult> answer = new CompletableFuture<>();
            f.loops.get(0).execute(() -> {
                // answered at once, but the loop goes on before it comes to the result
                f.records.lookup().resolve(KEY, f.loops.get(0)).thenAccept(answer::complete);
                awaitOrFail(go);
            });
            await().until(() -> f.records.credentialsHeld() == 1);
            way.happen.accept(f);
            f.time.settle();
            go.countDown();
            assertThat(passes(get(answer))).isFalse();
            assertThat(passes(f.lookUp(KEY))).isFalse();
        }
    }

    private static void awaitOrFail(CountDownLatch go) {
        try {
            assertThat(go.await(10, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @ParameterizedTest
    @EnumSource
    void sharedQuestionFromBeforeTheChange_isNotBelievedByWhoComesAfter(Way way) {
        try (RecordsFixture f = new RecordsFixture().start()) {
            f.origin.delivery = f.origin.held::add;
            CompletableFuture<LookupResult> before = f.resolve(KEY);
            way.happen.accept(f);
            f.settle();
            CompletableFuture<LookupResult> after = f.resolve(KEY);
            f.origin.release();
            assertThat(passes(get(before))).isFalse();
            assertThat(passes(get(after))).isFalse();
        }
    }

    @Test
    void unknownReadBeforeTheCredentialWasMade_isNotBelievedAfter() {
        try (RecordsFixture f = new RecordsFixture().start()) {
            String text = RecordsFixture.prefix(5).toString();
            f.origin.delivery = f.origin.held::add;
            CompletableFuture<LookupResult> early = f.resolve(RecordsFixture.prefix(5));
            f.origin.publish(f.origin.commit(ScriptedOrigin.credential(text, USER)), "c:" + text);
            f.settle();
            f.origin.release();
            assertThat(get(early)).isInstanceOf(Found.class);
            assertThat(f.find(RecordsFixture.prefix(5))).isInstanceOf(Found.class);
        }
    }

    @Test
    void answersThatAreAlwaysTooOld_endInUnavailable() {
        try (RecordsFixture f = new RecordsFixture().start()) {
            f.origin.twist = answer -> answer.toBuilder().setAsOf(3).build();
            f.origin.publish(f.origin.revoke(PREFIX, USER), "c:" + PREFIX);
            f.settle();
            assertThat(f.lookUp(KEY)).isEqualTo(Unavailable.CHANGING);
            assertThat(f.find(KEY)).isNull();
            assertThat(f.origin.resolves.get()).isEqualTo(3);
        }
    }

    @Test
    void answerAheadOfTheStream_isServedUntilItsChangeComes() {
        try (RecordsFixture f = new RecordsFixture().start()) {
            long revoked = f.origin.revoke(PREFIX, USER);
            assertThat(passes(f.lookUp(KEY))).isFalse();
            f.origin.publish(revoked, "c:" + PREFIX);
            f.settle();
            assertThat(passes(f.lookUp(KEY))).isFalse();
        }
    }

    @Test
    void changeToAnotherKey_leavesARecordWhereItIs() {
        try (RecordsFixture f = new RecordsFixture().start()) {
            f.lookUp(KEY);
            f.origin.publish(11, "c:" + RecordsFixture.prefix(1), "p:somebody-else");
            f.settle();
            assertThat(f.find(KEY)).isInstanceOf(Found.class);
            assertThat(f.origin.resolves).hasValue(1);
        }
    }

    @Test
    void credentialThatVanished_isForgotten() {
        try (RecordsFixture f = new RecordsFixture().start()) {
            f.lookUp(KEY);
            f.origin.publish(f.origin.commit(ScriptedOrigin.principal(USER)), "p:" + USER);
            f.settle();
            f.origin.twist = answer ->
                    answer.toBuilder().clearCredential().clearPrincipal().build();
            assertThat(f.lookUp(KEY)).isInstanceOf(Unknown.class);
            assertThat(f.find(KEY)).isInstanceOf(Unknown.class);
        }
    }
}
