package dev.portcullis.admin.rpc;

import com.google.protobuf.Timestamp;
import dev.portcullis.admin.model.PageRequest;
import dev.portcullis.admin.model.ServiceException;
import dev.portcullis.proto.admin.v1.Propagation;
import dev.portcullis.proto.admin.v1.Role;
import dev.portcullis.proto.admin.v1.UserKind;
import java.time.Duration;
import java.time.Instant;

/**
 * Between the words of the contract and those of the use cases: what all subjects have in common. A
 * word that the contract does not have is the caller's mistake; a word of ours that it does not
 * have is a defect.
 */
final class Translation {
    /** 0001-01-01 and 9999-12-31: what {@code google.protobuf.Timestamp} may say. */
    private static final long SECONDS_MIN = -62_135_596_800L;
    private static final long SECONDS_MAX = 253_402_300_799L;
    private static final int NANOS_MAX = 999_999_999;
    /** 10,000 years: what {@code google.protobuf.Duration} may say. */
    private static final long DURATION_SECONDS_MAX = 315_576_000_000L;

    private Translation() {}

    static Propagation propagation(dev.portcullis.admin.change.Propagation propagation) {
        Propagation.Builder builder = Propagation.newBuilder()
                .setState(propagation.propagated()
                        ? Propagation.State.PROPAGATED
                        : Propagation.State.PENDING)
                .setRevision(propagation.revision())
                .addAllUnconfirmedGateways(propagation.unconfirmedGateways());
        if (propagation.effectiveEverywhereBy() != null) {
            builder.setEffectiveEverywhereBy(timestamp(propagation.effectiveEverywhereBy()));
        }
        return builder.build();
    }

    static Timestamp timestamp(Instant instant) {
        return Timestamp.newBuilder()
                .setSeconds(instant.getEpochSecond())
                .setNanos(instant.getNano())
                .build();
    }

    static com.google.protobuf.Duration duration(Duration duration) {
        return com.google.protobuf.Duration.newBuilder()
                .setSeconds(duration.getSeconds())
                .setNanos(duration.getNano())
                .build();
    }

    /** @throws ServiceException naming {@code field} when it is no instant */
    static Instant instant(String field, Timestamp timestamp) {
        long seconds = timestamp.getSeconds();
        int nanos = timestamp.getNanos();
        if (seconds < SECONDS_MIN || seconds > SECONDS_MAX || nanos < 0 || nanos > NANOS_MAX) {
            throw ServiceException.invalid(field, "is not a valid timestamp");
        }
        return Instant.ofEpochSecond(seconds, nanos);
    }

    /** @throws ServiceException naming {@code field} when it is none */
    static Duration duration(String field, com.google.protobuf.Duration duration) {
        if (!isDuration(duration)) {
            throw ServiceException.invalid(field, "is not a valid duration");
        }
        return Duration.ofSeconds(duration.getSeconds(), duration.getNanos());
    }

    /** Whether it is what {@code google.protobuf.Duration} may be. */
    static boolean isDuration(com.google.protobuf.Duration duration) {
        long seconds = duration.getSeconds();
        int nanos = duration.getNanos();
        return nanos >= -NANOS_MAX && nanos <= NANOS_MAX
                && seconds >= -DURATION_SECONDS_MAX && seconds <= DURATION_SECONDS_MAX
                && Long.signum(seconds) * Integer.signum(nanos) >= 0;
    }

    /** Which page; its size and token are looked at by the use case. */
    static PageRequest page(int size, String token) {
        return new PageRequest(size, token);
    }

    /** The role of a request, or null when it is left out; whether it may be is a rule. */
    static dev.portcullis.core.access.Role role(String field, Role role) {
        return switch (role) {
            case ROLE_UNSPECIFIED -> null;
            case ROLE_AUDITOR -> dev.portcullis.core.access.Role.AUDITOR;
            case ROLE_READER -> dev.portcullis.core.access.Role.READER;
            case ROLE_WRITER -> dev.portcullis.core.access.Role.WRITER;
            case ROLE_ADMIN -> dev.portcullis.core.access.Role.ADMIN;
            case UNRECOGNIZED -> throw unknown(field);
        };
    }

    static Role role(dev.portcullis.core.access.Role role) {
        return switch (role) {
            case AUDITOR -> Role.ROLE_AUDITOR;
            case READER -> Role.ROLE_READER;
            case WRITER -> Role.ROLE_WRITER;
            case ADMIN -> Role.ROLE_ADMIN;
        };
    }

    /** The kind of a request, or null when it is left out. */
    static dev.portcullis.core.access.UserKind kind(String field, UserKind kind) {
        return switch (kind) {
            case USER_KIND_UNSPECIFIED -> null;
            case USER_KIND_SERVICE -> dev.portcullis.core.access.UserKind.SERVICE;
            case USER_KIND_PERSON -> dev.portcullis.core.access.UserKind.PERSON;
            case USER_KIND_INTERNAL -> dev.portcullis.core.access.UserKind.INTERNAL;
            case UNRECOGNIZED -> throw unknown(field);
        };
    }

    static UserKind kind(dev.portcullis.core.access.UserKind kind) {
        return switch (kind) {
            case SERVICE -> UserKind.USER_KIND_SERVICE;
            case PERSON -> UserKind.USER_KIND_PERSON;
            case INTERNAL -> UserKind.USER_KIND_INTERNAL;
        };
    }

    /** A number of an enumeration that the contract does not have. */
    static ServiceException unknown(String field) {
        return ServiceException.invalid(field, "is not a value of the contract");
    }
}
