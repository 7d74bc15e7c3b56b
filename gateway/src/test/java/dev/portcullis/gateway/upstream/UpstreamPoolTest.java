package dev.portcullis.gateway.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.portcullis.gateway.outcome.Refusal;
import dev.portcullis.gateway.rewrite.HealthRequest;
import dev.portcullis.gateway.rewrite.UpstreamRequest;
import dev.portcullis.gateway.testkit.FakeUpstream;
import dev.portcullis.gateway.testkit.UpstreamSettings;
import dev.portcullis.gateway.upstream.PoolFixture.Lessee;
import dev.portcullis.gateway.upstream.UpstreamConnection.Reached;
import io.netty.channel.epoll.Epoll;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The connections of one loop: which one is leased, how many there are, when they are closed. */
@Timeout(60)
class UpstreamPoolTest {
    private final PoolFixture fixture = new PoolFixture();
    private FakeUpstream upstream;

    @BeforeEach
    void start() throws Exception {
        upstream = FakeUpstream.start();
    }

    @AfterEach
    void stop() throws Exception {
        fixture.close();
        upstream.close();
    }

    private UpstreamPool pool(UpstreamSettings settings) throws Exception {
        return fixture.pool(fixture.cluster(settings, upstream.uri().toString()));
    }

    /** Leases a connection that serves one request and is given back. */
    private Lessee use(UpstreamPool pool, boolean repeatable) throws Exception {
        Lessee lessee = lease(pool, repeatable);
        fixture.onLoop(() -> {
            lessee.connection.send(get());
            lessee.connection.sendEnd(null);
            lessee.connection.flush();
            return null;
        });
        await().until(() -> lessee.status == 200 && stats().leased() == 0);
        return lessee;
    }

    private Lessee lease(UpstreamPool pool, boolean repeatable) throws Exception {
        Lessee lessee = new Lessee(repeatable);
        fixture.onLoop(() -> {
            pool.lease(lessee);
            return null;
        });
        await().until(lessee::isAnswered);
        return lessee;
    }

    private static UpstreamRequest get() {
        return HealthRequest.of("a", "/");
    }

    private void tick(UpstreamPool pool, Duration later) throws Exception {
        long now = fixture.nanos.addAndGet(later.toNanos());
        fixture.onLoop(() -> {
            pool.tick(now);
            return null;
        });
    }

    private UpstreamStats stats() {
        return fixture.stats;
    }

