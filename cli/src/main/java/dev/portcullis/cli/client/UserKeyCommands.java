package dev.portcullis.cli.client;

import dev.portcullis.proto.admin.v1.DeleteUserKeyRequest;
import dev.portcullis.proto.admin.v1.SetUserKeyRequest;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code portcullis user set-key} and {@code delete-key}. */
final class UserKeyCommands {
    private UserKeyCommands() {}

    @Command(name = "set-key", description = {
        "Registers the public key (JWK) to which tokens of automatic rotation are sealed."},
            footer = {"", "Example:", "  portcullis user set-key ci --jwk ci-public.jwk"})
    static final class Set extends OneUserCommand {
        @Option(names = "--jwk", paramLabel = "FILE", required = true,
                description = "Holds the public key: EC on P-256, P-384 or P-521, or RSA.")
        private String file;

        private String jwk;

        Set(Map<String, String> environment) {
            super(environment);
        }

        @Override
        void check() {
            jwk = TokenSource.readFile("--jwk", file).strip();
        }

        @Override
        void run(AdminConnection admin, Output output) {
            var response = admin.users().setUserKey(SetUserKeyRequest.newBuilder()
                    .setUser(user)
                    .setJwk(jwk)
                    .build());
            UserView.shown(output, response, response.getUser());
        }
    }

    @Command(name = "delete-key", description = "Takes a user's registered key away.",
            footer = {"", "Example:", "  portcullis user delete-key ci"})
    static final class Delete extends OneUserCommand {
        Delete(Map<String, String> environment) {
            super(environment);
        }

        @Override
        void run(AdminConnection admin, Output output) {
            var response = admin.users().deleteUserKey(
                    DeleteUserKeyRequest.newBuilder().setUser(user).build());
            UserView.shown(output, response, response.getUser());
        }
    }
}
