package dev.portcullis.admin.rest;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.portcullis.admin.model.Committed;
import dev.portcullis.admin.model.Group;
import dev.portcullis.admin.model.PageRequest;
import dev.portcullis.admin.rest.openapi.Operation;
import dev.portcullis.admin.rest.openapi.Operation.Access;
import dev.portcullis.admin.rest.openapi.Schema;
import dev.portcullis.admin.service.Groups;
import java.util.List;

/** {@code /api/groups}. */
final class GroupEndpoints {
    private static final String ALL = "/api/groups";
    private static final String ONE = "/api/groups/{groupId}";
    private static final String MEMBERS = "/api/groups/{groupId}/members";
    private static final int MEMBERS_MAX = 1_000;

    private final Groups groups;

    GroupEndpoints(Groups groups) {
        this.groups = groups;
    }

    void addTo(Routes routes) {
        routes.add(operation("GET", ALL, "ListGroups", Access.READER)
                .paged().answers(Schema.list(Schema.ref("Group")), "Link"), this::list);
        routes.add(operation("POST", ALL, "CreateGroup", Access.ADMINISTRATOR)
                .takes("GroupCreation").answersChange(Schema.ref("Group"))
                .refuses(404, 409), this::create);
        routes.add(operation("GET", ONE, "GetGroup", Access.READER)
                .answers(Schema.ref("Group")).refuses(404), this::get);
        routes.add(operation("PUT", ONE, "UpdateGroup", Access.ADMINISTRATOR)
                .text("Gives the group another name, other members, or both, in one step.")
                .takes("GroupUpdate").answersChange(Schema.ref("Group"))
                .refuses(404, 409), this::update);
        routes.add(operation("DELETE", ONE, "DeleteGroup", Access.ADMINISTRATOR)
                .answersChange(Schema.ref("Empty")).refuses(404, 409), this::delete);
        routes.add(operation("GET", MEMBERS, "ListGroupMembers", Access.READER)
                .paged().answers(Schema.list(Schema.ref("Reference")), "Link")
                .refuses(404), this::members);
        routes.add(operation("POST", MEMBERS, "AddGroupMembers", Access.ADMINISTRATOR)
                .takes("Members").answersChange(Schema.ref("Group"))
                .refuses(404, 409), this::add);
        routes.add(operation("DELETE", MEMBERS + "/{userId}", "RemoveGroupMembers",
                Access.ADMINISTRATOR)
                .answersChange(Schema.ref("Group")).refuses(404, 409), this::remove);
    }

    private static Operation operation(String method, String path, String id, Access access) {
        return Operation.of(method, path, id, access).tag("Groups");
    }

    private Answer list(Call call) {
        call.allowParametersAndPage();
        return Answer.of(Render.page(
                call, groups.list(call.actor(), call.page()), Render::group));
    }

    private Answer create(Call call) {
        call.allowParameters();
        Fields body = call.body();
        noMachines(body);
        List<String> members = body.texts("members", MEMBERS_MAX);
        String name = body.text("name");
        body.end();
        return answer(call, groups.create(
                call.actor(), name, members == null ? List.of() : members));
    }

    private static void noMachines(Fields body) {
        body.emptyList("peers", "must be empty: groups hold no peers here");
        body.emptyList("resources", "must be empty: groups hold no resources here");
    }

    private Answer get(Call call) {
        call.allowParameters();
        return Answer.of(reply(call, groups.get(call.actor(), call.segment(2))));
    }

    private Answer update(Call call) {
        call.allowParameters();
        Fields body = call.body();
        noMachines(body);
        List<String> members = body.texts("members", MEMBERS_MAX);
        String name = body.textOr("name", null);
        body.end();
        return answer(call, groups.update(call.actor(), call.segment(2), name, members));
    }

    private Answer delete(Call call) {
        call.allowParameters();
        Committed<Group> deleted = groups.delete(call.actor(), call.segment(2));
        return new Answer(Render.empty(), deleted.revision());
    }

    private Answer members(Call call) {
        call.allowParametersAndPage();
        return Answer.of(Render.page(
                call,
                groups.members(call.actor(), call.segment(2), call.page()),
                Render::member));
    }

    private Answer add(Call call) {
        call.allowParameters();
        Fields body = call.body();
        List<String> members = body.texts("members", MEMBERS_MAX);
        body.end();
        if (members == null || members.isEmpty()) {
            throw RestException.invalid("members", "is required");
        }
        return answer(call, groups.addMembers(call.actor(), call.segment(2), members));
    }

    private Answer remove(Call call) {
        call.allowParameters();
        return answer(call, groups.removeMembers(
                call.actor(), call.segment(2), List.of(call.segment(4))));
    }

    private Answer answer(Call call, Committed<Group> group) {
        return new Answer(reply(call, group.value()), group.revision());
    }

    /** With its members, as NetBird shows a group with what is in it. */
    private RestReply reply(Call call, Group group) {
        ObjectNode json = Render.group(group);
        PageRequest first = new PageRequest(MEMBERS_MAX, "");
        json.set("members", Render.array(groups.members(call.actor(), group.id(), first)
                .items().stream().map(Render::member).toList()));
        return RestReply.ok(json);
    }
}
