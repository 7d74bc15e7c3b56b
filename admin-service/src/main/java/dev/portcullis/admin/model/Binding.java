package dev.portcullis.admin.model;

import dev.portcullis.core.access.Role;

/**
 * Gives a user or a group a role on an application.
 *
 * @param subjectId of a user ("usr_...") or of a group ("grp_...")
 * @param application an application's name, or {@link
 *     dev.portcullis.core.access.Principal#ALL_APPLICATIONS}
 */
public record Binding(String subjectId, String application, Role role) {
    /** What the ids of groups begin with. */
    public static final String GROUP_ID_TAG = "grp_";

    /** Whether it is a group's, and so its members'. */
    public boolean ofGroup() {
        return subjectId.startsWith(GROUP_ID_TAG);
    }
}
