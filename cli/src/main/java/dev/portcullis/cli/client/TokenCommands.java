package dev.portcullis.cli.client;

import com.google.protobuf.Timestamp;
import dev.portcullis.cli.config.Quantity;
import dev.portcullis.proto.admin.v1.GetTokenRequest;
import dev.portcullis.proto.admin.v1.IssueTokenRequest;
import dev.portcullis.proto.admin.v1.ListTokensRequest;
import dev.portcullis.proto.admin.v1.ListTokensResponse;
import dev.portcullis.proto.admin.v1.RevokeTokenRequest;
import dev.portcullis.proto.admin.v1.Token;
import dev.portcullis.proto.admin.v1.TokenState;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code portcullis token ...}. */
final class TokenCommands {
    private static final List<String> HEADS =
            List.of("ID", "NAME", "USER", "STATE", "CREATED", "EXPIRES", "LAST USED");

    private TokenCommands() {}

    static CommandLine group(Map<String, String> environment) {
        return new CommandLine(new TokenGroup())
                .addSubcommand(new Issue(environment))
                .addSubcommand(new ListAll(environment))
                .addSubcommand(new Show(environment))
                .addSubcommand(new Revoke(environment));
    }

    private static Map<String, String> fields(Token token) {
        Map<String, String> fields = new LinkedHashMap<>();
        fields.put("id", token.getId());
        fields.put("name", token.getName());
        fields.put("user", token.getUserId());
        fields.put("state", state(token));
        fields.put("created",
                Output.instant(token.getCreatedAt()) + " by " + token.getCreatedBy());
        fields.put("expires", expires(token));
        if (token.hasRevokedAt()) {
            fields.put("revoked", Output.instant(token.getRevokedAt()));
        }
        fields.put("last used", token.hasLastUsedAt()
                ? Output.instant(token.getLastUsedAt()) + " from " + token.getLastUsedFrom()
                : "never");
        return fields;
    }

    private static String state(Token token) {
        return token.getState().name().replaceFirst("^TOKEN_STATE_", "").toLowerCase(Locale.ROOT);
    }

    private static String expires(Token token) {
        return token.hasExpiresAt() ? Output.instant(token.getExpiresAt()) : "never";
    }

    @Command(name = "token", description = "Access tokens of users.", footer = {
        "", "Example:", "  portcullis token issue ci --name laptop --expires-in 30d"})
    private static final class TokenGroup extends Group {}

    /** How long a token shall live: at most one of them. */
    private static final class Lifetime {
        @Option(names = "--expires-in", paramLabel = "<duration>",
                description = "How long it lives, such as 12h or 30d.")
        private String expiresIn;

        @Option(names = "--expires-at", paramLabel = "<instant>",
                description = "When it expires, such as 2030-01-31T12:00:00Z.")
        private String expiresAt;

        @Option(names = "--never", description = "It never expires, where the server allows it.")
        private boolean never;
    }

    @Command(name = "issue", description = {
        "Issues a token. It is printed this once and kept nowhere."},
            footer = {"", "Example:",
                "  portcullis token issue ci --name laptop --expires-in 30d",
                "  portcullis token issue ci --name laptop -o json | jq -r .plain_token"})
    private static final class Issue extends ClientCommand {
        @Parameters(paramLabel = "USER", description = "Name or id.")
        private String user;

        @Option(names = "--name", paramLabel = "<name>", required = true,
                description = "What the token is for, 1 to 150 characters.")
        private String name;

        @ArgGroup(exclusive = true)
        private Lifetime lifetime;

        private IssueTokenRequest request;

        Issue(Map<String, String> environment) {
            super(environment);
        }

        @Override
        void check() {
            var builder = IssueTokenRequest.newBuilder().setUser(user).setName(name);
            if (lifetime == null) {
                request = builder.build();
            } else if (lifetime.expiresIn != null) {
                request = builder.setExpiresInSeconds(seconds(lifetime.expiresIn)).build();
            } else if (lifetime.expiresAt != null) {
                request = builder.setExpiresAt(timestamp(lifetime.expiresAt)).build();
            } else {
                request = builder.setNeverExpires(lifetime.never).build();
            }
        }

