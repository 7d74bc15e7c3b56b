package dev.portcullis.gateway.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import com.google.rpc.ErrorInfo;
import dev.portcullis.gateway.testkit.GatewayFixture;
import dev.portcullis.gateway.upstream.UpstreamConfig.Protocol;
import io.grpc.BindableService;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.ServerInterceptor;
import io.grpc.ServerInterceptors;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.StatusProto;
import io.grpc.stub.StreamObserver;
import io.grpc.testing.integration.EmptyProtos.Empty;
import io.grpc.testing.integration.Messages.ResponseParameters;
import io.grpc.testing.integration.Messages.StreamingOutputCallRequest;
import io.grpc.testing.integration.Messages.StreamingOutputCallResponse;
import io.grpc.testing.integration.TestServiceGrpc;
import io.grpc.testing.integration.TestServiceImpl;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** gRPC from end to end: the client and the server of grpc-java's interoperability cases. */
@Timeout(60)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class GrpcInteropTest {
    private static final int MESSAGE_MAX = 16 << 20;

    /** One case of grpc-java's. */
    interface Case {
        void run(InteropClient client) throws Exception;
    }

    /** Without the probes for a server that checks compression: grpc-java's does not. */
    static final Map<String, Case> CASES = Map.ofEntries(
            Map.entry("empty_unary", InteropClient::emptyUnary),
            Map.entry("empty_unary_retriable", InteropClient::emptyUnaryWithRetriableStream),
            Map.entry("large_unary", InteropClient::largeUnary),
            Map.entry("client_compressed_unary", client -> client.clientCompressedUnary(false)),
            Map.entry("server_compressed_unary", InteropClient::serverCompressedUnary),
            Map.entry("client_streaming", InteropClient::clientStreaming),
            Map.entry("client_compressed_streaming",
                    client -> client.clientCompressedStreaming(false)),
            Map.entry("server_streaming", InteropClient::serverStreaming),
            Map.entry("server_compressed_streaming", InteropClient::serverCompressedStreaming),
            Map.entry("ping_pong", InteropClient::pingPong),
            Map.entry("empty_stream", InteropClient::emptyStream),
            Map.entry("cancel_after_begin", InteropClient::cancelAfterBegin),
            Map.entry("cancel_after_first_response", InteropClient::cancelAfterFirstResponse),
            Map.entry("full_duplex", InteropClient::fullDuplexCallShouldSucceed),
            Map.entry("half_duplex", InteropClient::halfDuplexCallShouldSucceed),
            Map.entry("flow_control", InteropClient::serverStreamingShouldBeFlowControlled),
            Map.entry("very_large_request", InteropClient::veryLargeRequest),
            Map.entry("very_large_response", InteropClient::veryLargeResponse),
            Map.entry("metadata_unary", InteropClient::exchangeMetadataUnaryCall),
            Map.entry("metadata_streaming", InteropClient::exchangeMetadataStreamingCall),
            Map.entry("custom_metadata", InteropClient::customMetadata),
            Map.entry("deadline_not_exceeded", InteropClient::deadlineNotExceeded),
            Map.entry("deadline_exceeded", InteropClient::deadlineExceeded),
            Map.entry("deadline_exceeded_streaming",
                    InteropClient::deadlineExceededServerStreaming),
            Map.entry("deadline_in_past", InteropClient::deadlineInPast),
            Map.entry("timeout_on_sleeping_server", InteropClient::timeoutOnSleepingServer),
            Map.entry("max_inbound_exact", InteropClient::maxInboundSize_exact),
            Map.entry("max_inbound_too_big", InteropClient::maxInboundSize_tooBig),
            Map.entry("max_outbound_exact", InteropClient::maxOutboundSize_exact),
            Map.entry("max_outbound_too_big", InteropClient::maxOutboundSize_tooBig),
            Map.entry("graceful_shutdown", InteropClient::gracefulShutdown),
            Map.entry("status_code_and_message", InteropClient::statusCodeAndMessage),
            Map.entry("special_status_message", InteropClient::specialStatusMessage),
            Map.entry("unimplemented_method", InteropClient::unimplementedMethod),
            Map.entry("unimplemented_service", InteropClient::unimplementedService));

    private final GatewayFixture gateway = GatewayFixture.create();
    private final ScheduledExecutorService executor = Executors.newScheduledThreadPool(2);
    private final CancelRecorder cancels = new CancelRecorder();
    private Server server;
    private ManagedChannel channel;
    /** Of this test alone: it may be revoked. */
    private String token;

    @BeforeAll
    void start() throws Exception {
        BindableService service = new TestServiceImpl(executor);
        server = NettyServerBuilder
                .forAddress(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0))
                .maxInboundMessageSize(MESSAGE_MAX)
                .addService(ServerInterceptors.intercept(service,
                        TestServiceImpl.interceptors().toArray(new ServerInterceptor[0])))
                .intercept(cancels)
                .build().start();
        gateway.settings().eventLoops(1).upstream(
                URI.create("http://127.0.0.1:" + server.getPort()), Protocol.HTTP_2);
        gateway.start();
        channel = NettyChannelBuilder.forAddress(gateway.gateway().address())
                .usePlaintext().build();
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

    static Stream<String> cases() {
        return CASES.keySet().stream().sorted();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void caseOfInteroperability_goesThroughTheGateway(String name) throws Exception {
        InteropClient client = new InteropClient(gateway.gateway().address(), gateway.writer());
        client.setUp();
        try {
            CASES.get(name).run(client);
        } finally {
            client.tearDown();
        }
    }

    private TestServiceGrpc.TestServiceBlockingStub stub(String token) {
        return TestServiceGrpc.newBlockingStub(channel)
                .withCallCredentials(InteropClient.credentials(token));
    }

    @Test
    void tokenMayOnlyRead_callIsDenied() {
        StatusRuntimeException denied = catchThrowableOfType(StatusRuntimeException.class,
                () -> stub(gateway.reader()).emptyCall(Empty.getDefaultInstance()));
        assertThat(denied.getStatus().getCode()).isEqualTo(Status.Code.PERMISSION_DENIED);
        assertThat(reason(denied)).isEqualTo("write_denied");
    }

    private static String reason(Throwable error) {
        try {
            return StatusProto.fromThrowable(error).getDetails(0).unpack(ErrorInfo.class)
                    .getReason();
        } catch (com.google.protobuf.InvalidProtocolBufferException e) {
            throw new AssertionError(e);
        }
    }

    /** Responses of one octet each, so many milliseconds apart. */
    private CompletableFuture<Throwable> stream(
            TestServiceGrpc.TestServiceStub stub, int count, int millis, CountDownLatch first) {
        StreamingOutputCallRequest.Builder request = StreamingOutputCallRequest.newBuilder();
        for (int i = 0; i < count; i++) {
            request.addResponseParameters(ResponseParameters.newBuilder()
                    .setSize(1).setIntervalUs(i == 0 ? 0 : millis * 1000));
        }
        CompletableFuture<Throwable> end = new CompletableFuture<>();
        stub.streamingOutputCall(request.build(), new StreamObserver<>() {
            @Override
            public void onNext(StreamingOutputCallResponse response) {
                assertThat(response.getPayload().getBody()).isNotEqualTo(ByteString.EMPTY);
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
        });
        return end;
    }

    @Test
    void tokenIsRevokedInAStream_callerIsToldByItsTrailers() throws Exception {
        CountDownLatch first = new CountDownLatch(1);
        CompletableFuture<Throwable> end = stream(TestServiceGrpc.newStub(channel)
                .withCallCredentials(InteropClient.credentials(token)),
                2, 50_000, first);
        assertThat(first.await(20, TimeUnit.SECONDS)).isTrue();
        gateway.origin().revoke(token);
        Throwable error = end.get(20, TimeUnit.SECONDS);
        assertThat(Status.fromThrowable(error).getCode()).isEqualTo(Status.Code.UNAUTHENTICATED);
        assertThat(reason(error)).isEqualTo("credential_revoked");
        cancels.await();
        assertThat(gateway.newLogLines()).singleElement().asString()
                .contains("\"code\":\"credential_revoked\"");
    }

    @Test
    void deadlineHasPassedInAStream_upstreamIsCancelled() throws Exception {
        CountDownLatch first = new CountDownLatch(1);
        // by the gateway's clock, which is put forward: the client's own has not run out
        CompletableFuture<Throwable> end = stream(TestServiceGrpc.newStub(channel)
                .withDeadlineAfter(40, TimeUnit.SECONDS)
                .withCallCredentials(InteropClient.credentials(token)),
                2, 50_000, first);
        assertThat(first.await(20, TimeUnit.SECONDS)).isTrue();
        gateway.time().advance(Duration.ofSeconds(41));
        Throwable error = end.get(20, TimeUnit.SECONDS);
        assertThat(Status.fromThrowable(error).getCode()).isEqualTo(Status.Code.DEADLINE_EXCEEDED);
        assertThat(reason(error)).isEqualTo("exchange_timeout");
        cancels.await();
        await().until(() -> gateway.gateway().stats().exchanges().inProgress() == 0);
    }
}
