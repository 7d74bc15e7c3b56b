package dev.portcullis.cli.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.Timestamp;
import dev.portcullis.proto.admin.v1.BlockUserRequest;
import dev.portcullis.proto.admin.v1.ForeignToken;
import dev.portcullis.proto.admin.v1.ForeignUser;
import dev.portcullis.proto.admin.v1.ImportForeignRequest;
import dev.portcullis.proto.admin.v1.Propagation;
import dev.portcullis.proto.admin.v1.RemoveGatewayRequest;
import dev.portcullis.proto.admin.v1.Role;
import dev.portcullis.proto.admin.v1.UnblockUserRequest;
import dev.portcullis.proto.admin.v1.UserKind;
import dev.portcullis.proto.origin.v1.Heartbeat;
import dev.portcullis.proto.origin.v1.Hello;
import dev.portcullis.proto.origin.v1.OriginServiceGrpc;
import dev.portcullis.proto.origin.v1.WatchRequest;
import dev.portcullis.proto.origin.v1.WatchResponse;
import dev.portcullis.proto.origin.v1.Welcome;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.InsecureServerCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.zip.CRC32;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What goes wrong between gateway and admin-service: both tell and count it, nothing gets in. */
@Timeout(120)
class LinkFaultsTest extends LinkedProcesses {
    private static final String ENDED = "portcullis_origin_streams_ended_total";
    private static final String REFUSED = "portcullis_origin_refusals_total";
    private static final String WRONG = "pct_0123456789ab_"
            + "0123456789012345678901234567890123456789012";

    private final List<String> said = new ArrayList<>();
    private LogCapture log;

    @BeforeEach
    void listen() {
        log = LogCapture.ofAll();
    }

    @AfterEach
    void hush() {
        log.close();
    }

    /** Each on a line of its own, whoever said it: they are in one process here. */
    private void awaitSaid(String... pieces) {
        Awaitility.await().atMost(SOON).untilAsserted(() -> {
            said.addAll(log.take());
            assertThat(said).anySatisfy(line -> assertThat(line).contains(pieces));
        });
    }

    private void awaitEnded(GatewayProcess gateway, String reason) {
        awaitMetric(gateway, ENDED + "\\{reason=\"" + reason + "\"}");
    }

    private void awaitRefused(String reason) {
        awaitMetric(admin, REFUSED + "\\{reason=\"" + reason + "\"}");
    }

    private void assertServesNothing(GatewayProcess gateway, String token) throws Exception {
        assertThat(gateway.notReady()).isEqualTo("the gateway holds no lease of the admin-service");
        assertThat(ask(gateway, token)).isEqualTo(503);
    }

    @Test
    void credentialThatIsNone_isToldOnBothSides() throws Exception {
        startAdmin();
        String token = token("ci").getPlainToken();
        GatewayProcess gateway = startGateway(secret("edge-1", WRONG));
        awaitSaid("ERROR", "refuses this gateway (a valid enrolment credential is needed)",
                "portcullis gateway enroll");
        awaitSaid("WARN", "a caller from 127.0.0.1 is not let in as a gateway: a valid enrolment");
        awaitEnded(gateway, "not_admitted");
        awaitRefused("credential_invalid");
        assertServesNothing(gateway, token);
        assertThat(String.join("\n", said)).doesNotContain(WRONG);
    }

    @Test
    void credentialOfAUser_isToldOnBothSides() throws Exception {
        startAdmin();
        String token = token("ci").getPlainToken();
        GatewayProcess gateway = startGateway(secret("edge-1", token));
        awaitSaid("ERROR", "refuses this gateway (the credential is not one of an enrolled",
                "origin_token_file");
        awaitSaid("WARN", "a caller from 127.0.0.1 is not let in as a gateway: the credential is");
        awaitEnded(gateway, "not_admitted");
        awaitRefused("not_allowed");
        assertServesNothing(gateway, token);
    }

