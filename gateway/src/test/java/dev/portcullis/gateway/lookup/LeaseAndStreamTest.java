package dev.portcullis.gateway.lookup;

import static dev.portcullis.gateway.lookup.RecordsFixture.KEY;
import static dev.portcullis.gateway.lookup.RecordsFixture.PREFIX;
import static dev.portcullis.gateway.lookup.RecordsFixture.USER;
import static dev.portcullis.gateway.lookup.RecordsFixture.get;
import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.core.verify.CredentialState;
import dev.portcullis.gateway.lookup.LookupResult.Found;
import dev.portcullis.gateway.lookup.LookupResult.Unavailable;
import dev.portcullis.gateway.watch.Changed;
import dev.portcullis.gateway.watch.WatchStats.End;
import dev.portcullis.proto.origin.v1.Hello;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** When the caches are believed, and how the stream is followed, broken and resumed. */
class LeaseAndStreamTest {
    @Test
    void beforeTheFirstLease_notReadyAndEachRequestAsks() {
        try (RecordsFixture f = new RecordsFixture()) {
            f.origin.leaseMillis = 0;
            f.start();
            assertThat(f.records.ready()).isFalse();
            assertThat(f.lookUp(KEY)).isInstanceOf(Found.class);
            assertThat(f.lookUp(KEY)).isInstanceOf(Found.class);
            assertThat(f.origin.resolves).hasValue(2);
            assertThat(f.records.lookup().lapsed()).isEqualTo(2);
        }
    }

    @Test
    void leaseBeforeCaughtUp_doesNotCountYet() {
        try (RecordsFixture f = new RecordsFixture()) {
            f.origin.catchesUp = false;
            f.start();
            assertThat(f.records.ready()).isFalse();
            f.origin.stream().caughtUp(10);
            f.settle();
            assertThat(f.records.ready()).isTrue();
            assertThat(f.records.revision()).isEqualTo(10);
        }
    }

    @Test
    void leaseCountsFromWhenItWasAskedFor() {
        try (RecordsFixture f = new RecordsFixture()) {
            f.origin.leaseMillis = 0;
            f.start();
            long hello = f.origin.stream().hello().getHello().getSequence();
            f.advance(Duration.ofMillis(900));
            f.origin.stream().grant(hello, 1_000);
            f.settle();
            assertThat(f.records.leaseRemaining()).isEqualTo(Duration.ofMillis(100));
        }
    }

    @Test
    void grantForAnUnknownSequence_endsTheStream() {
        try (RecordsFixture f = new RecordsFixture()) {
            f.origin.leaseMillis = 0;
            f.start();
            f.origin.stream().grant(77, 30_000);
            f.settle();
            assertThat(f.records.ready()).isFalse();
            assertThat(f.origin.stream().ended).isTrue();
            assertThat(f.records.watchStats().ended(End.MALFORMED)).isEqualTo(1);
        }
    }

    @Test
    void heartbeats_keepTheLease() {
        try (RecordsFixture f = new RecordsFixture().start()) {
            f.advance(Duration.ofMinutes(5));
            assertThat(f.records.ready()).isTrue();
            assertThat(f.records.leaseRemaining()).isGreaterThan(Duration.ofSeconds(20));
            assertThat(f.origin.streams).hasSize(1);
        }
    }

    @Test
    void streamLost_leaseRunsOnAndThenLapses() {
        try (RecordsFixture f = new RecordsFixture().start()) {
            f.lookUp(KEY);
            f.cut();
            f.advance(Duration.ofSeconds(29));
            assertThat(f.records.ready()).isTrue();
            assertThat(f.find(KEY)).isInstanceOf(Found.class);

            f.advance(Duration.ofSeconds(2));
            assertThat(f.records.ready()).isFalse();
            assertThat(f.records.leaseRemaining()).isZero();
            assertThat(f.find(KEY)).isNull();
            assertThat(get(f.resolve(KEY))).isEqualTo(Unavailable.ORIGIN_UNREACHABLE);
        }
    }

