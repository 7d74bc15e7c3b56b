package dev.portcullis.gateway.lookup;

import static dev.portcullis.gateway.lookup.RecordsFixture.EXCHANGED;
import static dev.portcullis.gateway.lookup.RecordsFixture.KEY;
import static dev.portcullis.gateway.lookup.RecordsFixture.PARENT_PREFIX;
import static dev.portcullis.gateway.lookup.RecordsFixture.PREFIX;
import static dev.portcullis.gateway.lookup.RecordsFixture.USER;
import static dev.portcullis.gateway.lookup.RecordsFixture.get;
import static dev.portcullis.gateway.lookup.RecordsFixture.prefix;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.UnknownFieldSet;
import dev.portcullis.core.verify.CredentialState;
import dev.portcullis.gateway.l2.CacheOutcome;
import dev.portcullis.gateway.l2.MemoryServer;
import dev.portcullis.gateway.l2.Sealing;
import dev.portcullis.gateway.l2.SharedCache;
import dev.portcullis.gateway.lookup.LookupResult.Found;
import dev.portcullis.gateway.lookup.LookupResult.Unknown;
import dev.portcullis.proto.origin.v1.CacheKey;
import dev.portcullis.proto.origin.v1.ResolveResponse;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is believed of a shared cache, what is kept there, and when it is not asked. */
class SharedRecordsTest {
    private static final CacheKey CACHE_KEY = Sealing.key("k1", 1);
    private static final String NAME = Sealing.name(CACHE_KEY, PREFIX);
    private static final Duration TTL = Duration.ofMinutes(10);

    private final MemoryServer server = new MemoryServer();
    private final AtomicLong nanos = new AtomicLong();
    private final SharedCache cache = SharedCache.on(server, TTL, nanos::get);

    private RecordsFixture gateway() {
        return new RecordsFixture(cache, CACHE_KEY).start();
    }

    private static ResolveResponse record(long asOf) {
        return ResolveResponse.newBuilder()
                .setAsOf(asOf)
                .setCredential(ScriptedOrigin.credential(PREFIX, USER))
                .setPrincipal(ScriptedOrigin.principal(USER))
                .build();
    }

    private void plant(ResolveResponse record) {
        server.values.put(NAME, Sealing.sealed(CACHE_KEY, PREFIX, record));
    }

    private static void change(RecordsFixture f, String... keys) {
        long at = f.origin.commit(ScriptedOrigin.principal("somebody else"), keys);
        f.origin.publish(at, keys);
        f.settle();
    }

    private void assertAskedOrigin(RecordsFixture f, CacheOutcome why) {
        int before = f.origin.resolves.get();
        assertThat(f.lookUp(KEY)).isInstanceOf(Found.class);
        assertThat(f.origin.resolves.get()).isEqualTo(before + 1);
        assertThat(cache.reads(why)).isPositive();
        assertThat(cache.reads(CacheOutcome.HIT)).isZero();
    }

    @Test
    void whatOneGatewayResolved_sparesTheNextTheOrigin() {
        try (RecordsFixture first = gateway(); RecordsFixture second = gateway()) {
            assertThat(first.lookUp(KEY)).isInstanceOf(Found.class);
            assertThat(first.lookUp(EXCHANGED)).isInstanceOf(Found.class);
            assertThat(first.origin.resolves).hasValue(2);
            assertThat(server.values).containsOnlyKeys(
                    NAME, Sealing.name(CACHE_KEY, EXCHANGED.toString()));
            assertThat(server.ttls).containsOnly(TTL);

            Found found = (Found) second.lookUp(KEY);
            assertThat(found.credential().prefix()).isEqualTo(KEY);
            assertThat(found.principal().userId()).isEqualTo(USER);
            Found exchanged = (Found) second.lookUp(EXCHANGED);
            assertThat(exchanged.parent().prefix()).hasToString(PARENT_PREFIX);
            assertThat(second.origin.resolves).hasValue(0);
            assertThat(cache.reads(CacheOutcome.HIT)).isEqualTo(2);
        }
    }

