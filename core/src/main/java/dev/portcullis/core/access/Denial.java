package dev.portcullis.core.access;

/** Why a verified principal was denied. */
public enum Denial implements Decision {
    USER_BLOCKED,
    /** No role on the application, or a credential that is not for it. */
    ACCESS_DENIED,
    /** A credential that is not to be used from this address, or with this certificate. */
    SOURCE_DENIED,
    /** A role, but it or the credential's cap is too low for writing. */
    WRITE_DENIED
}
