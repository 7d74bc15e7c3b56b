package dev.portcullis.gateway.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import dev.portcullis.gateway.testkit.Certificates;
import dev.portcullis.gateway.testkit.Certificates.Leaf;
import dev.portcullis.gateway.testkit.GatewayFixture;
import dev.portcullis.gateway.tls.TlsConfig;
import dev.portcullis.gateway.upstream.UpstreamConfig;
import dev.portcullis.gateway.upstream.UpstreamConfig.Protocol;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.ServerInterceptor;
import io.grpc.ServerInterceptors;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import io.grpc.testing.integration.EmptyProtos.Empty;
import io.grpc.testing.integration.Messages.ResponseParameters;
import io.grpc.testing.integration.Messages.StreamingOutputCallRequest;
import io.grpc.testing.integration.Messages.StreamingOutputCallResponse;
import io.grpc.testing.integration.TestServiceGrpc;
import io.grpc.testing.integration.TestServiceImpl;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * gRPC over TLS from end to end: grpc-java's client agrees on HTTP/2 with the gateway by ALPN, and
 * so does the gateway with grpc-java's server.
 */
@Timeout(60)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class GrpcTlsTest {
    private static final String UPSTREAM = "upstream.example";
    private static final int MESSAGE_MAX = 16 << 20;

    @TempDir
    static Path directory;

    private final GatewayFixture gateway = GatewayFixture.create();
    private final ScheduledExecutorService executor = Executors.newScheduledThreadPool(2);
    private final CancelRecorder cancels = new CancelRecorder();
    private Certificates certificates;
    private Server server;
    private ManagedChannel channel;
    /** Of this test alone: it may be revoked. */
    private String token;

    @BeforeAll
    void start() throws Exception {
        certificates = new Certificates(directory);
        Leaf shown = certificates.server(UPSTREAM);
        server = NettyServerBuilder
                .forAddress(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0))
                .useTransportSecurity(shown.chain().toFile(), shown.key().toFile())
                .maxInboundMessageSize(MESSAGE_MAX)
                .addService(ServerInterceptors.intercept(new TestServiceImpl(executor),
                        TestServiceImpl.interceptors().toArray(new ServerInterceptor[0])))
                .intercept(cancels)
                .build().start();
        gateway.settings().eventLoops(1)
                .tls(new TlsConfig(
                        List.of(certificates.server(InteropClient.NAME).certificate()),
                        TlsConfig.Clients.NONE, null, false))
                .upstream(URI.create("https://127.0.0.1:" + server.getPort()), Protocol.HTTP_2)
                .upstream().tls(new UpstreamConfig.Tls(
                        certificates.caFile(), null, null, UPSTREAM));
        gateway.start();
        channel = InteropClient.channel(gateway.tlsAddress(), certificates.caFile()).build();
    }

    @BeforeEach
    void begin() throws Exception {
        cancels.forget();
        gateway.newLogLines();
        token = gateway.origin().addToken("user-writer");
    }

    @AfterEach
    void check() {
        gateway.check();
    }

    @AfterAll
    void stop() throws Exception {
        channel.shutdownNow();
        assertThat(channel.awaitTermination(20, TimeUnit.SECONDS)).isTrue();
        try (gateway) {
            gateway.check();
        } finally {
            server.shutdownNow();
            assertThat(server.awaitTermination(20, TimeUnit.SECONDS)).isTrue();
            executor.shutdownNow();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "empty_unary", "large_unary", "client_compressed_unary", "client_streaming",
        "server_streaming", "ping_pong", "full_duplex", "flow_control", "very_large_request",
        "very_large_response", "metadata_unary", "metadata_streaming", "custom_metadata",
        "cancel_after_begin", "cancel_after_first_response", "deadline_exceeded",
        "deadline_exceeded_streaming", "status_code_and_message", "unimplemented_method",
    })
    void caseOfInteroperability_goesThroughTheGateway(String name) throws Exception {
        InteropClient client = new InteropClient(
                gateway.tlsAddress(), gateway.writer(), certificates.caFile());
        client.setUp();
        try {
            GrpcInteropTest.CASES.get(name).run(client);
        } finally {
            client.tearDown();
        }
        List<String> lines = gateway.newLogLines();
        // what is cancelled as it begins may never be sent
        assertThat(lines).hasSizeGreaterThanOrEqualTo(name.equals("cancel_after_begin") ? 0 : 1);
        assertThat(lines).allSatisfy(line -> assertThat(line)
                .contains("\"protocol\":\"HTTP/2\"", "\"tls\":\"TLSv1.3\""));
    }

    @Test
    void tokenMayOnlyRead_callIsDeniedAndNothingReachesTheServer() throws Exception {
        StatusRuntimeException denied = catchThrowableOfType(StatusRuntimeException.class,
                () -> TestServiceGrpc.newBlockingStub(channel)
                        .withCallCredentials(InteropClient.credentials(gateway.reader()))
                        .emptyCall(Empty.getDefaultInstance()));
        assertThat(denied.getStatus().getCode()).isEqualTo(Status.Code.PERMISSION_DENIED);
        assertThat(gateway.newLogLines()).singleElement().asString()
                .contains("write_denied").doesNotContain("\"upstream\"");
    }

    /** Begins a stream of two responses, the second of which comes after the test. */
    private Streaming begin(TestServiceGrpc.TestServiceStub stub) throws Exception {
        Streaming streaming = new Streaming();
        stub.withCallCredentials(InteropClient.credentials(token))
                .streamingOutputCall(StreamingOutputCallRequest.newBuilder()
                        .addResponseParameters(ResponseParameters.newBuilder().setSize(1))
                        .addResponseParameters(ResponseParameters.newBuilder()
                                .setSize(1).setIntervalUs(50_000_000))
                        .build(), streaming);
        assertThat(streaming.first.await(20, TimeUnit.SECONDS)).isTrue();
        return streaming;
    }

    @Test
    void clientCancels_serverIsTold() throws Exception {
        Streaming streaming = begin(TestServiceGrpc.newStub(channel));
        streaming.call.cancel("enough", null);
        cancels.await();
        await().until(() -> gateway.gateway().stats().exchanges().inProgress() == 0);
    }

    @Test
    void deadlineHasPassed_bothSidesAreTold() throws Exception {
        // by the gateway's clock, which is put forward: the client's own has not run out
        Streaming streaming = begin(
                TestServiceGrpc.newStub(channel).withDeadlineAfter(40, TimeUnit.SECONDS));
        gateway.time().advance(Duration.ofSeconds(41));
        assertThat(Status.fromThrowable(streaming.end.get(20, TimeUnit.SECONDS)).getCode())
                .isEqualTo(Status.Code.DEADLINE_EXCEEDED);
        cancels.await();
    }

    @Test
    void tokenIsRevoked_streamEndsWithTheReason() throws Exception {
        Streaming streaming = begin(TestServiceGrpc.newStub(channel));
        gateway.origin().revoke(token);
        assertThat(Status.fromThrowable(streaming.end.get(20, TimeUnit.SECONDS)).getCode())
                .isEqualTo(Status.Code.UNAUTHENTICATED);
        cancels.await();
    }

    /** What becomes of a stream. */
    private static final class Streaming implements
            ClientResponseObserver<StreamingOutputCallRequest, StreamingOutputCallResponse> {
        final CountDownLatch first = new CountDownLatch(1);
        final CompletableFuture<Throwable> end = new CompletableFuture<>();
        volatile ClientCallStreamObserver<StreamingOutputCallRequest> call;

        @Override
        public void beforeStart(ClientCallStreamObserver<StreamingOutputCallRequest> begun) {
            call = begun;
        }

        @Override
        public void onNext(StreamingOutputCallResponse response) {
            first.countDown();
        }

        @Override
        public void onError(Throwable error) {
            end.complete(error);
        }

        @Override
        public void onCompleted() {
            end.complete(null);
        }
    }
}
