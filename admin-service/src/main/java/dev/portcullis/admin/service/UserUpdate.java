package dev.portcullis.admin.service;

import dev.portcullis.core.access.Role;
import java.util.List;

/**
 * What is to be changed of a user, in one step. Nothing is validated yet.
 *
 * @param description null leaves it
 * @param role the new role of their own on all applications; null leaves it
 * @param blocked null leaves it
 * @param groups ids or names, in place of all memberships; null leaves them
 * @param expectedRevision when not 0, the user must still have this revision
 */
public record UserUpdate(
        String description,
        Role role,
        Boolean blocked,
        List<String> groups,
        long expectedRevision) {

    /** Of role and block alone. */
    public UserUpdate(Role role, Boolean blocked) {
        this(null, role, blocked, null, 0);
    }
}