        private long seconds(String text) {
            Duration duration;
            try {
                duration = Quantity.parseDuration(text);
            } catch (IllegalArgumentException e) {
                throw usage("--expires-in: " + e.getMessage());
            }
            if (duration.isZero() || duration.toMillisPart() != 0) {
                throw usage("--expires-in: " + text + " is not whole seconds, at least one");
            }
            return duration.toSeconds();
        }

        private Timestamp timestamp(String text) {
            try {
                Instant instant = OffsetDateTime.parse(text).toInstant();
                return Timestamp.newBuilder()
                        .setSeconds(instant.getEpochSecond())
                        .setNanos(instant.getNano())
                        .build();
            } catch (DateTimeParseException e) {
                throw usage("--expires-at: '" + text + "' is not an instant with its offset from "
                        + "UTC, such as 2030-01-31T12:00:00Z");
            }
        }

        @Override
        void run(AdminConnection admin, Output output) {
            var response = admin.tokens().issueToken(request);
            if (output.isJson()) {
                output.json(response);
                return;
            }
            Map<String, String> fields = new LinkedHashMap<>();
            fields.put("plain_token", response.getPlainToken());
            fields.putAll(fields(response.getToken()));
            fields.put("propagation", Output.propagation(response.getPropagation()));
            output.fields(fields);
            output.note("The token is shown this once: store it now.");
        }
    }

    @Command(name = "list", description = "Lists tokens, of one user or of all.", footer = {
        "", "Example:", "  portcullis token list ci --state live"})
    private static final class ListAll extends ClientCommand {
        @Parameters(paramLabel = "USER", arity = "0..1", defaultValue = "",
                description = "Name or id. Default: all users")
        private String user;

        @Option(names = "--state", paramLabel = "<state>",
                description = "Only those that are: ${COMPLETION-CANDIDATES}.")
        private State state;

        ListAll(Map<String, String> environment) {
            super(environment);
        }

        @Override
        void run(AdminConnection admin, Output output) {
            Pages.print(output, "tokens", HEADS, pageToken -> {
                ListTokensResponse page = admin.tokens().listTokens(ListTokensRequest.newBuilder()
                        .setUser(user)
                        .setState(state == null
                                ? TokenState.TOKEN_STATE_UNSPECIFIED
                                : TokenState.valueOf("TOKEN_STATE_" + state.name()))
                        .setPageSize(Pages.SIZE)
                        .setPageToken(pageToken)
                        .build());
                return new Pages.Page<>(page.getTokensList(), page.getNextPageToken());
            }, token -> List.of(token.getId(), token.getName(), token.getUserId(), state(token),
                    Output.instant(token.getCreatedAt()), expires(token),
                    token.hasLastUsedAt() ? Output.instant(token.getLastUsedAt()) : "never"));
        }
    }

    /** What a token may be. */
    private enum State {
        LIVE,
        EXPIRED,
        REVOKED,
        REPLACED;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    @Command(name = "show", description = "Shows a token; never its secret.", footer = {
        "", "Example:", "  portcullis token show 4fGh2kLmN0pQ"})
    private static final class Show extends ClientCommand {
        @Parameters(paramLabel = "ID", description = "The token's public prefix.")
        private String id;

        Show(Map<String, String> environment) {
            super(environment);
        }

        @Override
        void run(AdminConnection admin, Output output) {
            Token token = admin.tokens()
                    .getToken(GetTokenRequest.newBuilder().setId(id).build())
                    .getToken();
            if (output.isJson()) {
                output.json(token);
            } else {
                output.fields(fields(token));
            }
        }
    }

    @Command(name = "revoke", description = {
        "Revokes a token and waits until every gateway has confirmed it."},
            footer = {"", "Example:", "  portcullis token revoke 4fGh2kLmN0pQ"})
    private static final class Revoke extends ClientCommand {
        @Parameters(paramLabel = "ID", description = "The token's public prefix.")
        private String id;

        Revoke(Map<String, String> environment) {
            super(environment);
        }

        @Override
        void run(AdminConnection admin, Output output) {
            var response =
                    admin.tokens().revokeToken(RevokeTokenRequest.newBuilder().setId(id).build());
            if (output.isJson()) {
                output.json(response);
                return;
            }
            Map<String, String> fields = fields(response.getToken());
            fields.put("propagation", Output.propagation(response.getPropagation()));
            output.fields(fields);
        }
    }
}
