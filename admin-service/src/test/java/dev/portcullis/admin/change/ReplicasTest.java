package dev.portcullis.admin.change;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.portcullis.admin.model.GatewayStanding;
import dev.portcullis.admin.model.ServiceException;
import dev.portcullis.admin.store.ReplicaRow;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The rules between replicas, each with the case that would break the promise without it. Leases
 * are 30 s, the margin 1 s.
 */
class ReplicasTest {
    private static final Duration LONG = Duration.ofDays(1);
    private static final long LEASE = 30_000;
    private static final long MARGIN = 1_000;

    private final VirtualTime time = new VirtualTime();
    private final MemoryDatabase database = new MemoryDatabase();
    private final TestReplica a = new TestReplica("a", database, time);
    private final TestReplica b = new TestReplica("b", database, time);

    private void startBoth() {
        a.start();
        b.start();
        // each has read the other's row
        time.advanceMillis(1_500);
    }

    // -------------------------------------------------------------------------- the good case

    @Test
    void onlyReplica_givesLeasesAndConfirmsAfterOneLook() {
        a.start();
        assertThat(a.gateway("g").ask()).isEqualTo(LEASE);
        a.gateways.get(0).apply(11);
        CompletableFuture<Propagation> answer = a.barrier.await(database.commit(a), LONG);
        time.advanceMillis(0);
        assertThat(answer.join().propagated()).isTrue();
    }

    @Test
    void gatewayOfAnotherReplica_confirmsAsSoonAsItHasApplied() {
        startBoth();
        TestReplica.Gateway g = b.gateway("g");
        g.ask();
        long revision = database.commit(a);
        CompletableFuture<Propagation> answer = a.barrier.await(revision, LONG);
        time.advanceMillis(1);
        assertThat(answer).isNotDone();
        assertThat(b.leases.latestRevision()).isEqualTo(revision);
        g.apply(revision);
        // the bell that b's row has changed; no turn of a second is needed
        time.advanceMillis(1);
        assertThat(answer.join().propagated()).isTrue();
    }

    @Test
    void replicaWithoutGateways_confirmsByHearingOfTheCommit() {
        startBoth();
        CompletableFuture<Propagation> answer = a.barrier.await(database.commit(a), LONG);
        time.advanceMillis(2);
        assertThat(answer.join().propagated()).isTrue();
    }

    @Test
    void bellsThatDoNotRing_theNextRenewalTells() {
        startBoth();
        a.deaf = true;
        b.deaf = true;
        CompletableFuture<Propagation> answer = a.barrier.await(database.commit(a), LONG);
        time.advanceMillis(100);
        assertThat(answer).isNotDone();
        // b finds the revision in one renewal, says so in the next, and a reads it
        time.advanceMillis(3_000);
        assertThat(answer.join().propagated()).isTrue();
    }

    @Test
    void nobodyWaits_bellsCostNoRead() {
        startBoth();
        int reads = a.reads;
        b.replicas.start();
        time.advanceMillis(10);
        assertThat(a.reads).isEqualTo(reads);
    }

    // ---------------------------------------------------------------------------- the ceiling

    @Test
    void replicaWithoutARow_givesNoLease() {
        assertThat(b.gateway("g").ask()).isZero();
        b.start();
        assertThat(b.gateways.get(0).ask()).isEqualTo(LEASE);
    }

    /** How far a revision is, by rows that were read since it was asked about. */
    private Propagation lookedAt(TestReplica replica, long revision) {
        replica.standing(revision);
        time.advanceMillis(5);
        return replica.standing(revision);
    }

