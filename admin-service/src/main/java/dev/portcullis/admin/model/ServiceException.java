package dev.portcullis.admin.model;

/**
 * A use case was refused or failed; in every case nothing was changed. The message is made for the
 * caller and never holds a secret.
 */
public final class ServiceException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Whose fault it is and what may be done about it. */
    public enum Code {
        /** A field is wrong: {@link ServiceException#field} names it. */
        INVALID_ARGUMENT,
        NOT_FOUND,
        ALREADY_EXISTS,
        /** The request is well formed, but the state of things forbids it. */
        FAILED_PRECONDITION,
        /** The disk is full, or a bound on how many there may be is reached. */
        RESOURCE_EXHAUSTED,
        /** The database cannot be used now; the call may be retried. */
        UNAVAILABLE,
        /** The caller is known but may not do this. */
        PERMISSION_DENIED,
        /** The caller could not be authenticated. */
        UNAUTHENTICATED
    }

    private final Code code;
    private final String field;

    private ServiceException(Code code, String field, String message, Throwable cause) {
        super(message, cause);
        this.code = code;
        this.field = field;
    }

    /** A failure that no field is to blame for. */
    public ServiceException(Code code, String message) {
        this(code, null, message, null);
    }

    /** A failure with a cause, which is for the log alone. */
    public ServiceException(Code code, String message, Throwable cause) {
        this(code, null, message, cause);
    }

    /** A wrong field; the message begins with its name. */
    public static ServiceException invalid(String field, String problem) {
        return new ServiceException(
                Code.INVALID_ARGUMENT, field, field + ": " + problem, null);
    }

    /** {@code what} was not found; the message says so in these words. */
    public static ServiceException notFound(String what) {
        return new ServiceException(Code.NOT_FOUND, what + " not found");
    }

    /** The caller may not do this. */
    public static ServiceException permissionDenied(String message) {
        return new ServiceException(Code.PERMISSION_DENIED, message);
    }

    /** Never null. */
    public Code code() {
        return code;
    }

    /** The field's name as the admin API spells it, or null when no field is to blame. */
    public String field() {
        return field;
    }
}
