package dev.portcullis.admin.change;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.admin.change.LeaseTable.Attachment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class BarrierTest {
    private static final Duration LONG = Duration.ofDays(1);

    private final VirtualTime time = new VirtualTime();
    private final LeaseConfig config = LeaseConfig.defaults();
    private LeaseTable leases = new LeaseTable(config, time, 0, 0);
    private Barrier barrier = new Barrier(leases, config, time, time);

    @AfterEach
    void nothingIsLeft() {
        assertThat(barrier.waiting()).isZero();
    }

    private Attachment gateway(String id) {
        Attachment gateway = leases.attach(Arrival.of(id, 0, false), () -> {});
        gateway.request();
        return gateway;
    }

    private void restart(long outstandingMillis) {
        leases = new LeaseTable(config, time, 0, outstandingMillis);
        barrier = new Barrier(leases, config, time, time);
    }

    @Test
    void noGateway_propagatedAtOnce() {
        assertThat(barrier.await(1, LONG)).isCompletedWithValue(Propagation.everywhere(1));
        assertThat(time.pending()).isZero();
    }

    @Test
    void lastGatewayApplies_propagatedThen() {
        Attachment a = gateway("a");
        Attachment b = gateway("b");
        CompletableFuture<Propagation> answer = barrier.await(1, LONG);
        a.applied(1);
        assertThat(answer).isNotDone();
        b.applied(1);
        assertThat(answer.join().propagated()).isTrue();
    }

    @Test
    void gatewayThatDoesNotApply_pendingAfterTheConfiguredWait() {
        gateway("slow");
        gateway("dead").detach();
        Attachment good = gateway("good");
        CompletableFuture<Propagation> answer = barrier.await(1, LONG);
        good.applied(1);
        time.advanceMillis(4_999);
        assertThat(answer).isNotDone();
        time.advanceMillis(1);
        Propagation propagation = answer.join();
        assertThat(propagation.propagated()).isFalse();
        assertThat(propagation.revision()).isEqualTo(1);
        assertThat(propagation.unconfirmedGateways()).containsExactly("dead", "slow");
        assertThat(propagation.effectiveEverywhereBy())
                .isEqualTo(VirtualTime.START.plusSeconds(31));
    }

    @Test
    void callersDeadlineSooner_pendingThen() {
        gateway("slow");
        CompletableFuture<Propagation> answer = barrier.await(1, Duration.ofMillis(100));
        time.advanceMillis(100);
        assertThat(answer.join().unconfirmedGateways()).containsExactly("slow");
        assertThat(barrier.await(1, Duration.ZERO).join().propagated()).isFalse();
        assertThat(barrier.await(1, Duration.ofSeconds(-5)).join().propagated()).isFalse();
        CompletableFuture<Propagation> endless =
                barrier.await(1, Duration.ofSeconds(Long.MAX_VALUE));
        time.advanceMillis(5_000);
        assertThat(endless.join().propagated()).isFalse();
    }

    @Test
    void leaseLapsesWhileWaiting_propagatedThen() {
        gateway("dead").detach();
        time.advanceMillis(28_000);
        CompletableFuture<Propagation> answer = barrier.await(1, LONG);
        time.advanceMillis(2_999);
        assertThat(answer).isNotDone();
        time.advanceMillis(1);
        assertThat(answer.join().propagated()).isTrue();
    }

    @Test
    void gatewayLeavesWithoutALease_propagatedThen() {
        leases.committed(1);
        Attachment late = leases.attach(Arrival.of("late", 0, false), () -> {});
        CompletableFuture<Propagation> answer = barrier.await(2, LONG);
        assertThat(answer).isNotDone();
        late.detach();
        assertThat(answer.join().propagated()).isTrue();
    }

    @Test
    void startWithUnknownGateways_pendingUntilTheirLeasesHaveLapsed() {
        restart(31_000);
        CompletableFuture<Propagation> answer = barrier.await(1, LONG);
        time.advanceMillis(5_000);
        assertThat(answer.join().unconfirmedGateways()).containsExactly("unknown");
        assertThat(answer.join().effectiveEverywhereBy())
                .isEqualTo(VirtualTime.START.plusSeconds(31));
        time.advanceMillis(26_000);
        assertThat(barrier.await(2, LONG).join().propagated()).isTrue();
    }

    @Test
    void startWithoutUnknownGateways_propagatedFromTheFirstMoment() {
        restart(0);
        Attachment own = gateway("own");
        CompletableFuture<Propagation> answer = barrier.await(1, LONG);
        own.applied(1);
        assertThat(answer.join().propagated()).isTrue();
    }

    @Test
    void manyWaiting_answeredInRevisionOrderByOneTimer() {
        Attachment g = gateway("g");
        List<Long> answered = new ArrayList<>();
        for (long revision = 100; revision >= 1; revision--) {
            barrier.await(revision, LONG).thenAccept(p -> answered.add(p.revision()));
        }
        assertThat(time.pending()).isEqualTo(1);
        g.applied(50);
        assertThat(answered).hasSize(50).isSorted();
        assertThat(barrier.waiting()).isEqualTo(50);
        g.applied(100);
        assertThat(answered).hasSize(100).isSorted();
    }

    @Test
    void oneWaiterTooMany_toldAtOnceHowThingsStand() {
        Attachment g = gateway("g");
        for (int i = 0; i < Barrier.WAITERS_MAX; i++) {
            barrier.await(1, LONG);
        }
        assertThat(barrier.await(1, LONG).join().unconfirmedGateways()).containsExactly("g");
        assertThat(barrier.waiting()).isEqualTo(Barrier.WAITERS_MAX);
        g.applied(1);
    }

    @Test
    void answerAsksAgain_noDeadlock() {
        Attachment g = gateway("g");
        CompletableFuture<Propagation> second = barrier.await(1, LONG)
                .thenCompose(first -> barrier.await(1, LONG));
        g.applied(1);
        assertThat(second.join().propagated()).isTrue();
    }

    @Test
    void closed_everybodyIsToldHowThingsStand() {
        gateway("g");
        CompletableFuture<Propagation> answer = barrier.await(1, LONG);
        barrier.close();
        assertThat(answer.join().unconfirmedGateways()).containsExactly("g");
        assertThat(barrier.await(2, LONG).join().propagated()).isFalse();
        assertThat(time.pending()).isZero();
    }

    @Test
    void timerEnded_nobodyWaitsForEver() {
        gateway("g");
        time.shutdown();
        assertThat(barrier.await(1, LONG).join().propagated()).isFalse();
    }
}
