package dev.portcullis.admin.bootstrap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import dev.portcullis.admin.change.LeaseConfig;
import dev.portcullis.admin.change.Propagation;
import dev.portcullis.admin.model.Actor;
import dev.portcullis.admin.model.ServiceException;
import dev.portcullis.admin.service.NewToken;
import dev.portcullis.admin.service.NewUser;
import dev.portcullis.admin.service.TokenLifetime;
import dev.portcullis.admin.service.TokenPolicy;
import dev.portcullis.admin.store.SettableClock;
import dev.portcullis.admin.store.StartException;
import dev.portcullis.admin.store.StoreConfig;
import dev.portcullis.core.access.Role;
import dev.portcullis.core.token.Pepper;
import dev.portcullis.proto.origin.v1.Ack;
import dev.portcullis.proto.origin.v1.Hello;
import dev.portcullis.proto.origin.v1.OriginServiceGrpc;
import dev.portcullis.proto.origin.v1.WatchRequest;
import dev.portcullis.proto.origin.v1.WatchResponse;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.grpc.stub.StreamObserver;
import dev.portcullis.core.token.Peppers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ControlPlaneTest {
    @TempDir Path directory;
    private final SettableClock clock = new SettableClock();

    private ControlPlane start() throws StartException {
        return start(ControlPlaneConfig.in(directory));
    }

    private ControlPlane start(ControlPlaneConfig config) throws StartException {
        return ControlPlane.start(config, clock, System::nanoTime, new SecureRandom());
    }

    private Actor administrator(ControlPlane plane) throws Exception {
        String token = Files.readString(directory.resolve("bootstrap-token")).strip();
        return plane.authenticator().authenticate(token, "127.0.0.1", "r");
    }

    @Test
    void firstStart_writesATokenThatWorks() throws Exception {
        try (ControlPlane plane = start()) {
            assertThat(plane.madeAdministrator()).isTrue();
            assertThat(plane.isReady()).isTrue();
            assertThat(administrator(plane).role()).isEqualTo(Role.ADMIN);
        }
        assertThat(PosixFilePermissions.toString(
                Files.getPosixFilePermissions(directory.resolve("bootstrap-token"))))
                .isEqualTo("rw-------");
    }

    @Test
    void laterStart_leavesTheTokenAlone() throws Exception {
        start().close();
        String token = Files.readString(directory.resolve("bootstrap-token"));
        try (ControlPlane plane = start()) {
            assertThat(plane.madeAdministrator()).isFalse();
            assertThat(administrator(plane).userName()).isEqualTo("admin");
        }
        assertThat(directory.resolve("bootstrap-token")).hasContent(token);
        Files.delete(directory.resolve("bootstrap-token"));
        start().close();
        assertThat(directory.resolve("bootstrap-token")).doesNotExist();
    }

    @Test
    void tokenFileElsewhere_isWrittenThere() throws Exception {
        Path elsewhere = directory.resolve("secret");
        start(new ControlPlaneConfig(
                new StoreConfig(directory.resolve("data")), TokenPolicy.defaults(),
                Peppers.NONE, LeaseConfig.defaults(), elsewhere,
                ControlPlaneConfig.ONLY_REPLICA, "")).close();
        assertThat(elsewhere).content().startsWith("pct_");
    }

    @Test
    void tokenFileCannotBeWritten_startIsRefusedAndTheNextOneBeginsAnew() throws Exception {
        Path noDirectory = Files.writeString(directory.resolve("file"), "");
        ControlPlaneConfig wrong = new ControlPlaneConfig(
                new StoreConfig(directory), TokenPolicy.defaults(), Peppers.NONE,
                LeaseConfig.defaults(),
                noDirectory.resolve("token"),
                ControlPlaneConfig.ONLY_REPLICA, "");
        StartException refusal =
                catchThrowableOfType(StartException.class, () -> start(wrong));
        assertThat(refusal.getMessage()).contains("token cannot be written", "file");
        try (ControlPlane plane = start()) {
            assertThat(plane.madeAdministrator()).isTrue();
        }
    }

    @Test
    void replicasIdThatIsNone_isRefused() {
        ControlPlaneConfig good = ControlPlaneConfig.in(directory);
        for (String id : List.of("", "a b", "x".repeat(65))) {
            assertThatIllegalArgumentException().isThrownBy(() -> new ControlPlaneConfig(
                    good.store(), good.tokens(), good.peppers(), good.lease(),
                    good.bootstrapTokenFile(), id, "")).withMessageContaining("replica_id");
        }
    }

    private ControlPlaneConfig peppered(Peppers peppers) {
        return new ControlPlaneConfig(
                new StoreConfig(directory), TokenPolicy.defaults(), peppers,
                LeaseConfig.defaults(), directory.resolve("bootstrap-token"),
                ControlPlaneConfig.ONLY_REPLICA, "");
    }

    @Test
    void pepperOfLiveTokensMissing_startIsRefusedAndSaysWhichUntilTheyAreDead() throws Exception {
        Pepper pepper = Pepper.of("spring-2026", new byte[Pepper.KEY_OCTETS_MIN]);
        Pepper other = Pepper.of("autumn-2026", new byte[Pepper.KEY_OCTETS_MAX]);
        start(peppered(Peppers.of(pepper, List.of()))).close();
        for (Peppers without : List.of(Peppers.NONE, Peppers.of(other, List.of()))) {
            StartException refusal = catchThrowableOfType(
                    StartException.class, () -> start(peppered(without)));
            assertThat(refusal.what()).contains("'spring-2026'");
            assertThat(refusal.remedy()).contains("tokens.peppers");
            assertThat(refusal.where()).isEqualTo(directory.toString());
        }
        try (ControlPlane plane = start(peppered(Peppers.of(other, List.of(pepper))))) {
            assertThat(administrator(plane).userName()).isEqualTo("admin");
        }
        clock.advance(TokenPolicy.defaults().maxLifetime());
        start(peppered(Peppers.NONE)).close();
    }

    @Test
    void dueToken_isRotatedAtTheStart() throws Exception {
        JWK key = new ECKeyGenerator(Curve.P_256).generate();
        String id;
        try (ControlPlane plane = start()) {
            Actor admin = administrator(plane);
            plane.users().create(admin, new NewUser("ci-bot", null, null, List.of()));
            plane.users().setKey(admin, "ci-bot", key.toPublicJWK().toJSONString());
            id = plane.tokens().issue(admin, new NewToken(
                    "ci-bot", "x", new TokenLifetime.For(Duration.ofDays(9)), null,
                    Duration.ofDays(2))).value().token().id();
        }
        clock.advance(Duration.ofDays(7));
        try (ControlPlane plane = start()) {
            Actor admin = administrator(plane);
            await().untilAsserted(() -> assertThat(plane.tokens().get(admin, id).replacedBy())
                    .isNotNull());
            assertThat(plane.tokens().successor(admin, id).sealed()).isNotEmpty();
        }
    }

    @Test
    void startTwice_secondIsRefused() throws Exception {
        try (ControlPlane plane = start()) {
            assertThat(catchThrowableOfType(StartException.class, this::start).what())
                    .contains("another process");
            assertThat(plane.isReady()).isTrue();
        }
    }

    @Test
    void closed_isNotReadyAndWritesUses() throws Exception {
        ControlPlane plane = start();
        Actor admin = administrator(plane);
        plane.close();
        plane.close();
        assertThat(plane.isReady()).isFalse();
        assertThat(catchThrowableOfType(
                ServiceException.class, () -> plane.users().get(admin, "admin")).code())
                .isEqualTo(ServiceException.Code.UNAVAILABLE);
        try (ControlPlane again = start()) {
            assertThat(again.users().get(admin, "admin").lastUsedAt())
                    .isEqualTo(clock.instant());
        }
    }

    /** A start, a gateway in the same process, and again: no change is ever answered 'pending'. */
    @Test
    void standaloneRestarted_changesArePropagatedFromTheFirstMoment() throws Exception {
        for (int life = 0; life < 3; life++) {
            try (ControlPlane plane = start(); OwnGateway gateway = new OwnGateway(plane)) {
                Actor admin = administrator(plane);
                plane.users().create(admin, new NewUser("u" + life, null, null, null));
                long revision = plane.tokens().issue(admin, new NewToken(
                        "u" + life, "t", new TokenLifetime.Standard())).revision();
                Propagation propagation = plane.barrier()
                        .await(revision, Duration.ofDays(1)).get(10, TimeUnit.SECONDS);
                assertThat(propagation.propagated()).isTrue();
                assertThat(gateway.applied.get()).isEqualTo(revision);
            }
        }
    }

    /** Applies whatever it is sent. */
    private static final class OwnGateway implements StreamObserver<WatchResponse>, AutoCloseable {
        final AtomicReference<Long> applied = new AtomicReference<>(0L);
        private final AtomicLong sequence = new AtomicLong();
        private final CountDownLatch leased = new CountDownLatch(1);
        private final Server server;
        private final ManagedChannel channel;
        private final StreamObserver<WatchRequest> requests;

        OwnGateway(ControlPlane plane) throws Exception {
            String name = InProcessServerBuilder.generateName();
            // both ends on whatever thread is there: the hardest case for the origin
            server = InProcessServerBuilder.forName(name).directExecutor()
                    .addService(plane.origin(true, "1")).build().start();
            channel = InProcessChannelBuilder.forName(name).directExecutor().build();
            requests = OriginServiceGrpc.newStub(channel).watch(this);
            requests.onNext(WatchRequest.newBuilder()
                    .setHello(Hello.newBuilder()
                            .setGatewayId("own").setInstance("i").setProtocol(2)
                            .setSequence(sequence.incrementAndGet()))
                    .build());
            assertThat(leased.await(10, TimeUnit.SECONDS)).isTrue();
        }

        @Override
        public void onNext(WatchResponse response) {
            switch (response.getMessageCase()) {
                case RESET -> apply(response.getReset().getRevision());
                case CHANGES -> apply(response.getChanges()
                        .getChanges(response.getChanges().getChangesCount() - 1).getRevision());
                case CAUGHT_UP -> apply(response.getCaughtUp().getRevision());
                case LEASE -> leased.countDown();
                case WELCOME -> {
                    // first of all, and nothing to apply
                }
                default -> throw new AssertionError(response);
            }
        }

        private void apply(long revision) {
            applied.set(revision);
            requests.onNext(WatchRequest.newBuilder()
                    .setAck(Ack.newBuilder().setRevision(revision)
                            .setSequence(sequence.incrementAndGet())).build());
        }

        @Override
        public void onError(Throwable error) {}

        @Override
        public void onCompleted() {}

        @Override
        public void close() throws Exception {
            channel.shutdownNow();
            server.shutdownNow();
            assertThat(channel.awaitTermination(5, TimeUnit.SECONDS)).isTrue();
            assertThat(server.awaitTermination(5, TimeUnit.SECONDS)).isTrue();
        }
    }
}
