package dev.portcullis.cli.client;

import dev.portcullis.proto.admin.v1.CreateKeyRequest;
import dev.portcullis.proto.admin.v1.IssueTokenRequest;
import picocli.CommandLine.Option;

/** How long a credential shall live: at most one of them. */
final class Lifetime {
    @Option(names = "--expires-in", paramLabel = "<duration>",
            description = "How long it lives, such as 12h or 30d.")
    private String expiresIn;

    @Option(names = "--expires-at", paramLabel = "<instant>",
            description = "When it expires, such as 2030-01-31T12:00:00Z.")
    private String expiresAt;

    @Option(names = "--never", description = "It never expires, where the server allows it.")
    private boolean never;

    /** What was asked, into a request for a token; {@code asked} is null for nothing. */
    static void into(IssueTokenRequest.Builder request, Lifetime asked) {
        if (asked == null) {
            return;
        }
        if (asked.expiresIn != null) {
            request.setExpiresInSeconds(Times.seconds("--expires-in", asked.expiresIn));
        } else if (asked.expiresAt != null) {
            request.setExpiresAt(Times.instant("--expires-at", asked.expiresAt));
        } else {
            request.setNeverExpires(asked.never);
        }
    }

    /** The same for a key. */
    static void into(CreateKeyRequest.Builder request, Lifetime asked) {
        IssueTokenRequest.Builder token = IssueTokenRequest.newBuilder();
        into(token, asked);
        switch (token.getLifetimeCase()) {
            case EXPIRES_AT -> request.setExpiresAt(token.getExpiresAt());
            case EXPIRES_IN_SECONDS -> request.setExpiresInSeconds(token.getExpiresInSeconds());
            case NEVER_EXPIRES -> request.setNeverExpires(token.getNeverExpires());
            default -> { }
        }
    }
}
