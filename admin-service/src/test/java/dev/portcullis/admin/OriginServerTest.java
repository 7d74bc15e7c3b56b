package dev.portcullis.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.portcullis.admin.change.LeaseConfig;
import dev.portcullis.admin.origin.OriginListen;
import dev.portcullis.admin.origin.OriginStats.Refusal;
import dev.portcullis.proto.admin.v1.BlockUserRequest;
import dev.portcullis.proto.admin.v1.CreateUserRequest;
import dev.portcullis.proto.admin.v1.EnrollGatewayRequest;
import dev.portcullis.proto.admin.v1.EnrollGatewayResponse;
import dev.portcullis.proto.admin.v1.Gateway;
import dev.portcullis.proto.admin.v1.GatewayServiceGrpc;
import dev.portcullis.proto.admin.v1.IssueTokenRequest;
import dev.portcullis.proto.admin.v1.ListGatewaysRequest;
import dev.portcullis.proto.admin.v1.RemoveGatewayRequest;
import dev.portcullis.proto.admin.v1.Role;
import dev.portcullis.proto.admin.v1.RotateTokenRequest;
import dev.portcullis.proto.admin.v1.UserServiceGrpc;
import dev.portcullis.proto.origin.v1.Ack;
import dev.portcullis.proto.origin.v1.Heartbeat;
import dev.portcullis.proto.origin.v1.Hello;
import dev.portcullis.proto.origin.v1.OriginServiceGrpc;
import dev.portcullis.proto.origin.v1.ResolveRequest;
import dev.portcullis.proto.origin.v1.WatchRequest;
import dev.portcullis.proto.origin.v1.WatchResponse;
import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.InsecureServerCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who is a gateway, over a real socket, and for how long. */
class OriginServerTest {
    private static final Metadata.Key<String> AUTHORIZATION =
            Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

    @TempDir
    private Path directory;

    private TestAdmin admin;
    private ManagedChannel channel;

    @BeforeEach
    void start() throws Exception {
        AdminConfig d = TestAdmin.config(directory, LeaseConfig.defaults());
        OriginListen listen = new OriginListen(
                new InetSocketAddress("127.0.0.1", 0), InsecureServerCredentials.create());
        admin = TestAdmin.start(new AdminConfig(
                d.store(), d.tokens(), d.peppers(), d.lease(), d.grpcListen(), d.restListen(),
                d.bootstrapTokenFile(), d.replicaId(), listen, "9.9"));
        channel = Grpc.newChannelBuilder(
                "127.0.0.1:" + admin.server.originAddress().getPort(),
                InsecureChannelCredentials.create()).build();
    }

    @AfterEach
    void stop() throws Exception {
        channel.shutdownNow();
        assertThat(channel.awaitTermination(5, TimeUnit.SECONDS)).isTrue();
        admin.close();
    }

    private GatewayServiceGrpc.GatewayServiceBlockingStub gateways() {
        return GatewayServiceGrpc.newBlockingStub(admin.as(admin.adminToken));
    }

    private EnrollGatewayResponse enroll(String name) {
        return gateways().enrollGateway(EnrollGatewayRequest.newBuilder().setName(name).build());
    }

    private Channel with(String... authorization) {
        Metadata headers = new Metadata();
        for (String value : authorization) {
            headers.put(AUTHORIZATION, value);
        }
        return ClientInterceptors.intercept(
                channel, MetadataUtils.newAttachHeadersInterceptor(headers));
    }

    private Status resolve(Channel caller) {
        try {
            OriginServiceGrpc.newBlockingStub(caller).withDeadlineAfter(10, TimeUnit.SECONDS)
                    .resolve(ResolveRequest.newBuilder().setCredentialPrefix("abcdefghijkl")
                            .build());
            return Status.OK;
        } catch (StatusRuntimeException e) {
            return e.getStatus();
        }
    }

    /** A stream, and what came of it. */
    private final class Stream implements StreamObserver<WatchResponse> {
        private final CompletableFuture<Void> leased = new CompletableFuture<>();
        private final CompletableFuture<Status> ended = new CompletableFuture<>();
        private final StreamObserver<WatchRequest> requests;
        private final AtomicLong changes = new AtomicLong();
        private volatile WatchResponse first;

        Stream(String token, Hello.Builder hello) {
            requests = OriginServiceGrpc.newStub(with("Bearer " + token)).watch(this);
            requests.onNext(WatchRequest.newBuilder().setHello(hello.setSequence(1)).build());
        }

