package dev.portcullis.admin.model;

/** What a token is at an instant. */
public enum TokenState {
    LIVE,
    EXPIRED,
    REVOKED,
    REPLACED
}
