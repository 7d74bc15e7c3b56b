package dev.portcullis.cli.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.sun.net.httpserver.Headers;
import dev.portcullis.cli.CommandLineRun;
import io.envoyproxy.envoy.service.auth.v3.AttributeContext;
import io.envoyproxy.envoy.service.auth.v3.AuthorizationGrpc;
import io.envoyproxy.envoy.service.auth.v3.CheckRequest;
import io.envoyproxy.envoy.service.auth.v3.CheckResponse;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole program as a process, in front of a real upstream, driven by its own client. */
class StandaloneTest {
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    @TempDir
    private Path temporary;

    private Path data;
    private RecordingUpstream upstream;

    @BeforeEach
    void startUpstream() throws IOException {
        data = temporary.resolve("data");
        upstream = RecordingUpstream.start(true);
    }

    @AfterEach
    void stopUpstream() {
        upstream.close();
    }

    @Test
    void readersRead_writersWrite_revokedTokensDoNothing() throws Exception {
        try (ProgramProcess program = start()) {
            String reader = token(program, "ci-reader", "reader");
            String writer = token(program, "ci-writer", "writer");

            assertThat(ask(program, "GET", reader).statusCode()).isEqualTo(200);
            assertThat(ask(program, "POST", reader).statusCode()).isEqualTo(403);
            assertThat(ask(program, "POST", writer).statusCode()).isEqualTo(200);
            assertThat(ask(program, "GET", null).statusCode()).isEqualTo(401);

            CommandLineRun revoked =
                    client(program, "token", "revoke", reader.split("_")[1]);
            assertThat(revoked.stdout()).containsPattern("propagation +propagated\n");
            assertThat(ask(program, "GET", reader).statusCode()).isEqualTo(401);

            assertThat(upstream.seen()).hasSize(2);
            Headers seen = upstream.seen().get(0);
            assertThat(seen).doesNotContainKey("Authorization");
            assertThat(seen.getFirst("X-portcullis-user")).isEqualTo("ci-reader");
            assertThat(seen.getFirst("X-portcullis-role")).isEqualTo("reader");
            assertThat(program.stdout() + program.stderr())
                    .doesNotContain(reader.split("_")[2], writer.split("_")[2]);
        }
    }

    @Test
    void firstStart_writesTheBootstrapTokenForItsOwnerOnly() throws Exception {
        try (ProgramProcess program = start()) {
            assertThat(Files.getPosixFilePermissions(data.resolve("bootstrap-token")))
                    .isEqualTo(PosixFilePermissions.fromString("rw-------"));
            assertThat(body(program.management(), "/healthz")).isEqualTo("ok\n");
            assertThat(body(program.management(), "/readyz")).isEqualTo("{\"ready\":true}\n");
            assertThat(body(program.management(), "/metrics")).contains("portcullis_ready 1.0\n",
                    "portcullis_exchanges_total{application=\"default\",outcome=\"ok\","
                            + "status=\"2xx\"} 0.0\n",
                    "portcullis_lookups_total{level=\"l1\"} 0.0\n",
                    "portcullis_refusals_dropped_total 0.0\n",
                    "portcullis_refusals_total{code=\"upstream_timeout\",fault=\"upstream\"}");
        }
    }

    @Test
    void terminated_finishesWhatIsInFlightAndExitsWithZero() throws Exception {
        try (ProgramProcess program = start()) {
            String reader = token(program, "slow", "reader");
            upstream.delay(Duration.ofSeconds(2));
            CompletableFuture<HttpResponse<String>> slow = http.sendAsync(
                    request(program, "GET", reader), BodyHandlers.ofString());
            Awaitility.await().until(() -> upstream.seen().size() == 1);

            program.terminate();

            assertThat(slow.get(20, TimeUnit.SECONDS).body()).isEqualTo("hello");
            assertThat(program.awaitExit()).isZero();
            assertThat(program.stderr()).contains("stopping").endsWith("stopped\n");
        }
    }

    @Test
    void sameDataDirectoryTwice_secondRefusesToStart() throws Exception {
        try (ProgramProcess first = start();
                ProgramProcess second = launch()) {
            assertThat(second.awaitExit()).isEqualTo(1);
            assertThat(second.stderr()).startsWith("portcullis: ").contains(data.toString())
                    .hasLineCount(1);
            assertThat(body(first.management(), "/readyz")).isEqualTo("{\"ready\":true}\n");
        }
    }

