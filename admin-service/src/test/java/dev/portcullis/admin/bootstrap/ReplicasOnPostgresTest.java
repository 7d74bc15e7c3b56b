package dev.portcullis.admin.bootstrap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.portcullis.admin.change.LeaseConfig;
import dev.portcullis.admin.change.Propagation;
import dev.portcullis.admin.model.Actor;
import dev.portcullis.admin.model.GatewayStanding;
import dev.portcullis.admin.model.ServiceException;
import dev.portcullis.admin.model.TokenState;
import dev.portcullis.admin.service.AuditFilter;
import dev.portcullis.admin.service.AuditLog;
import dev.portcullis.admin.service.NewToken;
import dev.portcullis.admin.service.NewUser;
import dev.portcullis.admin.service.TokenLifetime;
import dev.portcullis.admin.service.TokenPolicy;
import dev.portcullis.admin.store.PostgresConfig;
import dev.portcullis.admin.store.PostgresPassword;
import dev.portcullis.admin.store.PostgresServer;
import dev.portcullis.admin.store.StoreConfig;
import dev.portcullis.admin.store.StoreFaults;
import dev.portcullis.core.token.Peppers;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Several control planes on one PostgreSQL server, and gateways on their streams. */
class ReplicasOnPostgresTest {
    private static final Duration LONG = Duration.ofHours(1);
    private static final LeaseConfig LEASES = new LeaseConfig(
            Duration.ofSeconds(3), Duration.ofMillis(500), Duration.ofMillis(1_500));
    private static final Duration STOPPED_WITHIN =
            LEASES.maxStaleness().plus(LEASES.margin()).plusSeconds(5);

    @TempDir Path directory;
    private final Actor system = Actor.system("test");
    private final PostgresConfig database = PostgresServer.shared().database();
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    private final List<Replica> started = new ArrayList<>();
    private Replica a;
    private Replica b;

    /** A control plane, its way to the database, and its way to gateways. */
    private final class Replica implements AutoCloseable {
        final CutLine line;
        final ControlPlane plane;
        final Server server;
        final ManagedChannel channel;
        final List<WatchingClient> gateways = new ArrayList<>();
        private boolean closed;

        Replica(String id) throws Exception {
            line = new CutLine(PostgresServer.shared().port());
            PostgresConfig way = PostgresConfig.parse(
                    "postgresql://" + PostgresServer.USER + "@127.0.0.1:" + line.port() + "/"
                            + database.database(),
                    PostgresPassword.of(PostgresServer.PASSWORD));
            plane = ControlPlane.start(
                    new ControlPlaneConfig(
                            new StoreConfig(way), TokenPolicy.defaults(), Peppers.NONE, LEASES,
                            directory.resolve("token-" + id), id, "1.2.3"),
                    InstantSource.system(), System::nanoTime, new SecureRandom());
            String name = InProcessServerBuilder.generateName();
            server = InProcessServerBuilder.forName(name)
                    .addService(plane.origin(false, "1")).build().start();
            channel = InProcessChannelBuilder.forName(name).build();
            started.add(this);
        }

        WatchingClient gateway(String id) {
            WatchingClient gateway = new WatchingClient(id, channel, timer);
            gateways.add(gateway);
            await().until(gateway::answers);
            return gateway;
        }

        /** As if its process had been killed: nobody hears of it again. */
        void vanish() throws Exception {
            line.cut();
            stopServing();
        }

        private void stopServing() throws Exception {
            channel.shutdownNow();
            server.shutdownNow();
            channel.awaitTermination(5, TimeUnit.SECONDS);
            server.awaitTermination(5, TimeUnit.SECONDS);
        }

        @Override
        public void close() throws Exception {
            if (!closed) {
                closed = true;
                gateways.forEach(WatchingClient::close);
                await().until(() -> plane.standings().stream()
                        .noneMatch(each -> each.attached()
                                && each.replicaId().equals(plane.replicaId())));
                stopServing();
                plane.close();
                line.close();
            }
        }
    }

