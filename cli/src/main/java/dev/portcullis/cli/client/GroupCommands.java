package dev.portcullis.cli.client;

import com.google.protobuf.Message;
import dev.portcullis.proto.admin.v1.AddGroupMembersRequest;
import dev.portcullis.proto.admin.v1.CreateGroupRequest;
import dev.portcullis.proto.admin.v1.DeleteGroupRequest;
import dev.portcullis.proto.admin.v1.GetGroupRequest;
import dev.portcullis.proto.admin.v1.ListGroupMembersRequest;
import dev.portcullis.proto.admin.v1.ListGroupsRequest;
import dev.portcullis.proto.admin.v1.Propagation;
import dev.portcullis.proto.admin.v1.RemoveGroupMembersRequest;
import dev.portcullis.proto.admin.v1.RenameGroupRequest;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code portcullis group ...}. */
final class GroupCommands {
    private static final List<String> HEADS = List.of("NAME", "ID", "MEMBERS", "ROLES", "CREATED");

    private GroupCommands() {}

    static CommandLine group(Map<String, String> environment) {
        return new CommandLine(new GroupGroup())
                .addSubcommand(new Create(environment))
                .addSubcommand(new ListAll(environment))
                .addSubcommand(new Show(environment))
                .addSubcommand(new Rename(environment))
                .addSubcommand(new Delete(environment))
                .addSubcommand(new Members(environment))
                .addSubcommand(new Add(environment))
                .addSubcommand(new Remove(environment));
    }

    private static Map<String, String> fields(dev.portcullis.proto.admin.v1.Group group) {
        Map<String, String> fields = new LinkedHashMap<>();
        fields.put("id", group.getId());
        fields.put("name", group.getName());
        fields.put("members", Long.toString(group.getMemberCount()));
        fields.put("roles", UserView.roles(group.getBindingsList()));
        fields.put("created",
                Output.instant(group.getCreatedAt()) + " by " + group.getCreatedBy());
        fields.put("revision", Long.toString(group.getRevision()));
        return fields;
    }

    private static void changed(Output output, Message response,
            dev.portcullis.proto.admin.v1.Group group, Propagation propagation) {
        if (output.isJson()) {
            output.json(response);
            return;
        }
        Map<String, String> fields = fields(group);
        fields.put("propagation", Output.propagation(propagation));
        output.fields(fields);
    }

    @Command(name = "group", description = {
        "Groups of users. Members have the roles of a group's bindings."},
            footer = {"", "Example:", "  portcullis group create builders ci deploy"})
    private static final class GroupGroup extends Group {}

    /** A command about one group. */
    private abstract static class OfOne extends ClientCommand {
        @Parameters(index = "0", paramLabel = "GROUP", description = "Name or id.")
        String group;

        OfOne(Map<String, String> environment) {
            super(environment);
        }
    }

    @Command(name = "create", description = "Makes a group, with its first members.", footer = {
        "", "Example:", "  portcullis group create builders ci deploy"})
    private static final class Create extends ClientCommand {
        @Parameters(index = "0", paramLabel = "NAME",
                description = "1 to 150 characters, unique, without a comma.")
        private String name;

        @Parameters(index = "1..*", arity = "0..*", paramLabel = "USER",
                description = "Names or ids of members.")
        private List<String> members = new ArrayList<>();

        Create(Map<String, String> environment) {
            super(environment);
        }

        @Override
        void run(AdminConnection admin, Output output) {
            var response = admin.groups().createGroup(CreateGroupRequest.newBuilder()
                    .setName(name)
                    .addAllMembers(members)
                    .build());
            changed(output, response, response.getGroup(), response.getPropagation());
        }
    }

    @Command(name = "list", description = "Lists groups.", footer = {
        "", "Example:", "  portcullis group list"})
    private static final class ListAll extends ClientCommand {
        ListAll(Map<String, String> environment) {
            super(environment);
        }

