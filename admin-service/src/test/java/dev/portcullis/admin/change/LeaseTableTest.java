package dev.portcullis.admin.change;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.portcullis.admin.change.LeaseTable.Attachment;
import dev.portcullis.admin.model.GatewayStanding;
import dev.portcullis.admin.model.ServiceException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The rules of the lease, each by itself. Leases are 30 s, the margin 1 s. */
class LeaseTableTest {
    private static final long LEASE = 30_000;
    private static final long MARGIN = 1_000;

    private final VirtualTime time = new VirtualTime();
    private LeaseTable leases = table(10, 0);

    private LeaseTable table(long latest, long outstandingMillis) {
        return new LeaseTable(
                new LeaseConfig(
                        Duration.ofMillis(LEASE), Duration.ofMillis(MARGIN), Duration.ofSeconds(5)),
                time, latest, outstandingMillis);
    }

    private Attachment attach(String id, long last) {
        return leases.attach(Arrival.of(id, last, false), () -> {});
    }

    private boolean confirmed(long revision) {
        return leases.confirmedRevision() >= revision;
    }

    @Test
    void noGateway_everythingIsConfirmed() {
        leases.committed(11);
        assertThat(confirmed(11)).isTrue();
        assertThat(leases.unconfirmed(11).gateways()).isEmpty();
        assertThat(leases.nextLapse()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void newGatewayThatKnowsEverything_isGivenAWholeLease() {
        assertThat(attach("g", 10).request()).isEqualTo(LEASE);
    }

    @Test
    void newGatewayThatHasToCatchUp_isGivenALeaseOnceItHas() {
        Attachment g = attach("g", 0);
        assertThat(g.request()).isZero();
        assertThat(g.applied(9)).isZero();
        assertThat(g.applied(10)).isEqualTo(LEASE);
    }

    @Test
    void gatewayWithALease_confirmsByApplying() {
        Attachment g = attach("g", 10);
        g.request();
        leases.committed(11);
        assertThat(confirmed(10)).isTrue();
        assertThat(confirmed(11)).isFalse();
        assertThat(leases.unconfirmed(11).gateways()).containsExactly("g");
        g.applied(11);
        assertThat(confirmed(11)).isTrue();
    }

    @Test
    void databaseThatWasPutBack_nothingAppliedCounts_andNoLeaseIsGiven() {
        Attachment g = attach("g", 10);
        g.request();
        leases.distrust();
        // a number of before, and one that is still to come
        assertThat(confirmed(9)).isFalse();
        leases.committed(11);
        assertThat(g.applied(11)).isZero();
        assertThat(confirmed(11)).isFalse();
        assertThat(leases.unconfirmed(9).gateways()).containsExactly("g");
        assertThatThrownBy(() -> attach("h", 10)).isInstanceOf(ServiceException.class);
        time.advanceMillis(LEASE + MARGIN);
        assertThat(confirmed(11)).isTrue();
        assertThat(g.request()).isZero();
    }

    @Test
    void originCountsLongerThanTheGateway_byTheMargin() {
        Attachment g = attach("g", 10);
        g.request();
        g.detach();
        leases.committed(11);
        time.advanceMillis(LEASE + MARGIN - 1);
        assertThat(confirmed(11)).isFalse();
        time.advanceMillis(1);
        assertThat(confirmed(11)).isTrue();
    }

    @Test
    void gatewayThatAsksButAppliesNothing_isShutOutWithinOneLeaseOfTheCommit() {
        Attachment g = attach("g", 10);
        g.request();
        time.advanceMillis(20_000);
        leases.committed(11);
        long stopped = 20_000 + LEASE;
        while (time.elapsedMillis() < stopped) {
            // whatever it is given never reaches past one lease behind the commit
            assertThat(time.elapsedMillis() + g.request()).isEqualTo(stopped);
            time.advanceMillis(2_500);
        }
        assertThat(g.request()).isZero();
        assertThat(confirmed(11)).isFalse();
        time.advanceMillis(MARGIN);
        assertThat(confirmed(11)).isTrue();
    }

    @Test
    void gatewayThatLagsBehindAFlowOfChanges_keepsItsLease() {
        Attachment g = attach("g", 10);
        for (int i = 0; i < 200; i++) {
            leases.committed(11 + i);
            time.advanceMillis(1_000);
            // it always applies what was committed five seconds ago
            long length = g.applied(Math.max(10, 11 + i - 5));
            assertThat(length).isBetween(LEASE - 6_000, LEASE);
        }
    }

    @Test
    void lapsedGateway_mustCatchUpWithEverythingConfirmedWithoutIt() {
        Attachment g = attach("g", 10);
        g.request();
        leases.committed(11);
        time.advanceMillis(LEASE + MARGIN);
        assertThat(confirmed(11)).isTrue();
        leases.committed(12);
        assertThat(confirmed(12)).isTrue();
        // it comes to life again: not before it knows what was promised without it
        assertThat(g.request()).isZero();
        assertThat(confirmed(12)).isTrue();
        assertThat(g.applied(11)).isZero();
        assertThat(g.applied(12)).isEqualTo(LEASE);
    }

    @Test
    void gatewayThatIsCatchingUp_countsForWhatComesAfterIt() {
        Attachment g = attach("g", 0);
        assertThat(confirmed(10)).as("what was before it came").isTrue();
        leases.committed(11);
        assertThat(confirmed(11)).isFalse();
        assertThat(g.applied(10)).isPositive();
        assertThat(confirmed(11)).isFalse();
        g.applied(11);
        assertThat(confirmed(11)).isTrue();
    }

    @Test
    void gatewayThatNeverCatchesUp_countsForOneLeaseOnly() {
        attach("g", 0);
        leases.committed(11);
        time.advanceMillis(LEASE + MARGIN);
        assertThat(confirmed(11)).isTrue();
    }

    @Test
    void gatewayThatLeavesWithoutALease_isForgottenAtOnce() {
        Attachment g = attach("g", 0);
        leases.committed(11);
        assertThat(confirmed(11)).isFalse();
        g.detach();
        assertThat(confirmed(11)).isTrue();
    }

    @Test
    void gatewayThatGaveUpItsLease_isForgottenAtOnce() {
        Attachment g = attach("g", 10);
        g.request();
        leases.committed(11);
        g.release();
        assertThat(confirmed(11)).isTrue();
    }

    @Test
    void supersededStreamThatEnds_doesNotEndTheLease() {
        Attachment first = attach("g", 10);
        first.request();
        attach("g", 10);
        leases.committed(11);
        first.release();
        assertThat(confirmed(11)).isFalse();
    }

    @Test
    void gatewayThatComesBack_keepsItsLeaseButGetsNoLongerOneBeforeItHasCaughtUp() {
        Attachment g = attach("g", 10);
        g.request();
        time.advanceMillis(10_000);
        g.detach();
        leases.committed(11);
        LeaseTable.Unconfirmed named = leases.unconfirmed(11);
        assertThat(named.nanos()).isEqualTo((LEASE + MARGIN - 10_000) * 1_000_000);
        Attachment again = attach("g", 10);
        assertThat(again.request()).isZero();
        time.advance(Duration.ofNanos(named.nanos()));
        assertThat(leases.unconfirmed(11).gateways()).isEmpty();
    }

    @Test
    void attachedGateway_namedInstantHoldsWhateverItAsksFor() {
        Attachment g = attach("g", 10);
        g.request();
        time.advanceMillis(10_000);
        leases.committed(11);
        time.advanceMillis(5_000);
        LeaseTable.Unconfirmed named = leases.unconfirmed(11);
        assertThat(named.nanos()).isEqualTo((LEASE + MARGIN - 5_000) * 1_000_000);
        while (time.elapsedMillis() < 10_000 + LEASE) {
            g.request();
            time.advanceMillis(500);
        }
        assertThat(confirmed(11)).isFalse();
        time.advanceMillis(MARGIN);
        assertThat(confirmed(11)).isTrue();
    }

    @Test
    void secondStreamOfAGateway_takesThePlaceOfTheFirst() {
        boolean[] superseded = new boolean[1];
        Attachment first = leases.attach(Arrival.of("g", 10, false), () -> superseded[0] = true);
        first.request();
        Attachment second = attach("g", 10);
        assertThat(superseded[0]).isTrue();
        leases.committed(11);
        assertThat(first.applied(11)).isZero();
        assertThat(first.request()).isZero();
        first.detach();
        assertThat(leases.unconfirmed(11).gateways()).containsExactly("g");
        assertThat(second.applied(11)).isEqualTo(LEASE);
        assertThat(confirmed(11)).isTrue();
    }

    @Test
    void unknownGateways_countUntilTheirLeasesMustHaveLapsed() {
        leases = table(10, 31_000);
        assertThat(confirmed(1)).isFalse();
        assertThat(leases.unconfirmed(11).gateways()).containsExactly("unknown");
        assertThat(leases.unconfirmed(11).nanos()).isEqualTo(31_000_000_000L);
        assertThat(leases.mayHaveUnknown()).isTrue();
        time.advanceMillis(31_000);
        assertThat(confirmed(11)).isTrue();
        assertThat(leases.mayHaveUnknown()).isFalse();
    }

    @Test
    void changesFromBeforeTheStart_areKnownToBeCommittedButNotWhen() {
        Attachment g = attach("g", 7);
        assertThat(g.applied(9)).isZero();
        // within the same life a time is known
        leases.committed(11);
        assertThat(g.applied(10)).isEqualTo(LEASE);
    }

    @Test
    void farMoreChangesThanTimesAreKept_noLeaseForWhoLagsSoFar() {
        Attachment g = attach("g", 10);
        for (int i = 11; i < 11 + 20_000; i++) {
            leases.committed(i);
        }
        assertThat(g.applied(11)).isZero();
        assertThat(g.applied(15_000)).isEqualTo(LEASE);
    }

    @Test
    void gatewaysBeyondTheBound_areRefused() {
        for (int i = 0; i < LeaseTable.GATEWAYS_MAX; i++) {
            attach("g" + i, 10);
        }
        ServiceException refusal =
                catchThrowableOfType(ServiceException.class, () -> attach("one more", 10));
        assertThat(refusal.code()).isEqualTo(ServiceException.Code.RESOURCE_EXHAUSTED);
        // one that is known may come back
        assertThat(attach("g7", 10).request()).isEqualTo(LEASE);
    }

    private static Arrival arrival(String id, String instance) {
        return new Arrival(id, instance, 10, true, "edge", "1.2.3", "10.0.0.7", "replica-1");
    }

    @Test
    void idOfAnotherProcessThatWatches_isRefused() {
        leases.attach(arrival("g", "one"), () -> {}).request();
        ServiceException refusal = catchThrowableOfType(
                ServiceException.class, () -> leases.attach(arrival("g", "two"), () -> {}));
        assertThat(refusal.code()).isEqualTo(ServiceException.Code.ALREADY_EXISTS);
    }

    @Test
    void idOfAProcessThatIsGone_isTakenAndTheOldLeaseCountsOn() {
        Attachment first = leases.attach(arrival("g", "one"), () -> {});
        first.request();
        first.detach();
        Attachment second = leases.attach(arrival("g", "two"), () -> {});
        second.request();
        leases.committed(11);
        second.applied(11);
        assertThat(leases.unconfirmed(11).gateways()).containsExactly("g");
        second.release();
        assertThat(confirmed(11)).isFalse();
        time.advanceMillis(LEASE + MARGIN);
        assertThat(confirmed(11)).isTrue();
    }

    @Test
    void standings_sayWhoWatchesAndUntilWhenEachMayAnswer() {
        time.advanceMillis(5_000);
        Attachment g = leases.attach(arrival("g", "one"), () -> {});
        g.request();
        attach("a", 3);
        time.advanceMillis(1_000);
        g.detach();
        assertThat(leases.standings(time.instant())).containsExactly(
                new GatewayStanding(
                        "a", "", true, 3, null, "", "", "", VirtualTime.START.plusSeconds(5)),
                new GatewayStanding(
                        "g", "edge", false, 10, VirtualTime.START.plusSeconds(35), "1.2.3",
                        "10.0.0.7", "replica-1", VirtualTime.START.plusSeconds(5)));
        // within the margin it counts, though it must have stopped
        time.advanceMillis(LEASE - 500);
        assertThat(leases.standings(time.instant()).get(1).leaseUntil()).isNull();
        time.advanceMillis(1_000);
        assertThat(leases.standings(time.instant())).hasSize(1);
    }

    @Test
    void remoteGateway_countsAsRemoteUntilItsLeaseHasLapsed() {
        attach("local", 10).request();
        assertThat(leases.hasRemote()).isFalse();
        Attachment remote = leases.attach(Arrival.of("remote", 10, true), () -> {});
        remote.request();
        remote.detach();
        assertThat(leases.hasRemote()).isTrue();
        time.advanceMillis(LEASE + MARGIN);
        assertThat(leases.hasRemote()).isFalse();
    }
}
