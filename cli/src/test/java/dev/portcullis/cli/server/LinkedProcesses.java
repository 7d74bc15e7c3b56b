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
import dev.portcullis.proto.admin.v1.Role;
import java.net.InetSocketAddress;
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
import org.junit.jupiter.api.io.TempDir;

/** Admin-service and gateways apart from each other, over real sockets; all end with the test. */
abstract class LinkedProcesses {
    static final Duration SOON = Duration.ofSeconds(20);
    private static final String ANY = "127.0.0.1:0";

    @TempDir
    Path temporary;

    final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    final Deque<AutoCloseable> open = new ArrayDeque<>();
    RecordingUpstream upstream;
    AdminProcess admin;
    AdminConnection client;

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

    final void startAdmin(String... flags) throws Exception {
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

    final String origin() {
        return "127.0.0.1:" + admin.originAddress().getPort();
    }

    final GatewayProcess startGateway(Path token, String... flags) {
        Map<String, String> all = new HashMap<>(Map.of(
                "--upstream", upstream.url(), "--listen", ANY, "--management-listen", ANY,
                "--origin-token-file", token.toString(),
                "--access-log", "off", "--event-loops", "1"));
        if (admin != null) {
            all.put("--origin", origin());
        }
        put(all, flags);
        String file = all.remove("--config");
        if (file != null) {
            // its applications are in there
            all.remove("--upstream");
        }
        GatewayProcess gateway = GatewayProcess.start(ConfigLoader.load(
                Purpose.GATEWAY, file == null ? null : Path.of(file), Map.of(), all));
        open.push(gateway);
        return gateway;
    }

    final Path enroll(String name) throws Exception {
        return secret(name, client.gateways().enrollGateway(
                EnrollGatewayRequest.newBuilder().setName(name).build()).getPlainToken());
    }

    final Path secret(String name, String text) throws Exception {
        Path file = temporary.resolve(name + ".token");
        Path made = Files.writeString(temporary.resolve(name + ".new"), text + "\n");
        Files.setPosixFilePermissions(made, PosixFilePermissions.fromString("rw-------"));
        return Files.move(made, file, StandardCopyOption.REPLACE_EXISTING);
    }

    final IssueTokenResponse token(String user) {
        client.users().createUser(CreateUserRequest.newBuilder().setName(user)
                .addBindings(Binding.newBuilder()
                        .setRole(Role.ROLE_READER).setApplication("*"))
                .build());
        return client.tokens().issueToken(IssueTokenRequest.newBuilder()
                .setUser(user).setName("t").build());
    }

    final int ask(GatewayProcess gateway, String token) throws Exception {
        return http.send(HttpRequest.newBuilder(URI.create(
                                "http://127.0.0.1:" + gateway.gatewayAddress().getPort() + "/"))
                        .header("Authorization", "Bearer " + token).build(),
                BodyHandlers.discarding()).statusCode();
    }

    final String metrics(ServerProcess process) throws Exception {
        InetSocketAddress address = process.managementAddress();
        return http.send(HttpRequest.newBuilder(URI.create(
                                "http://127.0.0.1:" + address.getPort() + "/metrics")).build(),
                BodyHandlers.ofString()).body();
    }

    final void awaitMetric(ServerProcess process, String line) {
        Awaitility.await().atMost(SOON).untilAsserted(() ->
                assertThat(metrics(process)).containsPattern(line + " [1-9]"));
    }
}
