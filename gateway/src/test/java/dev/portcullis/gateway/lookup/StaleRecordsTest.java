package dev.portcullis.gateway.lookup;

import static dev.portcullis.gateway.lookup.RecordsFixture.EXCHANGED;
import static dev.portcullis.gateway.lookup.RecordsFixture.KEY;
import static dev.portcullis.gateway.lookup.RecordsFixture.PARENT_PREFIX;
import static dev.portcullis.gateway.lookup.RecordsFixture.PREFIX;
import static dev.portcullis.gateway.lookup.RecordsFixture.USER;
import static dev.portcullis.gateway.lookup.RecordsFixture.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.portcullis.core.token.CredentialKind;
import dev.portcullis.core.token.TokenPrefix;
import dev.portcullis.core.verify.CredentialRecord;
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
        PARENT(f -> f.origin.publish(f.origin.commit(key().setState(
                dev.portcullis.proto.origin.v1.CredentialState.CREDENTIAL_STATE_REVOKED)),
                "c:" + PARENT_PREFIX)) {
            @Override
            TokenPrefix asked() {
                return EXCHANGED;
            }
        },
        PARENT_REPLACED(f -> f.origin.publish(
                f.origin.commit(key().setReplacedAtMs(1)), "c:" + PARENT_PREFIX)) {
            @Override
            TokenPrefix asked() {
                return EXCHANGED;
            }
        },
        PRINCIPAL(f -> f.origin.publish(block(f), "p:" + USER)),
        EVERY_PRINCIPAL(f -> f.origin.publish(block(f), "p:*")),
        UNKNOWN_KEY(f -> f.origin.publish(block(f), "q:of-a-newer-origin")),
        MALFORMED_KEY(f -> f.origin.publish(block(f), "c:short")),
        RESET(f -> f.startOver(block(f)));

        final Consumer<RecordsFixture> happen;

        Way(Consumer<RecordsFixture> happen) {
            this.happen = happen;
        }

        /** The credential that the change is about. */
        TokenPrefix asked() {
            return KEY;
        }

        private static dev.portcullis.proto.origin.v1.CredentialRecord.Builder key() {
            return ScriptedOrigin.key(PARENT_PREFIX, USER);
        }

        private static long block(RecordsFixture f) {
            return f.origin.commit(ScriptedOrigin.principal(USER).setBlocked(true));
        }
    }

    private static boolean passes(LookupResult result) {
        return result instanceof Found found
                && isGood(found.credential())
                && (found.parent() == null || isGood(found.parent()))
                && !found.principal().blocked();
    }

    private static boolean isGood(CredentialRecord record) {
        return record.state() == CredentialState.LIVE && !record.replacedAt(2);
    }

    @ParameterizedTest
    @EnumSource
    void cachedRecord_isGoneOnceTheChangeIsApplied(Way way) {
        try (RecordsFixture f = new RecordsFixture().start()) {
            assertThat(passes(f.lookUp(way.asked()))).isTrue();
            way.happen.accept(f);
            f.settle();
            assertThat(f.find(way.asked())).isNull();
            assertThat(passes(f.lookUp(way.asked()))).isFalse();
            assertThat(f.find(way.asked())).isInstanceOf(Found.class);
        }
    }

    @ParameterizedTest
    @EnumSource
    void resolveBeforeTheChange_answeredAfterIt_isNotBelieved(Way way) {
        try (RecordsFixture f = new RecordsFixture().start()) {
            f.origin.delivery = f.origin.held::add;
            CompletableFuture<LookupResult> slow = f.resolve(way.asked());
            way.happen.accept(f);
            f.settle();
            f.origin.release();
            LookupResult result = get(slow);
            assertThat(result).isInstanceOf(Found.class);
            assertThat(passes(result)).isFalse();
            assertThat(passes(f.lookUp(way.asked()))).isFalse();
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
                f.records.lookup().resolve(way.asked(), f.loops.get(0))
                        .thenAccept(answer::complete);
                awaitOrFail(go);
            });
            await().until(() -> f.records.credentialsHeld() >= 1);
            way.happen.accept(f);
            f.time.settle();
            go.countDown();
            assertThat(passes(get(answer))).isFalse();
            assertThat(passes(f.lookUp(way.asked()))).isFalse();
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
            CompletableFuture<LookupResult> before = f.resolve(way.asked());
            way.happen.accept(f);
            f.settle();
            CompletableFuture<LookupResult> after = f.resolve(way.asked());
            f.origin.release();
            assertThat(passes(get(before))).isFalse();
            assertThat(passes(get(after))).isFalse();
        }
    }

    @Test
    void changeToTheKey_evictsItAlone() {
        try (RecordsFixture f = new RecordsFixture().start()) {
            f.lookUp(KEY);
            f.lookUp(EXCHANGED);
            assertThat(f.origin.resolves).hasValue(2);
            f.origin.publish(11, "c:" + PARENT_PREFIX);
            f.settle();
            assertThat(f.find(KEY)).isInstanceOf(Found.class);
            assertThat(f.find(EXCHANGED)).isNull();
        }
    }

    @Test
    void exchangedToken_isServedFromL1WithItsKey() {
        try (RecordsFixture f = new RecordsFixture().start()) {
            f.origin.commit(Way.key().setExpiresAtMs(5_000));
            f.lookUp(EXCHANGED);
            Found found = (Found) f.find(EXCHANGED);
            assertThat(found.parent().prefix()).hasToString(PARENT_PREFIX);
            assertThat(found.parent().kind()).isEqualTo(CredentialKind.API_KEY);
            assertThat(found.goodUntilMillis()).isEqualTo(5_000);
            assertThat(f.origin.resolves).hasValue(1);
        }
    }

    @Test
    void tokensOfOneKey_shareItsRecord() {
        try (RecordsFixture f = new RecordsFixture().start()) {
            TokenPrefix second = RecordsFixture.prefix(7);
            f.origin.put(ScriptedOrigin.exchanged(second.toString(), PARENT_PREFIX, USER));
            f.lookUp(EXCHANGED);
            f.origin.publish(f.origin.commit(Way.key().setReplacedAtMs(1)), "c:" + PARENT_PREFIX);
            f.settle();
            assertThat(passes(f.lookUp(second))).isFalse();
            // its own record is as good as before, and the key's is there again
            assertThat(passes(f.find(EXCHANGED))).isFalse();
            assertThat(f.find(EXCHANGED)).isInstanceOf(Found.class);
            assertThat(f.origin.resolves).hasValue(2);
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
