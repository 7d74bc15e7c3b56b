package dev.portcullis.admin.rest;

/**
 * A request that ends with an error. The message goes to the client as it is, so it holds nothing
 * secret and nothing of our inside.
 */
final class RestException extends RuntimeException {
    private final int status;

    RestException(int status, String message) {
        // no stack: thrown for ordinary mistakes of clients, as often as they like
        super(message, null, false, false);
        this.status = status;
    }

    /** The field, or query parameter, that is wrong: 422. */
    static RestException invalid(String field, String problem) {
        return new RestException(422, field + ": " + problem);
    }

    int status() {
        return status;
    }
}
