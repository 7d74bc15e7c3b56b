package dev.portcullis.gateway.outcome;

import static dev.portcullis.gateway.outcome.FaultSource.DOWNSTREAM;
import static dev.portcullis.gateway.outcome.FaultSource.INTERNAL;
import static dev.portcullis.gateway.outcome.FaultSource.UPSTREAM;

import java.util.Locale;

/**
 * Every way in which the gateway itself ends an exchange, with what the client is told. The name in
 * lower case is the {@code code} of the local reply.
 */
public enum Refusal {
    // the head cannot be believed: the connection is closed, as nobody knows what comes next
    REQUEST_MALFORMED(400, Grpc.INVALID_ARGUMENT, DOWNSTREAM, "The request is malformed."),
    HEAD_TOO_LARGE(431, Grpc.INVALID_ARGUMENT, DOWNSTREAM, "The request head is too large."),
    URI_TOO_LONG(414, Grpc.INVALID_ARGUMENT, DOWNSTREAM, "The request line is too long."),
    VERSION_UNSUPPORTED(505, Grpc.UNIMPLEMENTED, DOWNSTREAM,
            "Only HTTP/1.0 and HTTP/1.1 are spoken."),
    EXPECTATION_FAILED(417, Grpc.UNIMPLEMENTED, DOWNSTREAM, "Only 100-continue can be expected."),
    REQUEST_TIMEOUT(408, Grpc.DEADLINE_EXCEEDED, DOWNSTREAM, "The request did not arrive in time."),

    QUESTION_MALFORMED(400, Grpc.INVALID_ARGUMENT, DOWNSTREAM,
            "The request that is asked about is malformed, or not named."),
    METHOD_NOT_ALLOWED(405, Grpc.UNIMPLEMENTED, DOWNSTREAM, "TRACE and CONNECT are not served."),
    ROUTE_AMBIGUOUS(400, Grpc.INVALID_ARGUMENT, DOWNSTREAM,
            "What chooses the application can be read in two ways."),
    PATH_AMBIGUOUS(400, Grpc.INVALID_ARGUMENT, DOWNSTREAM, "The path can be read in two ways."),
    ROUTE_UNKNOWN(404, Grpc.UNIMPLEMENTED, DOWNSTREAM, "No application is served here."),

    CREDENTIAL_MISSING(401, Grpc.UNAUTHENTICATED, DOWNSTREAM, "A credential is required."),
    CREDENTIAL_AMBIGUOUS(400, Grpc.INVALID_ARGUMENT, DOWNSTREAM, "Send exactly one credential."),
    CREDENTIAL_INVALID(401, Grpc.UNAUTHENTICATED, DOWNSTREAM, "The credential is not valid."),
    CREDENTIAL_EXPIRED(401, Grpc.UNAUTHENTICATED, DOWNSTREAM, "The credential has expired."),
    CREDENTIAL_REVOKED(401, Grpc.UNAUTHENTICATED, DOWNSTREAM, "The credential was revoked."),
    USER_BLOCKED(403, Grpc.PERMISSION_DENIED, DOWNSTREAM, "The user is blocked."),
    ACCESS_DENIED(403, Grpc.PERMISSION_DENIED, DOWNSTREAM, "No role on this application."),
    SOURCE_DENIED(403, Grpc.PERMISSION_DENIED, DOWNSTREAM,
            "The credential is not for use from this source."),
    WRITE_DENIED(403, Grpc.PERMISSION_DENIED, DOWNSTREAM, "The role allows reading only."),

    BODY_TOO_LARGE(413, Grpc.RESOURCE_EXHAUSTED, DOWNSTREAM, "The body is too large."),

    RATE_LIMITED(429, Grpc.RESOURCE_EXHAUSTED, DOWNSTREAM, "There were too many requests."),

