package dev.portcullis.gateway.watch;

import dev.portcullis.gateway.watch.WatchStats.End;
import io.grpc.Status;

/**
 * That the origin will not have this gateway, and what an operator can do about it.
 *
 * @param lasting whether it stays so until somebody does something
 */
record Refused(End end, boolean lasting, String advice) {
    /** Null when the stream ended for another reason. */
    static Refused by(Status status) {
        return switch (status.getCode()) {
            case UNAUTHENTICATED -> new Refused(End.NOT_ADMITTED, true,
                    "enrol it with 'portcullis gateway enroll NAME --out FILE', and name that file"
                            + " in origin_token_file");
            case PERMISSION_DENIED -> new Refused(End.NOT_ADMITTED, true,
                    "name the file that 'portcullis gateway enroll' wrote in origin_token_file, or"
                            + " unblock the enrolment");
            case FAILED_PRECONDITION -> new Refused(End.PROTOCOL, true,
                    "bring gateway and admin-service to versions that go together");
            case ALREADY_EXISTS -> new Refused(End.ID_TAKEN, false,
                    "give each gateway its own gateway_id, or none");
            default -> null;
        };
    }
}
