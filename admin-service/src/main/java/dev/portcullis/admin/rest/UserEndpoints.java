package dev.portcullis.admin.rest;

import com.fasterxml.jackson.databind.JsonNode;
import dev.portcullis.admin.model.Committed;
import dev.portcullis.admin.model.ServiceException;
import dev.portcullis.admin.model.ServiceException.Code;
import dev.portcullis.admin.model.User;
import dev.portcullis.admin.rest.openapi.Operation;
import dev.portcullis.admin.rest.openapi.Operation.Access;
import dev.portcullis.admin.rest.openapi.Schema;
import dev.portcullis.admin.service.NewUser;
import dev.portcullis.admin.service.NewUser.NewBinding;
import dev.portcullis.admin.service.UserFilter;
import dev.portcullis.admin.service.UserUpdate;
import dev.portcullis.admin.service.Users;
import dev.portcullis.core.access.Principal;
import dev.portcullis.core.access.Role;
import dev.portcullis.core.access.UserKind;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** {@code /api/users}. */
final class UserEndpoints {
    /** The one operation that understands If-Match. */
    static final String UPDATE = "UpdateUser";

    private static final String ALL = "/api/users";
    private static final String ONE = "/api/users/{userId}";
    private static final String KEY = "/api/users/{userId}/key";
    private static final int GROUPS_MAX = 100;

    private final Users users;

    UserEndpoints(Users users) {
        this.users = users;
    }

    void addTo(Routes routes) {
        routes.add(operation("GET", ALL, "ListUsers", Access.READER)
                .query("service_user", Schema.flag(), "Only service users, or only persons.")
                .paged().answers(Schema.list(Schema.ref("User")), "Link"), this::list);
        routes.add(operation("POST", ALL, "CreateUser", Access.ADMINISTRATOR)
                .takes("UserCreation").answersChange(Schema.ref("User"), "ETag")
                .refuses(404, 409), this::create);
        // before the path with any user: there it would be somebody's name
        routes.add(operation("GET", "/api/users/current", "GetCurrentUser", Access.OWN)
                .text("The user who calls.")
                .answers(Schema.ref("User"), "ETag"), this::current);
        routes.add(operation("GET", ONE, "GetUser", Access.READER)
                .answers(Schema.ref("User"), "ETag").refuses(404), this::get);
        routes.add(operation("PUT", ONE, UPDATE, Access.ADMINISTRATOR)
                .header("If-Match", Schema.text(1, 1_000),
                        "ETags of the user: it is changed only when it still has one of them.")
                .takes("UserUpdate").answersChange(Schema.ref("User"), "ETag")
                .refuses(404, 409, 412), this::update);
        routes.add(operation("DELETE", ONE, "DeleteUser", Access.ADMINISTRATOR)
                .answersChange(Schema.ref("Empty")).refuses(404, 409), this::delete);
        routes.add(operation("PUT", KEY, "SetUserKey", Access.ADMINISTRATOR)
                .takes("PublicKey").answers(Schema.ref("User"), "ETag")
                .refuses(404, 409), this::setKey);
        routes.add(operation("DELETE", KEY, "DeleteUserKey", Access.ADMINISTRATOR)
                .answers(Schema.ref("User"), "ETag").refuses(404, 409), this::deleteKey);
    }

    private static Operation operation(String method, String path, String id, Access access) {
        return Operation.of(method, path, id, access).tag("Users");
    }

    private Answer list(Call call) {
        call.allowParametersAndPage("service_user");
        Boolean service = call.flag("service_user");
        UserFilter filter = service == null
                ? UserFilter.all()
                : new UserFilter(service ? UserKind.SERVICE : UserKind.PERSON);
        return Answer.of(Render.page(
                call,
                users.list(call.actor(), filter, call.page()),
                user -> Render.user(user, call.actor())));
    }

    private Answer current(Call call) {
        call.allowParameters();
        return Answer.of(reply(call, users.current(call.actor())));
    }

    private Answer get(Call call) {
        call.allowParameters();
        return Answer.of(reply(call, users.get(call.actor(), call.user())));
    }

    private Answer create(Call call) {
        call.allowParameters();
        Fields body = call.body();
        NewUser user = newUser(body);
        body.end();
        return answer(call, users.create(call.actor(), user));
    }

