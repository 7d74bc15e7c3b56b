package dev.portcullis.admin.service;

import dev.portcullis.admin.model.Actor;
import dev.portcullis.admin.model.Binding;
import dev.portcullis.admin.model.Committed;
import dev.portcullis.admin.model.ServiceException;
import dev.portcullis.admin.model.Subject;
import dev.portcullis.admin.store.GroupRow;
import dev.portcullis.admin.store.Store;
import dev.portcullis.admin.store.UserRow;
import dev.portcullis.admin.store.WriteTransaction;
import dev.portcullis.core.access.Role;
import java.sql.SQLException;
import java.util.List;

/** What can be done with bindings. As {@link Users} for threads and errors. */
public final class Bindings {
    private final Store store;

    /** Use cases on a store. */
    public Bindings(Store store) {
        this.store = store;
    }

    /**
     * Gives a user or a group a role on an application; replaces the role they had there.
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
        return store.write(transaction -> subject.group()
                ? putOfGroup(transaction, actor, subject.name(), application, role)
                : putOfUser(transaction, actor, subject.name(), application, role));
    }

    private static Committed<Binding> putOfUser(
            WriteTransaction transaction, Actor actor, String user, String application, Role role)
            throws SQLException {
        UserRow row = Views.find(transaction, user);
        Binding before = transaction.binding(row.id(), application);
        Binding binding = new Binding(row.id(), application, role);
        boolean changed = BindingSteps.put(transaction, actor, row, binding);
        if (changed && LastAdministrator.makesAdministrators(before) && !row.blocked()) {
            LastAdministrator.checkRemains(transaction);
        }
        return new Committed<>(binding, changed ? transaction.takeRevision() : row.revision());
    }

    private static Committed<Binding> putOfGroup(
            WriteTransaction transaction, Actor actor, String group, String application, Role role)
            throws SQLException {
        GroupRow row = Subjects.group(transaction, group);
        Binding before = transaction.groups().binding(row.id(), application);
        Binding binding = new Binding(row.id(), application, role);
        boolean changed = BindingSteps.put(transaction, actor, row, binding);
        if (changed && LastAdministrator.makesAdministrators(before) && row.memberCount() > 0) {
            LastAdministrator.checkRemains(transaction);
        }
        return new Committed<>(binding, changed ? transaction.takeRevision() : row.revision());
    }

    /** The bindings of a user or group themselves, in the order of the applications' names. */
    public List<Binding> list(Actor actor, Subject subject) {
        actor.requireReader();
        return store.read(transaction -> subject.group()
                ? transaction.groups().bindings(Subjects.group(transaction, subject.name()).id())
                : transaction.bindings(Views.find(transaction, subject.name()).id()));
    }

    /**
     * Takes a binding away.
     *
     * @return the binding as it was
     * @throws ServiceException {@code NOT_FOUND} when the user or group has none for the
     *     application; {@code FAILED_PRECONDITION} as for {@link #put}
     */
    public Committed<Binding> delete(Actor actor, Subject subject, String application) {
        actor.requireAdministrator();
        Names.application("application", application);
        return store.write(transaction -> {
            Binding before = subject.group()
                    ? deleteOfGroup(transaction, subject.name(), application)
                    : deleteOfUser(transaction, subject.name(), application);
            BindingSteps.audit(transaction, actor, before, null);
            return new Committed<>(before, transaction.takeRevision());
        });
    }

    private static Binding deleteOfUser(
            WriteTransaction transaction, String user, String application) throws SQLException {
        UserRow row = Views.find(transaction, user);
        Binding before = found(transaction.binding(row.id(), application));
        transaction.deleteBinding(row.id(), application);
        if (LastAdministrator.makesAdministrators(before) && !row.blocked()) {
            LastAdministrator.checkRemains(transaction);
        }
        return before;
    }

    private static Binding deleteOfGroup(
            WriteTransaction transaction, String group, String application) throws SQLException {
        GroupRow row = Subjects.group(transaction, group);
        Binding before = found(transaction.groups().binding(row.id(), application));
        transaction.groups().deleteBinding(row, application);
        if (LastAdministrator.makesAdministrators(before) && row.memberCount() > 0) {
            LastAdministrator.checkRemains(transaction);
        }
        return before;
    }

    private static Binding found(Binding binding) {
        if (binding == null) {
            throw ServiceException.notFound("binding");
        }
        return binding;
    }
}
