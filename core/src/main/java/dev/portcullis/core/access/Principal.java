package dev.portcullis.core.access;

import java.util.List;
import java.util.Map;

/**
 * A user as far as a decision needs them, groups and bindings already resolved. Immutable; no field
 * is null.
 *
 * @param groups names of the groups the user is in, sorted
 * @param roles application name, or {@link #ALL_APPLICATIONS}, to the highest role the user has
 *     there
 */
public record Principal(
        String userId,
        String name,
        UserKind kind,
        boolean blocked,
        List<String> groups,
        Map<String, Role> roles) {

    /** Stands for every application in a binding. */
    public static final String ALL_APPLICATIONS = "*";

    /** Copies what could change. */
    public Principal {
        groups = List.copyOf(groups);
        roles = Map.copyOf(roles);
    }

    /** The highest role on an application, or null when no binding gives one. */
    public Role roleOn(String application) {
        Role own = roles.get(application);
        Role everywhere = roles.get(ALL_APPLICATIONS);
        if (own == null || everywhere == null) {
            return own == null ? everywhere : own;
        }
        return own.compareTo(everywhere) >= 0 ? own : everywhere;
    }
}
