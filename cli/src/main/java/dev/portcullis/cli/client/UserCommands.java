package dev.portcullis.cli.client;

import com.google.protobuf.Message;
import dev.portcullis.proto.admin.v1.Binding;
import dev.portcullis.proto.admin.v1.BlockUserRequest;
import dev.portcullis.proto.admin.v1.CreateUserRequest;
import dev.portcullis.proto.admin.v1.DeleteUserRequest;
import dev.portcullis.proto.admin.v1.GetUserRequest;
import dev.portcullis.proto.admin.v1.ListUsersRequest;
import dev.portcullis.proto.admin.v1.ListUsersResponse;
import dev.portcullis.proto.admin.v1.Propagation;
import dev.portcullis.proto.admin.v1.Role;
import dev.portcullis.proto.admin.v1.UnblockUserRequest;
import dev.portcullis.proto.admin.v1.User;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code portcullis user ...}. */
final class UserCommands {
    private static final List<String> HEADS =
            List.of("NAME", "ID", "KIND", "BLOCKED", "ROLES", "CREATED", "LAST USED");

    private UserCommands() {}

    static CommandLine group(Map<String, String> environment) {
        return new CommandLine(new UserGroup())
                .addSubcommand(new Create(environment))
                .addSubcommand(new ListAll(environment))
                .addSubcommand(new Show(environment))
                .addSubcommand(new Block(environment))
                .addSubcommand(new Unblock(environment))
                .addSubcommand(new Delete(environment));
    }

    @Command(name = "user", description = "Users: the machines that are let in.", footer = {
        "", "Example:", "  portcullis user create ci --role reader"})
    private static final class UserGroup extends Group {}

    private static Map<String, String> fields(User user) {
        Map<String, String> fields = new LinkedHashMap<>();
        fields.put("id", user.getId());
        fields.put("name", user.getName());
        fields.put("description", user.getDescription());
        fields.put("kind", kind(user));
        fields.put("blocked", user.getBlocked() ? "yes" : "no");
        fields.put("roles", roles(user));
        fields.put("created", Output.instant(user.getCreatedAt()) + " by " + user.getCreatedBy());
        fields.put("last used", lastUsed(user));
        return fields;
    }

    private static String kind(User user) {
        return user.getKind().name().replaceFirst("^USER_KIND_", "").toLowerCase(Locale.ROOT);
    }

    private static String roles(User user) {
        List<String> roles = new ArrayList<>();
        for (Binding binding : user.getBindingsList()) {
            roles.add(Roles.name(binding.getRole()) + " on " + binding.getApplication());
        }
        return roles.isEmpty() ? "none" : String.join(", ", roles);
    }

    private static String lastUsed(User user) {
        return user.hasLastUsedAt() ? Output.instant(user.getLastUsedAt()) : "never";
    }

    /** What came of a change to one user. */
    private static void print(
            Output output, Message response, User user, Propagation propagation) {
        if (output.isJson()) {
            output.json(response);
            return;
        }
        Map<String, String> fields = fields(user);
        fields.put("propagation", Output.propagation(propagation));
        output.fields(fields);
    }

    /** A command about one user. */
    private abstract static class OfOne extends ClientCommand {
        @Parameters(paramLabel = "USER", description = "Name or id.")
        String user;

        OfOne(Map<String, String> environment) {
            super(environment);
        }
    }

    @Command(name = "create", description = "Makes a service user.", footer = {
        "", "Example:", "  portcullis user create ci --role writer --application billing"})
    private static final class Create extends ClientCommand {
        @Parameters(paramLabel = "NAME", description = "1 to 150 characters, unique.")
        private String name;

        @Option(names = "--role", paramLabel = "<role>", converter = Roles.class,
                description = "reader, writer, admin or auditor. Default: none, so no access")
        private Role role;

        @Option(names = "--application", paramLabel = "<name>",
                description = "What the role is for. Default: *, all")
        private String application;

        @Option(names = "--description", paramLabel = "<text>", defaultValue = "",
                description = "What the user is for.")
        private String description;

        Create(Map<String, String> environment) {
            super(environment);
        }

        @Override
        void check() {
            if (role == null && application != null) {
                throw usage("--application without --role; give both or none");
            }
        }

        @Override
        void run(AdminConnection admin, Output output) {
            var request = CreateUserRequest.newBuilder().setName(name).setDescription(description);
            if (role != null) {
                request.addBindings(Binding.newBuilder()
                        .setRole(role)
                        .setApplication(application == null ? "*" : application));
            }
            var response = admin.users().createUser(request.build());
            print(output, response, response.getUser(), response.getPropagation());
        }
    }

    @Command(name = "list", description = "Lists users.", footer = {
        "", "Example:", "  portcullis user list -o json"})
    private static final class ListAll extends ClientCommand {
        ListAll(Map<String, String> environment) {
            super(environment);
        }

        @Override
        void run(AdminConnection admin, Output output) {
            Pages.print(output, "users", HEADS, token -> {
                ListUsersResponse page = admin.users().listUsers(ListUsersRequest.newBuilder()
                        .setPageSize(Pages.SIZE)
                        .setPageToken(token)
                        .build());
                return new Pages.Page<>(page.getUsersList(), page.getNextPageToken());
            }, user -> List.of(user.getName(), user.getId(), kind(user),
                    user.getBlocked() ? "yes" : "no", roles(user),
                    Output.instant(user.getCreatedAt()), lastUsed(user)));
        }
    }

    @Command(name = "show", description = "Shows a user.", footer = {
        "", "Example:", "  portcullis user show ci"})
    private static final class Show extends OfOne {
        Show(Map<String, String> environment) {
            super(environment);
        }

        @Override
        void run(AdminConnection admin, Output output) {
            User found = admin.users()
                    .getUser(GetUserRequest.newBuilder().setUser(user).build())
                    .getUser();
            if (output.isJson()) {
                output.json(found);
            } else {
                output.fields(fields(found));
            }
        }
    }

    @Command(name = "block", description = "Stops every credential of a user, at once.", footer = {
        "", "Example:", "  portcullis user block ci"})
    private static final class Block extends OfOne {
        Block(Map<String, String> environment) {
            super(environment);
        }

        @Override
        void run(AdminConnection admin, Output output) {
            var response =
                    admin.users().blockUser(BlockUserRequest.newBuilder().setUser(user).build());
            print(output, response, response.getUser(), response.getPropagation());
        }
    }

    @Command(name = "unblock", description = "Lets a blocked user's credentials work again.",
            footer = {"", "Example:", "  portcullis user unblock ci"})
    private static final class Unblock extends OfOne {
        Unblock(Map<String, String> environment) {
            super(environment);
        }

        @Override
        void run(AdminConnection admin, Output output) {
            var response = admin.users()
                    .unblockUser(UnblockUserRequest.newBuilder().setUser(user).build());
            print(output, response, response.getUser(), response.getPropagation());
        }
    }

    @Command(name = "delete", description = "Deletes a user for good; the name stays taken.",
            footer = {"", "Example:", "  portcullis user delete ci"})
    private static final class Delete extends OfOne {
        Delete(Map<String, String> environment) {
            super(environment);
        }

        @Override
        void run(AdminConnection admin, Output output) {
            var response =
                    admin.users().deleteUser(DeleteUserRequest.newBuilder().setUser(user).build());
            if (output.isJson()) {
                output.json(response);
            } else {
                output.fields(Map.of(
                        "propagation", Output.propagation(response.getPropagation())));
            }
        }
    }
}