    @Test
    void hitInL1_asksTheCacheNothing_andAMissAsksOnce() {
        plant(record(10));
        try (RecordsFixture f = gateway()) {
            assertThat(f.lookUp(KEY)).isInstanceOf(Found.class);
            assertThat(server.gets).hasValue(1);
            assertThat(f.find(KEY)).isInstanceOf(Found.class);
            assertThat(f.lookUp(KEY)).isInstanceOf(Found.class);
            assertThat(server.gets).hasValue(1);
            assertThat(server.puts).hasValue(0);
            assertThat(f.origin.resolves).hasValue(0);
        }
    }

    @Test
    void thoseWhoMissTogether_shareOneQuestion() {
        plant(record(10));
        try (RecordsFixture f = gateway()) {
            server.delivery = server.held::add;
            CompletableFuture<LookupResult> one = f.resolve(KEY);
            CompletableFuture<LookupResult> two = f.resolve(KEY);
            server.release();
            assertThat(get(one)).isInstanceOf(Found.class);
            assertThat(get(two)).isSameAs(get(one));
            assertThat(server.gets).hasValue(1);
            assertThat(f.origin.resolves).hasValue(0);
        }
    }

    @Test
    void recordsMadeUnderAKeyThatHasEnded_areForgotten_andTheNextKeyIsAskedFor() {
        // made by somebody who was told the key, and is to be believed no longer
        String invented = prefix(7).toString();
        ResolveResponse forged = ResolveResponse.newBuilder()
                .setAsOf(10)
                .setCredential(ScriptedOrigin.credential(invented, USER))
                .setPrincipal(ScriptedOrigin.principal(USER))
                .build();
        String name = Sealing.name(CACHE_KEY, invented);
        server.values.put(name, Sealing.sealed(CACHE_KEY, invented, forged));
        try (RecordsFixture f = gateway()) {
            assertThat(f.lookUp(prefix(7))).isInstanceOf(Found.class);
            CacheKey next = Sealing.key("k2", 2);
            f.origin.cacheKey = next;
            server.values.put(
                    Sealing.name(next, invented), Sealing.sealed(CACHE_KEY, invented, forged));
            // a question that is under way when the key ends, and is answered later
            server.delivery = server.held::add;
            CompletableFuture<LookupResult> slow = f.resolve(KEY);
            plant(record(10));
            change(f, "k:*");
            assertThat(f.told.get(f.told.size() - 1).everything()).isTrue();
            assertThat(f.find(prefix(7))).isNull();
            server.delivery = Runnable::run;
            server.release();
            assertThat(((Found) get(slow)).credential().prefix()).isEqualTo(KEY);
            assertThat(f.origin.resolves).hasPositiveValue();
            assertThat(f.lookUp(prefix(7))).isInstanceOf(Unknown.class);
            assertThat(cache.reads(CacheOutcome.NO_KEY)).isPositive();
            assertThat(f.origin.stream().acks()).contains(f.origin.revision());

            f.advance(Duration.ofSeconds(5));
            assertThat(f.origin.streams).hasSize(2);
            assertThat(f.origin.stream().hello().getHello().getLastRevision())
                    .isEqualTo(f.origin.revision());
            assertThat(f.records.ready()).isTrue();
            f.lookUp(EXCHANGED);
            assertThat(server.values).containsKey(Sealing.name(next, EXCHANGED.toString()));
            f.advance(Duration.ofSeconds(10));
            assertThat(f.origin.streams).hasSize(2);
        }
    }

    @Test
    void endOfTheKey_isNothingToAGatewayWithoutACache() {
        try (RecordsFixture f = new RecordsFixture().start()) {
            assertThat(f.lookUp(KEY)).isInstanceOf(Found.class);
            change(f, "k:*");
            assertThat(f.find(KEY)).isInstanceOf(Found.class);
            f.advance(Duration.ofSeconds(10));
            assertThat(f.origin.streams).hasSize(1);
        }
    }

    @Test
    void unknownPrefix_isNeverKept() {
        try (RecordsFixture f = gateway()) {
            assertThat(f.lookUp(prefix(1))).isInstanceOf(Unknown.class);
            assertThat(server.puts).hasValue(0);
        }
    }

