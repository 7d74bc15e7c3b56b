package dev.portcullis.cli.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.rpc.ErrorInfo;
import dev.portcullis.proto.admin.v1.Binding;
import dev.portcullis.proto.admin.v1.BlockUserRequest;
import dev.portcullis.proto.admin.v1.CreateUserRequest;
import dev.portcullis.proto.admin.v1.DeleteUserRequest;
import dev.portcullis.proto.admin.v1.IssueTokenRequest;
import dev.portcullis.proto.admin.v1.IssueTokenResponse;
import dev.portcullis.proto.admin.v1.Propagation;
import dev.portcullis.proto.admin.v1.RevokeTokenRequest;
import dev.portcullis.proto.admin.v1.Role;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.InsecureServerCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.protobuf.StatusProto;
import io.grpc.protobuf.services.HealthStatusManager;
import io.grpc.stub.MetadataUtils;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What is under way at a gateway when a right ends at the admin-service, each a process's worth of
 * its own: it is cut, and told why where there is a way to.
 */
@Timeout(120)
class OpenExchangesTest extends LinkedProcesses {
    private static final String WEB_SOCKET_KEY = "dGhlIHNhbXBsZSBub25jZQ==";
    private static final int READ_MILLIS = 20_000;

    private String user;
    private IssueTokenResponse issued;

    /** How a right ends, and what a new call would be answered then as well. */
    private enum Cause {
        REVOKED("credential_revoked", Status.Code.UNAUTHENTICATED),
        BLOCKED("user_blocked", Status.Code.PERMISSION_DENIED),
        DELETED("credential_revoked", Status.Code.UNAUTHENTICATED),
        EXPIRED("credential_expired", Status.Code.UNAUTHENTICATED);

        private final String code;
        private final Status.Code status;

        Cause(String code, Status.Code status) {
            this.code = code;
            this.status = status;
        }
    }

    private GatewayProcess begin(Cause cause, String... flags) throws Exception {
        startAdmin();
        GatewayProcess gateway = startGateway(enroll("edge-1"), flags);
        assertThat(gateway.awaitReady(SOON)).isTrue();
        user = "ci";
        client.users().createUser(CreateUserRequest.newBuilder().setName(user)
                .addBindings(Binding.newBuilder()
                        .setRole(Role.ROLE_WRITER).setApplication("*"))
                .build());
        IssueTokenRequest.Builder token =
                IssueTokenRequest.newBuilder().setUser(user).setName("t");
        if (cause == Cause.EXPIRED) {
            token.setExpiresInSeconds(3);
        }
        issued = client.tokens().issueToken(token.build());
        return gateway;
    }

    private void end(Cause cause) {
        Propagation propagation = switch (cause) {
            case REVOKED -> client.tokens().revokeToken(RevokeTokenRequest.newBuilder()
                    .setId(issued.getToken().getId()).build()).getPropagation();
            case BLOCKED -> client.users().blockUser(
                    BlockUserRequest.newBuilder().setUser(user).build()).getPropagation();
            case DELETED -> client.users().deleteUser(
                    DeleteUserRequest.newBuilder().setUser(user).build()).getPropagation();
            case EXPIRED -> null;
        };
        if (propagation != null) {
            assertThat(propagation.getState()).isEqualTo(Propagation.State.PROPAGATED);
        }
    }

