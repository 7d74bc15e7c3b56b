package dev.portcullis.gateway.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.gateway.testkit.UpstreamSettings;
import dev.portcullis.gateway.upstream.UpstreamConnection.Reached;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Least request of two choices, drawn by a seeded chance. */
class ChoiceTest {
    private static final int DRAWS = 20_000;
    private static final Duration SLOW_START = Duration.ofSeconds(10);

    private final PoolFixture fixture = new PoolFixture();
    private final Choice choice = new Choice(new Random(1), SLOW_START.toNanos());
    private Cluster cluster;

    @AfterEach
    void stop() throws Exception {
        fixture.close();
    }

    private AddressPool[] pools(int count) {
        String[] uris = new String[count];
        Arrays.setAll(uris, i -> "http://127.0.0.1:" + (1000 + i));
        cluster = fixture.cluster(new UpstreamSettings().slowStart(SLOW_START), uris);
        return cluster.members().all().stream()
                .map(address -> AddressPool.ofRequests(
                        fixture.loop(), fixture.channelType(), address))
                .toArray(AddressPool[]::new);
    }

    private int[] draw(AddressPool[] pools, Retries retries) {
        int[] drawn = new int[pools.length];
        for (int i = 0; i < DRAWS; i++) {
            drawn[Arrays.asList(pools).indexOf(choice.pick(pools, retries))]++;
        }
        return drawn;
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 10})
    void nothingInProgress_eachIsDrawnAsOften(int count) {
        for (int drawn : draw(pools(count), null)) {
            assertThat(drawn).isBetween(DRAWS * 9 / 10 / count, DRAWS * 11 / 10 / count);
        }
    }

    /** The k-th most busy of n is taken when it is drawn with one of the k-1 more busy ones. */
    @Test
    void eachBusierThanTheNext_sharesAreThoseOfTwoChoices() {
        AddressPool[] pools = pools(5);
        for (int i = 0; i < pools.length; i++) {
            pools[i].address().inProgress().set(10 * (pools.length - i));
        }
        int[] drawn = draw(pools, null);
        for (int i = 0; i < pools.length; i++) {
            assertThat((double) drawn[i] / DRAWS)
                    .isBetween(i / 10.0 - 0.02, i / 10.0 + 0.02);
        }
    }

    /** Requests that stay: the fullest has hardly more than its part, as with two choices. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void requestsStay_noAddressHasManyMoreThanItsPart(long seed) {
        AddressPool[] pools = pools(20);
        Choice seeded = new Choice(new Random(seed), 0);
        for (int i = 0; i < 20 * 50; i++) {
            seeded.pick(pools, null).address().inProgress().incrementAndGet();
        }
        for (AddressPool pool : pools) {
            assertThat(pool.load()).isBetween(45, 54);
        }
    }

    @Test
    void failedAtSome_othersAreDrawn() {
        AddressPool[] pools = pools(4);
        Retries retries = new Retries(cluster);
        retries.permit(Reached.UNSENT, pools[0].address(), true, true);
        retries.permit(Reached.UNSENT, pools[2].address(), true, true);
        int[] drawn = draw(pools, retries);
        retries.end();
        assertThat(drawn[0] + drawn[2]).isZero();
        assertThat(drawn[1]).isBetween(DRAWS * 4 / 10, DRAWS * 6 / 10);
    }

    @Test
    void couldNotBeConnectedToJustNow_othersAreDrawnUntilAMomentLater() {
        AddressPool[] pools = pools(2);
        pools[0].address().connectFailed();
        assertThat(draw(pools, null)[0]).isZero();
        fixture.nanos.addAndGet(Duration.ofMillis(250).toNanos());
        cluster.review();
        assertThat(draw(pools, null)[0]).isPositive();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 5, 8, 10, 20})
    void becameWell_shareGrowsEvenly(int seconds) {
        AddressPool[] pools = pools(2);
        Address address = pools[0].address();
        cluster.checked(address, false, "status 500");
        cluster.checked(address, true, null);
        long now = fixture.nanos.addAndGet(Duration.ofSeconds(seconds).toNanos());
        for (AddressPool pool : pools) {
            pool.tick(now);
        }
        double expected = Math.min(1, seconds / 10.0) / 2;
        assertThat((double) draw(pools, null)[0] / DRAWS)
                .isBetween(expected - 0.02, expected + 0.02);
    }
}