    @Test
    void lapsed_originIsAskedByEachAndItsWordCounts() {
        try (RecordsFixture f = new RecordsFixture()) {
            f.start();
            f.lookUp(KEY);
            f.origin.leaseMillis = 0;
            f.origin.catchesUp = false;
            f.origin.streams.forEach(ScriptedOrigin.Stream::fail);
            f.advance(Duration.ofSeconds(31));
            f.origin.revoke(PREFIX, USER);

            f.origin.delivery = f.origin.held::add;
            CompletableFuture<LookupResult> one = f.resolve(KEY);
            CompletableFuture<LookupResult> two = f.resolve(KEY);
            assertThat(f.origin.held).hasSize(2);
            f.origin.release();
            assertThat(((Found) get(one)).credential().state())
                    .isEqualTo(CredentialState.REVOKED);
            assertThat(((Found) get(two)).credential().state())
                    .isEqualTo(CredentialState.REVOKED);
        }
    }

    @Test
    void sharedQuestionFromUnderTheLease_isNotBelievedAfterItLapsed() {
        try (RecordsFixture f = new RecordsFixture().start()) {
            f.origin.delivery = f.origin.held::add;
            CompletableFuture<LookupResult> first = f.resolve(KEY);
            CompletableFuture<LookupResult> joined = f.resolve(KEY);
            assertThat(f.origin.resolves).hasValue(1);
            f.origin.leaseMillis = 0;
            f.origin.catchesUp = false;
            f.origin.streams.forEach(ScriptedOrigin.Stream::fail);
            f.advance(Duration.ofSeconds(31));
            f.origin.revoke(PREFIX, USER);
            f.origin.release();
            get(first);
            // it asked for itself, once nobody waits for this gateway any more
            assertThat(((Found) get(joined)).credential().state())
                    .isEqualTo(CredentialState.REVOKED);
        }
    }

    @Test
    void wallClockRunsAhead_leaseLapsesAtOnce() {
        try (RecordsFixture f = new RecordsFixture().start()) {
            f.lookUp(KEY);
            f.time.suspend(Duration.ofMillis(400));
            assertThat(f.find(KEY)).isInstanceOf(Found.class);
            f.time.suspend(Duration.ofMillis(200));
            assertThat(f.records.ready()).isFalse();
            assertThat(f.find(KEY)).isNull();

            // the next answer of the origin counts by the clocks as they stand now
            f.advance(Duration.ofSeconds(5));
            assertThat(f.records.ready()).isTrue();
        }
    }

    @Test
    void machineSlept_clockSetBackAfterwards_leaseStaysLapsed() {
        try (RecordsFixture f = new RecordsFixture().start()) {
            f.lookUp(KEY);
            f.time.suspend(Duration.ofSeconds(4));
            assertThat(f.find(KEY)).isNull();
            f.time.suspend(Duration.ofSeconds(-4));
            assertThat(f.find(KEY)).isNull();
            assertThat(f.records.ready()).isFalse();
        }
    }

    @Test
    void wallClockSetBack_leaseLapsesAtOnce() {
        try (RecordsFixture f = new RecordsFixture().start()) {
            f.lookUp(KEY);
            f.time.suspend(Duration.ofSeconds(-1));
            assertThat(f.find(KEY)).isNull();

            f.advance(Duration.ofSeconds(5));
            assertThat(f.records.ready()).isTrue();
        }
    }

