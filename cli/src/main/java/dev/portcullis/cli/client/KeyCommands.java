package dev.portcullis.cli.client;

import com.google.protobuf.Message;
import dev.portcullis.proto.admin.v1.CreateKeyRequest;
import dev.portcullis.proto.admin.v1.ExpireKeyRequest;
import dev.portcullis.proto.admin.v1.GetKeyRequest;
import dev.portcullis.proto.admin.v1.Key;
import dev.portcullis.proto.admin.v1.ListKeysRequest;
import dev.portcullis.proto.admin.v1.Propagation;
import dev.portcullis.proto.admin.v1.RevokeKeyRequest;
import dev.portcullis.proto.admin.v1.RotateKeyRequest;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code portcullis key ...}. */
final class KeyCommands {
    private KeyCommands() {}

    static CommandLine group(Map<String, String> environment) {
        return new CommandLine(new KeyGroup())
                .addSubcommand(new Create(environment))
                .addSubcommand(new ListAll(environment))
                .addSubcommand(new Show(environment))
                .addSubcommand(new Revoke(environment))
                .addSubcommand(new Expire(environment))
                .addSubcommand(new Rotate(environment))
                .addSubcommand(new KeyExchangeCommand(environment));
    }

    /** A new key, its secret first: the only time that it can be had. */
    private static void printNew(
            Output output, Message response, String secret, Key key, Propagation propagation) {
        CredentialView.changed(output, response, Map.of("plain_secret", secret),
                CredentialView.asToken(key), propagation);
        if (!output.isJson()) {
            output.note("The secret is shown this once: store it now.");
        }
    }

    @Command(name = "key", description = {
        "API keys of service users: good only for being exchanged for short-lived tokens."},
            footer = {"", "Example:", "  portcullis key create ci --name deploy"})
    private static final class KeyGroup extends Group {}

    @Command(name = "create", description = {
        "Makes an API key. Its secret is printed this once and kept nowhere."},
            footer = {"", "Example:", "  portcullis key create ci --name deploy --expires-in 90d"})
    private static final class Create extends ClientCommand {
        @Parameters(paramLabel = "USER", description = "Name or id of a service user.")
        private String user;

        @Option(names = "--name", paramLabel = "<name>", required = true,
                description = "What the key is for, 1 to 150 characters.")
        private String name;

        @ArgGroup(exclusive = true)
        private Lifetime lifetime;

        @Mixin
        private RestrictionOptions restrictions;

        private CreateKeyRequest request;

        Create(Map<String, String> environment) {
            super(environment);
        }

        @Override
        void check() {
            var builder = CreateKeyRequest.newBuilder()
                    .setUser(user)
                    .setName(name)
                    .setRestrictions(restrictions.restrictions());
            Lifetime.into(builder, lifetime);
            request = builder.build();
        }

        @Override
        void run(AdminConnection admin, Output output) {
            var response = admin.keys().createKey(request);
            printNew(output, response, response.getPlainSecret(), response.getKey(),
                    response.getPropagation());
        }
    }

    @Command(name = "list", description = "Lists API keys, of one user or of all.", footer = {
        "", "Example:", "  portcullis key list ci --state live"})
    private static final class ListAll extends ClientCommand {
        @Mixin
        private CredentialFilter filter;

        private ListKeysRequest request;

        ListAll(Map<String, String> environment) {
            super(environment);
        }

        @Override
        void check() {
            request = filter.keys();
        }

        @Override
        void run(AdminConnection admin, Output output) {
            Pages.print(output, "keys", CredentialView.HEADS, pageToken -> {
                var page = admin.keys()
                        .listKeys(request.toBuilder().setPageToken(pageToken).build());
                return new Pages.Page<>(page.getKeysList(), page.getNextPageToken());
            }, key -> CredentialView.row(CredentialView.asToken(key)));
        }
    }

    /** A command about one key. */
    private abstract static class OfOne extends ClientCommand {
        @Parameters(paramLabel = "ID", description = "The key's id.")
        String id;

        OfOne(Map<String, String> environment) {
            super(environment);
        }
    }

    @Command(name = "show", description = "Shows an API key; never its secret.", footer = {
        "", "Example:", "  portcullis key show 4fGh2kLmN0pQ"})
    private static final class Show extends OfOne {
        Show(Map<String, String> environment) {
            super(environment);
        }

        @Override
        void run(AdminConnection admin, Output output) {
            Key key = admin.keys()
                    .getKey(GetKeyRequest.newBuilder().setId(id).build())
                    .getKey();
            CredentialView.shown(output, key, CredentialView.asToken(key));
        }
    }

    @Command(name = "revoke", description = {
        "Revokes an API key and every token exchanged from it, at once."},
            footer = {"", "Example:", "  portcullis key revoke 4fGh2kLmN0pQ"})
    private static final class Revoke extends OfOne {
        Revoke(Map<String, String> environment) {
            super(environment);
        }

        @Override
        void run(AdminConnection admin, Output output) {
            var response =
                    admin.keys().revokeKey(RevokeKeyRequest.newBuilder().setId(id).build());
            CredentialView.changed(output, response,
                    CredentialView.asToken(response.getKey()), response.getPropagation());
        }
    }

    @Command(name = "expire", description = {
        "Makes an API key expire now, and every token exchanged from it."},
            footer = {"", "Example:", "  portcullis key expire 4fGh2kLmN0pQ"})
    private static final class Expire extends OfOne {
        Expire(Map<String, String> environment) {
            super(environment);
        }

        @Override
        void run(AdminConnection admin, Output output) {
            var response =
                    admin.keys().expireKey(ExpireKeyRequest.newBuilder().setId(id).build());
            CredentialView.changed(output, response,
                    CredentialView.asToken(response.getKey()), response.getPropagation());
        }
    }

    @Command(name = "rotate", description = {
        "Makes a new API key in place of one, which works on until the overlap has passed."},
            footer = {"", "Example:", "  portcullis key rotate 4fGh2kLmN0pQ --overlap 1d"})
    private static final class Rotate extends OfOne {
        @Option(names = "--overlap", paramLabel = "<duration>", defaultValue = "0s",
                description = "How long the old one goes on working. Default: 0s")
        private String overlap;

        private RotateKeyRequest request;

        Rotate(Map<String, String> environment) {
            super(environment);
        }

        @Override
        void check() {
            request = RotateKeyRequest.newBuilder()
                    .setId(id)
                    .setOverlap(Times.duration("--overlap", overlap))
                    .build();
        }

        @Override
        void run(AdminConnection admin, Output output) {
            var response = admin.keys().rotateKey(request);
            printNew(output, response, response.getPlainSecret(), response.getKey(),
                    response.getPropagation());
        }
    }
}
