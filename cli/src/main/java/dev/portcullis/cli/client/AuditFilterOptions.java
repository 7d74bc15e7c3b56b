package dev.portcullis.cli.client;

import dev.portcullis.proto.admin.v1.AuditFilter;
import java.time.Clock;
import picocli.CommandLine.Option;

/** Which audit events to show. */
final class AuditFilterOptions {
    @Option(names = "--actor", paramLabel = "<user>", defaultValue = "",
            description = "Only what this user did: id, or name at the time.")
    private String actor;

    @Option(names = "--target", paramLabel = "<id>", defaultValue = "",
            description = "Only what was done to this id.")
    private String target;

    @Option(names = "--action", paramLabel = "<action>", defaultValue = "",
            description = "Only this action, such as token.revoke, or all that begin so: token.")
    private String action;

    @Option(names = "--since", paramLabel = "<when>",
            description = "Only since an instant, or for a duration: 1h.")
    private String since;

    @Option(names = "--until", paramLabel = "<when>",
            description = "Only until an instant, or until so long ago: 1h.")
    private String until;

    /** As in the contract. */
    AuditFilter filter() {
        AuditFilter.Builder filter = AuditFilter.newBuilder()
                .setActor(actor)
                .setTarget(target)
                .setAction(action);
        if (since != null) {
            filter.setSince(Times.ago("--since", since, Clock.systemUTC()));
        }
        if (until != null) {
            filter.setUntil(Times.ago("--until", until, Clock.systemUTC()));
        }
        return filter.build();
    }
}
