package dev.portcullis.gateway.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.gateway.testkit.UpstreamSettings;
import dev.portcullis.gateway.upstream.UpstreamConfig.Outliers;
import dev.portcullis.gateway.upstream.UpstreamConfig.Retry;
import dev.portcullis.gateway.upstream.UpstreamConnection.Reached;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who gets requests: ejection, its end, panic; and what is sent again. */
class ClusterTest {
    private final PoolFixture fixture = new PoolFixture();
    private final UpstreamSettings settings = new UpstreamSettings()
            .outliers(new Outliers(3, Duration.ofSeconds(10), Duration.ofSeconds(25), 50));

    @AfterEach
    void stop() throws Exception {
        fixture.close();
    }

    private Cluster cluster(int count) {
        String[] uris = new String[count];
        Arrays.setAll(uris, i -> "http://127.0.0.1:" + (1000 + i));
        return fixture.cluster(settings, uris);
    }

    private static Address address(Cluster cluster, int index) {
        return cluster.members().all().get(index);
    }

    private static void fail(Address address, int times) {
        for (int i = 0; i < times; i++) {
            address.failed();
        }
    }

    private void pass(Cluster cluster, Duration time) {
        fixture.nanos.addAndGet(time.toNanos());
        cluster.review();
    }

    @Test
    void failuresInARow_ejectedOnlyWithTheLast() {
        Cluster cluster = cluster(2);
        Address address = address(cluster, 0);
        fail(address, 2);
        address.answered(200);
        fail(address, 2);
        assertThat(cluster.members().usable()).hasSize(2);
        address.answered(503);
        assertThat(cluster.members().usable()).containsExactly(address(cluster, 1));
    }

    @ParameterizedTest
    @CsvSource({"501,2", "502,1", "503,1", "504,1", "505,2", "500,2", "404,2"})
    void statuses_thoseOfAGatewayCount(int status, int usable) {
        Cluster cluster = cluster(2);
        for (int i = 0; i < 3; i++) {
            address(cluster, 0).answered(status);
        }
        assertThat(cluster.members().usable()).hasSize(usable);
    }

    @Test
    void ejectedAgainAndAgain_longerEachTimeUpToTheLongest() {
        Cluster cluster = cluster(2);
        Address address = address(cluster, 0);
        for (int seconds : List.of(10, 20, 25, 25)) {
            fail(address, 3);
            pass(cluster, Duration.ofSeconds(seconds).minusMillis(1));
            assertThat(cluster.members().usable()).hasSize(1);
            pass(cluster, Duration.ofMillis(1));
            assertThat(cluster.members().usable()).hasSize(2);
        }
        pass(cluster, Duration.ofSeconds(25));
        fail(address, 3);
        pass(cluster, Duration.ofSeconds(10));
        assertThat(cluster.members().usable()).hasSize(2);
    }

    @ParameterizedTest
    @CsvSource({"1,100,0", "2,50,1", "2,100,1", "3,50,1", "4,50,2", "4,100,3", "4,24,0", "10,30,3"})
    void allFail_asManyAreEjectedAsMayBeAndOneStays(int count, int percentMax, int ejected) {
        settings.outliers(
                new Outliers(3, Duration.ofSeconds(10), Duration.ofSeconds(25), percentMax));
        Cluster cluster = cluster(count);
        for (int i = 0; i < count; i++) {
            fail(address(cluster, i), 6);
        }
        assertThat(cluster.members().usable()).hasSize(count - ejected);
        assertThat(fixture.stats.cluster("app").sum(EndpointStats::ejections)).isEqualTo(ejected);
    }

    @Test
    void notConfigured_neverEjected() {
        settings.outliers(new Outliers(0, Duration.ofSeconds(10), Duration.ofSeconds(25), 50));
        Cluster cluster = cluster(2);
        fail(address(cluster, 0), 100);
        assertThat(cluster.members().usable()).hasSize(2);
    }

    @Test
    void noneIsWell_allAreUsed() {
        Cluster cluster = cluster(2);
        cluster.checked(address(cluster, 0), false, "status 500");
        assertThat(cluster.members().usable()).containsExactly(address(cluster, 1));
        cluster.checked(address(cluster, 1), false, "status 500");
        assertThat(cluster.members().usable()).hasSize(2);
        cluster.checked(address(cluster, 0), true, null);
        assertThat(cluster.members().usable()).containsExactly(address(cluster, 0));
    }

    @Test
    void ejectionIsOverButChecksFail_getsNothing() {
        Cluster cluster = cluster(2);
        fail(address(cluster, 0), 3);
        cluster.checked(address(cluster, 0), false, "status 500");
        pass(cluster, Duration.ofSeconds(10));
        assertThat(cluster.members().usable()).containsExactly(address(cluster, 1));
        assertThat(cluster.stats().addresses().get(0))
                .isEqualTo(new AddressState("127.0.0.1:1000", "127.0.0.1:1000", false, false));
        cluster.retired();
        assertThat(cluster.stats().addresses()).isEmpty();
    }