    @Test
    void reconnect_resumesFromTheLastRevision() {
        try (RecordsFixture f = new RecordsFixture().start()) {
            assertThat(f.origin.stream().hello().getHello().getLastRevision()).isZero();
            f.origin.publish(f.origin.revoke(PREFIX, USER), "c:" + PREFIX);
            f.settle();
            f.origin.stream().fail();
            f.advance(Duration.ofSeconds(1));
            assertThat(f.origin.streams).hasSize(2);
            assertThat(f.origin.stream().hello().getHello().getLastRevision()).isEqualTo(11);
            assertThat(f.origin.stream().hello().getHello().getLastMark()).isEqualTo(1_011);
            assertThat(f.origin.stream().hello().getHello().getGatewayId())
                    .isEqualTo(f.records.gatewayId())
                    .matches("gw-[0-9a-z]+");
        }
    }

    @Test
    void markOfARevision_isClaimedWithItAlone() {
        try (RecordsFixture f = new RecordsFixture().start()) {
            f.origin.stream().fail();
            f.advance(Duration.ofSeconds(1));
            // of the revision that it had caught up with
            assertThat(f.origin.stream().hello().getHello().getLastMark()).isEqualTo(1_010);
            f.origin.catchesUp = false;
            f.origin.stream().reset(5);
            f.settle();
            f.origin.stream().fail();
            f.advance(Duration.ofSeconds(1));
            Hello hello = f.origin.stream().hello().getHello();
            assertThat(hello.getLastMark() == 0).isEqualTo(hello.getLastRevision() == 0);
            f.origin.catchesUp = true;
        }
    }

    @Test
    void newStream_acknowledgesNoMoreThanItTold() {
        try (RecordsFixture f = new RecordsFixture().start()) {
            CountDownLatch go = f.block(1);
            f.origin.publish(f.origin.revoke(PREFIX, USER), "c:" + PREFIX);
            f.origin.publish(f.origin.revoke(PREFIX, USER), "c:" + PREFIX);
            f.time.settle();
            f.origin.catchesUp = false;
            f.origin.stream().fail();
            f.time.advance(Duration.ofSeconds(1));
            assertThat(f.origin.stream().hello().getHello().getLastRevision()).isEqualTo(10);
            f.origin.stream().changes(11, "c:" + PREFIX);
            f.time.settle();
            go.countDown();
            f.settle();
            assertThat(f.origin.stream().acks()).containsExactly(11L);
            assertThat(f.records.revision()).isEqualTo(11);
            f.origin.stream().changes(12, "c:" + PREFIX);
            f.origin.stream().caughtUp(12);
            f.settle();
            assertThat(f.origin.stream().acks()).isSorted().endsWith(12L);
        }
    }

    @Test
    void missedChange_comesBeforeTheNewStreamsLeaseCounts() {
        try (RecordsFixture f = new RecordsFixture().start()) {
            f.lookUp(KEY);
            f.origin.catchesUp = false;
            f.origin.stream().fail();
            long revoked = f.origin.revoke(PREFIX, USER);
            f.advance(Duration.ofSeconds(20));
            // the lease that was held when the stream broke, not the one of the new stream
            assertThat(f.origin.streams.size()).isGreaterThan(1);
            assertThat(f.records.leaseRemaining()).isLessThanOrEqualTo(Duration.ofSeconds(10));
            f.advance(Duration.ofSeconds(11));
            assertThat(f.records.ready()).isFalse();

            f.origin.stream().changes(revoked, "c:" + PREFIX);
            f.origin.stream().caughtUp(revoked);
            f.settle();
            assertThat(f.records.ready()).isTrue();
            assertThat(f.find(KEY)).isNull();
        }
    }

    @Test
    void reset_toALowerRevision_startsOver() {
        try (RecordsFixture f = new RecordsFixture().start()) {
            f.lookUp(KEY);
            f.origin.publish(f.origin.commit(ScriptedOrigin.principal(USER)), "p:" + USER);
            f.settle();
            // a database restored from a backup: its revisions are used once more
            f.startOver(4);
            f.settle();
            assertThat(f.told.get(f.told.size() - 1).everything()).isTrue();
            assertThat(f.records.revision()).isEqualTo(4);
            assertThat(f.origin.stream().acks()).endsWith(4L);
            assertThat(f.find(KEY)).isNull();
            assertThat(f.lookUp(KEY)).isInstanceOf(Found.class);
            assertThat(f.find(KEY)).isInstanceOf(Found.class);
        }
    }