    OVERLOADED(503, Grpc.UNAVAILABLE, INTERNAL, "The gateway has as many requests as it may."),
    VERIFICATION_UNAVAILABLE(503, Grpc.UNAVAILABLE, INTERNAL,
            "Credentials cannot be verified now."),
    INTERNAL_ERROR(500, Grpc.INTERNAL, INTERNAL, "The gateway failed."),

    UPSTREAM_UNREACHABLE(502, Grpc.UNAVAILABLE, UPSTREAM, "The application cannot be reached."),
    UPSTREAM_SATURATED(503, Grpc.UNAVAILABLE, UPSTREAM,
            "The application has as many requests as it may."),
    UPSTREAM_CLOSED(502, Grpc.UNAVAILABLE, UPSTREAM, "The application closed the connection."),
    UPSTREAM_INVALID(502, Grpc.UNAVAILABLE, UPSTREAM, "The application's response is malformed."),
    EXCHANGE_TIMEOUT(504, Grpc.DEADLINE_EXCEEDED, UPSTREAM,
            "The exchange took longer than it may."),
    UPSTREAM_TIMEOUT(504, Grpc.DEADLINE_EXCEEDED, UPSTREAM,
            "The application did not answer in time.");

    /** Status numbers of gRPC, as its specification lists them. */
    private static final class Grpc {
        static final int INVALID_ARGUMENT = 3;
        static final int DEADLINE_EXCEEDED = 4;
        static final int PERMISSION_DENIED = 7;
        static final int RESOURCE_EXHAUSTED = 8;
        static final int UNIMPLEMENTED = 12;
        static final int INTERNAL = 13;
        static final int UNAVAILABLE = 14;
        static final int UNAUTHENTICATED = 16;
    }

    private final String code = name().toLowerCase(Locale.ROOT);
    private final int status;
    private final int grpcStatus;
    private final FaultSource source;
    private final String title;

    Refusal(int status, int grpcStatus, FaultSource source, String title) {
        this.status = status;
        this.grpcStatus = grpcStatus;
        this.source = source;
        this.title = title;
    }

    /** For machines: {@code credential_missing}. */
    public String code() {
        return code;
    }

    /** The HTTP status. */
    public int status() {
        return status;
    }

    /** The gRPC status, for gRPC callers. */
    public int grpcStatus() {
        return grpcStatus;
    }

    /** Whose fault it is. */
    public FaultSource source() {
        return source;
    }

    /** One sentence for people. */
    public String title() {
        return title;
    }

    /** Whether what follows on the connection cannot be believed any more. */
    public boolean poisonsConnection() {
        return switch (this) {
            case REQUEST_MALFORMED, HEAD_TOO_LARGE, URI_TOO_LONG, VERSION_UNSUPPORTED,
                    EXPECTATION_FAILED, REQUEST_TIMEOUT, METHOD_NOT_ALLOWED, INTERNAL_ERROR -> true;
            default -> false;
        };
    }

    /**
     * Whether a credential that came was refused for what it is or is not good for: such refusals
     * are reported. That none came is nobody's attempt; that it cannot be verified says nothing of
     * it.
     */
    public boolean isOfCredential() {
        return switch (this) {
            case CREDENTIAL_AMBIGUOUS, CREDENTIAL_INVALID, CREDENTIAL_EXPIRED, CREDENTIAL_REVOKED,
                    USER_BLOCKED, ACCESS_DENIED, SOURCE_DENIED, WRITE_DENIED -> true;
            default -> false;
        };
    }

    /** Whether the same request may be worth sending again later. */
    public boolean isTemporary() {
        return switch (this) {
            case RATE_LIMITED, OVERLOADED, VERIFICATION_UNAVAILABLE, UPSTREAM_SATURATED -> true;
            default -> false;
        };
    }

    /**
     * Whether it is an attempt at somebody else's credential, as far as that can be told: who
     * proves the secret of one that has expired or was revoked attempts nothing, and is told so.
     */
    public boolean isFailedAttempt() {
        return switch (this) {
            case CREDENTIAL_AMBIGUOUS, CREDENTIAL_INVALID -> true;
            default -> false;
        };
    }
}