    @Test
    void databaseThatLostChanges_isConfirmedByNobodyWhoKnewThem() {
        startBoth();
        TestReplica.Gateway g = b.gateway("g");
        g.ask();
        long revision = database.commit(a);
        g.apply(revision);
        assertThat(lookedAt(a, revision).propagated()).isTrue();
        // another takes the place of the database that had not heard of it yet
        database.revision = revision - 1;
        time.advanceMillis(1_000);
        a.kill();
        TestReplica c = new TestReplica("c", database, time).start();
        assertThat(database.commit(c)).isEqualTo(revision);
        // g knows another change of that number
        assertThat(lookedAt(c, revision).propagated()).isFalse();
        time.advanceMillis(20_000);
        assertThat(lookedAt(c, revision).propagated()).isFalse();
        assertThat(lookedAt(b, revision).propagated()).isFalse();
        assertThat(g.ask()).isZero();
        time.advanceMillis(LEASE + MARGIN);
        assertThat(lookedAt(c, revision).propagated()).isTrue();
        // nor is it different when the number has been passed
        database.commit(c);
        time.advanceMillis(2_000);
        assertThat(g.ask()).isZero();
        assertThat(database.rowsOf("b")).hasSize(1);
    }

    @Test
    void replicaThatCannotReachTheDatabase_shutsItsGatewaysOutWithinOneLease() {
        startBoth();
        TestReplica.Gateway g = b.gateway("g");
        g.ask();
        // its row tells of it
        time.advanceMillis(1_000);
        Instant lastRenewal = VirtualTime.START.plusMillis(2_000);
        b.cut = true;
        long revision = database.commit(a);
        Instant committed = time.instant();
        CompletableFuture<Propagation> answer = a.barrier.await(revision, LONG);
        for (int i = 0; i < 60; i++) {
            g.ask();
            assertThat(g.leaseUntil).isBeforeOrEqualTo(lastRenewal.plusMillis(LEASE));
            time.advanceMillis(500);
        }
        Propagation named = answer.join();
        assertThat(named.unconfirmedGateways()).containsExactly("g");
        assertThat(named.effectiveEverywhereBy())
                .isEqualTo(committed.plusMillis(LEASE + MARGIN))
                .isAfter(g.leaseUntil);
        assertThat(g.answers()).isFalse();
        // and when its row has lapsed nobody waits for it any more
        time.advanceMillis(3_000);
        assertThat(a.standing(database.commit(a)).propagated()).isFalse();
        CompletableFuture<Propagation> next = a.barrier.await(database.commit(a), LONG);
        time.advanceMillis(2);
        assertThat(next.join().propagated()).isTrue();
        assertThat(database.rowsOf("b")).isEmpty();
    }

    @Test
    void commitOfAnotherReplica_countsFromBeforeTheRenewalThatDidNotBringIt() {
        startBoth();
        TestReplica.Gateway g = b.gateway("g");
        time.advanceMillis(400);
        long revision = database.commit(a);
        time.advanceMillis(1);
        assertThat(b.leases.latestRevision()).isEqualTo(revision);
        // the last renewal was asked for at 1 s; the commit was at 1.9 s
        assertThat(time.elapsedMillis() + g.ask()).isEqualTo(1_000 + LEASE);
        time.advanceMillis(10_000);
        assertThat(time.elapsedMillis() + g.ask()).isEqualTo(1_000 + LEASE);
        assertThat(g.apply(revision)).isGreaterThan(LEASE - 1_001);
    }

    @Test
    void lostAnswerOfARenewal_extendsNothing() {
        startBoth();
        TestReplica.Gateway g = b.gateway("g");
        b.answersLost = true;
        time.advanceMillis(20_000);
        assertThat(time.elapsedMillis() + g.ask()).isEqualTo(1_000 + LEASE);
        assertThat(b.replicas.stats().renewalsFailed()).isEqualTo(20);
        b.answersLost = false;
        time.advanceMillis(1_000);
        assertThat(g.ask()).isGreaterThan(LEASE - 1_000);
        assertThat(b.replicas.stats().expulsions()).isZero();
    }

    @Test
    void renewalThatTakesLong_countsFromBeforeItWasAsked() {
        database.latency = replica -> time.advanceMillis(700);
        b.start();
        database.latency = replica -> {};
        TestReplica.Gateway g = b.gateway("g");
        // two ways for the row to be made, three for the renewal, two to read the others
        assertThat(time.elapsedMillis()).isEqualTo(7 * 700);
        assertThat(time.elapsedMillis() + g.ask()).isEqualTo(2 * 700 + LEASE);
    }

