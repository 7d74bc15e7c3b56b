package dev.portcullis.cli.client;

import dev.portcullis.proto.admin.v1.Binding;
import dev.portcullis.proto.admin.v1.DeleteBindingRequest;
import dev.portcullis.proto.admin.v1.ListBindingsRequest;
import dev.portcullis.proto.admin.v1.PutBindingRequest;
import dev.portcullis.proto.admin.v1.Role;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code portcullis binding ...}. */
final class BindingCommands {
    private BindingCommands() {}

    static CommandLine group(Map<String, String> environment) {
        return new CommandLine(new BindingGroup())
                .addSubcommand(new Put(environment))
                .addSubcommand(new ListAll(environment))
                .addSubcommand(new Delete(environment));
    }

    @Command(name = "binding", description = "Who may do what on which application.", footer = {
        "", "Example:", "  portcullis binding put ci --role reader --application billing"})
    private static final class BindingGroup extends Group {}

    @Command(name = "put", description = "Gives a user a role on an application, or on all.",
            footer = {"", "Example:",
                "  portcullis binding put ci --role reader --application billing"})
    private static final class Put extends ClientCommand {
        @Parameters(paramLabel = "USER", description = "Name or id.")
        private String user;

        @Option(names = "--role", paramLabel = "<role>", required = true, converter = Roles.class,
                description = "reader, writer, admin or auditor.")
        private Role role;

        @Option(names = "--application", paramLabel = "<name>", defaultValue = "*",
                description = "What the role is for. Default: *, all")
        private String application;

        Put(Map<String, String> environment) {
            super(environment);
        }

        @Override
        void run(AdminConnection admin, Output output) {
            var response = admin.bindings().putBinding(PutBindingRequest.newBuilder()
                    .setUser(user)
                    .setRole(role)
                    .setApplication(application)
                    .build());
            if (output.isJson()) {
                output.json(response);
                return;
            }
            Binding binding = response.getBinding();
            Map<String, String> fields = new LinkedHashMap<>();
            fields.put("user", binding.getSubjectId());
            fields.put("role", Roles.name(binding.getRole()));
            fields.put("application", binding.getApplication());
            fields.put("propagation", Output.propagation(response.getPropagation()));
            output.fields(fields);
        }
    }

    @Command(name = "list", description = "Lists the bindings of a user.", footer = {
        "", "Example:", "  portcullis binding list ci"})
    private static final class ListAll extends ClientCommand {
        @Parameters(paramLabel = "USER", description = "Name or id.")
        private String user;

        ListAll(Map<String, String> environment) {
            super(environment);
        }

        @Override
        void run(AdminConnection admin, Output output) {
            var response = admin.bindings()
                    .listBindings(ListBindingsRequest.newBuilder().setUser(user).build());
            if (output.isJson()) {
                output.json(response);
                return;
            }
            output.table(List.of("APPLICATION", "ROLE"), response.getBindingsList().stream()
                    .map(one -> List.of(one.getApplication(), Roles.name(one.getRole())))
                    .toList());
        }
    }

    @Command(name = "delete", description = "Takes a user's role on an application away.",
            footer = {"", "Example:", "  portcullis binding delete ci --application billing"})
    private static final class Delete extends ClientCommand {
        @Parameters(paramLabel = "USER", description = "Name or id.")
        private String user;

        @Option(names = "--application", paramLabel = "<name>", required = true,
                description = "The application of the binding; * for the binding on all.")
        private String application;

        Delete(Map<String, String> environment) {
            super(environment);
        }

        @Override
        void run(AdminConnection admin, Output output) {
            var response = admin.bindings().deleteBinding(DeleteBindingRequest.newBuilder()
                    .setUser(user)
                    .setApplication(application)
                    .build());
            if (output.isJson()) {
                output.json(response);
            } else {
                output.fields(Map.of(
                        "propagation", Output.propagation(response.getPropagation())));
            }
        }
    }
}