        @Override
        public void onNext(WatchResponse message) {
            if (first == null) {
                first = message;
            }
            if (message.hasChanges()) {
                changes.incrementAndGet();
            }
            if (message.hasCaughtUp()) {
                requests.onNext(WatchRequest.newBuilder().setAck(Ack.newBuilder()
                        .setRevision(message.getCaughtUp().getRevision()).setSequence(2)).build());
            }
            if (message.hasLease() && message.getLease().getDurationMs() > 0) {
                leased.complete(null);
            }
        }

        @Override
        public void onError(Throwable error) {
            ended.complete(Status.fromThrowable(error));
        }

        @Override
        public void onCompleted() {
            ended.complete(Status.OK);
        }

        Stream awaitLease() throws Exception {
            leased.get(10, TimeUnit.SECONDS);
            return this;
        }

        Status end() throws Exception {
            return ended.get(10, TimeUnit.SECONDS);
        }
    }

    private static Hello.Builder hello(String id, String instance) {
        return Hello.newBuilder().setGatewayId(id).setInstance(instance).setVersion("1.2")
                .setProtocol(2);
    }

    private List<Gateway> list() {
        return gateways().listGateways(ListGatewaysRequest.getDefaultInstance())
                .getGatewaysList();
    }

    private long refused(Refusal refusal) {
        return admin.server.originStats().refused(refusal);
    }

    @Test
    void enrolledGateway_isLetInAndListed() throws Exception {
        EnrollGatewayResponse enrolled = enroll("edge-1");
        assertThat(enrolled.hasExpiresAt()).isFalse();
        assertThat(list()).singleElement().satisfies(gateway -> {
            assertThat(gateway.getState()).isEqualTo(Gateway.State.ABSENT);
            assertThat(gateway.getEnrollment()).isEqualTo("edge-1");
        });
        Stream stream = new Stream(enrolled.getPlainToken(), hello("gw-1", "a")).awaitLease();
        assertThat(stream.first.getWelcome().getProtocol()).isEqualTo(2);
        assertThat(stream.first.getWelcome().getVersion()).isEqualTo("9.9");
        assertThat(list()).singleElement().satisfies(gateway -> {
            assertThat(gateway.getId()).isEqualTo("gw-1");
            assertThat(gateway.getState()).isEqualTo(Gateway.State.READY);
            assertThat(gateway.getEnrollment()).isEqualTo("edge-1");
            assertThat(gateway.getVersion()).isEqualTo("1.2");
            assertThat(gateway.getAddress()).isEqualTo("127.0.0.1");
            assertThat(gateway.getLag()).isZero();
            assertThat(gateway.hasLeaseUntil()).isTrue();
        });
        assertThat(resolve(with("bearer " + enrolled.getPlainToken())).isOk()).isTrue();
        String listed = admin.rest("GET", "/api/gateways", null).body();
        assertThat(listed).contains("\"state\":\"ready\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Bearer ", "Bearer x", "Basic x", "Bearer pct_abcdefghijkl_"
            + "0123456789012345678901234567890123456789012000000"})
    void whatIsNoCredential_getsOneAnswer(String authorization) {
        Status none = resolve(channel);
        assertThat(none.getCode()).isEqualTo(Status.Code.UNAUTHENTICATED);
        Status status = resolve(with(authorization));
        assertThat(status.getCode()).isEqualTo(Status.Code.UNAUTHENTICATED);
        assertThat(status.getDescription()).isEqualTo(none.getDescription());
        assertThat(refused(Refusal.CREDENTIAL_INVALID)).isEqualTo(2);
    }

    @Test
    void twoCredentials_areNone() {
        String token = "Bearer " + enroll("edge-1").getPlainToken();
        assertThat(resolve(with(token, token)).getCode())
                .isEqualTo(Status.Code.UNAUTHENTICATED);
    }

    @Test
    void tokenOfAUser_isNoEnrolment() {
        Status status = resolve(with("Bearer " + admin.adminToken));
        assertThat(status.getCode()).isEqualTo(Status.Code.PERMISSION_DENIED);
        assertThat(status.getDescription()).contains("not one of an enrolled gateway");
        assertThat(refused(Refusal.NOT_ALLOWED)).isEqualTo(1);
    }