    @ParameterizedTest
    @EnumSource
    void webSocket_isClosedWith1008(Cause cause) throws Exception {
        try (Endless upstream = new Endless()) {
            GatewayProcess gateway = begin(cause, "--upstream", upstream.url());
            try (Socket client = connect(gateway)) {
                client.getOutputStream().write(request("Connection: Upgrade\r\n"
                        + "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                        + "Sec-WebSocket-Key: " + WEB_SOCKET_KEY + "\r\n"));
                assertThat(head(client.getInputStream())).startsWith("HTTP/1.1 101 ");
                end(cause);
                byte[] rest = client.getInputStream().readAllBytes();
                // a close frame: its length, 1008 in two octets, the reason (RFC 6455, 5.5.1)
                assertThat(HexFormat.of().formatHex(rest, 0, 4)).isEqualTo(
                        "88%02x03f0".formatted(cause.code.length() + 2));
                assertThat(new String(rest, 4, rest.length - 4, StandardCharsets.US_ASCII))
                        .isEqualTo(cause.code);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void responseWithoutAnEnd_isCutOff(Cause cause) throws Exception {
        try (Endless upstream = new Endless()) {
            GatewayProcess gateway = begin(cause, "--upstream", upstream.url());
            try (Socket client = connect(gateway)) {
                client.getOutputStream().write(request(""));
                assertThat(head(client.getInputStream())).startsWith("HTTP/1.1 200 ");
                assertThat(client.getInputStream().readNBytes(10)).hasSize(10);
                end(cause);
                // no last chunk: nobody takes it for the whole
                assertThat(new String(client.getInputStream().readAllBytes(),
                        StandardCharsets.US_ASCII)).doesNotContain("0\r\n\r\n");
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void streamingCall_endsWithTrailersThatSayWhy(Cause cause) throws Exception {
        HealthStatusManager health = new HealthStatusManager();
        Server server = Grpc.newServerBuilderForPort(0, InsecureServerCredentials.create())
                .addService(health.getHealthService()).build().start();
        open.push(() -> server.shutdownNow().awaitTermination(5, TimeUnit.SECONDS));
        Path config = Files.writeString(temporary.resolve("gateway.yaml"), """
                applications:
                  - name: health
                    upstream: http://127.0.0.1:%d
                    protocol: http/2
                """.formatted(server.getPort()));
        GatewayProcess gateway = begin(cause, "--config", config.toString());
        Metadata headers = new Metadata();
        headers.put(Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER),
                "Bearer " + issued.getPlainToken());
        ManagedChannel channel = Grpc.newChannelBuilder(
                "127.0.0.1:" + gateway.gatewayAddress().getPort(),
                InsecureChannelCredentials.create()).build();
        open.push(() -> channel.shutdownNow().awaitTermination(5, TimeUnit.SECONDS));
        Iterator<HealthCheckResponse> updates = HealthGrpc.newBlockingStub(channel)
                .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers))
                .withDeadlineAfter(READ_MILLIS, TimeUnit.MILLISECONDS)
                .watch(HealthCheckRequest.getDefaultInstance());
        assertThat(updates.next().getStatus())
                .isEqualTo(HealthCheckResponse.ServingStatus.SERVING);
        end(cause);
        StatusRuntimeException ended =
                catchThrowableOfType(StatusRuntimeException.class, updates::next);
        assertThat(ended.getStatus().getCode()).isEqualTo(cause.status);
        assertThat(StatusProto.fromThrowable(ended).getDetails(0).unpack(ErrorInfo.class)
                .getReason()).isEqualTo(cause.code);
    }

    private byte[] request(String fields) {
        return ("GET / HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer " + issued.getPlainToken()
                + "\r\n" + fields + "\r\n").getBytes(StandardCharsets.US_ASCII);
    }

    private static Socket connect(GatewayProcess gateway) throws IOException {
        Socket socket = new Socket();
        socket.connect(gateway.gatewayAddress());
        socket.setSoTimeout(READ_MILLIS);
        return socket;
    }

    /** Up to the empty line; none of what comes behind it. */
    private static String head(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (!head.toString().endsWith("\r\n\r\n")) {
            int octet = in.read();
            assertThat(octet).as(head.toString()).isNotNegative();
            head.append((char) octet);
        }
        return head.toString();
    }

    /** An upstream whose answers never end: a tunnel where one is asked for, else chunks. */
    private static final class Endless implements AutoCloseable {
        private final ServerSocket listener =
                new ServerSocket(0, 16, InetAddress.getLoopbackAddress());

        Endless() throws IOException {
            Thread thread = new Thread(this::serve);
            thread.setDaemon(true);
            thread.start();
        }

        String url() {
            return "http://127.0.0.1:"
                    + ((InetSocketAddress) listener.getLocalSocketAddress()).getPort();
        }

        private void serve() {
            try {
                // as many as there are tests on it: each stays open until its other end closes
                while (true) {
                    Socket connection = listener.accept();
                    String asked = head(connection.getInputStream());
                    connection.getOutputStream().write(
                            answer(asked).getBytes(StandardCharsets.US_ASCII));
                }
            } catch (IOException e) {
                // the test is over
                return;
            }
        }

        private static String answer(String asked) {
            if (!asked.toLowerCase(Locale.ROOT).contains("upgrade: websocket")) {
                return "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nfirst\r\n";
            }
            return "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\n"
                    + "Upgrade: websocket\r\nSec-WebSocket-Accept: " + accept() + "\r\n\r\n";
        }

        private static String accept() {
            try {
                return Base64.getEncoder().encodeToString(MessageDigest.getInstance("SHA-1")
                        .digest((WEB_SOCKET_KEY + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11")
                                .getBytes(StandardCharsets.US_ASCII)));
            } catch (NoSuchAlgorithmException e) {
                throw new AssertionError(e);
            }
        }

        @Override
        public void close() throws IOException {
            listener.close();
        }
    }
}