    @BeforeEach
    void startTwo() throws Exception {
        a = new Replica("a");
        b = new Replica("b");
        a.plane.users().create(system, new NewUser("ci", null, null, null));
        // each has read the other's row
        await().until(() -> a.plane.replicaStats().replicas() == 2
                && b.plane.replicaStats().replicas() == 2);
    }

    @AfterEach
    void stopAll() throws Exception {
        for (Replica each : started) {
            each.close();
        }
        timer.shutdownNow();
    }

    private long issue(Replica at) {
        return at.plane.tokens()
                .issue(system, new NewToken("ci", "t", new TokenLifetime.Standard())).revision();
    }

    private Propagation change(Replica at) {
        return at.plane.barrier().await(issue(at), LONG).join();
    }

    @Test
    void changesAtEitherReplica_propagateOverBothWithinMilliseconds() {
        for (int i = 0; i < 3; i++) {
            a.gateway("a" + i);
            b.gateway("b" + i);
        }
        change(a);
        change(b);
        List<Long> micros = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            Replica at = i % 2 == 0 ? a : b;
            long revision = issue(at);
            long from = System.nanoTime();
            assertThat(at.plane.barrier().await(revision, LONG).join().propagated()).isTrue();
            micros.add((System.nanoTime() - from) / 1_000);
        }
        micros.sort(null);
        // far below a renewal's second, however busy the machine is: nothing is polled for
        assertThat(micros.get(30)).as("median of %s", micros).isLessThan(400_000);
    }

    @Test
    void gatewayElsewhereThatAppliesNothing_isNamedAndStopsByTheInstant() {
        WatchingClient deaf = b.gateway("deaf");
        a.gateway("good");
        // the row of b tells of it
        await().until(() -> a.plane.standings().stream()
                .map(GatewayStanding::id).toList().contains("deaf"));
        assertThat(a.plane.standings()).extracting(GatewayStanding::replicaId)
                .containsExactly("b", "a");
        deaf.turnDeaf();
        Propagation answer = change(a);
        assertThat(answer.unconfirmedGateways()).containsExactly("deaf");
        await().atMost(STOPPED_WITHIN).until(() -> !deaf.answers());
        assertThat(Instant.now()).isBefore(answer.effectiveEverywhereBy());
        await().atMost(STOPPED_WITHIN).until(() -> change(a).propagated());
    }

    @Test
    void replicaCutOffFromTheDatabase_itsGatewaysStopAndTheOthersGoOn() {
        WatchingClient far = b.gateway("far");
        WatchingClient near = a.gateway("near");
        b.line.cut();
        Propagation answer = change(a);
        assertThat(answer.propagated()).isFalse();
        await().atMost(STOPPED_WITHIN).until(() -> !far.answers());
        assertThat(Instant.now()).isBefore(answer.effectiveEverywhereBy());
        assertThat(near.answers()).isTrue();
        await().atMost(STOPPED_WITHIN).until(() -> change(a).propagated());
        assertThat(a.plane.replicaStats().rowsDeleted()).isEqualTo(1);
        assertThat(b.plane.replicaStats().ceilingLeft()).isZero();
        assertThat(b.plane.replicaStats().renewalsFailed()).isPositive();
        // it comes back as a new replica, and its gateway catches up
        b.line.mend();
        await().atMost(Duration.ofSeconds(20)).until(far::answers);
        assertThat(b.plane.replicaStats().expulsions()).isEqualTo(1);
        await().atMost(STOPPED_WITHIN).until(() -> change(a).propagated());
    }

    /** As a failover to a standby leaves it, or an administrator who has to stop all writes. */
    @Test
    void databaseThatTakesNoWrites_nothingIsToldToBeRevokedAndLeasesEnd() {
        WatchingClient gateway = a.gateway("g");
        String token = a.plane.tokens()
                .issue(system, new NewToken("ci", "t", new TokenLifetime.Standard()))
                .value().token().id();
        setReadOnly(true);
        await().atMost(STOPPED_WITHIN).untilAsserted(() ->
                assertThatThrownBy(() -> a.plane.tokens().revoke(system, token))
                        .isInstanceOf(ServiceException.class)
                        .hasMessageContaining("it is read-only")
                        .hasMessageContaining("nothing was changed"));
        await().ignoreExceptions().untilAsserted(() -> assertThat(
                a.plane.tokens().get(system, token).state()).isEqualTo(TokenState.LIVE));
        await().atMost(STOPPED_WITHIN).until(() -> !gateway.answers());
        assertThat(a.plane.replicaStats().ceilingLeft()).isZero();
        assertThat(a.plane.replicaStats().renewalsFailed()).isPositive();
        assertThat(a.plane.storeFaults().count(StoreFaults.Kind.READ_ONLY)).isPositive();
        setReadOnly(false);
        await().atMost(Duration.ofSeconds(20)).until(gateway::answers);
        await().atMost(Duration.ofSeconds(20)).ignoreExceptions()
                .until(() -> change(a).propagated());
    }

    private void setReadOnly(boolean is) {
        PostgresServer.shared().administer("postgres",
                "ALTER DATABASE " + database.database() + " SET default_transaction_read_only = "
                        + is,
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '"
                        + database.database() + "'");
    }

    @Test
    void rowOfAReplica_tellsItsVersion() {
        assertThat(PostgresServer.shared().answer(database.database(),
                "SELECT string_agg(DISTINCT software, ' ') FROM replica")).isEqualTo("1.2.3");
    }

    @Test
    void replicaThatVanishes_countsForOneLeaseAndThenNoMore() throws Exception {
        WatchingClient orphan = b.gateway("orphan");
        b.vanish();
        assertThat(change(a).propagated()).isFalse();
        await().atMost(STOPPED_WITHIN).until(() -> change(a).propagated());
        assertThat(orphan.answers()).isFalse();
        // a new one under its id has nothing to do with it
        Replica again = new Replica("b");
        again.gateway("orphan");
        await().until(() -> change(a).propagated());
        assertThat(change(again).propagated()).isTrue();
    }

    @Test
    void replicaThatStopsWithoutLeasesAbout_leavesNobodyWaiting() throws Exception {
        b.gateway("g");
        b.close();
        Instant stopped = Instant.now();
        await().until(() -> change(a).propagated());
        assertThat(Duration.between(stopped, Instant.now())).isLessThan(LEASES.maxStaleness());
        await().until(() -> a.plane.replicaStats().replicas() == 1);
    }

    @Test
    void replicaThatJoins_requiresWhatWasConfirmedBeforeItCame() throws Exception {
        long revision = issue(a);
        Replica c = new Replica("c");
        c.gateway("late");
        assertThat(a.plane.barrier().await(revision, LONG).join().propagated()).isTrue();
        assertThat(c.plane.standings().stream()
                .filter(each -> each.id().equals("late")).findFirst().orElseThrow().applied())
                .isGreaterThanOrEqualTo(revision);
    }

    @Test
    void whoFollowsTheAuditLogOfOneReplica_hearsOfTheEventsOfTheOtherOnceEach() {
        List<String> heard = new CopyOnWriteArrayList<>();
        List<Throwable> failures = new CopyOnWriteArrayList<>();
        AuditLog.Subscription following = a.plane.auditLog().follow(
                system, new AuditFilter(null, null, "token.issue", null, null), -1,
                event -> heard.add(event.targetId()), failures::add);
        List<String> issued = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            Replica at = i % 2 == 0 ? b : a;
            issued.add(at.plane.tokens()
                    .issue(system, new NewToken("ci", "t", new TokenLifetime.Standard()))
                    .value().token().id());
        }
        await().until(() -> heard.size() >= issued.size());
        assertThat(heard).isEqualTo(issued);
        assertThat(failures).isEmpty();
        following.close();
    }
}