    @Test
    void credentialOfAnEnrolment_opensNothingOfTheAdminApi() throws Exception {
        String token = enroll("edge-1").getPlainToken();
        StatusRuntimeException refusal = catchThrowableOfType(StatusRuntimeException.class,
                () -> admin.tokens(token).rotateToken(
                        RotateTokenRequest.newBuilder().setId("self").build()));
        assertThat(refusal.getStatus().getCode()).isEqualTo(Status.Code.PERMISSION_DENIED);
        assertThat(admin.rest("GET", "/api/users/current", null, "Bearer " + token)
                .statusCode()).isEqualTo(403);
    }

    @Test
    void enrolment_isGivenNothingByHand() {
        enroll("edge-1");
        StatusRuntimeException refusal = catchThrowableOfType(StatusRuntimeException.class,
                () -> admin.tokens(admin.adminToken).issueToken(IssueTokenRequest.newBuilder()
                        .setUser("edge-1").setName("t").build()));
        assertThat(refusal.getStatus().getCode()).isEqualTo(Status.Code.FAILED_PRECONDITION);
    }

    @Test
    void removedEnrolment_isShutOutAtOnce() throws Exception {
        String token = enroll("edge-1").getPlainToken();
        Stream stream = new Stream(token, hello("gw-1", "a")).awaitLease();
        GatewayServiceGrpc.newFutureStub(admin.as(admin.adminToken))
                .removeGateway(RemoveGatewayRequest.newBuilder().setName("edge-1").build());
        Status end = stream.end();
        assertThat(end.getCode()).isEqualTo(Status.Code.UNAUTHENTICATED);
        assertThat(end.getDescription()).isEqualTo("the enrolment was ended");
        assertThat(resolve(with("Bearer " + token)).getCode())
                .isEqualTo(Status.Code.UNAUTHENTICATED);
        // its lease is counted all the same
        assertThat(list()).singleElement().satisfies(gateway ->
                assertThat(gateway.getState()).isEqualTo(Gateway.State.AWAY));
        // the stream, and the question after it
        assertThat(refused(Refusal.CREDENTIAL_ENDED)).isEqualTo(2);
        assertThat(refused(Refusal.CREDENTIAL_INVALID)).isZero();
    }

    @Test
    void blockedEnrolment_isShutOutAtOnce() throws Exception {
        EnrollGatewayResponse enrolled = enroll("edge-1");
        Stream stream = new Stream(enrolled.getPlainToken(), hello("gw-1", "a")).awaitLease();
        assertThat(resolve(with("Bearer " + enrolled.getPlainToken())).isOk()).isTrue();
        admin.users(admin.adminToken).withDeadlineAfter(20, TimeUnit.SECONDS)
                .blockUser(BlockUserRequest.newBuilder().setUser("edge-1").build());
        assertThat(stream.end().getCode()).isEqualTo(Status.Code.PERMISSION_DENIED);
        assertThat(resolve(with("Bearer " + enrolled.getPlainToken())).getCode())
                .isEqualTo(Status.Code.PERMISSION_DENIED);
    }

    /** No enrolment ends by itself; one whose credential does is shut out all the same. */
    private void expireIn(Duration time) throws Exception {
        try (Connection database = DriverManager.getConnection(
                        "jdbc:sqlite:" + directory.resolve("portcullis.db"));
                PreparedStatement update = database.prepareStatement(
                        "UPDATE credentials SET expires_at = ? WHERE name = 'enrolment'")) {
            update.setLong(1, admin.clock.millis() + time.toMillis());
            assertThat(update.executeUpdate()).isEqualTo(1);
        }
    }

    @Test
    void expiredEnrolment_isShutOutWithItsNextMessage() throws Exception {
        String token = enroll("edge-1").getPlainToken();
        expireIn(Duration.ofMinutes(1));
        Stream stream = new Stream(token, hello("gw-1", "a")).awaitLease();
        assertThat(resolve(with("Bearer " + token)).isOk()).isTrue();
        admin.clock.advance(Duration.ofMinutes(1));
        Status refused = resolve(with("Bearer " + token));
        assertThat(refused.getCode()).isEqualTo(Status.Code.UNAUTHENTICATED);
        assertThat(refused.getDescription()).isEqualTo("the enrolment's credential has expired");
        stream.requests.onNext(WatchRequest.newBuilder()
                .setHeartbeat(Heartbeat.newBuilder().setSequence(3)).build());
        Status end = stream.end();
        assertThat(end.getCode()).isEqualTo(Status.Code.UNAUTHENTICATED);
        assertThat(end.getDescription()).isEqualTo("the enrolment's credential has expired");
        // the question, and the stream
        assertThat(refused(Refusal.CREDENTIAL_ENDED)).isEqualTo(2);
        assertThat(new Stream(token, hello("gw-1", "a")).end().getCode())
                .isEqualTo(Status.Code.UNAUTHENTICATED);
    }

