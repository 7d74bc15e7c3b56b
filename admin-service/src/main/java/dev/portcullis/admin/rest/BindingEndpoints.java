package dev.portcullis.admin.rest;

import dev.portcullis.admin.model.Binding;
import dev.portcullis.admin.model.Committed;
import dev.portcullis.admin.model.Subject;
import dev.portcullis.admin.rest.openapi.Operation;
import dev.portcullis.admin.rest.openapi.Operation.Access;
import dev.portcullis.admin.rest.openapi.Schema;
import dev.portcullis.admin.service.Bindings;
import dev.portcullis.core.access.Role;
import java.util.List;

/** {@code /api/bindings}. */
final class BindingEndpoints {
    private static final String PATH = "/api/bindings";

    private final Bindings bindings;

    BindingEndpoints(Bindings bindings) {
        this.bindings = bindings;
    }

    void addTo(Routes routes) {
        routes.add(ofSubject(operation("GET", "ListBindings", Access.READER)
                .text("The bindings of a user or of a group."))
                .answers(Schema.list(Schema.ref("Binding"))).refuses(404), this::list);
        routes.add(operation("PUT", "PutBinding", Access.ADMINISTRATOR)
                .takes("BindingPut").answersChange(Schema.ref("Binding"))
                .refuses(404, 409), this::put);
        routes.add(ofSubject(operation("DELETE", "DeleteBinding", Access.ADMINISTRATOR))
                .requiredQuery("application", Schema.text(1, 63), "Its name, or \"*\".")
                .answersChange(Schema.ref("Empty")).refuses(404, 409), this::delete);
    }

    private static Operation operation(String method, String id, Access access) {
        return Operation.of(method, PATH, id, access).tag("Bindings");
    }

    private static Operation ofSubject(Operation operation) {
        return operation
                .query("user", Schema.text(0, 600), "Id or name; either this or a group.")
                .query("group", Schema.text(0, 600), "Id or name; either this or a user.");
    }

    private Answer list(Call call) {
        call.allowParameters("user", "group");
        List<Binding> found = bindings.list(call.actor(), subject(call));
        return Answer.of(RestReply.ok(
                Render.array(found.stream().map(Render::binding).toList())));
    }

    private Answer put(Call call) {
        call.allowParameters();
        Fields body = call.body();
        Subject subject = subject(body.textOr("user", null), body.textOr("group", null));
        Role role = body.role("role");
        String application = body.text("application");
        body.end();
        Committed<Binding> binding = bindings.put(call.actor(), subject, role, application);
        return new Answer(
                RestReply.ok(Render.binding(binding.value())), binding.revision());
    }

    private Answer delete(Call call) {
        call.allowParameters("user", "group", "application");
        Committed<Binding> deleted = bindings.delete(
                call.actor(), subject(call), call.required("application"));
        return new Answer(Render.empty(), deleted.revision());
    }

    private static Subject subject(Call call) {
        return subject(call.parameter("user"), call.parameter("group"));
    }

    private static Subject subject(String user, String group) {
        if (user == null && group == null) {
            throw RestException.invalid("user", "is required, or else a group");
        }
        if (user != null && group != null) {
            throw RestException.invalid("group", "a user is given as well");
        }
        return group == null ? Subject.user(user) : Subject.group(group);
    }
}
