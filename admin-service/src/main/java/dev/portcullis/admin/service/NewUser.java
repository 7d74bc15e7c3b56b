package dev.portcullis.admin.service;

import dev.portcullis.core.access.Role;
import dev.portcullis.core.access.UserKind;
import java.util.List;

/**
 * A user to be made. Nothing is validated yet: any component may be null or wrong.
 *
 * @param description null stands for empty
 * @param kind null stands for {@code SERVICE}
 * @param bindings the first bindings, at most one for each application; null stands for none
 * @param groups ids or names; null stands for none
 * @param createGroup whether a group of the user's name is made too, with the user in it
 */
public record NewUser(
        String name,
        String description,
        UserKind kind,
        List<NewBinding> bindings,
        List<String> groups,
        boolean createGroup) {

    /** A user in no group. */
    public NewUser(String name, String description, UserKind kind, List<NewBinding> bindings) {
        this(name, description, kind, bindings, List.of(), false);
    }

    /** A role on an application, or on all ("*"). */
    public record NewBinding(String application, Role role) {}
}
