package dev.portcullis.admin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.portcullis.admin.change.LeaseConfig;
import dev.portcullis.proto.admin.v1.Binding;
import dev.portcullis.proto.admin.v1.BindingServiceGrpc;
import dev.portcullis.proto.admin.v1.CreateUserRequest;
import dev.portcullis.proto.admin.v1.IssueTokenRequest;
import dev.portcullis.proto.admin.v1.IssueTokenResponse;
import dev.portcullis.proto.admin.v1.Role;
import dev.portcullis.proto.admin.v1.TokenServiceGrpc;
import dev.portcullis.proto.admin.v1.UserServiceGrpc;
import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.stub.MetadataUtils;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/** A real admin-service on a directory, and clients of it over real sockets. */
final class TestAdmin implements AutoCloseable {
    static final ObjectMapper JSON = new ObjectMapper();

    private static final InetSocketAddress ANY_PORT = new InetSocketAddress("127.0.0.1", 0);

    final TestClock clock = new TestClock();
    final AdminServer server;
    final String adminToken;
    final ManagedChannel channel;
    private DescribedApi described;
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1).build();

    private TestAdmin(AdminConfig config) throws Exception {
        server = AdminServer.create(config, new AdminServer.Surroundings(
                clock, System::nanoTime, new Random(42)));
        server.start();
        adminToken = Files.readString(config.bootstrapTokenFile()).strip();
        channel = Grpc.newChannelBuilder(
                "127.0.0.1:" + server.grpcAddress().getPort(),
                InsecureChannelCredentials.create()).build();
    }

    static TestAdmin start(Path directory) throws Exception {
        return start(directory, LeaseConfig.defaults().barrierWait());
    }

    /** With another wait for propagation. */
    static TestAdmin start(Path directory, Duration barrierWait) throws Exception {
        LeaseConfig d = LeaseConfig.defaults();
        return new TestAdmin(config(
                directory, new LeaseConfig(d.maxStaleness(), d.margin(), barrierWait)));
    }

    static TestAdmin start(AdminConfig config) throws Exception {
        return new TestAdmin(config);
    }

    static AdminConfig config(Path directory, LeaseConfig lease) {
        AdminConfig d = AdminConfig.in(directory);
        return new AdminConfig(
                d.store(), d.tokens(), d.peppers(), lease, ANY_PORT, ANY_PORT,
                d.bootstrapTokenFile(), d.replicaId(), null, "1");
    }

    UserServiceGrpc.UserServiceBlockingStub users(String token) {
        return UserServiceGrpc.newBlockingStub(as(token));
    }

    BindingServiceGrpc.BindingServiceBlockingStub bindings(String token) {
        return BindingServiceGrpc.newBlockingStub(as(token));
    }

    TokenServiceGrpc.TokenServiceBlockingStub tokens(String token) {
        return TokenServiceGrpc.newBlockingStub(as(token));
    }

    /** The channel of a caller with a token, or with none. */
    Channel as(String token) {
        return token == null ? channel : withAuthorization("Bearer " + token);
    }

    /** The channel of a caller with these authorization values. */
    Channel withAuthorization(String... values) {
        Metadata metadata = new Metadata();
        for (String value : values) {
            metadata.put(Metadata.Key.of(
                    "authorization", Metadata.ASCII_STRING_MARSHALLER), value);
        }
        return ClientInterceptors.intercept(
                channel, MetadataUtils.newAttachHeadersInterceptor(metadata));
    }

    /** A new user with a role on all applications, or with none. Answers with the id. */
    String user(String name, Role role) {
        CreateUserRequest.Builder request = CreateUserRequest.newBuilder().setName(name);
        if (role != null) {
            request.addBindings(Binding.newBuilder().setRole(role).setApplication("*"));
        }
        return users(adminToken).createUser(request.build()).getUser().getId();
    }

    /** A new token. */
    IssueTokenResponse issue(String user) {
        return tokens(adminToken).issueToken(
                IssueTokenRequest.newBuilder().setUser(user).setName("t").build());
    }

    /** The token of a new user with a role on all applications. */
    String tokenOf(String name, Role role) {
        return issue(user(name, role)).getPlainToken();
    }

    /** One REST exchange as the administrator. */
    HttpResponse<String> rest(String method, String path, String body) throws Exception {
        return rest(method, path, body, "Token " + adminToken);
    }

    /** One REST exchange with these Authorization headers. */
    HttpResponse<String> rest(String method, String path, String body, String... authorization)
            throws Exception {
        List<String> headers = new ArrayList<>();
        for (String value : authorization) {
            headers.add("Authorization");
            headers.add(value);
        }
        return restWith(method, path, body, headers.toArray(new String[0]));
    }

    /** One REST exchange with these headers, names and values by turns; held against the API. */
    HttpResponse<String> restWith(String method, String path, String body, String... headers)
            throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + restAddress().getPort() + path))
                .timeout(Duration.ofSeconds(20))
                .method(method, body == null
                        ? HttpRequest.BodyPublishers.noBody()
                        : HttpRequest.BodyPublishers.ofString(body));
        if (headers.length > 0) {
            request.headers(headers);
        }
        HttpResponse<String> response =
                http.send(request.build(), HttpResponse.BodyHandlers.ofString());
        described().check(method, path, body, response);
        return response;
    }

    /** The API's description, as the server has it. */
    DescribedApi described() throws Exception {
        if (described == null) {
            URI uri = URI.create(
                    "http://127.0.0.1:" + restAddress().getPort() + "/api/openapi.json");
            described = new DescribedApi(JSON.readTree(http.send(
                    HttpRequest.newBuilder(uri).build(),
                    HttpResponse.BodyHandlers.ofString()).body()));
        }
        return described;
    }

    static JsonNode json(HttpResponse<String> response) throws IOException {
        return JSON.readTree(response.body());
    }

    InetSocketAddress restAddress() {
        return server.restAddress();
    }

    @Override
    public void close() throws Exception {
        channel.shutdownNow();
        channel.awaitTermination(5, TimeUnit.SECONDS);
        server.close();
    }
}
