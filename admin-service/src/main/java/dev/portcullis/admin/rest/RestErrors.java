package dev.portcullis.admin.rest;

import dev.portcullis.admin.model.ServiceException;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** From failures to HTTP statuses and error bodies. */
final class RestErrors {
    private static final Logger LOG = LoggerFactory.getLogger(RestErrors.class);

    /**
     * Where a field has another name here than in the gRPC contract, by which use cases name it.
     */
    private static final Map<String, String> FIELD_NAMES = Map.of(
            "expires_in_seconds", "expires_in",
            "never_expires", "never",
            "page_token", "cursor",
            "groups", "auto_groups",
            "users", "members",
            "jwk", "body");

    private RestErrors() {}

    /** The reply to a failure. What was not foreseen is logged here, and told to nobody. */
    static RestReply of(Throwable failure, String requestId) {
        if (failure instanceof RestException e) {
            return RestReply.error(e);
        }
        if (failure instanceof ServiceException e) {
            if (e.getCause() != null) {
                LOG.warn("request {}: {}", requestId, e.getMessage(), e.getCause());
            }
            return of(e);
        }
        LOG.error("request {} failed", requestId, failure);
        return RestReply.error(500, "internal error");
    }

    private static RestReply of(ServiceException e) {
        String message = message(e);
        return switch (e.code()) {
            case INVALID_ARGUMENT -> RestReply.error(e.field() == null ? 400 : 422, message);
            case NOT_FOUND -> RestReply.error(404, message);
            case ALREADY_EXISTS, FAILED_PRECONDITION -> RestReply.error(409, message);
            case PERMISSION_DENIED -> RestReply.error(403, message);
            case UNAUTHENTICATED -> RestReply.error(401, message)
                    .with("WWW-Authenticate", "Bearer realm=\"portcullis\"");
            case RESOURCE_EXHAUSTED -> RestReply.error(507, message);
            case UNAVAILABLE -> RestReply.error(503, message).with("Retry-After", "1");
        };
    }

    private static String message(ServiceException e) {
        if (e.field() == null) {
            return e.getMessage();
        }
        // "groups[2]" is an item of "groups"
        int end = e.field().replaceAll("[\\[.].*", "").length();
        String name = e.field().substring(0, end);
        return FIELD_NAMES.getOrDefault(name, name) + e.getMessage().substring(end);
    }
}
