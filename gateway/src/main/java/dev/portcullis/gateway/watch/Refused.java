package dev.portcullis.gateway.watch;

import dev.portcullis.gateway.watch.WatchStats.End;
import io.grpc.Status;
import java.security.GeneralSecurityException;
import javax.net.ssl.SSLException;

/**
 * That the origin will not have this gateway, or this gateway not the origin, and what an operator
 * can do about it.
 *
 * @param lasting whether it stays so until somebody does something
 */
record Refused(End end, boolean lasting, String advice) {
    private static final int WHY_MAX = 300;

    /** Null when the stream ended for another reason. */
    static Refused by(Status status) {
        if (innermost(status.getCause()) instanceof SSLException
                || innermost(status.getCause()) instanceof GeneralSecurityException) {
            return new Refused(End.HANDSHAKE, false,
                    "origin_ca must hold who issued the origin's certificate, which must be for"
                            + " the name in 'origin'; where the origin asks for certificates of"
                            + " gateways, its client_ca must hold who issued origin_certificate");
        }
        return switch (status.getCode()) {
            case UNAUTHENTICATED -> new Refused(End.NOT_ADMITTED, true,
                    "enrol it with 'portcullis gateway enroll NAME --out FILE', and name that file"
                            + " in origin_token_file");
            case PERMISSION_DENIED -> new Refused(End.NOT_ADMITTED, true,
                    "name the file that 'portcullis gateway enroll' wrote in origin_token_file, or"
                            + " unblock the enrolment");
            case RESOURCE_EXHAUSTED -> new Refused(End.TOO_MANY_ATTEMPTS, true,
                    "find out who at this gateway's address tries wrong credentials, or whether"
                            + " there are too many gateways");
            case FAILED_PRECONDITION -> new Refused(End.PROTOCOL, true,
                    "bring gateway and admin-service to versions that go together");
            case ALREADY_EXISTS -> new Refused(End.ID_TAKEN, false,
                    "give each gateway its own gateway_id, or none");
            default -> null;
        };
    }

    /** What a status says, in one line. */
    static String why(Status status) {
        Throwable cause = innermost(status.getCause());
        // what gRPC says of a failed connection is less than what the connection says
        String told = cause != null && cause.getMessage() != null
                ? cause.getMessage() : status.getDescription();
        String line = told == null ? "" : told.lines().findFirst().orElse("");
        String why = line.isBlank() ? status.getCode().toString() : line;
        return why.length() > WHY_MAX ? why.substring(0, WHY_MAX) : why;
    }

    private static Throwable innermost(Throwable failure) {
        Throwable at = failure;
        // a chain may run in a circle
        for (int i = 0; at != null && at.getCause() != null && i < 20; i++) {
            at = at.getCause();
        }
        return at;
    }
}