    @Test
    void noConnection_threeOthersWithoutBudgetAndFurtherOnesWithinIt() {
        settings.retry(new Retry(2, 0, 1));
        Cluster cluster = cluster(7);
        Retries retries = new Retries(cluster);
        for (int i = 0; i < 3; i++) {
            assertThat(retries.permit(Reached.UNSENT, address(cluster, i), false, true)).isTrue();
        }
        assertThat(cluster.retryBudget().taken()).isZero();
        assertThat(retries.permit(Reached.UNSENT, address(cluster, 3), false, true)).isTrue();
        assertThat(cluster.retryBudget().taken()).isEqualTo(1);
        assertThat(retries.permit(Reached.UNSENT, address(cluster, 4), false, true)).isFalse();
        retries.end();
        retries.end();
        assertThat(cluster.retryBudget().taken()).isZero();
        assertThat(cluster.stats().retries()).isEqualTo(4);
    }

    @Test
    void noConnectionAndTheOtherIsEjected_thatIsTheLastResort() {
        Cluster cluster = cluster(2);
        fail(address(cluster, 0), 3);
        assertThat(cluster.members().usable()).containsExactly(address(cluster, 1));
        Retries retries = new Retries(cluster);
        assertThat(retries.permit(Reached.UNSENT, address(cluster, 1), false, true)).isTrue();
        assertThat(retries.failedAtAll(cluster.members().usable())).isTrue();
        assertThat(retries.permit(Reached.UNSENT, address(cluster, 0), false, true)).isFalse();
    }

    @Test
    void nothingWasSentAndNoOtherAddress_notAgain() {
        Cluster cluster = cluster(1);
        assertThat(new Retries(cluster).permit(Reached.UNSENT, address(cluster, 0), true, true))
                .isFalse();
    }

    @Test
    void bodyWasTaken_notAgain() {
        Cluster cluster = cluster(2);
        for (Reached reached : Reached.values()) {
            assertThat(new Retries(cluster).permit(reached, address(cluster, 0), false, false))
                    .isFalse();
        }
    }

    @Test
    void sent_neverAgain() {
        Cluster cluster = cluster(2);
        assertThat(new Retries(cluster).permit(Reached.SENT, address(cluster, 0), true, true))
                .isFalse();
    }

    @Test
    void keptConnectionWasDead_onceAgainWhateverIsConfigured() {
        settings.retry(new Retry(1, 0, 0));
        Cluster cluster = cluster(1);
        Address address = address(cluster, 0);
        Retries retries = new Retries(cluster);
        assertThat(retries.permit(Reached.STALE, address, true, true)).isTrue();
        assertThat(retries.permit(Reached.STALE, address, true, true)).isFalse();
        assertThat(new Retries(cluster).permit(Reached.STALE, address, false, true)).isFalse();
    }

    @Test
    void budgetIsUsedUp_notAgainUntilOneEnds() {
        settings.retry(new Retry(2, 20, 2));
        Cluster cluster = cluster(2);
        List<Retries> all = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            Retries retries = new Retries(cluster);
            all.add(retries);
            assertThat(retries.permit(Reached.REFUSED, address(cluster, 0), false, true))
                    .isEqualTo(i < 2);
        }
        assertThat(cluster.stats().retriesRefused()).isEqualTo(1);
        all.get(0).end();
        assertThat(all.get(2).permit(Reached.REFUSED, address(cluster, 0), false, true)).isTrue();
    }

    @Test
    void manyAreInProgress_aFifthOfThemMayBeSentAgain() {
        settings.retry(new Retry(2, 20, 1));
        Cluster cluster = cluster(2);
        cluster.stats().endpoint(cluster.endpoints().get(0)).leased.add(25);
        int permitted = 0;
        for (int i = 0; i < 10; i++) {
            boolean again = new Retries(cluster)
                    .permit(Reached.REFUSED, address(cluster, 0), false, true);
            permitted += again ? 1 : 0;
        }
        assertThat(permitted).isEqualTo(5);
    }

    /** A name stands for all its addresses: a family that has no way there costs nobody. */
    @Test
    void keptConnectionHasDied_anotherAddressIsTheBetterGuess() {
        Cluster cluster = cluster(2);
        Retries retries = new Retries(cluster);
        assertThat(retries.permit(Reached.STALE, address(cluster, 0), true, true)).isTrue();
        assertThat(retries.failedAt(address(cluster, 0))).isTrue();
        assertThat(retries.failedAt(address(cluster, 1))).isFalse();
    }

    @Test
    void keptConnectionHasDiedAtTheOnlyAddress_thatIsAskedAgain() {
        Cluster cluster = cluster(1);
        Retries retries = new Retries(cluster);
        assertThat(retries.permit(Reached.STALE, address(cluster, 0), true, true)).isTrue();
        assertThat(retries.failedAt(address(cluster, 0))).isFalse();
    }

    @Test
    void furtherAddressesOfAName_areTriedWithoutBudget() {
        settings.retry(new Retry(1, 0, 0));
        fixture.names.put("app.test", List.of("127.0.0.1", "::1"));
        Cluster cluster = fixture.cluster(settings, "http://app.test:81");
        Retries retries = new Retries(cluster);
        assertThat(retries.permit(Reached.UNSENT, address(cluster, 0), false, true)).isTrue();
        assertThat(retries.permit(Reached.UNSENT, address(cluster, 1), false, true)).isFalse();
    }

    @Test
    void manyEndpointsOverTime_countsAreBounded() {
        ClusterStats stats = fixture.stats.cluster("app");
        for (int i = 0; i < 1000; i++) {
            fixture.cluster(settings, "http://127.0.0.1:" + (1000 + i)).endpoints()
                    .forEach(stats::endpoint);
        }
        assertThat(stats.endpoints()).hasSize(257).containsKey(ClusterStats.OTHERS);
    }
}
