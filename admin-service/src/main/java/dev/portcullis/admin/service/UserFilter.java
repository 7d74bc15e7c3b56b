package dev.portcullis.admin.service;

import dev.portcullis.core.access.UserKind;

/**
 * Which users to list.
 *
 * @param kind only this kind; null: all
 */
public record UserFilter(UserKind kind) {
    /** Every user. */
    public static UserFilter all() {
        return new UserFilter(null);
    }
}
