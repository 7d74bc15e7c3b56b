package dev.portcullis.admin.rest;

/**
 * A request that ends with an error. The message goes to the client as it is, so it holds nothing
 * secret and nothing of our inside.
 */
final class RestException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int status;
    private final long retryAfterSeconds;

    RestException(int status, String message) {
        this(status, message, 0);
    }

    private RestException(int status, String message, long retryAfterSeconds) {
        // no stack: thrown for ordinary mistakes of clients, as often as they like
        super(message, null, false, false);
        this.status = status;
        this.retryAfterSeconds = retryAfterSeconds;
    }

    /** The field, or query parameter, that is wrong: 422. */
    static RestException invalid(String field, String problem) {
        return new RestException(422, field + ": " + problem);
    }

    /** Too much of something: 429. */
    static RestException tooMany(String message, long retryAfterSeconds) {
        return new RestException(429, message, retryAfterSeconds);
    }

    int status() {
        return status;
    }

    /** 0: trying again is not what the client should do. */
    long retryAfterSeconds() {
        return retryAfterSeconds;
    }
}
