package dev.portcullis.admin.rest;

import dev.portcullis.admin.model.Committed;
import dev.portcullis.admin.model.User;
import dev.portcullis.admin.service.NewUser;
import dev.portcullis.admin.service.NewUser.NewBinding;
import dev.portcullis.admin.service.UserFilter;
import dev.portcullis.admin.service.UserUpdate;
import dev.portcullis.admin.service.Users;
import dev.portcullis.core.access.Principal;
import dev.portcullis.core.access.Role;
import dev.portcullis.core.access.UserKind;
import java.util.ArrayList;
import java.util.List;

/** {@code /api/users}. */
final class UserEndpoints {
    private static final String NO_GROUPS =
            "must be empty: there are no groups to put a user into";

    private final Users users;

    UserEndpoints(Users users) {
        this.users = users;
    }

    void addTo(Routes routes) {
        List<String> all = List.of("api", "users");
        List<String> one = List.of("api", "users", Routes.ANY);
        routes.add("GET", all, this::list);
        routes.add("POST", all, this::create);
        routes.add("GET", one, this::get);
        routes.add("PUT", one, this::update);
        routes.add("DELETE", one, this::delete);
    }

    private Answer list(Call call) {
        call.allowParametersAndPage("service_user");
        UserFilter filter = filter(call.parameter("service_user"));
        return Answer.of(Render.page(
                call,
                users.list(call.actor(), filter, call.page()),
                user -> Render.user(user, call.actor())));
    }

    private static UserFilter filter(String serviceUser) {
        if (serviceUser == null) {
            return UserFilter.all();
        }
        return switch (serviceUser) {
            case "true" -> new UserFilter(UserKind.SERVICE);
            case "false" -> new UserFilter(UserKind.PERSON);
            default -> throw RestException.invalid("service_user", "must be true or false");
        };
    }

    private Answer get(Call call) {
        call.allowParameters();
        User user = users.get(call.actor(), call.segment(2));
        return Answer.of(RestReply.ok(Render.user(user, call.actor())));
    }

    private Answer create(Call call) {
        call.allowParameters();
        Fields body = call.body();
        NewUser user = newUser(body);
        body.end();
        return answer(call, users.create(call.actor(), user));
    }

    private static NewUser newUser(Fields body) {
        body.emptyList("auto_groups", NO_GROUPS);
        if (!body.textOr("email", "").isEmpty()) {
            throw body.invalid("email", "must be empty: users have no e-mail address here");
        }
        Boolean service = body.flag("is_service_user");
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
                Boolean.FALSE.equals(service) ? UserKind.PERSON : UserKind.SERVICE,
                bindings);
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
        body.emptyList("auto_groups", NO_GROUPS);
        String role = body.textOr("role", null);
        Boolean blocked = body.flag("is_blocked");
        body.end();
        Role wanted = role == null ? null : newRole(call, role);
        return answer(call, users.update(
                call.actor(), call.segment(2), new UserUpdate(wanted, blocked)));
    }

    /**
     * Clients send back the role they were shown, so "none" is no mistake as long as it changes
     * nothing. It takes nothing away: that is for the binding's own DELETE.
     */
    private Role newRole(Call call, String word) {
        if (!word.equals(Words.NO_ROLE)) {
            return Words.role("role", word);
        }
        User user = users.get(call.actor(), call.segment(2));
        if (Render.roleEverywhere(user) != null) {
            throw RestException.invalid("role", "a role is taken away by DELETE /api/bindings");
        }
        return null;
    }

    private Answer delete(Call call) {
        call.allowParameters();
        Committed<User> deleted = users.delete(call.actor(), call.segment(2));
        return new Answer(Render.empty(), deleted.revision());
    }

    private static Answer answer(Call call, Committed<User> user) {
        return new Answer(
                RestReply.ok(Render.user(user.value(), call.actor())), user.revision());
    }
}
