package dev.portcullis.cli.client;

import dev.portcullis.proto.admin.v1.Binding;
import dev.portcullis.proto.admin.v1.BlockUserRequest;
import dev.portcullis.proto.admin.v1.CreateUserRequest;
import dev.portcullis.proto.admin.v1.DeleteUserRequest;
import dev.portcullis.proto.admin.v1.GetUserRequest;
import dev.portcullis.proto.admin.v1.ListUsersRequest;
import dev.portcullis.proto.admin.v1.Role;
import dev.portcullis.proto.admin.v1.UnblockUserRequest;
import dev.portcullis.proto.admin.v1.User;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code portcullis user ...}. */
final class UserCommands {
    private UserCommands() {}

    static CommandLine group(Map<String, String> environment) {
        return new CommandLine(new UserGroup())
                .addSubcommand(new Create(environment))
                .addSubcommand(new ListAll(environment))
                .addSubcommand(new Show(environment))
                .addSubcommand(new UserUpdateCommand(environment))
                .addSubcommand(new Block(environment))
                .addSubcommand(new Unblock(environment))
                .addSubcommand(new Delete(environment))
                .addSubcommand(new UserKeyCommands.Set(environment))
                .addSubcommand(new UserKeyCommands.Delete(environment));
    }

    @Command(name = "user", description = "Users: the machines and people that are let in.",
            footer = {"", "Example:", "  portcullis user create ci --role reader"})
    private static final class UserGroup extends Group {}

    @Command(name = "create", description = "Makes a user.", footer = {
        "", "Example:",
        "  portcullis user create ci --role writer --application billing",
        "  portcullis user create deploy --group builders --create-group"})
    private static final class Create extends ClientCommand {
        @Parameters(paramLabel = "NAME", description = "1 to 150 characters, unique.")
        private String name;

        @Option(names = "--kind", paramLabel = "<kind>",
                description = "service or person. Default: service")
        private Kinds kind;

        @Option(names = "--role", paramLabel = "<role>", converter = Roles.class,
                description = "reader, writer, admin or auditor. Default: none, so no access")
        private Role role;

        @Option(names = "--application", paramLabel = "<name>",
                description = "What the role is for. Default: *, all")
        private String application;

        @Option(names = "--description", paramLabel = "<text>", defaultValue = "",
                description = "What the user is for.")
        private String description;

        @Option(names = "--group", paramLabel = "<group>",
                description = "Name or id of a group to put the user in; may be given more than "
                        + "once.")
        private List<String> groups = new ArrayList<>();

        @Option(names = "--create-group",
                description = "Also makes a group of the user's name, with the user in it.")
        private boolean createGroup;

        Create(Map<String, String> environment) {
            super(environment);
        }

        @Override
        void check() {
            if (role == null && application != null) {
                throw usage("--application without --role; give both or none");
            }
            if (kind == Kinds.INTERNAL) {
                throw usage("--kind: only Portcullis itself makes internal users");
            }
        }

        @Override
        void run(AdminConnection admin, Output output) {
            var request = CreateUserRequest.newBuilder()
                    .setName(name)
                    .setDescription(description)
                    .setKind(Kinds.of(kind))
                    .addAllGroups(groups)
                    .setCreateGroup(createGroup);
            if (role != null) {
                request.addBindings(Binding.newBuilder()
                        .setRole(role)
                        .setApplication(application == null ? "*" : application));
            }
            var response = admin.users().createUser(request.build());
            UserView.changed(output, response, response.getUser(), response.getPropagation());
        }
    }

    @Command(name = "list", description = "Lists users.", footer = {
        "", "Example:", "  portcullis user list --kind service -o json"})
    private static final class ListAll extends ClientCommand {
        @Option(names = "--kind", paramLabel = "<kind>",
                description = "Only those that are: ${COMPLETION-CANDIDATES}.")
        private Kinds kind;

        ListAll(Map<String, String> environment) {
            super(environment);
        }

        @Override
        void run(AdminConnection admin, Output output) {
            Pages.print(output, "users", UserView.HEADS, token -> {
                var page = admin.users().listUsers(ListUsersRequest.newBuilder()
                        .setPageSize(Pages.SIZE)
                        .setPageToken(token)
                        .setKind(Kinds.of(kind))
                        .build());
                return new Pages.Page<>(page.getUsersList(), page.getNextPageToken());
            }, UserView::row);
        }
    }

    @Command(name = "show", description = "Shows a user.", footer = {
        "", "Example:", "  portcullis user show ci"})
    private static final class Show extends OneUserCommand {
        Show(Map<String, String> environment) {
            super(environment);
        }

        @Override
        void run(AdminConnection admin, Output output) {
            User found = admin.users()
                    .getUser(GetUserRequest.newBuilder().setUser(user).build())
                    .getUser();
            UserView.shown(output, found, found);
        }
    }

    @Command(name = "block", description = "Stops every credential of a user, at once.", footer = {
        "", "Example:", "  portcullis user block ci"})
    private static final class Block extends OneUserCommand {
        Block(Map<String, String> environment) {
            super(environment);
        }

        @Override
        void run(AdminConnection admin, Output output) {
            var response =
                    admin.users().blockUser(BlockUserRequest.newBuilder().setUser(user).build());
            UserView.changed(output, response, response.getUser(), response.getPropagation());
        }
    }

    @Command(name = "unblock", description = "Lets a blocked user's credentials work again.",
            footer = {"", "Example:", "  portcullis user unblock ci"})
    private static final class Unblock extends OneUserCommand {
        Unblock(Map<String, String> environment) {
            super(environment);
        }

        @Override
        void run(AdminConnection admin, Output output) {
            var response = admin.users()
                    .unblockUser(UnblockUserRequest.newBuilder().setUser(user).build());
            UserView.changed(output, response, response.getUser(), response.getPropagation());
        }
    }

    @Command(name = "delete", description = "Deletes a user for good; the name stays taken.",
            footer = {"", "Example:", "  portcullis user delete ci"})
    private static final class Delete extends OneUserCommand {
        Delete(Map<String, String> environment) {
            super(environment);
        }

        @Override
        void run(AdminConnection admin, Output output) {
            var response =
                    admin.users().deleteUser(DeleteUserRequest.newBuilder().setUser(user).build());
            output.deleted(response, response.getPropagation());
        }
    }
}
