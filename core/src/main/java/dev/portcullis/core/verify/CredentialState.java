package dev.portcullis.core.verify;

/** What has been done to a credential. That it expired is not a state: time alone says so. */
public enum CredentialState {
    /** Good until it expires. */
    LIVE,
    /** Made invalid by an actor, for ever. */
    REVOKED,
    /** Rotated away, and past its overlap. */
    REPLACED
}