    @Test
    void expiredEnrolmentThatSaysNothing_isToldNothingMore() throws Exception {
        String token = enroll("edge-1").getPlainToken();
        expireIn(Duration.ofMinutes(1));
        Stream stream = new Stream(token, hello("gw-1", "a")).awaitLease();
        admin.clock.advance(Duration.ofMinutes(1));
        long before = stream.changes.get();
        // without a wait: the gateway's lease still runs
        UserServiceGrpc.newFutureStub(admin.as(admin.adminToken))
                .createUser(CreateUserRequest.newBuilder().setName("ci").build());
        assertThat(stream.end().getCode()).isEqualTo(Status.Code.UNAUTHENTICATED);
        assertThat(stream.changes).hasValue(before);
    }

    @Test
    void changesToOthers_cutNobody() throws Exception {
        Stream stream = new Stream(enroll("edge-1").getPlainToken(), hello("gw-1", "a"))
                .awaitLease();
        admin.tokenOf("ci", Role.ROLE_READER);
        enroll("edge-2");
        gateways().removeGateway(RemoveGatewayRequest.newBuilder().setName("edge-2").build());
        assertThat(stream.ended).isNotDone();
    }

    @Test
    void anotherProcessOfTheId_isRefusedWhileTheFirstWatches() throws Exception {
        String token = enroll("edge-1").getPlainToken();
        Stream first = new Stream(token, hello("gw-1", "a")).awaitLease();
        assertThat(new Stream(token, hello("gw-1", "b")).end().getCode())
                .isEqualTo(Status.Code.ALREADY_EXISTS);
        assertThat(first.ended).isNotDone();
        assertThat(refused(Refusal.ID_TAKEN)).isEqualTo(1);
    }

    @Test
    void gatewayOfAnEarlierProtocol_isToldSo() throws Exception {
        String token = enroll("edge-1").getPlainToken();
        Status end = new Stream(token, hello("gw-1", "a").setProtocol(1)).end();
        assertThat(end.getCode()).isEqualTo(Status.Code.FAILED_PRECONDITION);
        assertThat(end.getDescription()).contains("protocol 2");
        assertThat(refused(Refusal.PROTOCOL_UNKNOWN)).isEqualTo(1);
    }

    @Test
    void guessing_isSlowedDownAndWhoIsKnownGoesOn() {
        String token = enroll("edge-1").getPlainToken();
        assertThat(resolve(with("Bearer " + token)).isOk()).isTrue();
        Status status = Status.OK;
        for (int i = 0; i < 400 && status.getCode() != Status.Code.RESOURCE_EXHAUSTED; i++) {
            status = resolve(with("Bearer wrong"));
        }
        assertThat(status.getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
        assertThat(resolve(with("Bearer " + token)).isOk()).isTrue();
        assertThat(refused(Refusal.TOO_MANY_ATTEMPTS)).isPositive();
    }

    @Test
    void nameThatIsTakenOrIsNone_isRefused() {
        enroll("edge-1");
        admin.user("ci", null);
        for (String name : List.of("edge-1", "EDGE-1", "ci")) {
            assertThat(catchThrowableOfType(StatusRuntimeException.class, () -> enroll(name))
                    .getStatus().getCode()).as(name).isEqualTo(Status.Code.ALREADY_EXISTS);
        }
        for (String name : List.of("", "a b", "x".repeat(65), "system")) {
            assertThat(catchThrowableOfType(StatusRuntimeException.class, () -> enroll(name))
                    .getStatus().getCode()).as(name).isEqualTo(Status.Code.INVALID_ARGUMENT);
        }
        assertThat(catchThrowableOfType(StatusRuntimeException.class,
                () -> gateways().removeGateway(
                        RemoveGatewayRequest.newBuilder().setName("ci").build()))
                .getStatus().getCode()).isEqualTo(Status.Code.NOT_FOUND);
    }
}
