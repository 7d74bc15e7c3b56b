package dev.portcullis.admin.service;

import dev.portcullis.admin.model.Actor;
import dev.portcullis.admin.model.Binding;
import dev.portcullis.admin.model.ServiceException;
import dev.portcullis.admin.model.ServiceException.Code;
import dev.portcullis.admin.store.AuditEntry;
import dev.portcullis.admin.store.UserRow;
import dev.portcullis.admin.store.WriteTransaction;
import dev.portcullis.core.access.Principal;
import dev.portcullis.core.access.Role;
import dev.portcullis.core.access.UserKind;
import java.sql.SQLException;
import java.util.List;

/** What use cases of users and of bindings do alike, inside their transaction. */
final class BindingSteps {
    /** The most bindings of one user, so that their record stays small. */
    static final int BINDINGS_MAX = 1_000;

    private BindingSteps() {}

    /**
     * Gives a user a role on an application.
     *
     * @return whether anything had to be changed
     */
    static boolean put(WriteTransaction transaction, Actor actor, UserRow user, Binding binding)
            throws SQLException {
        if (user.kind() == UserKind.INTERNAL) {
            throw new ServiceException(
                    Code.FAILED_PRECONDITION, "a user of Portcullis itself is granted nothing");
        }
        List<Binding> bindings = transaction.bindings(user.id());
        Binding before = of(bindings, binding.application());
        if (binding.equals(before)) {
            return false;
        }
        if (before == null && bindings.size() >= BINDINGS_MAX) {
            throw new ServiceException(
                    Code.RESOURCE_EXHAUSTED,
                    "a user has at most " + BINDINGS_MAX + " bindings");
        }
        checkStillAdministered(transaction, user, before);
        transaction.putBinding(binding);
        transaction.audit(actor, new AuditEntry(
                "binding.put", "user", user.id(),
                before == null ? null : AuditJson.binding(before), AuditJson.binding(binding)));
        return true;
    }

    /** Demands what taking this binding away, or changing it, needs. */
    static void checkStillAdministered(
            WriteTransaction transaction, UserRow user, Binding before) throws SQLException {
        if (before != null
                && before.role() == Role.ADMIN
                && before.application().equals(Principal.ALL_APPLICATIONS)) {
            LastAdministrator.checkNot(transaction, user);
        }
    }

    /** The binding for an application, or null. */
    static Binding of(List<Binding> bindings, String application) {
        for (Binding binding : bindings) {
            if (binding.application().equals(application)) {
                return binding;
            }
        }
        return null;
    }
}
