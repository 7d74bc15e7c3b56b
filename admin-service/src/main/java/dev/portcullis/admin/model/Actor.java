package dev.portcullis.admin.model;

import dev.portcullis.core.access.Role;

/**
 * Who calls, from where, in which request: what an audit event says of the caller, and what a use
 * case authorises by.
 *
 * @param userId id of the user, or {@link #SYSTEM_ID}
 * @param userName the user's name at the time of the call
 * @param role the user's role on all applications, or null when there is none; {@code ADMIN} may do
 *     everything, {@code AUDITOR} may read, everybody else may do nothing
 * @param source the caller's address as text without port; "local" for Portcullis itself
 * @param requestId names the request in logs; never null
 */
public record Actor(
        String userId, String userName, Role role, String source, String requestId) {

    /** Stands for Portcullis itself where a user id is expected. */
    public static final String SYSTEM_ID = "system";

    /** Portcullis itself, doing something of its own accord. */
    public static Actor system(String requestId) {
        return new Actor(SYSTEM_ID, SYSTEM_ID, Role.ADMIN, "local", requestId);
    }

    /**
     * Demands what reading needs.
     *
     * @throws ServiceException {@code PERMISSION_DENIED} when the actor is neither an administrator
     *     nor an auditor
     */
    public void requireReader() {
        if (role != Role.ADMIN && role != Role.AUDITOR) {
            throw ServiceException.permissionDenied(
                    "this needs the role admin or auditor on all applications");
        }
    }

    /**
     * Demands what changing needs.
     *
     * @throws ServiceException {@code PERMISSION_DENIED} when the actor is no administrator
     */
    public void requireAdministrator() {
        if (role != Role.ADMIN) {
            throw ServiceException.permissionDenied(
                    "this needs the role admin on all applications");
        }
    }
}