    @Test
    void portsInUse_areAllNamedAtOnceAndNothingIsBegun() throws Exception {
        String[] keys = {"listen", "admin-listen", "rest-listen", "management-listen"};
        List<ServerSocket> taken = new ArrayList<>();
        String[] arguments = ProgramProcess.standalone(data, upstream.url());
        try {
            for (String key : keys) {
                ServerSocket socket = new ServerSocket();
                taken.add(socket);
                socket.bind(new InetSocketAddress("127.0.0.1", 0));
                int flag = Arrays.asList(arguments).indexOf("--" + key);
                arguments[flag + 1] = "127.0.0.1:" + socket.getLocalPort();
            }
            try (ProgramProcess program = ProgramProcess.start(temporary, arguments)) {
                assertThat(program.awaitExit()).isEqualTo(2);
                assertThat(program.stderr()).startsWith("portcullis: 4 mistakes")
                        .doesNotContain("\tat ");
                for (int i = 0; i < keys.length; i++) {
                    assertThat(program.stderr()).contains(
                            "--" + keys[i], "127.0.0.1:" + taken.get(i).getLocalPort());
                }
                assertThat(data.resolve("bootstrap-token")).doesNotExist();
            }
        } finally {
            for (ServerSocket socket : taken) {
                socket.close();
            }
        }
    }

    @Test
    void externalAuthorization_isNamedAndAnswers() throws Exception {
        try (ProgramProcess program = ProgramProcess.start(temporary, ProgramProcess.standalone(
                data, upstream.url(), "--external-authorization-listen", "127.0.0.1:0"))
                .awaitReady()) {
            String reader = token(program, "envoy", "reader");
            Matcher named = Pattern.compile(", external authorisation (127\\.0\\.0\\.1:\\d+)")
                    .matcher(program.stderr());
            assertThat(named.find()).isTrue();
            ManagedChannel channel = Grpc.newChannelBuilder(
                    named.group(1), InsecureChannelCredentials.create()).build();
            try {
                assertThat(check(channel, "GET", reader).hasOkResponse()).isTrue();
                assertThat(check(channel, "POST", reader).getDeniedResponse().getStatus().getCode())
                        .isEqualTo(403);
            } finally {
                channel.shutdownNow().awaitTermination(10, TimeUnit.SECONDS);
            }
        }
    }

    private static CheckResponse check(ManagedChannel channel, String method, String token) {
        return AuthorizationGrpc.newBlockingStub(channel).withDeadlineAfter(20, TimeUnit.SECONDS)
                .check(CheckRequest.newBuilder().setAttributes(AttributeContext.newBuilder()
                        .setRequest(AttributeContext.Request.newBuilder().setHttp(
                                AttributeContext.HttpRequest.newBuilder()
                                        .setMethod(method).setPath("/").setHost("a")
                                        .putHeaders("authorization", "Bearer " + token))))
                        .build());
    }

    private ProgramProcess start() throws Exception {
        return launch().awaitReady();
    }

    private ProgramProcess launch() throws IOException {
        return ProgramProcess.start(temporary, ProgramProcess.standalone(data, upstream.url()));
    }

    /** A new user with a role on everything, and a token of theirs. */
    private String token(ProgramProcess program, String name, String role) {
        assertThat(client(program, "user", "create", name, "--role", role).exitCode()).isZero();
        CommandLineRun issued =
                client(program, "token", "issue", name, "--name", "test", "-o", "json");
        JsonObject json = JsonParser.parseString(issued.stdout()).getAsJsonObject();
        return json.get("plain_token").getAsString();
    }

    private CommandLineRun client(ProgramProcess program, String... arguments) {
        return CommandLineRun.of(Map.of(
                "PORTCULLIS_ADMIN", "127.0.0.1:" + program.admin().getPort(),
                "PORTCULLIS_TOKEN_FILE", data.resolve("bootstrap-token").toString()), arguments);
    }

    private HttpResponse<String> ask(ProgramProcess program, String method, String token)
            throws Exception {
        return http.send(request(program, method, token), BodyHandlers.ofString());
    }

    private static HttpRequest request(ProgramProcess program, String method, String token) {
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + program.gateway().getPort() + "/thing"))
                .method(method, method.equals("POST")
                        ? BodyPublishers.ofString("body")
                        : BodyPublishers.noBody());
        if (token != null) {
            request.header("Authorization", "Bearer " + token);
        }
        return request.build();
    }

    private String body(InetSocketAddress address, String path) throws Exception {
        URI uri = URI.create("http://127.0.0.1:" + address.getPort() + path);
        return http.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString()).body();
    }
}
