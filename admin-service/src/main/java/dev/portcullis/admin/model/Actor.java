package dev.portcullis.admin.model;

import dev.portcullis.core.access.Restrictions;
import dev.portcullis.core.access.Role;
import dev.portcullis.core.access.UserKind;

/**
 * Who calls, from where, in which request: what an audit event says of the caller, and what a use
 * case authorises by.
 *
 * @param userId id of the user, or {@link #SYSTEM_ID}
 * @param userName the user's name at the time of the call
 * @param role the user's role on all applications, capped by what they hold, or null when there is
 *     none; {@code ADMIN} may do everything, {@code AUDITOR} may read, everybody else may do
 *     nothing
 * @param source the caller's address as text without port; "local" for Portcullis itself
 * @param requestId names the request in logs; never null
 * @param holder what the caller presented; null for Portcullis itself
 */
public record Actor(
        String userId,
        String userName,
        Role role,
        String source,
        String requestId,
        Holder holder) {

    /** Stands for Portcullis itself where a user id is expected. */
    public static final String SYSTEM_ID = "system";

    /** Somebody of whom it does not matter what they hold. */
    public Actor(String userId, String userName, Role role, String source, String requestId) {
        this(userId, userName, role, source, requestId, null);
    }

    /**
     * The credential that an actor holds, for what it may do with itself and may issue.
     *
     * @param credentialId its prefix
     * @param restrictions of it
     * @param lifetimeMillis how long it was made to live; {@link Long#MAX_VALUE}: for ever
     */
    public record Holder(
            String credentialId,
            UserKind userKind,
            Restrictions restrictions,
            long lifetimeMillis) {}

    /** Portcullis itself, upon what came from an address; it may do nothing by its role. */
    public static Actor systemUpon(String source, String requestId) {
        return new Actor(SYSTEM_ID, SYSTEM_ID, null, source, requestId);
    }

    /** Portcullis itself, doing something of its own accord. */
    public static Actor system(String requestId) {
        return new Actor(SYSTEM_ID, SYSTEM_ID, Role.ADMIN, "local", requestId, null);
    }

    /**
     * Whether the actor, whatever their role, manages tokens of their own: a person does. A token
     * that is restricted to applications opens no more of the admin API than itself.
     */
    public boolean managesOwnTokens() {
        return holder != null
                && holder.userKind() == UserKind.PERSON
                && holder.restrictions().applications().isEmpty();
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
