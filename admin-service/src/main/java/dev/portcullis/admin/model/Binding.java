package dev.portcullis.admin.model;

import dev.portcullis.core.access.Role;

/**
 * Gives a user a role on an application.
 *
 * @param application an application's name, or {@link
 *     dev.portcullis.core.access.Principal#ALL_APPLICATIONS}
 */
public record Binding(String userId, String application, Role role) {}