    @Test
    void suspendedMachine_isNoticedByTheWallClock() {
        startBoth();
        TestReplica.Gateway g = b.gateway("g");
        g.ask();
        b.suspend(Duration.ofSeconds(40));
        CompletableFuture<Propagation> answer = a.barrier.await(database.commit(a), LONG);
        time.advanceMillis(1);
        assertThat(answer.join().propagated()).isTrue();
        // by its monotonic clock the renewal is half a second old
        assertThat(g.ask()).isZero();
        assertThat(b.replicas.stats().ceilingLeft()).isZero();
        b.resume();
        assertThat(g.ask()).as("it has to catch up").isZero();
        assertThat(g.apply(database.revision)).isPositive();
    }

    @Test
    void suspensionOfMoreThanHalfAMargin_isNoticed() {
        startBoth();
        TestReplica.Gateway g = b.gateway("g");
        b.suspend(Duration.ofMillis(MARGIN / 2 - 100));
        assertThat(g.ask()).isPositive();
        b.suspend(Duration.ofMillis(200));
        assertThat(g.ask()).isZero();
        b.resume();
    }

    @Test
    void databaseThatLostChanges_noLeaseRestsOnIt() {
        startBoth();
        TestReplica.Gateway g = b.gateway("g");
        database.revision--;
        time.advanceMillis(2_000);
        assertThat(g.ask()).isZero();
        assertThat(b.replicas.stats().renewalsFailed()).isEqualTo(2);
    }

    // ------------------------------------------------------------------------------ observing

    @Test
    void rowOfADeadReplica_countsFromWhenItWasFirstSeenAndNamesItsGateways() {
        b.start();
        b.gateway("g").ask();
        time.advanceMillis(1_000);
        b.kill();
        time.advanceMillis(60_000);
        // a cannot know for how long the row has been as it is
        a.start();
        long revision = database.commit(a);
        Propagation named = a.standing(revision);
        assertThat(named.unconfirmedGateways()).containsExactly("g", "unknown");
        time.advanceMillis(LEASE);
        assertThat(a.standing(database.commit(a)).propagated()).isFalse();
        time.advanceMillis(MARGIN + 2_000);
        database.commit(a);
        a.barrier.await(database.revision, LONG);
        time.advanceMillis(0);
        assertThat(a.standing(database.revision).propagated()).isTrue();
        assertThat(a.replicas.stats().rowsDeleted()).isEqualTo(1);
    }

    @Test
    void gatewaysOfADeadReplicaThatCameElsewhere_areNotNamedButItsRowCounts() {
        startBoth();
        TestReplica.Gateway g = b.gateway("g");
        TestReplica.Gateway h = b.gateway("h");
        g.ask();
        h.ask();
        // b's row tells of both
        time.advanceMillis(2_000);
        b.kill();
        g.watch(a);
        long revision = database.commit(a);
        CompletableFuture<Propagation> answer = a.barrier.await(revision, LONG);
        g.apply(revision);
        time.advanceMillis(2);
        assertThat(answer).isNotDone();
        Propagation first = a.standing(revision);
        assertThat(first.unconfirmedGateways()).containsExactly("h");
        h.watch(a);
        h.apply(revision);
        // b may have given a lease to one that came after its row was written
        Propagation second = a.standing(revision);
        assertThat(second.unconfirmedGateways()).containsExactly("replica b");
        assertThat(second.effectiveEverywhereBy()).isEqualTo(first.effectiveEverywhereBy())
                .isBefore(time.instant().plusMillis(LEASE + MARGIN + 1));
        time.advanceMillis(LEASE + MARGIN + 1_000);
        assertThat(a.standing(revision).propagated()).isTrue();
    }

