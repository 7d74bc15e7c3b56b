package dev.portcullis.admin.change;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.portcullis.admin.change.LeaseTable.Attachment;
import dev.portcullis.admin.model.ServiceException;
import dev.portcullis.admin.store.TestStore;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whether a start has to reckon with gateways it does not know. */
class LeaseMarkTest {
    private static final LeaseConfig CONFIG = LeaseConfig.defaults();
    private static final long LEASE = 31_000;

    @TempDir Path directory;
    private final VirtualTime time = new VirtualTime();
    private TestStore test;
    private LeaseTable leases;
    private LeaseMark mark;

    @BeforeEach
    void open() throws Exception {
        test = TestStore.open(directory, time);
        start(CONFIG);
    }

    @AfterEach
    void close() {
        test.close();
    }

    private void start(LeaseConfig config) {
        leases = new LeaseTable(config, time, 0, LeaseMark.read(test.store()));
        mark = new LeaseMark(test.store(), leases, config);
    }

    private Attachment attachRemote(String id) {
        return mark.attach(() -> leases.attach(Arrival.of(id, 0, true), () -> {}));
    }

    @Test
    void gatewaysOfThisProcessOnly_nothingIsMarked() {
        leases.attach(Arrival.of("own", 0, false), () -> {}).request();
        mark.tidy();
        assertThat(LeaseMark.read(test.store())).isZero();
        start(CONFIG);
        assertThat(leases.mayHaveUnknown()).isFalse();
    }

    @Test
    void gatewayOfAnotherProcess_markedBeforeItIsGivenAnything() {
        Attachment remote = mark.attach(() -> {
            assertThat(LeaseMark.read(test.store())).isEqualTo(LEASE);
            return leases.attach(Arrival.of("far", 0, true), () -> {});
        });
        remote.request();
        start(CONFIG);
        assertThat(leases.unconfirmed(1).gateways()).containsExactly("unknown");
    }

    @Test
    void manyGatewaysAndLeases_oneWrite() {
        test.failAt(0);
        for (int i = 0; i < 20; i++) {
            Attachment gateway = attachRemote("g" + i);
            gateway.request();
            gateway.request();
            mark.tidy();
        }
        assertThat(test.stopFailing()).filteredOn("COMMIT"::equals).hasSize(1);
    }

    @Test
    void markCannotBeWritten_gatewayIsNotAttached() {
        test.failAt(2);
        assertThat(catchThrowableOfType(ServiceException.class, () -> attachRemote("far")).code())
                .isEqualTo(ServiceException.Code.UNAVAILABLE);
        test.stopFailing();
        assertThat(leases.hasRemote()).isFalse();
        attachRemote("far");
        assertThat(leases.hasRemote()).isTrue();
    }

    @Test
    void lastGatewayGone_markIsTakenBackOnceItsLeaseHasLapsed() {
        Attachment remote = attachRemote("far");
        remote.request();
        remote.detach();
        mark.tidy();
        assertThat(LeaseMark.read(test.store())).isEqualTo(LEASE);
        time.advanceMillis(LEASE);
        mark.tidy();
        assertThat(LeaseMark.read(test.store())).isZero();
        attachRemote("far");
        assertThat(LeaseMark.read(test.store())).isEqualTo(LEASE);
    }

    @Test
    void unknownGatewaysAfterAStart_markStaysUntilTheyMustHaveLapsed() {
        attachRemote("far").request();
        start(CONFIG);
        mark.tidy();
        assertThat(LeaseMark.read(test.store())).isEqualTo(LEASE);
        time.advanceMillis(LEASE);
        mark.tidy();
        assertThat(LeaseMark.read(test.store())).isZero();
    }

    @Test
    void leaseConfiguredShorter_theLongerOneCountsFirst() {
        attachRemote("far").request();
        LeaseConfig shorter =
                new LeaseConfig(Duration.ofSeconds(4), Duration.ofSeconds(1), Duration.ZERO);
        start(shorter);
        attachRemote("far").request();
        mark.tidy();
        assertThat(LeaseMark.read(test.store())).isEqualTo(LEASE);
        time.advanceMillis(LEASE);
        mark.tidy();
        assertThat(LeaseMark.read(test.store())).isEqualTo(5_000);
    }
}