    @Test
    void revokedRecord_isKeptLikeAnyOther() {
        try (RecordsFixture first = gateway(); RecordsFixture second = gateway()) {
            for (RecordsFixture f : List.of(first, second)) {
                f.origin.publish(f.origin.revoke(PREFIX, USER), "c:" + PREFIX);
                f.settle();
            }
            first.lookUp(KEY);
            assertThat(((Found) second.lookUp(KEY)).credential().state())
                    .isEqualTo(CredentialState.REVOKED);
            assertThat(second.origin.resolves).hasValue(0);
        }
    }

    @Test
    void recordOlderThanAChangeToTheCredential_isNotBelieved() {
        try (RecordsFixture f = gateway()) {
            change(f, "c:" + PREFIX);
            plant(record(10));
            assertAskedOrigin(f, CacheOutcome.STALE);
            // and what the origin said has taken its place
            assertThat(server.values.get(NAME))
                    .isEqualTo(Sealing.sealed(CACHE_KEY, PREFIX, record(11)));
        }
    }

    @Test
    void recordOlderThanAChangeToThePrincipal_isNotBelieved() {
        try (RecordsFixture f = gateway()) {
            change(f, "p:" + USER);
            plant(record(10));
            assertAskedOrigin(f, CacheOutcome.STALE);
        }
    }

    @Test
    void recordOlderThanAChangeToAllPrincipals_isNotBelieved() {
        try (RecordsFixture f = gateway()) {
            change(f, "p:*");
            plant(record(10));
            assertAskedOrigin(f, CacheOutcome.STALE);
        }
    }

    @Test
    void exchangedTokenOlderThanAChangeToItsKey_isNotBelieved() {
        try (RecordsFixture first = gateway(); RecordsFixture f = gateway()) {
            first.lookUp(EXCHANGED);
            change(f, "c:" + PARENT_PREFIX);
            assertThat(f.lookUp(EXCHANGED)).isInstanceOf(Found.class);
            assertThat(f.origin.resolves).hasValue(1);
            assertThat(cache.reads(CacheOutcome.STALE)).isEqualTo(1);
        }
    }

    @Test
    void changeToAnother_leavesTheRecordGood() {
        try (RecordsFixture f = gateway()) {
            change(f, "c:" + prefix(1), "p:somebody");
            plant(record(10));
            assertThat(f.lookUp(KEY)).isInstanceOf(Found.class);
            assertThat(f.origin.resolves).hasValue(0);
        }
    }

    @Test
    void recordFromBeforeAReset_isNotBelieved() {
        try (RecordsFixture f = gateway()) {
            plant(record(10));
            f.startOver(11);
            f.settle();
            assertAskedOrigin(f, CacheOutcome.STALE);
        }
    }

    /** With the floors forgotten, what was changed would be believed as it was. */
    @Test
    void resetThatIsReplayed_bringsNoOldRecordBack() {
        try (RecordsFixture f = gateway()) {
            change(f, "c:" + PREFIX);
            plant(record(10));
            f.origin.stream().reset(0);
            f.origin.stream().changes(12, "c:" + prefix(1));
            f.settle();
            assertAskedOrigin(f, CacheOutcome.STALE);
        }
    }

    @Test
    void gatewayThatStartsLater_believesWhatIsOlderThanOtherChanges() {
        plant(record(10));
        try (RecordsFixture f = new RecordsFixture(cache, CACHE_KEY)) {
            // retained: the reset goes back to 10, and what has changed since follows
            f.origin.commit(ScriptedOrigin.principal("other"), "p:other");
            f.origin.commit(ScriptedOrigin.credential(prefix(1).toString(), USER),
                    "c:" + prefix(1));
            f.start();
            assertThat(f.lookUp(KEY)).isInstanceOf(Found.class);
            assertThat(f.origin.resolves).hasValue(0);
        }
    }

    @Test
    void gatewayThatStartsLater_doesNotBelieveWhatHasChangedSince() {
        plant(record(10));
        try (RecordsFixture f = new RecordsFixture(cache, CACHE_KEY)) {
            f.origin.commit(ScriptedOrigin.credential(PREFIX, USER), "c:" + PREFIX);
            f.start();
            assertAskedOrigin(f, CacheOutcome.STALE);
        }
    }

