package dev.portcullis.cli.demo;

import dev.portcullis.cli.client.AdminConnection;
import dev.portcullis.cli.server.Standalone;
import dev.portcullis.proto.admin.v1.Binding;
import dev.portcullis.proto.admin.v1.CreateUserRequest;
import dev.portcullis.proto.admin.v1.IssueTokenRequest;
import dev.portcullis.proto.admin.v1.IssueTokenResponse;
import dev.portcullis.proto.admin.v1.Role;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;

/**
 * A reader and a writer, each with a token, made through the admin API.
 *
 * @param reader what issuing the reader's token gave
 * @param writer what issuing the writer's token gave
 */
record DemoUsers(IssueTokenResponse reader, IssueTokenResponse writer) {
    private static final Duration LIFETIME = Duration.ofDays(1);

    /** Users of an earlier demo in the same directory are used again, with new tokens. */
    static DemoUsers make(Standalone standalone) throws IOException {
        String administrator = Files.readString(standalone.bootstrapTokenFile()).strip();
        try (AdminConnection admin =
                AdminConnection.open(standalone.adminAddress(), administrator)) {
            return new DemoUsers(make(admin, "demo-reader", Role.ROLE_READER),
                    make(admin, "demo-writer", Role.ROLE_WRITER));
        }
    }

    private static IssueTokenResponse make(AdminConnection admin, String name, Role role) {
        try {
            admin.users().createUser(CreateUserRequest.newBuilder()
                    .setName(name)
                    .addBindings(Binding.newBuilder().setRole(role).setApplication("*"))
                    .build());
        } catch (StatusRuntimeException e) {
            if (e.getStatus().getCode() != Status.Code.ALREADY_EXISTS) {
                throw e;
            }
        }
        return admin.tokens().issueToken(IssueTokenRequest.newBuilder()
                .setUser(name)
                .setName("demo")
                .setExpiresInSeconds(LIFETIME.toSeconds())
                .build());
    }

    /** A record would print the tokens. */
    @Override
    public String toString() {
        return "DemoUsers(hidden)";
    }
}
