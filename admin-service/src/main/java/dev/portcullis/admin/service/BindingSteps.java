package dev.portcullis.admin.service;

import dev.portcullis.admin.model.Actor;
import dev.portcullis.admin.model.Binding;
import dev.portcullis.admin.model.ServiceException;
import dev.portcullis.admin.model.ServiceException.Code;
import dev.portcullis.admin.store.AuditEntry;
import dev.portcullis.admin.store.GroupRow;
import dev.portcullis.admin.store.UserRow;
import dev.portcullis.admin.store.WriteTransaction;
import dev.portcullis.core.access.UserKind;
import java.sql.SQLException;
import java.util.List;

/**
 * Gives roles to users and groups, and takes them away, inside a transaction. That somebody remains
 * who can administer is for the callers to demand.
 */
final class BindingSteps {
    /** The most bindings of one user or group, so that a principal's record stays small. */
    static final int BINDINGS_MAX = 1_000;

    /**
     * The most applications that all bindings together are about: with groups, the bound above is
     * not one of what a single user may come to have.
     */
    static final int APPLICATIONS_MAX = 10_000;

    private BindingSteps() {}

    /** Refuses to grant anything to a user of Portcullis itself, or to put them into a group. */
    static void checkGrantable(UserRow user) {
        if (user.kind() == UserKind.INTERNAL) {
            throw new ServiceException(
                    Code.FAILED_PRECONDITION,
                    "a user of Portcullis itself is granted nothing and is in no group");
        }
    }

    /**
     * Gives a user a role on an application.
     *
     * @return whether anything had to be changed
     */
    static boolean put(WriteTransaction transaction, Actor actor, UserRow user, Binding binding)
            throws SQLException {
        checkGrantable(user);
        Binding before = transaction.binding(user.id(), binding.application());
        if (binding.equals(before)) {
            return false;
        }
        if (before == null) {
            checkRoom(transaction, "user", transaction.bindings(user.id()), binding);
        }
        transaction.putBinding(binding);
        audit(transaction, actor, before, binding);
        return true;
    }

    /**
     * Gives a group a role on an application.
     *
     * @return whether anything had to be changed
     */
    static boolean put(WriteTransaction transaction, Actor actor, GroupRow group, Binding binding)
            throws SQLException {
        Binding before = transaction.groups().binding(group.id(), binding.application());
        if (binding.equals(before)) {
            return false;
        }
        if (before == null) {
            checkRoom(transaction, "group", transaction.groups().bindings(group.id()), binding);
        }
        transaction.groups().putBinding(group, binding);
        audit(transaction, actor, before, binding);
        return true;
    }

    private static void checkRoom(
            WriteTransaction transaction, String who, List<Binding> bindings, Binding added)
            throws SQLException {
        if (bindings.size() >= BINDINGS_MAX) {
            throw new ServiceException(
                    Code.RESOURCE_EXHAUSTED,
                    "a " + who + " has at most " + BINDINGS_MAX + " bindings");
        }
        checkApplication(transaction, added.application());
    }

    /** Refuses a binding that would be about one application too many. */
    static void checkApplication(WriteTransaction transaction, String application)
            throws SQLException {
        if (!transaction.isBound(application)
                && transaction.applications(APPLICATIONS_MAX) >= APPLICATIONS_MAX) {
            throw new ServiceException(
                    Code.RESOURCE_EXHAUSTED,
                    "all bindings together are about at most " + APPLICATIONS_MAX
                            + " applications");
        }
    }

    /** Tells of a binding that was put, or of one that was taken away when {@code now} is null. */
    static void audit(WriteTransaction transaction, Actor actor, Binding before, Binding now)
            throws SQLException {
        Binding any = now == null ? before : now;
        transaction.audit(actor, new AuditEntry(
                now == null ? "binding.delete" : "binding.put",
                any.ofGroup() ? "group" : "user",
                any.subjectId(),
                before == null ? null : AuditJson.binding(before),
                now == null ? null : AuditJson.binding(now)));
    }
}