    @Test
    void resetWhileALoopHangs_whatWasBeforeItIsNotAcknowledged() {
        try (RecordsFixture f = new RecordsFixture().start()) {
            CountDownLatch go = f.block(1);
            f.origin.publish(f.origin.revoke(PREFIX, USER), "c:" + PREFIX);
            f.time.settle();
            f.startOver(4);
            go.countDown();
            f.settle();
            assertThat(f.origin.stream().acks()).doesNotContain(11L).endsWith(4L);
            assertThat(f.records.revision()).isEqualTo(4);
        }
    }

    @Test
    void streamLostRightAfterReset_nothingIsClaimedOnTheNext() {
        try (RecordsFixture f = new RecordsFixture().start()) {
            assertThat(f.records.revision()).isEqualTo(10);
            CountDownLatch go = f.block(1);
            f.origin.catchesUp = false;
            f.startOver(4);
            f.origin.stream().reset(4);
            f.time.settle();
            f.origin.stream().fail();
            f.time.advance(Duration.ofSeconds(1));
            assertThat(f.origin.stream().hello().getHello().getLastRevision()).isZero();
            go.countDown();
            f.settle();
            assertThat(f.records.revision()).isEqualTo(4);
        }
    }

    @Test
    void originBehindWhatWasApplied_isTakenForAnotherDatabase() {
        try (RecordsFixture f = new RecordsFixture().start()) {
            f.lookUp(KEY);
            f.origin.setRevision(3);
            f.origin.stream().fail();
            f.advance(Duration.ofSeconds(1));
            assertThat(f.records.revision()).isEqualTo(3);
            assertThat(f.find(KEY)).isNull();
            assertThat(f.told.get(0).everything()).isTrue();
        }
    }

    @Test
    void ack_comesOnlyAfterEveryLoopWasPassed() {
        try (RecordsFixture f = new RecordsFixture().start()) {
            f.lookUp(KEY);
            CountDownLatch go = f.block(1);
            f.origin.publish(f.origin.revoke(PREFIX, USER), "c:" + PREFIX);
            f.time.settle();
            // applied, but not on its way everywhere
            assertThat(f.find(KEY)).isNull();
            assertThat(f.origin.stream().acks()).doesNotContain(11L);
            go.countDown();
            f.settle();
            assertThat(f.origin.stream().acks()).endsWith(11L);
        }
    }

    @Test
    void acks_coalesceAndOnlyGrow() {
        try (RecordsFixture f = new RecordsFixture().start()) {
            CountDownLatch go = f.block(0);
            for (int i = 0; i < 50; i++) {
                f.origin.publish(f.origin.revoke(PREFIX, USER), "c:" + PREFIX);
                f.time.settle();
            }
            go.countDown();
            f.settle();
            assertThat(f.origin.stream().acks()).isSorted().endsWith(60L);
            assertThat(f.origin.stream().acks().size()).isLessThan(10);
        }
    }

    @Test
    void loopThatHangs_letsNoLeaseBeRenewed() {
        try (RecordsFixture f = new RecordsFixture().start()) {
            CountDownLatch go = f.block(1);
            f.origin.publish(f.origin.revoke(PREFIX, USER), "c:" + PREFIX);
            f.time.advance(Duration.ofSeconds(20));
            assertThat(f.records.ready()).isTrue();
            f.time.advance(Duration.ofSeconds(11));
            assertThat(f.records.ready()).isFalse();
            go.countDown();
            f.settle();
            assertThat(f.records.ready()).isTrue();
        }
    }

    @Test
    void loopThatWasShutDown_holdsUpNoAck() {
        try (RecordsFixture f = new RecordsFixture().start()) {
            f.loops.get(1).shutdownNow();
            f.origin.publish(f.origin.revoke(PREFIX, USER), "c:" + PREFIX);
            f.settle();
            assertThat(f.origin.stream().acks()).endsWith(11L);
        }
    }

