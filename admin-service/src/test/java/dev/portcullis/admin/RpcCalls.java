package dev.portcullis.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Timestamp;
import com.google.rpc.BadRequest;
import dev.portcullis.proto.admin.v1.Propagation;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import java.time.Instant;

/** What tests of the gRPC edge say again and again. */
final class RpcCalls {
    private RpcCalls() {}

    static Instant instant(Timestamp timestamp) {
        return Instant.ofEpochSecond(timestamp.getSeconds(), timestamp.getNanos());
    }

    static Timestamp timestamp(Instant instant) {
        return Timestamp.newBuilder()
                .setSeconds(instant.getEpochSecond()).setNanos(instant.getNano()).build();
    }

    static com.google.protobuf.Duration seconds(long seconds) {
        return com.google.protobuf.Duration.newBuilder().setSeconds(seconds).build();
    }

    static void assertPropagated(Propagation propagation) {
        assertThat(propagation.getState()).isEqualTo(Propagation.State.PROPAGATED);
        assertThat(propagation.getRevision()).isPositive();
        assertThat(propagation.getUnconfirmedGatewaysList()).isEmpty();
    }

    static void assertFails(Status.Code code, Runnable call) {
        StatusRuntimeException e = catchThrowableOfType(StatusRuntimeException.class, call::run);
        assertThat(e).as("does not fail").isNotNull();
        assertThat(e.getStatus().getCode()).as(e.getMessage()).isEqualTo(code);
    }

    /** Refused as INVALID_ARGUMENT, and the field is named in words and in the detail. */
    static void assertInvalid(String field, Runnable call) {
        StatusRuntimeException e = catchThrowableOfType(StatusRuntimeException.class, call::run);
        assertThat(e).as(field).isNotNull();
        assertThat(e.getStatus().getCode()).as(e.getMessage())
                .isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(e.getStatus().getDescription()).startsWith(field + ": ");
        assertThat(StatusProto.fromThrowable(e).getDetailsList())
                .filteredOn(detail -> detail.is(BadRequest.class))
                .singleElement()
                .extracting(RpcCalls::fieldOf)
                .isEqualTo(field);
    }

    private static String fieldOf(Any detail) {
        try {
            return detail.unpack(BadRequest.class).getFieldViolations(0).getField();
        } catch (InvalidProtocolBufferException e) {
            throw new AssertionError(e);
        }
    }
}