    @Test
    void enrolmentThatIsRemoved_isToldOnBothSidesAndItsGatewayStops() throws Exception {
        startAdmin("--max-staleness", "1s");
        String token = token("ci").getPlainToken();
        GatewayProcess gateway = startGateway(enroll("edge-1"));
        assertThat(gateway.awaitReady(SOON)).isTrue();
        assertThat(ask(gateway, token)).isEqualTo(200);
        client.gateways().removeGateway(
                RemoveGatewayRequest.newBuilder().setName("edge-1").build());
        awaitSaid("ERROR", "refuses this gateway (the enrolment was ended)");
        awaitSaid("WARN", "(edge-1, 127.0.0.1) is shut out: the enrolment was ended");
        awaitEnded(gateway, "not_admitted");
        awaitRefused("credential_ended");
        assertServesNothing(gateway, token);
    }

    @Test
    void enrolmentThatExpires_isToldOnBothSidesAndItsGatewayStops() throws Exception {
        startAdmin("--max-staleness", "1s");
        String token = token("ci").getPlainToken();
        Path enrolled = enroll("edge-1");
        try (Connection database = DriverManager.getConnection(
                        "jdbc:sqlite:" + temporary.resolve("data/portcullis.db"));
                PreparedStatement update = database.prepareStatement(
                        "UPDATE credentials SET expires_at = ? WHERE name = 'enrolment'")) {
            // no enrolment ends by itself: this one is made to
            update.setLong(1, System.currentTimeMillis() + 5_000);
            assertThat(update.executeUpdate()).isEqualTo(1);
        }
        GatewayProcess gateway = startGateway(enrolled);
        assertThat(gateway.awaitReady(SOON)).isTrue();
        assertThat(ask(gateway, token)).isEqualTo(200);
        awaitSaid("WARN",
                "(edge-1, 127.0.0.1) is shut out: the enrolment's credential has expired");
        long shutOut = System.nanoTime();
        Awaitility.await().atMost(SOON).pollInterval(Duration.ofMillis(20))
                .until(() -> ask(gateway, token) == 503);
        // a lease, and what a busy machine takes
        assertThat(System.nanoTime() - shutOut).isLessThan(TimeUnit.SECONDS.toNanos(4));
        awaitSaid("ERROR", "refuses this gateway (the enrolment's credential has expired)",
                "portcullis gateway enroll");
        awaitEnded(gateway, "not_admitted");
        awaitRefused("credential_ended");
        assertServesNothing(gateway, token);
    }

    @Test
    void enrolmentThatIsBlocked_isToldOnBothSidesAndCanBeUndone() throws Exception {
        startAdmin("--max-staleness", "1s");
        String token = token("ci").getPlainToken();
        GatewayProcess gateway = startGateway(enroll("edge-1"));
        assertThat(gateway.awaitReady(SOON)).isTrue();
        Propagation blocked = client.users().blockUser(
                BlockUserRequest.newBuilder().setUser("edge-1").build()).getPropagation();
        // the gateway has confirmed nothing; its lease has lapsed
        assertThat(blocked.getState()).isEqualTo(Propagation.State.PROPAGATED);
        assertServesNothing(gateway, token);
        awaitSaid("ERROR", "refuses this gateway (the gateway's enrolment is blocked)",
                "unblock the enrolment");
        awaitSaid("WARN", "is shut out: the gateway's enrolment is blocked");
        awaitEnded(gateway, "not_admitted");
        awaitRefused("not_allowed");
        client.users().unblockUser(UnblockUserRequest.newBuilder().setUser("edge-1").build());
        assertThat(gateway.awaitReady(SOON)).isTrue();
        assertThat(ask(gateway, token)).isEqualTo(200);
    }

