package dev.portcullis.admin.rest;

import dev.portcullis.admin.model.Binding;
import dev.portcullis.admin.model.Committed;
import dev.portcullis.admin.model.Subject;
import dev.portcullis.admin.service.Bindings;
import dev.portcullis.core.access.Role;
import java.util.List;

/** {@code /api/bindings}. */
final class BindingEndpoints {
    private final Bindings bindings;

    BindingEndpoints(Bindings bindings) {
        this.bindings = bindings;
    }

    void addTo(Routes routes) {
        List<String> path = List.of("api", "bindings");
        routes.add("GET", path, this::list);
        routes.add("PUT", path, this::put);
        routes.add("DELETE", path, this::delete);
    }

    private Answer list(Call call) {
        call.allowParameters("user");
        List<Binding> found = bindings.list(
                call.actor(), Subject.user(call.required("user")));
        return Answer.of(RestReply.ok(
                Render.array(found.stream().map(Render::binding).toList())));
    }

    private Answer put(Call call) {
        call.allowParameters();
        Fields body = call.body();
        String user = body.text("user");
        Role role = body.role("role");
        String application = body.text("application");
        body.end();
        Committed<Binding> binding = bindings.put(call.actor(), Subject.user(user), role, application);
        return new Answer(
                RestReply.ok(Render.binding(binding.value())), binding.revision());
    }

    private Answer delete(Call call) {
        call.allowParameters("user", "application");
        Committed<Binding> deleted = bindings.delete(
                call.actor(), Subject.user(call.required("user")), call.required("application"));
        return new Answer(Render.empty(), deleted.revision());
    }
}
