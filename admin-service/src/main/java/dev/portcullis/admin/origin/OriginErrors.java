package dev.portcullis.admin.origin;

import dev.portcullis.admin.model.ServiceException;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a failure is to a gateway. */
final class OriginErrors {
    private static final Logger LOG = LoggerFactory.getLogger(OriginErrors.class);

    private OriginErrors() {}

    /** The status of a failure; what nobody foresaw is logged and told as INTERNAL. */
    static StatusRuntimeException of(RuntimeException failure) {
        if (!(failure instanceof ServiceException)) {
            LOG.error("a gateway's call failed", failure);
            return Status.INTERNAL.asRuntimeException();
        }
        ServiceException known = (ServiceException) failure;
        Status status = switch (known.code()) {
            case INVALID_ARGUMENT -> Status.INVALID_ARGUMENT;
            case ALREADY_EXISTS -> Status.ALREADY_EXISTS;
            case UNAUTHENTICATED -> Status.UNAUTHENTICATED;
            case PERMISSION_DENIED -> Status.PERMISSION_DENIED;
            case RESOURCE_EXHAUSTED -> Status.RESOURCE_EXHAUSTED;
            default -> Status.UNAVAILABLE;
        };
        return status.withDescription(known.getMessage()).asRuntimeException();
    }

    static StatusRuntimeException invalid(String problem) {
        return Status.INVALID_ARGUMENT.withDescription(problem).asRuntimeException();
    }

    static StatusRuntimeException unavailable(String problem) {
        return Status.UNAVAILABLE.withDescription(problem).asRuntimeException();
    }
}
