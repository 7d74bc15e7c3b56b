package dev.portcullis.admin.rpc;

import com.google.protobuf.Any;
import com.google.rpc.BadRequest;
import com.google.rpc.ErrorInfo;
import dev.portcullis.admin.model.ServiceException;
import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.protobuf.StatusProto;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * From failures to gRPC statuses: nobody else makes one. Each carries {@code google.rpc.ErrorInfo},
 * and {@code BadRequest} where a field is to blame.
 */
final class RpcErrors {
    private static final Logger LOG = LoggerFactory.getLogger(RpcErrors.class);
    private static final String DOMAIN = "portcullis.dev";

    private RpcErrors() {}

    /** The status of a failure. What was not foreseen is logged here, and told to nobody. */
    static StatusException of(Throwable failure, String requestId) {
        if (failure instanceof ServiceException e) {
            if (e.getCause() != null) {
                LOG.warn("request {}: {}", requestId, e.getMessage(), e.getCause());
            }
            return of(statusOf(e.code()), e.code().name(), e.getMessage(), e.field());
        }
        LOG.error("request {} failed", requestId, failure);
        return of(Status.Code.INTERNAL, "INTERNAL", "internal error", null);
    }

    /** Too much work is waiting already. */
    static StatusException overloaded() {
        return of(Status.Code.RESOURCE_EXHAUSTED, "OVERLOADED",
                "too many calls at once; try again", null);
    }

    /** The octets of a request are not those of its message. */
    static StatusException malformed() {
        return of(Status.Code.INVALID_ARGUMENT, "MALFORMED",
                "the request is not a message of this method", null);
    }

    private static Status.Code statusOf(ServiceException.Code code) {
        return switch (code) {
            case INVALID_ARGUMENT -> Status.Code.INVALID_ARGUMENT;
            case NOT_FOUND -> Status.Code.NOT_FOUND;
            case ALREADY_EXISTS -> Status.Code.ALREADY_EXISTS;
            case FAILED_PRECONDITION -> Status.Code.FAILED_PRECONDITION;
            case RESOURCE_EXHAUSTED -> Status.Code.RESOURCE_EXHAUSTED;
            case UNAVAILABLE -> Status.Code.UNAVAILABLE;
            case PERMISSION_DENIED -> Status.Code.PERMISSION_DENIED;
            case UNAUTHENTICATED -> Status.Code.UNAUTHENTICATED;
        };
    }

    private static StatusException of(
            Status.Code code, String reason, String message, String field) {
        com.google.rpc.Status.Builder status = com.google.rpc.Status.newBuilder()
                .setCode(code.value())
                .setMessage(message)
                .addDetails(Any.pack(ErrorInfo.newBuilder()
                        .setReason(reason).setDomain(DOMAIN).build()));
        if (field != null) {
            status.addDetails(Any.pack(BadRequest.newBuilder()
                    .addFieldViolations(BadRequest.FieldViolation.newBuilder()
                            .setField(field).setDescription(message))
                    .build()));
        }
        return StatusProto.toStatusException(status.build());
    }
}
