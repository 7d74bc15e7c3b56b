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
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

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
        "", "Example:",
        "  portcullis binding put --user ci --role reader --application billing"})
    private static final class BindingGroup extends Group {}

    /** Whose bindings: one of them. */
    private static final class Subject {
        @Option(names = "--user", paramLabel = "<user>", required = true,
                description = "Name or id of a user.")
        private String user;

        @Option(names = "--group", paramLabel = "<group>", required = true,
                description = "Name or id of a group.")
        private String group;
    }

    @Command(name = "put", description = {
        "Gives a user or a group a role on an application, or on all."},
            footer = {"", "Example:",
                "  portcullis binding put --user ci --role reader --application billing",
                "  portcullis binding put --group builders --role writer"})
    private static final class Put extends ClientCommand {
        @ArgGroup(exclusive = true, multiplicity = "1")
        private Subject subject;

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
            var request = PutBindingRequest.newBuilder()
                    .setRole(role)
                    .setApplication(application);
            if (subject.user != null) {
                request.setUser(subject.user);
            } else {
                request.setGroup(subject.group);
            }
            var response = admin.bindings().putBinding(request.build());
            if (output.isJson()) {
                output.json(response);
                return;
            }
            Binding binding = response.getBinding();
            Map<String, String> fields = new LinkedHashMap<>();
            fields.put(subject.user != null ? "user" : "group", binding.getSubjectId());
            fields.put("role", Roles.name(binding.getRole()));
            fields.put("application", binding.getApplication());
            fields.put("propagation", Output.propagation(response.getPropagation()));
            output.fields(fields);
        }
    }

    @Command(name = "list", description = "Lists the bindings of a user or a group.", footer = {
        "", "Example:", "  portcullis binding list --group builders"})
    private static final class ListAll extends ClientCommand {
        @ArgGroup(exclusive = true, multiplicity = "1")
        private Subject subject;

        ListAll(Map<String, String> environment) {
            super(environment);
        }

        @Override
        void run(AdminConnection admin, Output output) {
            var request = ListBindingsRequest.newBuilder();
            if (subject.user != null) {
                request.setUser(subject.user);
            } else {
                request.setGroup(subject.group);
            }
            var response = admin.bindings().listBindings(request.build());
            if (output.isJson()) {
                output.json(response);
                return;
            }
            output.table(List.of("APPLICATION", "ROLE"), response.getBindingsList().stream()
                    .map(one -> List.of(one.getApplication(), Roles.name(one.getRole())))
                    .toList());
        }
    }

    @Command(name = "delete", description = {
        "Takes the role of a user or a group on an application away."},
            footer = {"", "Example:",
                "  portcullis binding delete --user ci --application billing"})
    private static final class Delete extends ClientCommand {
        @ArgGroup(exclusive = true, multiplicity = "1")
        private Subject subject;

        @Option(names = "--application", paramLabel = "<name>", required = true,
                description = "The application of the binding; * for the binding on all.")
        private String application;

        Delete(Map<String, String> environment) {
            super(environment);
        }

        @Override
        void run(AdminConnection admin, Output output) {
            var request = DeleteBindingRequest.newBuilder().setApplication(application);
            if (subject.user != null) {
                request.setUser(subject.user);
            } else {
                request.setGroup(subject.group);
            }
            var response = admin.bindings().deleteBinding(request.build());
            output.deleted(response, response.getPropagation());
        }
    }
}