    @Test
    void certificatesThatAreNotBelieved_areToldOnBothSides() throws Exception {
        LinkPem pem = new LinkPem(temporary, "ours");
        LinkPem stranger = new LinkPem(temporary, "stranger");
        LinkPem.Pair server = pem.server("127.0.0.1");
        startAdmin("--origin-tls-certificate", server.certificate().toString(),
                "--origin-tls-key", server.key().toString(),
                "--origin-tls-client-ca", pem.ca().toString());
        String token = token("ci").getPlainToken();
        Path enrolled = enroll("edge-1");
        GatewayProcess deceived = startGateway(enrolled, "--origin-ca", stranger.ca().toString());
        awaitSaid("WARN", "a certificate of the other end (CN=server) is not believed");
        awaitSaid("ERROR", "the origin and this gateway do not believe each other (unable to",
                "origin_ca must hold");
        awaitSaid("WARN", "ended before its handshake was done", "does not believe");
        awaitRefused("handshake_failed");
        awaitEnded(deceived, "handshake");
        assertServesNothing(deceived, token);

        LinkPem.Pair foreign = stranger.client();
        GatewayProcess posing = startGateway(enrolled, "--origin-ca", pem.ca().toString(),
                "--origin-certificate", foreign.certificate().toString(),
                "--origin-key", foreign.key().toString());
        awaitSaid("WARN", "a certificate of the other end (CN=gateway) is not believed");
        awaitEnded(posing, "handshake");
        awaitMetric(deceived, "portcullis_link_certificates_distrusted_total");
        awaitMetric(admin, "portcullis_link_certificates_distrusted_total");
        assertThat(metrics(admin)).containsPattern(
                "portcullis_link_certificate_expiry_timestamp_seconds [1-9]");
        assertServesNothing(posing, token);
    }

    @Test
    void twoGatewaysOfOneId_areToldOnBothSidesAndTheFirstGoesOn() throws Exception {
        startAdmin();
        String token = token("ci").getPlainToken();
        Path enrolled = enroll("edge-1");
        GatewayProcess first = startGateway(enrolled, "--gateway-id", "twin");
        assertThat(first.awaitReady(SOON)).isTrue();
        GatewayProcess second = startGateway(enrolled, "--gateway-id", "twin");
        awaitSaid("ERROR", "refuses this gateway (another process watches as gateway twin",
                "give each gateway its own gateway_id");
        awaitSaid("WARN", "a second process (edge-1, 127.0.0.1) that says it is gateway twin");
        awaitEnded(second, "id_taken");
        awaitRefused("id_taken");
        // it has no lease: it asks the admin-service about each request
        assertThat(second.notReady()).isNotNull();
        assertThat(ask(second, token)).isEqualTo(200);
        assertThat(metrics(second)).contains("portcullis_ready 0.0");
        assertThat(ask(first, token)).isEqualTo(200);
        assertThat(first.notReady()).isNull();
    }

    /** A stream to the admin-service with whatever a test wants to say on it. */
    private final class Speaker implements StreamObserver<WatchResponse> {
        private final CompletableFuture<Void> leased = new CompletableFuture<>();
        private final CompletableFuture<Status> ended = new CompletableFuture<>();
        private final StreamObserver<WatchRequest> requests;

        Speaker(Path credential) throws Exception {
            ManagedChannel channel = Grpc.newChannelBuilder(
                    origin(), InsecureChannelCredentials.create()).build();
            open.push(() -> channel.shutdownNow().awaitTermination(5, TimeUnit.SECONDS));
            Metadata headers = new Metadata();
            headers.put(Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER),
                    "Bearer " + Files.readString(credential).strip());
            requests = OriginServiceGrpc.newStub(channel).withInterceptors(
                    MetadataUtils.newAttachHeadersInterceptor(headers)).watch(this);
        }

        Speaker hello(int protocol, long sequence) {
            requests.onNext(WatchRequest.newBuilder().setHello(Hello.newBuilder()
                    .setGatewayId("gw-1").setInstance("i").setVersion("0.0.1")
                    .setProtocol(protocol).setSequence(sequence)).build());
            return this;
        }

        void heartbeat(long sequence) {
            requests.onNext(WatchRequest.newBuilder()
                    .setHeartbeat(Heartbeat.newBuilder().setSequence(sequence)).build());
        }

