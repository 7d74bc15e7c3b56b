package dev.portcullis.admin.service;

import dev.portcullis.admin.model.Binding;
import dev.portcullis.admin.model.ServiceException;
import dev.portcullis.admin.model.ServiceException.Code;
import dev.portcullis.admin.store.GroupRow;
import dev.portcullis.admin.store.UserRow;
import dev.portcullis.admin.store.WriteTransaction;
import dev.portcullis.core.access.Principal;
import dev.portcullis.core.access.Role;
import java.sql.SQLException;
import java.util.List;

/**
 * Keeps the last administrator who can still act. An administrator without a good token cannot act,
 * so does not count: else one could be locked out by deleting oneself.
 *
 * <p>A use case asks before its change whether somebody who counts is concerned, makes the change,
 * and then demands that somebody remains; what that throws undoes the change.
 */
final class LastAdministrator {
    private LastAdministrator() {}

    /** Whether a user administers now, of their own or by a group, and is not blocked. */
    static boolean isAdministrator(WriteTransaction transaction, UserRow user)
            throws SQLException {
        return !user.blocked() && transaction.isAdministrator(user.id());
    }

    /** Whether a group makes somebody an administrator. */
    static boolean makesAdministrators(WriteTransaction transaction, GroupRow group)
            throws SQLException {
        return group.memberCount() > 0 && transaction.groups().anyGives(
                List.of(group.id()), Principal.ALL_APPLICATIONS, Role.ADMIN);
    }

    /** Whether a binding is one that makes administrators; null is none. */
    static boolean makesAdministrators(Binding binding) {
        return binding != null
                && binding.role() == Role.ADMIN
                && binding.application().equals(Principal.ALL_APPLICATIONS);
    }

    /**
     * Demands that somebody can administer.
     *
     * @throws ServiceException {@code FAILED_PRECONDITION} when nobody can
     */
    static void checkRemains(WriteTransaction transaction) throws SQLException {
        if (!transaction.hasAdministrator(transaction.nowMillis())) {
            throw new ServiceException(
                    Code.FAILED_PRECONDITION,
                    "this is the last administrator with a live token; make another one first,"
                            + " and issue a token for them");
        }
    }

    /**
     * Demands that somebody can administer, after a live access token of a user was ended.
     *
     * @throws ServiceException {@code FAILED_PRECONDITION} when it was the last administrator's
     *     last one
     */
    static void checkRemainsWithout(WriteTransaction transaction, UserRow user)
            throws SQLException {
        if (isAdministrator(transaction, user)) {
            checkRemains(transaction);
        }
    }
}