    /** What the kernel knows of a connection's end is asked before a request that is sent once. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void closedWhileTheLoopIsBusy_onlyWhatMayBeRepeatedGetsIt(boolean repeatable)
            throws Exception {
        UpstreamPool pool = pool(new UpstreamSettings());
        use(pool, true);
        tick(pool, Duration.ofMillis(500));
        Lessee lessee = new Lessee(repeatable);
        fixture.onLoop(() -> {
            upstream.closeConnections();
            // the loop, which is here, cannot have seen it yet
            await().until(() -> upstream.openConnections() == 0);
            pool.lease(lessee);
            return null;
        });
        await().until(lessee::isAnswered);
        assertThat(lessee.connection.isReused()).isEqualTo(repeatable || !Epoll.isAvailable());
        fixture.onLoop(() -> {
            lessee.connection.discard();
            return null;
        });
        await().until(() -> stats().open() == 0);
        assertThat(stats().opened()).isEqualTo(repeatable || !Epoll.isAvailable() ? 1 : 2);
    }

    @Test
    void connectionIsOld_itIsNotUsedAgain() throws Exception {
        UpstreamPool pool = pool(new UpstreamSettings().lifetime(Duration.ofSeconds(10)));
        use(pool, true);
        tick(pool, Duration.ofSeconds(9));
        use(pool, true);
        assertThat(stats().opened()).isEqualTo(1);
        tick(pool, Duration.ofSeconds(1));
        await().until(() -> stats().open() == 0);
        use(pool, true);
        assertThat(stats().opened()).isEqualTo(2);
    }

    @Test
    void connectionGrowsOldInUse_itIsClosedWhenItIsGivenBack() throws Exception {
        UpstreamPool pool = pool(new UpstreamSettings().lifetime(Duration.ofSeconds(10)));
        Lessee lessee = lease(pool, true);
        tick(pool, Duration.ofSeconds(11));
        fixture.onLoop(() -> {
            lessee.connection.send(get());
            lessee.connection.sendEnd(null);
            lessee.connection.flush();
            return null;
        });
        await().until(() -> lessee.status == 200 && stats().open() == 0);
    }

    @Test
    void connectionIsIdleForLong_itIsClosed() throws Exception {
        UpstreamPool pool = pool(new UpstreamSettings().idleTimeout(Duration.ofSeconds(3)));
        use(pool, true);
        tick(pool, Duration.ofSeconds(3));
        assertThat(stats().open()).isEqualTo(1);
        tick(pool, Duration.ofSeconds(1));
        await().until(() -> stats().open() == 0);
    }

    @Test
    void asManyConnectionsAsMayBe_oneMoreIsRefusedAtOnceAndGivenBackServes() throws Exception {
        UpstreamPool pool = pool(new UpstreamSettings().connectionsMax(2));
        Lessee first = lease(pool, true);
        Lessee second = lease(pool, true);
        assertThat(lease(pool, true).refusal).isEqualTo(Refusal.UPSTREAM_SATURATED);
        assertThat(stats().cluster("app").saturated()).isEqualTo(1);
        for (Lessee lessee : List.of(first, second)) {
            fixture.onLoop(() -> {
                lessee.connection.discard();
                return null;
            });
        }
        await().until(() -> stats().open() == 0);
        assertThat(lease(pool, true).refusal).isNull();
    }

    @Test
    void addressVanishes_itsConnectionsAreClosedAndTheNewOneServes() throws Exception {
        fixture.names.put("app.test", List.of("127.0.0.1"));
        Cluster cluster = fixture.cluster(
                new UpstreamSettings(), "http://app.test:" + upstream.address().getPort());
        UpstreamPool pool = fixture.pool(cluster);
        use(pool, true);
        Lessee before = lease(pool, true);
        assertThat(before.address.toString())
                .isEqualTo("app.test:" + upstream.address().getPort());
        fixture.names.put("app.test", List.of("127.0.0.2"));
        cluster.refresh();
        Lessee after = lease(pool, true);
        assertThat(after.refusal).isEqualTo(Refusal.UPSTREAM_UNREACHABLE);
        assertThat(before.connection).isNotNull();
        fixture.onLoop(() -> {
            before.connection.send(get());
            before.connection.sendEnd(null);
            before.connection.flush();
            return null;
        });
        await().until(() -> before.status == 200 && stats().open() == 0);
    }

    @Test
    void lookUpFails_whatWasKnownServesOn() throws Exception {
        fixture.names.put("app.test", List.of("127.0.0.1"));
        Cluster cluster = fixture.cluster(
                new UpstreamSettings(), "http://app.test:" + upstream.address().getPort());
        UpstreamPool pool = fixture.pool(cluster);
        fixture.names.put("app.test", List.of());
        cluster.refresh();
        use(pool, true);
        assertThat(stats().cluster("app").addresses()).extracting(AddressState::address)
                .containsExactly("127.0.0.1:" + upstream.address().getPort());
    }

    @Test
    void onlyAnEjectedAddressAnswers_itIsTriedWhereNoOtherIsToBeHad() throws Exception {
        Cluster cluster = fixture.cluster(
                new UpstreamSettings(), upstream.uri().toString(), "http://127.0.0.1:1");
        Address ejected = cluster.members().all().get(0);
        for (int i = 0; i < cluster.config().outliers().consecutiveFailures(); i++) {
            ejected.failed();
        }
        assertThat(cluster.members().usable()).doesNotContain(ejected);
        UpstreamPool pool = fixture.pool(cluster);
        Lessee first = lease(pool, false);
        assertThat(first.refusal).isEqualTo(Refusal.UPSTREAM_UNREACHABLE);
        Retries retries = new Retries(cluster);
        assertThat(retries.permit(Reached.UNSENT, first.address, false, true)).isTrue();
        Lessee again = new Lessee(false);
        fixture.onLoop(() -> {
            pool.leaseNew(again, retries);
            return null;
        });
        await().until(again::isAnswered);
        assertThat(again.address).isSameAs(ejected);
        assertThat(again.refusal).isNull();
    }

    @Test
    void nameIsUnknown_unreachableUntilItIsKnown() throws Exception {
        fixture.names.put("app.test", List.of());
        Cluster cluster = fixture.cluster(
                new UpstreamSettings(), "http://app.test:" + upstream.address().getPort());
        UpstreamPool pool = fixture.pool(cluster);
        Lessee unreachable = lease(pool, true);
        assertThat(unreachable.refusal).isEqualTo(Refusal.UPSTREAM_UNREACHABLE);
        assertThat(unreachable.address.toString()).startsWith("app.test:");
        fixture.names.put("app.test", List.of("127.0.0.1"));
        cluster.refresh();
        use(pool, true);
    }

    @Test
    void nameHasSeveralAddresses_eachIsNamedByItself() throws Exception {
        fixture.names.put("app.test", List.of("127.0.0.1", "::1", "127.0.0.1"));
        Cluster cluster = fixture.cluster(new UpstreamSettings(), "http://app.test:81");
        assertThat(cluster.members().all()).extracting(Address::toString)
                .containsExactly("127.0.0.1:81", "[::1]:81");
    }

    @Test
    void noPort_theSchemesOwnIsMeant() throws Exception {
        Endpoint plain =
                fixture.cluster(new UpstreamSettings(), "http://127.0.0.1").endpoints().get(0);
        Endpoint secure =
                fixture.cluster(new UpstreamSettings(), "https://[::1]").endpoints().get(0);
        assertThat(plain.port()).isEqualTo(80);
        assertThat(plain.isSecure()).isFalse();
        assertThat(secure.port()).isEqualTo(443);
        assertThat(secure.isSecure()).isTrue();
        assertThat(secure).hasToString("[::1]:443");
        assertThat(secure.host()).isEqualTo("::1");
    }
}
