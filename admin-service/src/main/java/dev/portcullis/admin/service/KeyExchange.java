package dev.portcullis.admin.service;

import dev.portcullis.admin.model.Actor;
import dev.portcullis.admin.model.Committed;
import dev.portcullis.admin.model.Token;

/**
 * Turns API keys into short-lived tokens (RFC 6749, section 4.4), answers what a token is (RFC
 * 7662) and ends it (RFC 7009). As {@link Users} for threads and errors.
 */
public final class KeyExchange {
    /**
     * Exchanges a key. UNAUTHENTICATED with one and the same message for every wrong key; INVALID_ARGUMENT with field "scope" for a scope that is unknown or broader than the key.
     *
     * @param keySecret the whole text of the key
     * @param scope space-separated: "read", "app:NAME"; null or empty: all that the key may
     */
    public Committed<IssuedToken> exchange(String keyId, String keySecret, String scope, String source, String requestId) {
        throw new UnsupportedOperationException();
    }

    /** Who presents a key as client id and secret (for introspection and revocation). UNAUTHENTICATED as for exchange. */
    public Actor authenticate(String keyId, String keySecret, String source, String requestId) {
        throw new UnsupportedOperationException();
    }

    /**
     * What a live token is, or null when it is not live, unknown, or none of the caller's business.
     *
     * @param token the whole text of a credential
     */
    public Introspection introspect(Actor caller, String token) {
        throw new UnsupportedOperationException();
    }

    /** Revokes a credential that is presented; nothing happens (null) for one that is unknown or not the caller's. */
    public Committed<Token> revoke(Actor caller, String token) {
        throw new UnsupportedOperationException();
    }
}
