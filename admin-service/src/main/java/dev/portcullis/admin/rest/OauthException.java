package dev.portcullis.admin.rest;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.portcullis.admin.model.ServiceException;

/**
 * A request to an OAuth endpoint that ends with an error (RFC 6749, section 5.2). The description
 * goes to the client as it is, so it holds nothing secret.
 */
final class OauthException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private static final String BASIC = "Basic realm=\"portcullis\", charset=\"UTF-8\"";
    private static final String BEARER = "Bearer realm=\"portcullis\", error=\"invalid_token\"";

    private final int status;
    private final String error;
    private final String challenge;

    private OauthException(int status, String error, String description, String challenge) {
        // no stack: thrown for ordinary mistakes of clients, as often as they like
        super(description, null, false, false);
        this.status = status;
        this.error = error;
        this.challenge = challenge;
    }

    static OauthException invalidRequest(String description) {
        return new OauthException(400, "invalid_request", description, null);
    }

    static OauthException unsupportedGrantType() {
        return new OauthException(400, "unsupported_grant_type",
                "the only grant type is client_credentials", null);
    }

    /** The client has not said who it is, or has not proved it. */
    static OauthException invalidClient(String description) {
        return new OauthException(401, "invalid_client", description, BASIC);
    }

    /** The same, of one that has presented an access token. */
    static OauthException invalidToken(String description) {
        return new OauthException(401, "invalid_token", description, BEARER);
    }

    /**
     * What a use case's failure is here.
     *
     * @param failure foreseen: {@link RestErrors#of} takes the rest
     * @param byToken whether the client has presented an access token
     */
    static OauthException of(ServiceException failure, boolean byToken) {
        String message = failure.getMessage();
        return switch (failure.code()) {
            case UNAUTHENTICATED -> byToken ? invalidToken(message) : invalidClient(message);
            case PERMISSION_DENIED -> new OauthException(
                    byToken ? 403 : 400, "unauthorized_client", message, null);
            case INVALID_ARGUMENT -> new OauthException(
                    400, "scope".equals(failure.field()) ? "invalid_scope" : "invalid_request",
                    message, null);
            case UNAVAILABLE -> new OauthException(
                    503, "temporarily_unavailable", message, null);
            case RESOURCE_EXHAUSTED -> new OauthException(
                    507, "temporarily_unavailable", message, null);
            case NOT_FOUND, ALREADY_EXISTS, FAILED_PRECONDITION ->
                new OauthException(400, "invalid_request", message, null);
        };
    }

    RestReply reply() {
        RestReply reply = reply(status, error, getMessage());
        if (challenge != null) {
            return reply.with("WWW-Authenticate", challenge);
        }
        return status == 503 ? reply.with("Retry-After", "1") : reply;
    }

    /** An error that is not of our own making, in this form. */
    static RestReply reply(int status, String error, String description) {
        return RestReply.of(status, JsonNodeFactory.instance.objectNode()
                .put("error", error).put("error_description", description));
    }
}
