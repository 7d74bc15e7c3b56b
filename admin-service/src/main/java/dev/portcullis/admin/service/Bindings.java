package dev.portcullis.admin.service;

import dev.portcullis.admin.model.Actor;
import dev.portcullis.admin.model.Binding;
import dev.portcullis.admin.model.Committed;
import dev.portcullis.core.access.Role;
import java.util.List;

/** What can be done with bindings. As {@link Users} for threads and errors. */
public final class Bindings {
    Bindings() {}

    /** Gives a user a role on an application; replaces the role they had there. */
    public Committed<Binding> put(Actor actor, String user, Role role, String application) {
        throw new UnsupportedOperationException();
    }

    /** A user's bindings, in the order of the applications' names. */
    public List<Binding> list(Actor actor, String user) {
        throw new UnsupportedOperationException();
    }

    /** Takes a binding away. Answers with the binding as it was. */
    public Committed<Binding> delete(Actor actor, String user, String application) {
        throw new UnsupportedOperationException();
    }
}
