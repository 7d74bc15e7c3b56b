package dev.portcullis.cli.client;

import dev.portcullis.proto.admin.v1.GroupList;
import dev.portcullis.proto.admin.v1.Role;
import dev.portcullis.proto.admin.v1.UpdateUserRequest;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code portcullis user update}. */
@Command(name = "update", description = "Changes what is given of a user, in one step.",
        footer = {"", "Example:",
            "  portcullis user update ci --role writer --description \"builds and deploys\"",
            "  portcullis user update ci --group builders --group deployers",
            "  portcullis user update ci --no-groups --expected-revision 42"})
final class UserUpdateCommand extends OneUserCommand {
    @Option(names = "--description", paramLabel = "<text>", description = "What the user is for.")
    private String description;

    @Option(names = "--role", paramLabel = "<role>", converter = Roles.class,
            description = "The user's own role on all applications: reader, writer, admin or "
                    + "auditor.")
    private Role role;

    @Option(names = "--blocked", paramLabel = "<true|false>", arity = "1",
            description = "Whether all credentials are stopped.")
    private Boolean blocked;

    @Option(names = "--group", paramLabel = "<group>",
            description = "Name or id of a group; those given replace all memberships.")
    private List<String> groups;

    @Option(names = "--no-groups", description = "Takes the user out of all groups.")
    private boolean noGroups;

    @Option(names = "--expected-revision", paramLabel = "<number>", defaultValue = "0",
            description = "Refuse when the user has changed since this revision.")
    private long expectedRevision;

    UserUpdateCommand(Map<String, String> environment) {
        super(environment);
    }

    @Override
    void check() {
        if (groups != null && noGroups) {
            throw usage("--group and --no-groups; give one of them");
        }
        if (description == null && role == null && blocked == null && groups == null
                && !noGroups) {
            throw usage("nothing to change: give --description, --role, --blocked, --group or "
                    + "--no-groups");
        }
    }

    @Override
    void run(AdminConnection admin, Output output) {
        var request = UpdateUserRequest.newBuilder()
                .setUser(user)
                .setExpectedRevision(expectedRevision);
        if (description != null) {
            request.setDescription(description);
        }
        if (role != null) {
            request.setRole(role);
        }
        if (blocked != null) {
            request.setBlocked(blocked);
        }
        if (groups != null || noGroups) {
            request.setGroups(GroupList.newBuilder()
                    .addAllGroups(groups == null ? List.of() : groups));
        }
        var response = admin.users().updateUser(request.build());
        UserView.changed(output, response, response.getUser(), response.getPropagation());
    }
}
