package dev.portcullis.cli.client;

import com.google.protobuf.Message;
import dev.portcullis.proto.admin.v1.GetSuccessorRequest;
import dev.portcullis.proto.admin.v1.GetTokenRequest;
import dev.portcullis.proto.admin.v1.IssueTokenRequest;
import dev.portcullis.proto.admin.v1.ListTokensRequest;
import dev.portcullis.proto.admin.v1.Propagation;
import dev.portcullis.proto.admin.v1.RevokeTokenRequest;
import dev.portcullis.proto.admin.v1.RotateTokenRequest;
import dev.portcullis.proto.admin.v1.Token;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code portcullis token ...}. */
final class TokenCommands {
    private static final String SHOWN_ONCE = "The token is shown this once: store it now.";

    private TokenCommands() {}

    static CommandLine group(Map<String, String> environment) {
        return new CommandLine(new TokenGroup())
                .addSubcommand(new Issue(environment))
                .addSubcommand(new ListAll(environment))
                .addSubcommand(new Show(environment))
                .addSubcommand(new Revoke(environment))
                .addSubcommand(new Rotate(environment))
                .addSubcommand(new Successor(environment));
    }

    /** A new token, its text first: the only time that it can be had. */
    private static void printNew(
            Output output, Message response, String plain, Token token, Propagation propagation) {
        CredentialView.changed(
                output, response, Map.of("plain_token", plain), token, propagation);
        if (!output.isJson()) {
            output.note(SHOWN_ONCE);
        }
    }

    @Command(name = "token", description = "Access tokens of users.", footer = {
        "", "Example:", "  portcullis token issue ci --name laptop --expires-in 30d"})
    private static final class TokenGroup extends Group {}

    @Command(name = "issue", description = {
        "Issues a token. It is printed this once and kept nowhere."},
            footer = {"", "Example:",
                "  portcullis token issue ci --name laptop --expires-in 30d",
                "  portcullis token issue ci --name laptop -o json | jq -r .plain_token",
                "  portcullis token issue ci --name job --max-role reader --cidr 192.0.2.0/24"})
    private static final class Issue extends ClientCommand {
        @Parameters(paramLabel = "USER", description = "Name or id.")
        private String user;

        @Option(names = "--name", paramLabel = "<name>", required = true,
                description = "What the token is for, 1 to 150 characters.")
        private String name;

        @ArgGroup(exclusive = true)
        private Lifetime lifetime;

        @Mixin
        private RestrictionOptions restrictions;

        @Option(names = "--rotate-before", paramLabel = "<duration>",
                description = "Rotate it automatically so long before it expires, sealed to the "
                        + "user's registered key.")
        private String rotateBefore;

        private IssueTokenRequest request;

        Issue(Map<String, String> environment) {
            super(environment);
        }

        @Override
        void check() {
            var builder = IssueTokenRequest.newBuilder()
                    .setUser(user)
                    .setName(name)
                    .setRestrictions(restrictions.restrictions());
            Lifetime.into(builder, lifetime);
            if (rotateBefore != null) {
                builder.setRotateBeforeExpiry(Times.duration("--rotate-before", rotateBefore));
            }
            request = builder.build();
        }

        @Override
        void run(AdminConnection admin, Output output) {
            var response = admin.tokens().issueToken(request);
            printNew(output, response, response.getPlainToken(), response.getToken(),
                    response.getPropagation());
        }
    }

    @Command(name = "list", description = "Lists tokens, of one user or of all.", footer = {
        "", "Example:",
        "  portcullis token list ci --state live",
        "  portcullis token list --expires-before 7d --last-used-before 90d"})
    private static final class ListAll extends ClientCommand {
        @Mixin
        private CredentialFilter filter;

        private ListTokensRequest request;

        ListAll(Map<String, String> environment) {
            super(environment);
        }

        @Override
        void check() {
            request = filter.tokens();
        }

        @Override
        void run(AdminConnection admin, Output output) {
            Pages.print(output, "tokens", CredentialView.HEADS, pageToken -> {
                var page = admin.tokens()
                        .listTokens(request.toBuilder().setPageToken(pageToken).build());
                return new Pages.Page<>(page.getTokensList(), page.getNextPageToken());
            }, CredentialView::row);
        }
    }

    /** A command about one token. */
    private abstract static class OfOne extends ClientCommand {
        @Parameters(paramLabel = "ID", description = {
            "The token's public prefix; 'self' for the one that the command is called with."})
        String id;

        OfOne(Map<String, String> environment) {
            super(environment);
        }
    }

    @Command(name = "show", description = "Shows a token; never its secret.", footer = {
        "", "Example:", "  portcullis token show 4fGh2kLmN0pQ", "  portcullis token show self"})
    private static final class Show extends OfOne {
        Show(Map<String, String> environment) {
            super(environment);
        }

        @Override
        void run(AdminConnection admin, Output output) {
            Token token = admin.tokens()
                    .getToken(GetTokenRequest.newBuilder().setId(id).build())
                    .getToken();
            CredentialView.shown(output, token, token);
        }
    }

    @Command(name = "revoke", description = {
        "Revokes a token and waits until every gateway has confirmed it."},
            footer = {"", "Example:", "  portcullis token revoke 4fGh2kLmN0pQ"})
    private static final class Revoke extends OfOne {
        Revoke(Map<String, String> environment) {
            super(environment);
        }

        @Override
        void run(AdminConnection admin, Output output) {
            var response =
                    admin.tokens().revokeToken(RevokeTokenRequest.newBuilder().setId(id).build());
            CredentialView.changed(
                    output, response, response.getToken(), response.getPropagation());
        }
    }

    @Command(name = "rotate", description = {
        "Makes a new token in place of one, which works on until the overlap has passed."},
            footer = {"", "Example:",
                "  portcullis token rotate 4fGh2kLmN0pQ --overlap 1h",
                "  portcullis token rotate self --overlap 5m -o json | jq -r .plain_token"})
    private static final class Rotate extends OfOne {
        @Option(names = "--overlap", paramLabel = "<duration>", defaultValue = "0s",
                description = "How long the old one goes on working. Default: 0s")
        private String overlap;

        private RotateTokenRequest request;

        Rotate(Map<String, String> environment) {
            super(environment);
        }

        @Override
        void check() {
            request = RotateTokenRequest.newBuilder()
                    .setId(id)
                    .setOverlap(Times.duration("--overlap", overlap))
                    .build();
        }

        @Override
        void run(AdminConnection admin, Output output) {
            var response = admin.tokens().rotateToken(request);
            printNew(output, response, response.getPlainToken(), response.getToken(),
                    response.getPropagation());
        }
    }

    @Command(name = "successor", description = {
        "Fetches the token that automatic rotation made in place of one, sealed as JWE to the",
        "user's registered key."},
            footer = {"", "Example:",
                "  portcullis token successor self -o json | jq -r .sealed_token"})
    private static final class Successor extends OfOne {
        Successor(Map<String, String> environment) {
            super(environment);
        }

        @Override
        void run(AdminConnection admin, Output output) {
            var response = admin.tokens()
                    .getSuccessor(GetSuccessorRequest.newBuilder().setId(id).build());
            if (output.isJson()) {
                output.json(response);
                return;
            }
            Map<String, String> fields = new LinkedHashMap<>();
            fields.put("sealed_token", response.getSealedToken());
            fields.putAll(CredentialView.fields(response.getToken()));
            output.fields(fields);
        }
    }
}