        @Override
        void run(AdminConnection admin, Output output) {
            Pages.print(output, "groups", HEADS, token -> {
                var page = admin.groups().listGroups(ListGroupsRequest.newBuilder()
                        .setPageSize(Pages.SIZE)
                        .setPageToken(token)
                        .build());
                return new Pages.Page<>(page.getGroupsList(), page.getNextPageToken());
            }, group -> List.of(group.getName(), group.getId(),
                    Long.toString(group.getMemberCount()),
                    UserView.roles(group.getBindingsList()),
                    Output.instant(group.getCreatedAt())));
        }
    }

    @Command(name = "show", description = "Shows a group.", footer = {
        "", "Example:", "  portcullis group show builders"})
    private static final class Show extends OfOne {
        Show(Map<String, String> environment) {
            super(environment);
        }

        @Override
        void run(AdminConnection admin, Output output) {
            var found = admin.groups()
                    .getGroup(GetGroupRequest.newBuilder().setGroup(group).build())
                    .getGroup();
            if (output.isJson()) {
                output.json(found);
            } else {
                output.fields(fields(found));
            }
        }
    }

    @Command(name = "rename", description = "Gives a group another name.", footer = {
        "", "Example:", "  portcullis group rename builders pipelines"})
    private static final class Rename extends OfOne {
        @Parameters(index = "1", paramLabel = "NAME", description = "The new name.")
        private String name;

        Rename(Map<String, String> environment) {
            super(environment);
        }

        @Override
        void run(AdminConnection admin, Output output) {
            var response = admin.groups().renameGroup(RenameGroupRequest.newBuilder()
                    .setGroup(group)
                    .setName(name)
                    .build());
            changed(output, response, response.getGroup(), response.getPropagation());
        }
    }

    @Command(name = "delete", description = {
        "Deletes a group; its members lose what it gave them."},
            footer = {"", "Example:", "  portcullis group delete builders"})
    private static final class Delete extends OfOne {
        Delete(Map<String, String> environment) {
            super(environment);
        }

        @Override
        void run(AdminConnection admin, Output output) {
            var response = admin.groups()
                    .deleteGroup(DeleteGroupRequest.newBuilder().setGroup(group).build());
            output.deleted(response, response.getPropagation());
        }
    }

    @Command(name = "members", description = "Lists the members of a group.", footer = {
        "", "Example:", "  portcullis group members builders"})
    private static final class Members extends OfOne {
        Members(Map<String, String> environment) {
            super(environment);
        }

        @Override
        void run(AdminConnection admin, Output output) {
            Pages.print(output, "members", List.of("NAME", "ID"), token -> {
                var page = admin.groups().listGroupMembers(ListGroupMembersRequest.newBuilder()
                        .setGroup(group)
                        .setPageSize(Pages.SIZE)
                        .setPageToken(token)
                        .build());
                return new Pages.Page<>(page.getMembersList(), page.getNextPageToken());
            }, member -> List.of(member.getUserName(), member.getUserId()));
        }
    }

    @Command(name = "add", description = "Puts users into a group.", footer = {
        "", "Example:", "  portcullis group add builders ci deploy"})
    private static final class Add extends OfOne {
        @Parameters(index = "1..*", arity = "1..*", paramLabel = "USER",
                description = "Names or ids.")
        private List<String> users;

        Add(Map<String, String> environment) {
            super(environment);
        }

        @Override
        void run(AdminConnection admin, Output output) {
            var response = admin.groups().addGroupMembers(AddGroupMembersRequest.newBuilder()
                    .setGroup(group)
                    .addAllUsers(users)
                    .build());
            changed(output, response, response.getGroup(), response.getPropagation());
        }
    }

    @Command(name = "remove", description = "Takes users out of a group.", footer = {
        "", "Example:", "  portcullis group remove builders deploy"})
    private static final class Remove extends OfOne {
        @Parameters(index = "1..*", arity = "1..*", paramLabel = "USER",
                description = "Names or ids.")
        private List<String> users;

        Remove(Map<String, String> environment) {
            super(environment);
        }

        @Override
        void run(AdminConnection admin, Output output) {
            var response = admin.groups().removeGroupMembers(
                    RemoveGroupMembersRequest.newBuilder()
                            .setGroup(group)
                            .addAllUsers(users)
                            .build());
            changed(output, response, response.getGroup(), response.getPropagation());
        }
    }
}
