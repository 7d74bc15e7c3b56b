package dev.portcullis.cli.client;

import com.google.protobuf.Timestamp;
import dev.portcullis.cli.CommandException;
import dev.portcullis.cli.ExitCode;
import dev.portcullis.proto.admin.v1.ListKeysRequest;
import dev.portcullis.proto.admin.v1.ListTokensRequest;
import dev.portcullis.proto.admin.v1.TokenState;
import java.time.Clock;
import java.util.Locale;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Which tokens or keys to list. */
final class CredentialFilter {
    @Parameters(paramLabel = "USER", arity = "0..1",
            description = "Name or id. Default: all users")
    private String user;

    @Option(names = "--user", paramLabel = "<user>", description = "The same as USER.")
    private String userOption;

    @Option(names = "--state", paramLabel = "<state>",
            description = "Only those that are: ${COMPLETION-CANDIDATES}.")
    private State state;

    @Option(names = "--expires-before", paramLabel = "<when>",
            description = "Only those that expire before an instant, or within a duration: 7d.")
    private String expiresBefore;

    @Option(names = "--last-used-before", paramLabel = "<when>",
            description = "Only those not used since an instant, or for a duration: 90d.")
    private String lastUsedBefore;

    /** What a credential may be. */
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

    /**
     * As a request without page.
     *
     * @throws CommandException for wrong usage
     */
    ListTokensRequest tokens() {
        if (user != null && userOption != null) {
            throw new CommandException(ExitCode.USAGE, "USER and --user; give one of them");
        }
        ListTokensRequest.Builder request =
                ListTokensRequest.newBuilder().setPageSize(Pages.SIZE);
        if (user != null || userOption != null) {
            request.setUser(user == null ? userOption : user);
        }
        if (state != null) {
            request.setState(TokenState.valueOf("TOKEN_STATE_" + state.name()));
        }
        if (expiresBefore != null) {
            request.setExpiresBefore(expiresBefore());
        }
        if (lastUsedBefore != null) {
            request.setLastUsedBefore(
                    Times.ago("--last-used-before", lastUsedBefore, Clock.systemUTC()));
        }
        return request.build();
    }

    private Timestamp expiresBefore() {
        return Times.ahead("--expires-before", expiresBefore, Clock.systemUTC());
    }

    /** The same for keys. */
    ListKeysRequest keys() {
        ListTokensRequest tokens = tokens();
        ListKeysRequest.Builder request = ListKeysRequest.newBuilder()
                .setUser(tokens.getUser())
                .setState(tokens.getState())
                .setPageSize(tokens.getPageSize());
        if (tokens.hasExpiresBefore()) {
            request.setExpiresBefore(tokens.getExpiresBefore());
        }
        if (tokens.hasLastUsedBefore()) {
            request.setLastUsedBefore(tokens.getLastUsedBefore());
        }
        return request.build();
    }
}
