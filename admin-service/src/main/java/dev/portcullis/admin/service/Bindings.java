package dev.portcullis.admin.service;

import dev.portcullis.admin.model.Actor;
import dev.portcullis.admin.model.Binding;
import dev.portcullis.admin.model.Committed;
import dev.portcullis.admin.model.ServiceException;
import dev.portcullis.admin.model.Subject;
import dev.portcullis.admin.store.AuditEntry;
import dev.portcullis.admin.store.Store;
import dev.portcullis.admin.store.UserRow;
import dev.portcullis.core.access.Role;
import java.util.List;

/** What can be done with bindings. As {@link Users} for threads and errors. */
public final class Bindings {
    private final Store store;

    /** Use cases on a store. */
    public Bindings(Store store) {
        this.store = store;
    }

    /**
     * Gives a user a role on an application; replaces the role they had there.
     *
     * @throws ServiceException {@code INVALID_ARGUMENT}, {@code NOT_FOUND}; {@code
     *     FAILED_PRECONDITION} when it would take the role from the last administrator who can
     *     still act, or for an internal user; {@code RESOURCE_EXHAUSTED} for one binding too many
     */
    public Committed<Binding> put(Actor actor, Subject subject, Role role, String application) {
        actor.requireAdministrator();
        Names.application("application", application);
        if (role == null) {
            throw ServiceException.invalid("role", "is required");
        }
        return store.write(transaction -> {
            UserRow row = Views.find(transaction, subject.name());
            Binding binding = new Binding(row.id(), application, role);
            boolean changed = BindingSteps.put(transaction, actor, row, binding);
            return new Committed<>(
                    binding, changed ? transaction.takeRevision() : row.revision());
        });
    }

    /** A user's bindings, in the order of the applications' names. */
    public List<Binding> list(Actor actor, Subject subject) {
        actor.requireReader();
        return store.read(transaction ->
                transaction.bindings(Views.find(transaction, subject.name()).id()));
    }

    /**
     * Takes a binding away.
     *
     * @return the binding as it was
     * @throws ServiceException {@code NOT_FOUND} when the user has none for the application; {@code
     *     FAILED_PRECONDITION} as for {@link #put}
     */
    public Committed<Binding> delete(Actor actor, Subject subject, String application) {
        actor.requireAdministrator();
        Names.application("application", application);
        return store.write(transaction -> {
            UserRow row = Views.find(transaction, subject.name());
            Binding before =
                    BindingSteps.of(transaction.bindings(row.id()), application);
            if (before == null) {
                throw ServiceException.notFound("binding");
            }
            BindingSteps.checkStillAdministered(transaction, row, before);
            transaction.deleteBinding(row.id(), application);
            transaction.audit(actor, new AuditEntry(
                    "binding.delete", "user", row.id(), AuditJson.binding(before), null));
            return new Committed<>(before, transaction.takeRevision());
        });
    }
}
