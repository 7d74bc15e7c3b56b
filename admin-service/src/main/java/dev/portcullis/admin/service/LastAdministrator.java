package dev.portcullis.admin.service;

import dev.portcullis.admin.model.Binding;
import dev.portcullis.admin.model.ServiceException;
import dev.portcullis.admin.model.ServiceException.Code;
import dev.portcullis.admin.store.UserRow;
import dev.portcullis.admin.store.WriteTransaction;
import dev.portcullis.core.access.Principal;
import dev.portcullis.core.access.Role;
import java.sql.SQLException;

/**
 * Keeps the last administrator who can still act. An administrator without a good token cannot act,
 * so does not count: else one could be locked out by deleting oneself.
 */
final class LastAdministrator {
    private LastAdministrator() {}

    /**
     * Demands that somebody is left who can administer when this user no longer does.
     *
     * @throws ServiceException {@code FAILED_PRECONDITION} when nobody is
     */
    static void checkNot(WriteTransaction transaction, UserRow user) throws SQLException {
        if (!user.blocked()
                && isAdministrator(transaction, user)
                && !transaction.hasOtherAdministrator(user.id(), transaction.nowMillis())) {
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
        // nobody has the empty id: this asks for any administrator
        if (!user.blocked()
                && isAdministrator(transaction, user)
                && !transaction.hasOtherAdministrator("", transaction.nowMillis())) {
            throw new ServiceException(
                    Code.FAILED_PRECONDITION,
                    "this is the last administrator's last live token; issue another one first");
        }
    }

    private static boolean isAdministrator(WriteTransaction transaction, UserRow user)
            throws SQLException {
        for (Binding binding : transaction.bindings(user.id())) {
            if (binding.application().equals(Principal.ALL_APPLICATIONS)) {
                return binding.role() == Role.ADMIN;
            }
        }
        return false;
    }
}