        @Override
        public void onNext(WatchResponse message) {
            if (message.hasLease()) {
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
    }

    @Test
    void gatewayOfAnEarlierProtocol_isToldOnBothSides() throws Exception {
        startAdmin();
        Status end = new Speaker(enroll("edge-1")).hello(1, 1).ended.get(10, TimeUnit.SECONDS);
        assertThat(end.getCode()).isEqualTo(Status.Code.FAILED_PRECONDITION);
        assertThat(end.getDescription()).contains("this origin speaks protocol 2, the gateway 1");
        awaitSaid("WARN", "a gateway (edge-1, 127.0.0.1) is refused: its version '0.0.1' speaks"
                + " protocol 1, and this origin 2; update it");
        awaitRefused("protocol_unknown");
    }

    @Test
    void originOfAnEarlierProtocol_isToldByTheGateway() throws Exception {
        Server earlier = Grpc.newServerBuilderForPort(0, InsecureServerCredentials.create())
                .addService(new OriginServiceGrpc.OriginServiceImplBase() {
                    @Override
                    public StreamObserver<WatchRequest> watch(StreamObserver<WatchResponse> out) {
                        out.onNext(WatchResponse.newBuilder()
                                .setWelcome(Welcome.newBuilder().setProtocol(1)).build());
                        return new Deaf();
                    }
                }).build().start();
        open.push(() -> earlier.shutdownNow().awaitTermination(5, TimeUnit.SECONDS));
        GatewayProcess gateway = startGateway(secret("edge-1", WRONG),
                "--origin", "127.0.0.1:" + earlier.getPort());
        awaitSaid("ERROR",
                "the origin speaks protocol 1, this gateway 2; bring both to one version");
        awaitEnded(gateway, "protocol");
        assertThat(gateway.notReady()).isEqualTo("the gateway holds no lease of the admin-service");
    }

    /** Hears nothing. */
    private static final class Deaf implements StreamObserver<WatchRequest> {
        @Override
        public void onNext(WatchRequest message) {}

        @Override
        public void onError(Throwable error) {}

        @Override
        public void onCompleted() {}
    }

    @Test
    void messageThatIsReplayed_endsTheStreamAndIsToldOnBothSides() throws Exception {
        startAdmin();
        Speaker speaker = new Speaker(enroll("edge-1")).hello(2, 1);
        speaker.leased.get(10, TimeUnit.SECONDS);
        speaker.heartbeat(2);
        speaker.heartbeat(2);
        Status end = speaker.ended.get(10, TimeUnit.SECONDS);
        assertThat(end.getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(end.getDescription()).contains("2 comes after 2");
        awaitSaid("WARN", "the stream of gateway gw-1 (edge-1, 127.0.0.1) is ended: sequence");
        awaitRefused("message_invalid");
    }

    /** The plain text is known before the credential is: as with one that was made elsewhere. */
    @Test
    void tokenThatAGatewayWasAskedForTooEarly_isAcceptedByAllWhenItsImportIsPropagated()
            throws Exception {
        startAdmin();
        Path enrolled = enroll("edge-1");
        GatewayProcess early = startGateway(enrolled);
        GatewayProcess other = startGateway(enrolled);
        assertThat(early.awaitReady(SOON)).isTrue();
        assertThat(other.awaitReady(SOON)).isTrue();
        String token = netBirdToken("abcdefghijklmnopqrstuvwxyz0123");
        for (int i = 0; i < 3; i++) {
            assertThat(ask(early, token)).isEqualTo(401);
        }
        byte[] hash = MessageDigest.getInstance("SHA-256")
                .digest(token.getBytes(StandardCharsets.US_ASCII));
        assertThat(client.imports().importForeign(ImportForeignRequest.newBuilder()
                .addUsers(ForeignUser.newBuilder().setName("peer")
                        .setKind(UserKind.USER_KIND_SERVICE).setRole(Role.ROLE_READER)
                        .addTokens(ForeignToken.newBuilder().setName("t")
                                .setSha256(ByteString.copyFrom(hash))
                                .setExpiresAt(Timestamp.newBuilder()
                                        .setSeconds(System.currentTimeMillis() / 1_000 + 3_600))))
                .build()).getPropagation().getState()).isEqualTo(Propagation.State.PROPAGATED);
        assertThat(ask(early, token)).isEqualTo(200);
        assertThat(ask(other, token)).isEqualTo(200);
    }

    private static String netBirdToken(String secret) {
        String digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
        CRC32 crc = new CRC32();
        crc.update(secret.getBytes(StandardCharsets.US_ASCII));
        StringBuilder checksum = new StringBuilder();
        for (long rest = crc.getValue(); rest > 0; rest /= 62) {
            checksum.insert(0, digits.charAt((int) (rest % 62)));
        }
        return "nbp_" + secret + "0".repeat(6 - checksum.length()) + checksum;
    }
}