    @Test
    void recordNewerThanWhatWasToldOf_isLeftToTheOrigin() {
        plant(record(11));
        try (RecordsFixture f = gateway()) {
            assertAskedOrigin(f, CacheOutcome.AHEAD);
        }
    }

    @Test
    void recordFromTheFarFuture_isLeftToTheOrigin() {
        plant(record(Long.MAX_VALUE));
        try (RecordsFixture f = gateway()) {
            assertAskedOrigin(f, CacheOutcome.AHEAD);
        }
    }

    @Test
    void recordUnderAnotherKey_isNotBelieved() {
        server.values.put(NAME, Sealing.sealed(Sealing.key("k1", 2), PREFIX, record(10)));
        try (RecordsFixture f = gateway()) {
            assertAskedOrigin(f, CacheOutcome.UNSEALED);
        }
    }

    @Test
    void recordOfAnotherPrefix_isNotBelieved() {
        String other = prefix(1).toString();
        ResolveResponse record = record(10).toBuilder()
                .setCredential(ScriptedOrigin.credential(other, USER)).build();
        server.values.put(NAME, Sealing.sealed(CACHE_KEY, other, record));
        try (RecordsFixture f = gateway()) {
            assertAskedOrigin(f, CacheOutcome.UNSEALED);
        }
    }

    @Test
    void sealedRecordThatNamesAnotherPrefix_isNotBelieved() {
        plant(record(10).toBuilder()
                .setCredential(ScriptedOrigin.credential(prefix(1).toString(), USER)).build());
        try (RecordsFixture f = gateway()) {
            assertAskedOrigin(f, CacheOutcome.MALFORMED);
        }
    }

    @Test
    void sealedAbsence_isNotBelieved() {
        plant(ResolveResponse.newBuilder().setAsOf(10).build());
        try (RecordsFixture f = gateway()) {
            assertAskedOrigin(f, CacheOutcome.MALFORMED);
        }
    }

    @Test
    void sealedRecordWithAFieldOfANewerRelease_isNotBelieved() {
        UnknownFieldSet newer = UnknownFieldSet.newBuilder()
                .addField(99, UnknownFieldSet.Field.newBuilder().addVarint(1).build()).build();
        plant(record(10).toBuilder().setUnknownFields(newer).build());
        try (RecordsFixture f = gateway()) {
            assertAskedOrigin(f, CacheOutcome.MALFORMED);
        }
    }

    @Test
    void sealedOctetsThatAreNoMessage_areNotBelieved() {
        server.values.put(NAME, Sealing.sealed(CACHE_KEY, PREFIX, new byte[] {1, 2, 3}));
        try (RecordsFixture f = gateway()) {
            assertAskedOrigin(f, CacheOutcome.MALFORMED);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"DISCONNECTED", "RESTING", "BUSY", "SLOW", "FAILED", "MISS"})
    void serverThatDoesNotAnswer_costsNothingButTheOrigin(CacheOutcome outcome) {
        plant(record(10));
        try (RecordsFixture f = gateway()) {
            server.outcome = outcome;
            assertAskedOrigin(f, outcome);
        }
    }

    @Test
    void withoutAKey_nothingIsAskedOrKept() {
        try (RecordsFixture f = new RecordsFixture(cache, null).start()) {
            assertAskedOrigin(f, CacheOutcome.NO_KEY);
            assertThat(server.gets).hasValue(0);
            assertThat(server.puts).hasValue(0);
        }
    }

    @Test
    void afterANewKey_whatWasKeptBeforeIsWorthNothing() {
        plant(record(10));
        try (RecordsFixture f = gateway()) {
            f.origin.cacheKey = Sealing.key("k2", 2);
            f.cut();
            f.origin.refusal = null;
            f.advance(Duration.ofSeconds(1));
            assertThat(f.records.ready()).isTrue();
            assertAskedOrigin(f, CacheOutcome.MISS);
            assertThat(server.values).containsKey(Sealing.name(f.origin.cacheKey, PREFIX));
        }
    }

