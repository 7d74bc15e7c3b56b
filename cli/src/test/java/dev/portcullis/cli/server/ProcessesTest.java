package dev.portcullis.cli.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.cli.client.AdminConnection;
import dev.portcullis.cli.config.ConfigLoader;
import dev.portcullis.cli.config.Purpose;
import dev.portcullis.proto.admin.v1.Binding;
import dev.portcullis.proto.admin.v1.CreateUserRequest;
import dev.portcullis.proto.admin.v1.EnrollGatewayRequest;
import dev.portcullis.proto.admin.v1.IssueTokenRequest;
import dev.portcullis.proto.admin.v1.IssueTokenResponse;
import dev.portcullis.proto.admin.v1.Propagation;
import dev.portcullis.proto.admin.v1.RemoveGatewayRequest;
import dev.portcullis.proto.admin.v1.RevokeTokenRequest;
import dev.portcullis.proto.admin.v1.Role;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Admin-service and gateways apart from each other, over real sockets. */
class ProcessesTest {
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final String ANY = "127.0.0.1:0";

    @TempDir
    private Path temporary;

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final Deque<AutoCloseable> open = new ArrayDeque<>();
    private RecordingUpstream upstream;
    private AdminProcess admin;
    private AdminConnection client;

    @BeforeEach
    void start() throws Exception {
        upstream = RecordingUpstream.start(false);
        open.push(upstream);
    }

    @AfterEach
    void stop() throws Exception {
        while (!open.isEmpty()) {
            open.pop().close();
        }
    }

    private void startAdmin(String... flags) throws Exception {
        Map<String, String> all = new HashMap<>(Map.of(
                "--data", temporary.resolve("data").toString(), "--admin-listen", ANY,
                "--rest-listen", ANY, "--management-listen", ANY, "--origin-listen", ANY));
        put(all, flags);
        admin = AdminProcess.start(ConfigLoader.load(Purpose.ADMIN, null, Map.of(), all));
        open.push(admin);
        client = AdminConnection.open(admin.adminAddress(),
                Files.readString(admin.bootstrapTokenFile()).strip());
        open.push(client);
    }

    private static void put(Map<String, String> all, String... flags) {
        for (int i = 0; i < flags.length; i += 2) {
            all.put(flags[i], flags[i + 1]);
        }
    }

    private String origin() {
        return "127.0.0.1:" + admin.originAddress().getPort();
    }

    private GatewayProcess startGateway(Path token, String... flags) {
        Map<String, String> all = new HashMap<>(Map.of(
                "--upstream", upstream.url(), "--listen", ANY, "--management-listen", ANY,
                "--origin", origin(), "--origin-token-file", token.toString(),
                "--access-log", "off", "--event-loops", "1"));
        put(all, flags);
        GatewayProcess gateway = GatewayProcess.start(
                ConfigLoader.load(Purpose.GATEWAY, null, Map.of(), all));
        open.push(gateway);
        return gateway;
    }

    private Path enroll(String name) throws Exception {
        return secret(name, client.gateways().enrollGateway(
                EnrollGatewayRequest.newBuilder().setName(name).build()).getPlainToken());
    }

    private Path secret(String name, String text) throws Exception {
        Path file = temporary.resolve(name + ".token");
        Path made = Files.writeString(temporary.resolve(name + ".new"), text + "\n");
        Files.setPosixFilePermissions(made, PosixFilePermissions.fromString("rw-------"));
        return Files.move(made, file, StandardCopyOption.REPLACE_EXISTING);
    }

    private IssueTokenResponse token(String user) {
        client.users().createUser(CreateUserRequest.newBuilder().setName(user)
                .addBindings(Binding.newBuilder()
                        .setRole(Role.ROLE_READER).setApplication("*"))
                .build());
        return client.tokens().issueToken(IssueTokenRequest.newBuilder()
                .setUser(user).setName("t").build());
    }

    private int ask(GatewayProcess gateway, String token) throws Exception {
        return http.send(HttpRequest.newBuilder(URI.create(
                                "http://127.0.0.1:" + gateway.gatewayAddress().getPort() + "/"))
                        .header("Authorization", "Bearer " + token).build(),
                BodyHandlers.discarding()).statusCode();
    }

    private String metrics(ServerProcess process) throws Exception {
        InetSocketAddress address = process.managementAddress();
        return http.send(HttpRequest.newBuilder(URI.create(
                                "http://127.0.0.1:" + address.getPort() + "/metrics")).build(),
                BodyHandlers.ofString()).body();
    }

    private void awaitMetric(ServerProcess process, String line) {
        Awaitility.await().atMost(SOON).untilAsserted(() ->
                assertThat(metrics(process)).containsPattern(line + " [1-9]"));
    }

    @Test
    void enrolledGateway_servesAndHearsOfRevocations() throws Exception {
        startAdmin();
        GatewayProcess gateway = startGateway(enroll("edge-1"));
        assertThat(gateway.awaitReady(SOON)).isTrue();
        IssueTokenResponse issued = token("ci");
        assertThat(issued.getPropagation().getState()).isEqualTo(Propagation.State.PROPAGATED);
        assertThat(ask(gateway, issued.getPlainToken())).isEqualTo(200);
        assertThat(client.tokens().revokeToken(RevokeTokenRequest.newBuilder()
                        .setId(issued.getToken().getId()).build()).getPropagation().getState())
                .isEqualTo(Propagation.State.PROPAGATED);
        assertThat(ask(gateway, issued.getPlainToken())).isEqualTo(401);
        assertThat(metrics(admin)).contains("portcullis_origin_streams 1.0");
    }

