package dev.portcullis.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.portcullis.admin.rest.RawHttp;
import dev.portcullis.proto.admin.v1.GetUserRequest;
import dev.portcullis.proto.admin.v1.ListUsersRequest;
import dev.portcullis.proto.admin.v1.Role;
import dev.portcullis.proto.admin.v1.UserServiceGrpc;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.MetadataUtils;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Calls that no generated client makes. After each of them the server goes on. */
class RpcHostileTest {
    @TempDir
    static Path directory;

    private static TestAdmin admin;

    @BeforeAll
    static void start() throws Exception {
        admin = TestAdmin.start(directory);
    }

    @AfterAll
    static void stop() throws Exception {
        admin.close();
    }

    @AfterEach
    void serverGoesOn() {
        assertThat(admin.users(admin.adminToken).getUser(
                GetUserRequest.newBuilder().setUser("admin").build()).hasUser()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void octetsThatAreNoMessage_areRefused(long seed) throws Exception {
        // field 1 says it is longer than the message
        byte[] noMessage = new byte[64];
        new Random(seed).nextBytes(noMessage);
        noMessage[0] = 0x0a;
        noMessage[1] = 0x7f;
        Channel channel = admin.as(admin.adminToken);
        assertThat(call(channel, "UserService/CreateUser", noMessage).getCode())
                .isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(call(admin.channel, "UserService/CreateUser", noMessage).getCode())
                .isEqualTo(Status.Code.UNAUTHENTICATED);
    }

    @Test
    void unaryCallWithoutAMessage_isRefused() throws Exception {
        assertThat(call(admin.as(admin.adminToken), "UserService/ListUsers").getCode())
                .isEqualTo(Status.Code.INTERNAL);
    }

    @Test
    void unaryCallWithTwoMessages_isRefused() throws Exception {
        Channel channel = admin.as(admin.adminToken);
        assertThat(call(channel, "UserService/ListUsers", new byte[0], new byte[0]).getCode())
                .isEqualTo(Status.Code.CANCELLED);
    }

    @Test
    void callWithoutAMessageOrACredential_isUnauthenticated() throws Exception {
        assertThat(call(admin.channel, "UserService/ListUsers").getCode())
                .isEqualTo(Status.Code.UNAUTHENTICATED);
    }

    @Test
    void unknownMethod_isUnimplemented() throws Exception {
        assertThat(call(admin.as(admin.adminToken), "UserService/DropUsers", new byte[0]).getCode())
                .isEqualTo(Status.Code.UNIMPLEMENTED);
    }

    @Test
    void halfACall_holdsNoWorker() {
        for (int i = 0; i < 20; i++) {
            ClientCall<byte[], byte[]> call = newCall(admin.channel, "UserService/ListUsers");
            call.start(new ClientCall.Listener<>() {}, new Metadata());
            call.sendMessage(new byte[0]);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"UserService/CreateUser", "TokenService/IssueToken"})
    void requestBeyondWhatItsMethodNeeds_isRefusedBeforeItIsWhole(String method)
            throws Exception {
        Channel known = admin.as(admin.adminToken);
        assertThat(call(known, method, new byte[32 * 1024]).getCode())
                .isEqualTo(Status.Code.INVALID_ARGUMENT);
        for (Channel channel : new Channel[] {known, admin.channel}) {
            assertThat(call(channel, method, new byte[32 * 1024 + 1]).getCode())
                    .isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
            assertThat(call(channel, method, new byte[3 * 1024 * 1024]).getCode())
                    .isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
        }
    }

    @Test
    void twoMessagesThatAreTooLargeTogether_areRefused() throws Exception {
        assertThat(call(admin.channel, "UserService/ListUsers",
                new byte[20 * 1024], new byte[20 * 1024]).getCode())
                .isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
    }

    @Test
    void messageThatInflatesBeyondTheLimit_isRefused() throws Exception {
        ClientCall<byte[], byte[]> call = newCall(
                admin.as(admin.adminToken), "UserService/CreateUser", "gzip");
        assertThat(statusOf(call, new byte[1024 * 1024]).getCode())
                .isNotIn(Status.Code.OK, Status.Code.INVALID_ARGUMENT);
        ClientCall<byte[], byte[]> small = newCall(
                admin.as(admin.adminToken), "UserService/CreateUser", "gzip");
        assertThat(statusOf(small, new byte[1024]).getCode())
                .isEqualTo(Status.Code.INVALID_ARGUMENT);
    }

    @Test
    void largeRequest_isReadOnlyWhenItsCallerIsKnown() throws Exception {
        String method = "ImportService/ImportForeign";
        byte[] large = new byte[2 * 1024 * 1024];
        String reader = admin.tokenOf("reader of large requests", Role.ROLE_AUDITOR);
        assertThat(call(admin.channel, method, large).getCode())
                .isEqualTo(Status.Code.UNAUTHENTICATED);
        assertThat(call(admin.as(reader), method, large).getCode())
                .isEqualTo(Status.Code.PERMISSION_DENIED);
        assertThat(call(admin.as(admin.adminToken), method, large).getCode())
                .isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(call(admin.as(admin.adminToken), method, new byte[large.length + 1]).getCode())
                .isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
    }

    @Test
    void largeRequestsAtOnce_areFewAndLeaveTheirRoom() throws Exception {
        Channel channel = admin.as(admin.adminToken);
        String method = "ImportService/ImportForeign";
        byte[] nothing = {};
        for (int round = 0; round < 2; round++) {
            List<ClientCall<byte[], byte[]>> halves = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                ClientCall<byte[], byte[]> call = newCall(channel, method);
                call.start(new ClientCall.Listener<>() {}, new Metadata());
                call.sendMessage(nothing);
                halves.add(call);
            }
            await().untilAsserted(() -> assertThat(call(channel, method, nothing).getCode())
                    .isEqualTo(Status.Code.RESOURCE_EXHAUSTED));
            halves.forEach(half -> half.cancel("enough", null));
            await().untilAsserted(() -> assertThat(call(channel, method, nothing).getCode())
                    .isNotEqualTo(Status.Code.RESOURCE_EXHAUSTED));
        }
    }

    @Test
    void otherProtocol_isEnded() throws Exception {
        try (RawHttp client = new RawHttp(admin.server.grpcAddress())) {
            client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
            assertThat(client.readAll()).doesNotContain("200");
        }
    }

    @Test
    void tokenInAQueryOrACookie_isNone() {
        Metadata metadata = new Metadata();
        metadata.put(Metadata.Key.of("cookie", Metadata.ASCII_STRING_MARSHALLER),
                "authorization=Bearer " + admin.adminToken);
        assertThatThrownBy(() -> UserServiceGrpc.newBlockingStub(admin.channel)
                .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(metadata))
                .listUsers(ListUsersRequest.getDefaultInstance()))
                .isInstanceOfSatisfying(StatusRuntimeException.class, e -> assertThat(
                        e.getStatus().getCode()).isEqualTo(Status.Code.UNAUTHENTICATED));
    }

