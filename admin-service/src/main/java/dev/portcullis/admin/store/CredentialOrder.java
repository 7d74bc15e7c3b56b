package dev.portcullis.admin.store;

/** The orders in which credentials are listed; among equals, that of their prefixes. */
public enum CredentialOrder {
    CREATION("created_revision"),
    /** When they expire or are replaced, whichever is first. */
    END("ends_at"),
    /** When they were last used; never comes first. */
    USE("used_at");

    /** In each list's index, before the prefix. */
    final String column;

    CredentialOrder(String column) {
        this.column = column;
    }
}