    @Test
    void rowThatLapses_wasSeenUnchangedForAWholeLeaseBetweenTheReadsThemselves() {
        startBoth();
        long way = 700;
        AtomicInteger ways = new AtomicInteger();
        AtomicLong readBegan = new AtomicLong();
        AtomicLong firstSeen = new AtomicLong();
        AtomicLong deleted = new AtomicLong();
        database.beforeDelete = () -> deleted.set(readBegan.get());
        database.latency = replica -> {
            if (replica != a || deleted.get() > 0) {
                return;
            }
            // of each turn three for the renewal and two for the read
            int number = ways.incrementAndGet();
            if (number % 5 == 4) {
                readBegan.set(time.elapsedMillis());
            }
            if (number == 4) {
                b.kill();
            }
            time.advanceMillis(way);
            if (number == 5) {
                firstSeen.set(time.elapsedMillis());
            }
        };
        time.advanceMillis(60_000);
        assertThat(firstSeen).hasPositiveValue();
        assertThat(deleted.get() - firstSeen.get())
                .isBetween(LEASE + MARGIN, LEASE + MARGIN + 1_000 + 5 * way);
        assertThat(database.rowsOf("b")).isEmpty();
    }

    @Test
    void rowThatIsRenewedNowAndThen_neverLapses() {
        startBoth();
        for (int i = 0; i < 5; i++) {
            b.cut = true;
            time.advanceMillis(25_000);
            b.cut = false;
            time.advanceMillis(2_000);
        }
        assertThat(b.replicas.stats().expulsions()).isZero();
        assertThat(a.replicas.stats().rowsDeleted()).isZero();
    }

    @Test
    void renewalThatOvertakesTheDeletion_wins() {
        startBoth();
        TestReplica.Gateway g = b.gateway("g");
        b.cut = true;
        time.advanceMillis(25_000);
        CompletableFuture<Propagation> answer = a.barrier.await(database.commit(a), LONG);
        database.beforeDelete = () -> {
            b.cut = false;
            b.replicas.start();
        };
        confirmedOnlyByAllRowsFor(7_000, database.revision);
        assertThat(b.cut).as("the deletion was tried").isFalse();
        assertThat(database.rowsOf("b")).hasSize(1);
        assertThat(answer.join().propagated()).isFalse();
        // it is no newcomer; what it has missed is known to it before it gives a lease
        assertThat(g.ask()).isZero();
        assertThat(b.replicas.stats().expulsions()).isZero();
    }

    /** Not for a moment while a row that is there says otherwise. */
    private void confirmedOnlyByAllRowsFor(long millis, long revision) {
        for (long at = 0; at < millis; at += 10) {
            time.advanceMillis(10);
            if (a.replicas.confirmedRevision() >= revision) {
                assertThat(database.rows.values()).allMatch(row ->
                        row.id().startsWith("a/") || row.ackedRevision() >= revision);
            }
        }
    }

