package dev.portcullis.core.access;

import dev.portcullis.core.token.TokenPrefix;

/**
 * Proof that a request was verified and authorised, or is for what is open to anyone. Only {@link
 * AccessPolicy} makes one, and nothing is forwarded without one: forwarding an unauthorised request
 * does not compile.
 */
public final class Permit implements Decision {
    private final Principal principal;
    private final TokenPrefix credential;
    private final String application;
    private final Role role;

    Permit(Principal principal, TokenPrefix credential, String application, Role role) {
        this.principal = principal;
        this.credential = credential;
        this.application = application;
        this.role = role;
    }

    /** Whether nobody was asked who they are: there is no principal, credential or role then. */
    public boolean isAnonymous() {
        return principal == null;
    }

    /** Who; null when anonymous. */
    public Principal principal() {
        return principal;
    }

    /** By which credential; null when anonymous. */
    public TokenPrefix credential() {
        return credential;
    }

    /** Where. */
    public String application() {
        return application;
    }

    /**
     * As what: the role the permit rests on, as the credential's restrictions leave it; null when
     * anonymous.
     */
    public Role role() {
        return role;
    }
}