    @Test
    void eachLoop_isToldWhatChanged() {
        try (RecordsFixture f = new RecordsFixture().start()) {
            f.origin.publish(11, "c:" + PREFIX, "p:" + USER);
            f.settle();
            assertThat(f.told).hasSize(2).allSatisfy(changed -> {
                assertThat(changed.credentials()).containsExactly(KEY);
                assertThat(changed.users()).containsExactly(USER);
                assertThat(changed.everyPrincipal()).isFalse();
                assertThat(changed.touches(KEY, "other")).isTrue();
                assertThat(changed.touches(RecordsFixture.prefix(1), "other")).isFalse();
            });
            f.origin.publish(12, "p:*");
            f.settle();
            Changed last = f.told.get(f.told.size() - 1);
            assertThat(last.everyPrincipal()).isTrue();
            assertThat(last.everything()).isFalse();
        }
    }

    @Test
    void listenerThatThrows_preventsTheAckUntilItSucceeds() {
        try (RecordsFixture f = new RecordsFixture().start()) {
            f.listenerFailure = new IllegalStateException("cannot cut");
            f.origin.publish(f.origin.revoke(PREFIX, USER), "c:" + PREFIX);
            f.settle();
            f.advance(Duration.ofSeconds(6));
            assertThat(f.origin.stream().acks()).doesNotContain(11L);
            f.listenerFailure = null;
            f.advance(Duration.ofSeconds(6));
            assertThat(f.told).isNotEmpty().allSatisfy(
                    changed -> assertThat(changed.credentials()).contains(KEY));
            assertThat(f.origin.stream().acks()).endsWith(11L);
        }
    }

    @Test
    void silentStream_isReplacedAfterThreeToFiveSeconds() {
        try (RecordsFixture f = new RecordsFixture().start()) {
            f.advance(Duration.ofMillis(10_100));
            // the last heartbeat was answered; the next goes out within two seconds
            f.origin.leaseMillis = 0;
            f.advance(Duration.ofMillis(2_900));
            assertThat(f.origin.stream().ended).isFalse();
            f.advance(Duration.ofMillis(2_200));
            assertThat(f.origin.streams.get(0).ended).isTrue();
            assertThat(f.records.watchStats().ended(End.LOST)).isEqualTo(1);
            assertThat(f.records.ready()).isTrue();
        }
    }

    @Test
    void answerJustInTime_keepsTheStream() {
        try (RecordsFixture f = new RecordsFixture().start()) {
            for (int i = 0; i < 10; i++) {
                f.origin.leaseMillis = 0;
                f.advance(Duration.ofMillis(2_800));
                f.origin.leaseMillis = 30_000;
                f.origin.stream().grant(f.origin.stream().lastSequence(), 30_000);
                f.settle();
            }
            assertThat(f.origin.streams).hasSize(1);
        }
    }

    @Test
    void messageThatIsNotUnderstood_startsANewStream() {
        try (RecordsFixture f = new RecordsFixture().start()) {
            f.origin.stream().changes(0, "c:" + PREFIX);
            f.settle();
            assertThat(f.origin.streams.get(0).ended).isTrue();
            f.advance(Duration.ofSeconds(1));
            assertThat(f.origin.streams).hasSize(2);
            assertThat(f.records.ready()).isTrue();
        }
    }

    @Test
    void originAwayAtFirst_isTriedUntilItIsThere() {
        try (RecordsFixture f = new RecordsFixture()) {
            f.cut();
            f.start();
            f.advance(Duration.ofSeconds(30));
            assertThat(f.records.ready()).isFalse();
            f.origin.refusal = null;
            f.advance(Duration.ofSeconds(6));
            assertThat(f.records.ready()).isTrue();
        }
    }
}
