package dev.portcullis.core.verify;

/**
 * What has been done to a credential. That it expired, or was replaced, is not a state: time alone
 * says so.
 */
public enum CredentialState {
    /** Good until it expires or is replaced. */
    LIVE,
    /** Made invalid by an actor, for ever. */
    REVOKED
}
