package dev.portcullis.benchmarks.compare;

import com.google.common.util.concurrent.ListenableFuture;
import dev.portcullis.proto.admin.v1.Binding;
import dev.portcullis.proto.admin.v1.CreateUserRequest;
import dev.portcullis.proto.admin.v1.IssueTokenRequest;
import dev.portcullis.proto.admin.v1.IssueTokenResponse;
import dev.portcullis.proto.admin.v1.Role;
import dev.portcullis.proto.admin.v1.TokenServiceGrpc;
import dev.portcullis.proto.admin.v1.UserServiceGrpc;
import io.grpc.ClientInterceptor;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.stub.MetadataUtils;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Issues many tokens through the admin API, as an administrator would: 20 to a user. */
final class Issuer {
    private static final int TOKENS_OF_A_USER = 20;

    private final int port;
    private final ClientInterceptor credential;

    Issuer(int port, String adminToken) {
        Metadata metadata = new Metadata();
        metadata.put(
                Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER),
                "Bearer " + adminToken);
        this.port = port;
        this.credential = MetadataUtils.newAttachHeadersInterceptor(metadata);
    }

    /** The plain texts of new tokens. */
    List<String> issue(int count) throws Exception {
        ManagedChannel channel = Grpc.newChannelBuilder(
                        "127.0.0.1:" + port, InsecureChannelCredentials.create())
                .intercept(credential)
                .build();
        try {
            List<String> tokens = new ArrayList<>();
            for (int user = 0; tokens.size() < count; user++) {
                int size = Math.min(TOKENS_OF_A_USER, count - tokens.size());
                tokens.addAll(issueToOne(channel, "robot-" + user, size));
            }
            return tokens;
        } finally {
            channel.shutdownNow().awaitTermination(10, TimeUnit.SECONDS);
        }
    }

    private static List<String> issueToOne(ManagedChannel channel, String name, int count)
            throws Exception {
        String user = UserServiceGrpc.newBlockingStub(channel)
                .withWaitForReady()
                .withDeadlineAfter(60, TimeUnit.SECONDS)
                .createUser(CreateUserRequest.newBuilder()
                        .setName(name)
                        .addBindings(Binding.newBuilder()
                                .setRole(Role.ROLE_WRITER).setApplication("*"))
                        .build())
                .getUser()
                .getId();
        List<ListenableFuture<IssueTokenResponse>> replies = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            replies.add(TokenServiceGrpc.newFutureStub(channel)
                    .withDeadlineAfter(60, TimeUnit.SECONDS)
                    .issueToken(IssueTokenRequest.newBuilder()
                            .setUser(user).setName("token-" + i).build()));
        }
        List<String> tokens = new ArrayList<>();
        for (ListenableFuture<IssueTokenResponse> reply : replies) {
            tokens.add(reply.get().getPlainToken());
        }
        return tokens;
    }
}
