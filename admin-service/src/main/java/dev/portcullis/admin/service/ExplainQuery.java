package dev.portcullis.admin.service;

/**
 * What is to be explained. Nothing is validated yet.
 *
 * @param user id or name; null when a token is given
 * @param token id of a credential; null when a user is given
 * @param method empty or null stands for GET
 * @param path may be null
 * @param source the client's address as text; empty or null: not known
 * @param certificate fingerprint of the client's certificate; empty or null: it has none
 */
public record ExplainQuery(
        String user, String token, String application, String method, String path, String source,
        String certificate) {

    /** Of a client without certificate. */
    public ExplainQuery(
            String user, String token, String application, String method, String path,
            String source) {
        this(user, token, application, method, path, source, null);
    }
}