    private static Status call(Channel channel, String method, byte[]... messages)
            throws Exception {
        return statusOf(newCall(channel, method), messages);
    }

    private static Status statusOf(ClientCall<byte[], byte[]> call, byte[]... messages)
            throws Exception {
        CompletableFuture<Status> status = new CompletableFuture<>();
        call.start(new ClientCall.Listener<>() {
            @Override
            public void onClose(Status closed, Metadata trailers) {
                status.complete(closed);
            }
        }, new Metadata());
        call.setMessageCompression(true);
        call.request(1);
        for (byte[] message : messages) {
            call.sendMessage(message);
        }
        call.halfClose();
        return status.get(10, TimeUnit.SECONDS);
    }

    private static ClientCall<byte[], byte[]> newCall(Channel channel, String method) {
        return newCall(channel, method, "identity");
    }

    /** Said to stream, so that the client lets any number of messages through. */
    private static ClientCall<byte[], byte[]> newCall(
            Channel channel, String method, String compressor) {
        return channel.newCall(
                MethodDescriptor.newBuilder(OctetsMarshaller.INSTANCE, OctetsMarshaller.INSTANCE)
                        .setType(MethodType.CLIENT_STREAMING)
                        .setFullMethodName("portcullis.admin.v1." + method)
                        .build(),
                CallOptions.DEFAULT
                        .withDeadlineAfter(20, TimeUnit.SECONDS)
                        .withCompression(compressor));
    }
}
