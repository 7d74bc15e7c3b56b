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

    /**
     * Whether everything this role may do, {@code other} may do too. The order of the roles does
     * not say so: an auditor reads what a reader and a writer may not.
     */
    public boolean within(Role other) {
        return this == other || other == ADMIN || this == READER && other == WRITER;
    }

    /**
     * What is left of this role under a cap: what both may do.
     *
     * @param cap null for no cap
     * @return null when they have nothing in common
     */
    public Role cappedBy(Role cap) {
        if (cap == null || within(cap)) {
            return this;
        }
        return cap.within(this) ? cap : null;
    }
}
