package dev.portcullis.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.portcullis.admin.rest.RawHttp;
import dev.portcullis.proto.admin.v1.GetUserRequest;
import dev.portcullis.proto.admin.v1.ListUsersRequest;
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
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
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
    private static final MethodDescriptor.Marshaller<byte[]> OCTETS =
            new MethodDescriptor.Marshaller<>() {
                @Override
                public InputStream stream(byte[] octets) {
                    return new ByteArrayInputStream(octets);
                }

                @Override
                public byte[] parse(InputStream stream) {
                    try {
                        return stream.readAllBytes();
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                }
            };

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
        assertThat(call(channel, "CreateUser", noMessage).getCode())
                .isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(call(admin.channel, "CreateUser", noMessage).getCode())
                .isEqualTo(Status.Code.UNAUTHENTICATED);
    }

    @Test
    void unaryCallWithoutAMessage_isRefused() throws Exception {
        assertThat(call(admin.as(admin.adminToken), "ListUsers").getCode())
                .isEqualTo(Status.Code.INTERNAL);
    }

    @Test
    void unaryCallWithTwoMessages_isRefused() throws Exception {
        assertThat(call(admin.as(admin.adminToken), "ListUsers", new byte[0], new byte[0])
                .getCode()).isEqualTo(Status.Code.CANCELLED);
    }

    @Test
    void callWithoutAMessageOrACredential_isUnauthenticated() throws Exception {
        assertThat(call(admin.channel, "ListUsers").getCode())
                .isEqualTo(Status.Code.UNAUTHENTICATED);
    }

    @Test
    void unknownMethod_isUnimplemented() throws Exception {
        assertThat(call(admin.as(admin.adminToken), "DropUsers", new byte[0]).getCode())
                .isEqualTo(Status.Code.UNIMPLEMENTED);
    }

    @Test
    void halfACall_holdsNoWorker() {
        for (int i = 0; i < 20; i++) {
            ClientCall<byte[], byte[]> call = newCall(admin.channel, "ListUsers");
            call.start(new ClientCall.Listener<>() {}, new Metadata());
            call.sendMessage(new byte[0]);
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
        ClientCall<byte[], byte[]> call = newCall(channel, method);
        CompletableFuture<Status> status = new CompletableFuture<>();
        call.start(new ClientCall.Listener<>() {
            @Override
            public void onClose(Status closed, Metadata trailers) {
                status.complete(closed);
            }
        }, new Metadata());
        call.request(1);
        for (byte[] message : messages) {
            call.sendMessage(message);
        }
        call.halfClose();
        return status.get(10, TimeUnit.SECONDS);
    }

    /** Said to stream, so that the client lets any number of messages through. */
    private static ClientCall<byte[], byte[]> newCall(Channel channel, String method) {
        return channel.newCall(
                MethodDescriptor.newBuilder(OCTETS, OCTETS)
                        .setType(MethodType.CLIENT_STREAMING)
                        .setFullMethodName("portcullis.admin.v1.UserService/" + method)
                        .build(),
                CallOptions.DEFAULT.withDeadlineAfter(20, TimeUnit.SECONDS));
    }
}
