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
 */
public record NewUser(
        String name, String description, UserKind kind, List<NewBinding> bindings) {

    /** A role on an application, or on all ("*"). */
    public record NewBinding(String application, Role role) {}
}
