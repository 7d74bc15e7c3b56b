package dev.portcullis.core.access;

import java.util.Locale;

/** What a user may do on an application, in rising order. */
public enum Role {
    /** Reads the admin API and the audit log; nothing upstream. */
    AUDITOR,
    /** Read. */
    READER,
    /** Read and write. */
    WRITER,
    /** Writer, and (on all applications) the whole admin API. */
    ADMIN;

    private final String word = name().toLowerCase(Locale.ROOT);

    /** The role's name as users write and read it: {@code reader}. */
    public String word() {
        return word;
    }

    /** Whether a holder of this role may do that upstream. */
    public boolean allows(Access access) {
        return this != AUDITOR && (access == Access.READ || this != READER);
    }
}
