package dev.portcullis.admin.service;

import dev.portcullis.admin.model.Actor;

/** Finds out who calls the admin API. Any thread that may block. */
public final class Authenticator {
    Authenticator() {}

    /**
     * The actor that presented a token.
     *
     * @param token the whole text, as it came; null when none came
     * @param source the caller's address, without port
     * @throws dev.portcullis.admin.model.ServiceException {@code UNAUTHENTICATED}, with one and the
     *     same message for everything that is not the secret of a token; {@code PERMISSION_DENIED}
     *     when the user is blocked
     */
    public Actor authenticate(String token, String source, String requestId) {
        throw new UnsupportedOperationException();
    }
}