    private static NewUser newUser(Fields body) {
        if (!body.textOr("email", "").isEmpty()) {
            throw body.invalid("email", "must be empty: users have no e-mail address here");
        }
        List<NewBinding> bindings = new ArrayList<>();
        for (Fields binding : body.objects("bindings")) {
            bindings.add(new NewBinding(binding.text("application"), binding.role("role")));
            binding.end();
        }
        String role = body.textOr("role", Words.NO_ROLE);
        if (!role.equals(Words.NO_ROLE)) {
            // last, so that the use case counts the bindings as the caller does
            bindings.add(everywhere(body, bindings, Words.role("role", role)));
        }
        return new NewUser(
                body.text("name"),
                body.textOr("description", ""),
                kind(body),
                bindings,
                body.texts("auto_groups", GROUPS_MAX),
                Boolean.TRUE.equals(body.flag("create_group")));
    }

    /** In NetBird's words, in ours, or in both as long as they say the same. */
    private static UserKind kind(Fields body) {
        Boolean service = body.flag("is_service_user");
        String word = body.textOr("kind", null);
        UserKind netbird = Boolean.FALSE.equals(service) ? UserKind.PERSON : UserKind.SERVICE;
        if (word == null) {
            return netbird;
        }
        UserKind ours = Words.kind("kind", word);
        if (service != null && ours != netbird) {
            throw body.invalid("kind", "contradicts is_service_user");
        }
        return ours;
    }

    private static NewBinding everywhere(Fields body, List<NewBinding> others, Role role) {
        boolean twice = others.stream()
                .anyMatch(other -> other.application().equals(Principal.ALL_APPLICATIONS));
        if (twice) {
            throw body.invalid("role", "is given for all applications in bindings as well");
        }
        return new NewBinding(Principal.ALL_APPLICATIONS, role);
    }

    private Answer update(Call call) {
        call.allowParameters();
        Fields body = call.body();
        String role = body.textOr("role", null);
        Boolean blocked = body.flag("is_blocked");
        List<String> groups = body.texts("auto_groups", GROUPS_MAX);
        String description = body.textOr("description", null);
        body.end();
        long expected = EntityTags.expected(
                call.request().headers().ifMatch(), () -> revision(call));
        Role wanted = role == null ? null : newRole(call, role);
        UserUpdate update = new UserUpdate(description, wanted, blocked, groups, expected);
        try {
            return answer(call, users.update(call.actor(), call.user(), update));
        } catch (ServiceException e) {
            boolean condition = e.code() == Code.FAILED_PRECONDITION
                    && expected != EntityTags.ANY && revision(call) != expected;
            throw condition ? EntityTags.changed() : e;
        }
    }

    private long revision(Call call) {
        return users.get(call.actor(), call.user()).revision();
    }

    /**
     * Clients send back the role they were shown, so "none" is no mistake as long as it changes
     * nothing. It takes nothing away: that is for the binding's own DELETE.
     */
    private Role newRole(Call call, String word) {
        if (!word.equals(Words.NO_ROLE)) {
            return Words.role("role", word);
        }
        User user = users.get(call.actor(), call.user());
        if (Render.roleEverywhere(user) != null) {
            throw RestException.invalid("role", "a role is taken away by DELETE /api/bindings");
        }
        return null;
    }

    private Answer delete(Call call) {
        call.allowParameters();
        Committed<User> deleted = users.delete(call.actor(), call.user());
        return new Answer(Render.empty(), deleted.revision());
    }

    private Answer setKey(Call call) {
        call.allowParameters();
        call.requireJson();
        JsonNode key = Json.read(call.request().body());
        if (!key.isObject()) {
            throw new RestException(422, "body: must be a JSON object");
        }
        // as it came: what it says is for whoever understands keys
        String jwk = new String(call.request().body(), StandardCharsets.UTF_8);
        // no verdict changes by it, so there is nothing to wait for
        return Answer.of(reply(call, users.setKey(call.actor(), call.user(), jwk).value()));
    }

    private Answer deleteKey(Call call) {
        call.allowParameters();
        return Answer.of(reply(call, users.deleteKey(call.actor(), call.user()).value()));
    }

    private static Answer answer(Call call, Committed<User> user) {
        return new Answer(reply(call, user.value()), user.revision());
    }

    private static RestReply reply(Call call, User user) {
        return RestReply.ok(Render.user(user, call.actor())).with("ETag", EntityTags.of(user));
    }
}
