package dev.portcullis.core.access;

/** Why a verified principal was denied. */
public enum Denial implements Decision {
    USER_BLOCKED,
    /** No role on the application. */
    ACCESS_DENIED,
    /** A role, but too low for writing. */
    WRITE_DENIED
}
