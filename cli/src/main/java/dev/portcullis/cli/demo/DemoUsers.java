package dev.portcullis.cli.demo;

import dev.portcullis.cli.client.AdminConnection;
import dev.portcullis.cli.server.Standalone;
import dev.portcullis.proto.admin.v1.AddGroupMembersRequest;
import dev.portcullis.proto.admin.v1.Binding;
import dev.portcullis.proto.admin.v1.CreateGroupRequest;
import dev.portcullis.proto.admin.v1.CreateKeyRequest;
import dev.portcullis.proto.admin.v1.CreateKeyResponse;
import dev.portcullis.proto.admin.v1.CreateUserRequest;
import dev.portcullis.proto.admin.v1.IssueTokenRequest;
import dev.portcullis.proto.admin.v1.IssueTokenResponse;
import dev.portcullis.proto.admin.v1.ListKeysRequest;
import dev.portcullis.proto.admin.v1.PutBindingRequest;
import dev.portcullis.proto.admin.v1.RevokeKeyRequest;
import dev.portcullis.proto.admin.v1.Role;
import dev.portcullis.proto.admin.v1.TokenState;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;

/**
 * A reader, who has an API key besides, and a writer, who has the role by a group: made through the
 * admin API.
 *
 * @param reader what issuing the reader's token gave
 * @param writer what issuing the writer's token gave
 * @param key what making the reader's key gave
 */
record DemoUsers(IssueTokenResponse reader, IssueTokenResponse writer, CreateKeyResponse key) {
    /** The group of the writer. */
    static final String GROUP = "demo-writers";

    private static final Duration LIFETIME = Duration.ofDays(1);
    private static final String READER = "demo-reader";
    private static final String WRITER = "demo-writer";
    private static final String NAME = "demo";

    /** Users of an earlier demo in the same directory are used again, with new tokens. */
    static DemoUsers make(Standalone standalone) throws IOException {
        String administrator = Files.readString(standalone.bootstrapTokenFile()).strip();
        try (AdminConnection admin =
                AdminConnection.open(standalone.adminAddress(), administrator)) {
            makeUsers(admin);
            return new DemoUsers(token(admin, READER), token(admin, WRITER), key(admin));
        }
    }

    private static void makeUsers(AdminConnection admin) {
        unlessThere(() -> admin.users().createUser(CreateUserRequest.newBuilder()
                .setName(READER)
                .addBindings(Binding.newBuilder()
                        .setRole(Role.ROLE_READER)
                        .setApplication("*"))
                .build()));
        unlessThere(() -> admin.users()
                .createUser(CreateUserRequest.newBuilder().setName(WRITER).build()));
        unlessThere(() -> admin.groups()
                .createGroup(CreateGroupRequest.newBuilder().setName(GROUP).build()));
        admin.groups().addGroupMembers(AddGroupMembersRequest.newBuilder()
                .setGroup(GROUP)
                .addUsers(WRITER)
                .build());
        admin.bindings().putBinding(PutBindingRequest.newBuilder()
                .setGroup(GROUP)
                .setRole(Role.ROLE_WRITER)
                .setApplication("*")
                .build());
    }

    private static void unlessThere(Runnable make) {
        try {
            make.run();
        } catch (StatusRuntimeException e) {
            if (e.getStatus().getCode() != Status.Code.ALREADY_EXISTS) {
                throw e;
            }
        }
    }

    private static IssueTokenResponse token(AdminConnection admin, String user) {
        return admin.tokens().issueToken(IssueTokenRequest.newBuilder()
                .setUser(user)
                .setName(NAME)
                .setExpiresInSeconds(LIFETIME.toSeconds())
                .build());
    }

    /** Those of earlier demos are revoked: a user may have only a few. */
    private static CreateKeyResponse key(AdminConnection admin) {
        var live = admin.keys().listKeys(ListKeysRequest.newBuilder()
                .setUser(READER)
                .setState(TokenState.TOKEN_STATE_LIVE)
                .build());
        live.getKeysList().forEach(key -> admin.keys()
                .revokeKey(RevokeKeyRequest.newBuilder().setId(key.getId()).build()));
        return admin.keys().createKey(CreateKeyRequest.newBuilder()
                .setUser(READER)
                .setName(NAME)
                .setExpiresInSeconds(LIFETIME.toSeconds())
                .build());
    }

    /** A record would print the tokens. */
    @Override
    public String toString() {
        return "DemoUsers(hidden)";
    }
}