    /** Its renewal has read the head before the commit, and is not written yet. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void rowThatIsBeingRenewed_countsThoughItLooksLapsed(boolean answerLost) {
        startBoth();
        TestReplica.Gateway g = b.gateway("g");
        b.deaf = true;
        b.cut = true;
        time.advanceMillis(29_000);
        AtomicInteger ways = new AtomicInteger();
        AtomicBoolean tried = new AtomicBoolean();
        database.beforeDelete = () -> {
            tried.set(true);
            if (answerLost) {
                throw MemoryDatabase.unreachable();
            }
        };
        database.latency = replica -> {
            if (replica == b && ways.incrementAndGet() == 2) {
                database.latency = each -> {};
                a.barrier.await(database.commit(a), LONG);
                neverConfirmedFor(4_000, database.revision);
            }
        };
        b.cut = false;
        time.advanceMillis(1_000);
        assertThat(tried).isTrue();
        // and it would have mattered
        assertThat(g.ask()).isPositive();
        assertThat(g.applied).isLessThan(database.revision);
    }

    private void neverConfirmedFor(long millis, long revision) {
        for (long at = 0; at < millis; at += 50) {
            time.advanceMillis(50);
            assertThat(a.replicas.confirmedRevision()).isLessThan(revision);
        }
    }

    @Test
    void rowsThatCannotBeRead_theInstantIsThatOfTheLongestLeaseKnown() {
        a.start();
        // what it has confirmed says nothing of who has come since
        database.rows(b).insert(new ReplicaRow(
                "c/1", "1", 0, 2 * LEASE + MARGIN, 1_000, "[]", "1.0"));
        time.advanceMillis(1_000);
        long revision = database.commit(a);
        a.cut = true;
        Propagation answer = a.standing(revision);
        assertThat(answer.unconfirmedGateways()).containsExactly("unknown");
        assertThat(answer.effectiveEverywhereBy())
                .isAfterOrEqualTo(time.instant().plusMillis(2 * LEASE + MARGIN));
    }

    @Test
    void replicaWithLongerLeases_countsForAsLongAsItsRowSays() {
        a.start();
        database.rows(b).insert(new ReplicaRow(
                "c/1", "1", 0, 2 * LEASE + MARGIN, 0, "[]", "1.0"));
        time.advanceMillis(1_000);
        a.barrier.await(database.commit(a), LONG);
        confirmedOnlyByAllRowsFor(2 * LEASE, database.revision);
        assertThat(database.rowsOf("c")).hasSize(1);
        time.advanceMillis(MARGIN + 1_000);
        assertThat(a.standing(database.revision).propagated()).isTrue();
        assertThat(database.rowsOf("c")).isEmpty();
    }

    @Test
    void clocksOfDifferentRates_withinTheMargin() {
        TestReplica slow = new TestReplica("slow", database, time, 0.99);
        TestReplica fast = new TestReplica("fast", database, time, 1.01);
        fast.start();
        slow.start();
        TestReplica.Gateway g = slow.gateway("g");
        time.advanceMillis(5_000);
        slow.cut = true;
        // the whole of what its slow clock thinks is left
        while (slow.leases.ceilingNanos() > 0) {
            g.ask();
            assertThat(database.rowsOf("slow")).hasSize(1);
            time.advanceMillis(10);
        }
        while (g.answers()) {
            assertThat(database.rowsOf("slow")).hasSize(1);
            time.advanceMillis(10);
        }
        time.advanceMillis(3_000);
        assertThat(database.rowsOf("slow")).isEmpty();
    }

    @Test
    void replicaUnderAnIdThatWasUsedBefore_leavesTheRowOfItsFormerSelf() {
        startBoth();
        TestReplica.Gateway g = b.gateway("g");
        g.ask();
        b.kill();
        TestReplica again = new TestReplica("b", database, time).start();
        assertThat(database.rowsOf("b")).hasSize(2);
        CompletableFuture<Propagation> answer = again.barrier.await(database.commit(again), LONG);
        time.advanceMillis(5_000);
        assertThat(answer.join().propagated()).isFalse();
        assertThat(answer.join().effectiveEverywhereBy()).isAfter(g.leaseUntil);
    }

    // ------------------------------------------------------------------- coming and coming back

    @Test
    void replicaThatStartsAfterACommit_requiresItOfItsGateways() {
        a.start();
        TestReplica.Gateway g = b.gateway("g");
        long revision = database.commit(a);
        CompletableFuture<Propagation> answer = a.barrier.await(revision, LONG);
        time.advanceMillis(0);
        assertThat(answer.join().propagated()).as("there was no other row").isTrue();
        // its table was made before the commit, and g has come before it could be told
        b.start();
        assertThat(g.ask()).isZero();
        assertThat(g.apply(revision)).isPositive();
    }

    @Test
    void replicaThatHasMadeItsRowAndNotYetReadTheHead_standsAgainstTheCommit() {
        a.start();
        database.rows(b).insert(new ReplicaRow("b/1", "1", 0, LEASE + MARGIN, 0, "[]", "1.0"));
        CompletableFuture<Propagation> answer = a.barrier.await(database.commit(a), LONG);
        time.advanceMillis(5_000);
        assertThat(answer.join().unconfirmedGateways()).containsExactly("replica b");
    }

    @Test
    void replicaThatCameWhileTheRowsWereRead_standsAgainstWhatWasCommittedThen() {
        a.start();
        time.advanceMillis(500);
        AtomicLong committed = new AtomicLong();
        AtomicInteger ways = new AtomicInteger();
        database.latency = replica -> {
            // three for the renewal, one to the rows: the next brings what was there
            if (ways.incrementAndGet() == 5) {
                database.latency = each -> {};
                b.start();
                b.gateway("g").ask();
                b.cut = true;
                committed.set(database.commit(a));
            }
        };
        time.advanceMillis(600);
        assertThat(committed).hasPositiveValue();
        CompletableFuture<Propagation> answer = a.barrier.await(committed.get(), LONG);
        time.advanceMillis(5);
        assertThat(answer).isNotDone();
        assertThat(a.standing(committed.get()).unconfirmedGateways()).isNotEmpty();
    }

    @Test
    void rowDeletedUnderALiveReplica_itsGatewaysCatchUpBeforeTheyAreGivenMore() {
        startBoth();
        TestReplica.Gateway g = b.gateway("g");
        g.ask();
        Instant had = g.leaseUntil;
        database.rows.remove(database.rowsOf("b").get(0).id());
        long revision = database.commit(a);
        time.advanceMillis(3_000);
        assertThat(b.replicas.stats().expulsions()).isEqualTo(1);
        assertThat(database.rowsOf("b")).hasSize(1);
        assertThat(g.ask()).isZero();
        assertThat(g.leaseUntil).isEqualTo(had);
        assertThat(g.apply(revision)).isPositive();
    }

    @Test
    void replicaThatFindsItsRowGone_givesNoLeaseUntilItHasReadTheHead() {
        startBoth();
        TestReplica.Gateway g = b.gateway("g");
        g.ask();
        database.rows.remove(database.rowsOf("b").get(0).id());
        database.commit(a);
        b.deaf = true;
        AtomicInteger asked = new AtomicInteger();
        database.latency = replica -> {
            // the new row is being made, or is there and not yet renewed
            boolean anew = database.rowsOf("b").isEmpty()
                    || database.rowsOf("b").get(0).version() == 0;
            if (replica == b && b.replicas.stats().expulsions() == 1 && anew) {
                asked.incrementAndGet();
                assertThat(g.ask()).isZero();
            }
        };
        time.advanceMillis(2_000);
        assertThat(asked).hasValueGreaterThan(2);
    }

    @Test
    void pausedProcessWhoseRowWasDeleted_givesNothingBeforeItKnowsWhatWasConfirmedWithoutIt() {
        startBoth();
        TestReplica.Gateway g = b.gateway("g");
        g.ask();
        b.pause(Duration.ofSeconds(40));
        assertThat(database.rowsOf("b")).isEmpty();
        long revision = database.commit(a);
        CompletableFuture<Propagation> answer = a.barrier.await(revision, LONG);
        time.advanceMillis(1);
        assertThat(answer.join().propagated()).isTrue();
        assertThat(g.ask()).as("before its thread has run").isZero();
        b.resume();
        time.advanceMillis(1_000);
        assertThat(g.ask()).isZero();
        assertThat(g.apply(revision)).isPositive();
        assertThat(b.replicas.stats().expulsions()).isEqualTo(1);
    }

    @Test
    void gatewayThatComesAfterTheRowSaidSo_isRequiredToHaveAppliedIt() {
        startBoth();
        long revision = database.commit(a);
        CompletableFuture<Propagation> answer = a.barrier.await(revision, LONG);
        time.advanceMillis(2);
        assertThat(answer.join().propagated()).isTrue();
        TestReplica.Gateway g = b.gateway("g");
        g.attachment.detach();
        g.applied = revision - 1;
        g.watch(b);
        assertThat(g.ask()).isZero();
    }

    @Test
    void gatewayThatGoesOverToAnotherReplica_countsThereThoughItsLeaseFromHereStillRuns() {
        startBoth();
        TestReplica.Gateway g = b.gateway("g");
        g.ask();
        g.attachment.detach();
        g.watch(a);
        g.ask();
        long revision = database.commit(a);
        CompletableFuture<Propagation> answer = a.barrier.await(revision, LONG);
        g.apply(revision);
        time.advanceMillis(10);
        assertThat(answer).as("b knows nothing of it yet").isNotDone();
        // b's row tells that it is away, a's how far it is, and b's that this will do
        time.advanceMillis(4_000);
        assertThat(answer.join().propagated()).isTrue();
        assertThat(b.replicas.stats().gateways()).isEqualTo(1);
        // what it has not applied it still stands against, at both
        assertThat(a.standing(database.commit(a)).propagated()).isFalse();
        assertThat(b.leases.unconfirmed(database.revision).gateways()).containsExactly("g");
    }

    @Test
    void anotherProcessUnderTheSameId_doesNotConfirmForTheFirst() {
        startBoth();
        TestReplica.Gateway g = b.gateway("g");
        g.ask();
        g.attachment.detach();
        LeaseTable.Attachment other = a.leases.attach(
                new Arrival("g", "two", database.revision, true, "", "", "", "a"), () -> {});
        long revision = database.commit(a);
        CompletableFuture<Propagation> answer = a.barrier.await(revision, LONG);
        other.applied(revision);
        time.advanceMillis(5_000);
        assertThat(answer.join().unconfirmedGateways()).containsExactly("g");
    }

    // --------------------------------------------------------------------- what is told of it

    @Test
    void databaseUnreachableAfterTheCommit_pendingUntilEveryLeaseFromBeforeItHasEnded() {
        startBoth();
        TestReplica.Gateway g = b.gateway("g");
        g.ask();
        long revision = database.commit(a);
        Instant committed = time.instant();
        a.cut = true;
        CompletableFuture<Propagation> answer = a.barrier.await(revision, LONG);
        g.apply(revision);
        time.advanceMillis(5_000);
        assertThat(answer.join().unconfirmedGateways()).contains(Propagation.UNKNOWN_GATEWAY);
        assertThat(answer.join().effectiveEverywhereBy())
                .isEqualTo(committed.plusMillis(LEASE + MARGIN));
        // the instant holds although nothing could be read since
        time.advanceMillis(LEASE + MARGIN - 5_000 - 1);
        assertThat(a.standing(revision).propagated()).isFalse();
        time.advanceMillis(1);
        assertThat(a.standing(revision).propagated()).isTrue();
    }

    @Test
    void oneOfTwoGatewaysElsewhereLags_onlyItIsNamed() {
        startBoth();
        TestReplica.Gateway good = b.gateway("good");
        good.ask();
        b.gateway("slow").ask();
        long revision = database.commit(a);
        CompletableFuture<Propagation> answer = a.barrier.await(revision, LONG);
        time.advanceMillis(1);
        good.apply(revision);
        time.advanceMillis(5_000);
        assertThat(answer.join().unconfirmedGateways()).containsExactly("slow");
    }

    @Test
    void rowOfAnotherVersionWithBrokenParts_isCountedAndNamedByTheReplica() {
        a.start();
        for (String json : List.of("", "{", "[[[[", "{\"gateways\":7}", "[7,null,\"x\"]")) {
            database.rows.put("c/9", new ReplicaRow("c/9", "9", 3, -5, 0, json, "9.0"));
            time.advanceMillis(1_000);
            CompletableFuture<Propagation> answer = a.barrier.await(database.commit(a), LONG);
            time.advanceMillis(5_000);
            assertThat(answer.join().unconfirmedGateways()).containsExactly("replica c");
            assertThat(a.replicas.standings(time.instant())).isEmpty();
        }
    }

    @Test
    void idUsedAtTwoReplicasAtOnce_isToldByBothAndOverWithIt() {
        startBoth();
        TestReplica.Gateway one = a.gateway("g");
        TestReplica.Gateway other = b.new Gateway("g", "another");
        other.applied = database.revision;
        other.watch(b);
        askBoth(one, other, 5);
        assertThat(a.replicas.stats().idsUsedTwice()).as("too early to tell").isZero();
        askBoth(one, other, 20);
        assertThat(a.replicas.stats().idsUsedTwice()).isEqualTo(1);
        assertThat(b.replicas.stats().idsUsedTwice()).isEqualTo(1);
        assertThat(a.replicas.standings(time.instant()))
                .extracting(GatewayStanding::id, GatewayStanding::replicaId)
                .containsExactlyInAnyOrder(tuple("g", "a"), tuple("g", "b"));
        other.attachment.detach();
        askBoth(one, one, 45);
        assertThat(a.replicas.stats().idsUsedTwice()).isZero();
    }

    private void askBoth(TestReplica.Gateway one, TestReplica.Gateway other, int seconds) {
        for (int i = 0; i < seconds; i++) {
            time.advanceMillis(1_000);
            one.ask();
            other.ask();
        }
    }

    @Test
    void processThatGoesOverUnderANewInstance_isNotTwo() {
        startBoth();
        TestReplica.Gateway before = b.gateway("g");
        askBoth(before, before, 30);
        // its stream is not known to have ended yet
        TestReplica.Gateway after = a.new Gateway("g", "another");
        after.applied = database.revision;
        after.watch(a);
        for (int i = 0; i < 60; i++) {
            askBoth(after, after, 1);
            assertThat(a.replicas.stats().idsUsedTwice()).isZero();
        }
    }

    @Test
    void standings_tellOfGatewaysEverywhereAndOfOneThatWentOverOnce() {
        startBoth();
        TestReplica.Gateway g = b.gateway("g");
        g.ask();
        b.gateway("h").ask();
        time.advanceMillis(2_500);
        assertThat(a.replicas.standings(time.instant()))
                .extracting(GatewayStanding::id, GatewayStanding::replicaId)
                .containsExactly(tuple("g", "b"), tuple("h", "b"));
        b.kill();
        b.leases.standings(time.instant());
        g.watch(a);
        assertThat(a.replicas.standings(time.instant()))
                .extracting(GatewayStanding::id).contains("g", "h");
    }

    @Test
    void stats_tellHowItStands() {
        startBoth();
        b.gateway("g").ask();
        database.commit(a);
        time.advanceMillis(1);
        ReplicaStats stats = b.replicas.stats();
        assertThat(stats.replicas()).isEqualTo(2);
        assertThat(stats.ceilingLeft()).isBetween(
                Duration.ofMillis(LEASE - 1_000), Duration.ofMillis(LEASE));
        assertThat(stats.renewals()).isEqualTo(2);
        assertThat(stats.gateways()).isEqualTo(1);
        assertThat(stats.unacknowledged()).isEqualTo(1);
    }

    @Test
    void startWithoutADatabase_fails() {
        a.cut = true;
        assertThatThrownBy(a::start).isInstanceOf(ServiceException.class);
    }

    @Test
    void closedWithoutLeases_takesItsRowAway() {
        startBoth();
        TestReplica.Gateway g = b.gateway("g");
        g.ask();
        g.attachment.release();
        b.replicas.close();
        assertThat(database.rowsOf("b")).isEmpty();
    }

    @Test
    void closedWhileAGatewayHoldsALease_leavesItsRow() {
        startBoth();
        TestReplica.Gateway g = b.gateway("g");
        g.ask();
        b.replicas.close();
        assertThat(database.rowsOf("b")).hasSize(1);
        assertThat(g.ask()).isZero();
        CompletableFuture<Propagation> answer = a.barrier.await(database.commit(a), LONG);
        time.advanceMillis(5_000);
        assertThat(answer.join().propagated()).isFalse();
    }
}