    @Test
    void removedGateway_hasStoppedWhenThatIsPropagated() throws Exception {
        startAdmin("--max-staleness", "1s");
        Path first = enroll("edge-1");
        GatewayProcess gateway = startGateway(first);
        assertThat(gateway.awaitReady(SOON)).isTrue();
        String token = token("ci").getPlainToken();
        assertThat(ask(gateway, token)).isEqualTo(200);
        assertThat(client.gateways().removeGateway(
                        RemoveGatewayRequest.newBuilder().setName("edge-1").build())
                .getPropagation().getState()).isEqualTo(Propagation.State.PROPAGATED);
        assertThat(ask(gateway, token)).isEqualTo(503);
        awaitMetric(gateway, "portcullis_origin_streams_ended_total\\{reason=\"not_admitted\"}");
        awaitMetric(admin, "portcullis_origin_refusals_total\\{reason=\"credential_ended\"}");

        // another credential in the same file, and it is back without a restart
        Files.move(enroll("edge-2"), first, StandardCopyOption.REPLACE_EXISTING);
        gateway.reloadCertificates();
        assertThat(gateway.awaitReady(SOON)).isTrue();
        assertThat(ask(gateway, token)).isEqualTo(200);
    }

    @Test
    void credentials_areWorthNothingInEachOthersPlace() throws Exception {
        startAdmin();
        Path enrolled = enroll("edge-1");
        GatewayProcess gateway = startGateway(enrolled);
        assertThat(gateway.awaitReady(SOON)).isTrue();
        assertThat(ask(gateway, Files.readString(enrolled).strip())).isEqualTo(403);

        GatewayProcess other = startGateway(secret("admin",
                Files.readString(admin.bootstrapTokenFile()).strip()));
        awaitMetric(admin, "portcullis_origin_refusals_total\\{reason=\"not_allowed\"}");
        assertThat(other.notReady()).isNotNull();
    }

    @Test
    void tls_isVerifiedAtBothEnds() throws Exception {
        LinkPem pem = new LinkPem(temporary, "ours");
        LinkPem stranger = new LinkPem(temporary, "stranger");
        LinkPem.Pair server = pem.server("127.0.0.1");
        startAdmin("--origin-tls-certificate", server.certificate().toString(),
                "--origin-tls-key", server.key().toString(),
                "--origin-tls-client-ca", pem.ca().toString());
        Path token = enroll("edge-1");
        LinkPem.Pair own = pem.client();
        GatewayProcess good = startGateway(token, "--origin-ca", pem.ca().toString(),
                "--origin-certificate", own.certificate().toString(),
                "--origin-key", own.key().toString());
        assertThat(good.awaitReady(SOON)).isTrue();

        GatewayProcess bare = startGateway(token, "--origin-ca", pem.ca().toString());
        GatewayProcess deceived = startGateway(token, "--origin-ca", stranger.ca().toString());
        GatewayProcess plain = startGateway(token);
        for (GatewayProcess refused : new GatewayProcess[] {bare, deceived, plain}) {
            awaitMetric(refused, "portcullis_origin_streams_ended_total\\{reason=\"lost\"}");
            assertThat(refused.notReady()).isNotNull();
        }
        awaitMetric(admin, "portcullis_origin_refusals_total\\{reason=\"handshake_failed\"}");
        assertThat(good.notReady()).isNull();
    }

    @Test
    void certificateForAnotherHost_isNotBelieved() throws Exception {
        LinkPem pem = new LinkPem(temporary, "ours");
        LinkPem.Pair server = pem.server("127.0.0.2");
        startAdmin("--origin-tls-certificate", server.certificate().toString(),
                "--origin-tls-key", server.key().toString());
        GatewayProcess gateway =
                startGateway(enroll("edge-1"), "--origin-ca", pem.ca().toString());
        awaitMetric(gateway, "portcullis_origin_streams_ended_total\\{reason=\"lost\"}");
        assertThat(gateway.notReady()).isNotNull();

        // the right one in its place, and it is believed without a restart
        LinkPem.Pair right = pem.server("127.0.0.1");
        Files.move(right.key(), server.key(), StandardCopyOption.REPLACE_EXISTING);
        Files.move(right.certificate(), server.certificate(),
                StandardCopyOption.REPLACE_EXISTING);
        admin.reloadCertificates();
        assertThat(gateway.awaitReady(SOON)).isTrue();
    }

    @Test
    void originThatIsNotThere_isLeftForAnother() throws Exception {
        startAdmin();
        Path token = enroll("edge-1");
        try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                ServerSocket gone = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            gone.close();
            GatewayProcess gateway = startGateway(token, "--origin",
                    "127.0.0.1:" + silent.getLocalPort() + ",127.0.0.1:" + gone.getLocalPort()
                            + "," + origin());
            assertThat(gateway.awaitReady(SOON)).isTrue();
        }
    }

    @Test
    void secondGatewayOfAnId_isRefusedAndBothSidesSaySo() throws Exception {
        startAdmin();
        Path token = enroll("edge-1");
        GatewayProcess first = startGateway(token, "--gateway-id", "twin");
        assertThat(first.awaitReady(SOON)).isTrue();
        GatewayProcess second = startGateway(token, "--gateway-id", "twin");
        awaitMetric(second, "portcullis_origin_streams_ended_total\\{reason=\"id_taken\"}");
        awaitMetric(admin, "portcullis_origin_refusals_total\\{reason=\"id_taken\"}");
        assertThat(first.notReady()).isNull();
        assertThat(second.notReady()).isNotNull();
    }
}