    @Test
    void keyThatChangedWhileTheOriginWasAsked_keepsNothing() {
        try (RecordsFixture f = gateway()) {
            f.origin.delivery = f.origin.held::add;
            CompletableFuture<LookupResult> asked = f.resolve(KEY);
            cache.setKey(Sealing.key("k2", 2));
            f.origin.release();
            assertThat(get(asked)).isInstanceOf(Found.class);
            assertThat(server.puts).hasValue(0);
        }
    }

    @Test
    void answerThatCameAfterAChange_isNotKept() {
        try (RecordsFixture f = gateway()) {
            f.origin.delivery = f.origin.held::add;
            CompletableFuture<LookupResult> asked = f.resolve(KEY);
            change(f, "c:" + PREFIX);
            f.origin.release();
            f.settle();
            assertThat(get(asked)).isInstanceOf(Found.class);
            // asked again: only what was read after the change is kept
            assertThat(server.values.get(NAME))
                    .isEqualTo(Sealing.sealed(CACHE_KEY, PREFIX, record(11)));
            assertThat(server.puts).hasValue(1);
        }
    }

    @Test
    void answerThatCameAfterAReset_isNotKept() {
        try (RecordsFixture f = gateway()) {
            f.origin.delivery = f.origin.held::add;
            CompletableFuture<LookupResult> asked = f.resolve(KEY);
            f.startOver(10);
            f.settle();
            f.origin.held.get(0).run();
            f.settle();
            assertThat(server.puts).hasValue(0);
            f.origin.held.remove(0);
            f.origin.release();
            assertThat(get(asked)).isInstanceOf(Found.class);
        }
    }

    @Test
    void answerThatCameAfterTheTtl_isNotKept() {
        try (RecordsFixture f = gateway()) {
            f.origin.delivery = f.origin.held::add;
            CompletableFuture<LookupResult> asked = f.resolve(KEY);
            nanos.addAndGet(TTL.toNanos());
            f.origin.release();
            assertThat(get(asked)).isInstanceOf(Found.class);
            assertThat(server.puts).hasValue(0);
        }
    }

    @Test
    void lapsedLease_asksTheOriginAlone() {
        plant(record(10));
        try (RecordsFixture f = gateway()) {
            f.origin.leaseMillis = 0;
            f.advance(Duration.ofSeconds(31));
            assertThat(f.records.ready()).isFalse();
            assertThat(f.lookUp(KEY)).isInstanceOf(Found.class);
            assertThat(f.lookUp(KEY)).isInstanceOf(Found.class);
            assertThat(server.gets).hasValue(0);
            assertThat(f.origin.resolves).hasValue(2);
        }
    }

    @Test
    void leaseThatLapsesWhileTheAnswerIsOnItsWay_asksTheOrigin() {
        plant(record(10));
        try (RecordsFixture f = gateway()) {
            server.delivery = server.held::add;
            CompletableFuture<LookupResult> asked = f.resolve(KEY);
            CountDownLatch busy = f.block(0);
            server.release();
            f.origin.leaseMillis = 0;
            f.time.advance(Duration.ofSeconds(31));
            busy.countDown();
            f.settle();
            assertThat(get(asked)).isInstanceOf(Found.class);
            assertThat(f.origin.resolves).hasValue(1);
        }
    }

    @Test
    void changeThatOvertakesARecordOnItsWay_asksAgain() {
        plant(record(10));
        try (RecordsFixture f = gateway()) {
            server.delivery = server.held::add;
            CompletableFuture<LookupResult> asked = f.resolve(KEY);
            CountDownLatch busy = f.block(0);
            server.release();
            long at = f.origin.revoke(PREFIX, USER);
            f.origin.publish(at, "c:" + PREFIX);
            f.time.settle();
            busy.countDown();
            f.settle();
            assertThat(((Found) get(asked)).credential().state())
                    .isEqualTo(CredentialState.REVOKED);
            assertThat(f.origin.resolves).hasValue(1);
        }
    }

    @Test
    void closingTheRecords_closesTheCache() {
        gateway().close();
        assertThat(server.closed).isTrue();
    }
}
