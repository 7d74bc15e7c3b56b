package dev.portcullis.admin.rpc;

import dev.portcullis.admin.change.Propagation;
import dev.portcullis.admin.model.GatewayStanding;
import dev.portcullis.admin.model.ListedGateway;
import dev.portcullis.admin.service.Gateways.Enrollment;
import dev.portcullis.admin.service.Gateways.Roll;
import dev.portcullis.proto.admin.v1.EnrollGatewayResponse;
import dev.portcullis.proto.admin.v1.Gateway;
import dev.portcullis.proto.admin.v1.ListGatewaysResponse;
import dev.portcullis.proto.admin.v1.RemoveGatewayResponse;
import java.time.Instant;

/** {@link Translation} of gateways. */
final class GatewayTranslation {
    private GatewayTranslation() {}

    static EnrollGatewayResponse enrolled(Enrollment enrollment, Propagation propagation) {
        EnrollGatewayResponse.Builder builder = EnrollGatewayResponse.newBuilder()
                .setName(enrollment.user().name())
                .setUserId(enrollment.user().id())
                .setPlainToken(enrollment.issued().plain().reveal())
                .setPropagation(Translation.propagation(propagation));
        Instant end = enrollment.issued().token().expiresAt();
        if (end != null) {
            builder.setExpiresAt(Translation.timestamp(end));
        }
        return builder.build();
    }

    static RemoveGatewayResponse removed(Propagation propagation) {
        return RemoveGatewayResponse.newBuilder()
                .setPropagation(Translation.propagation(propagation))
                .build();
    }

    static ListGatewaysResponse list(Roll roll) {
        ListGatewaysResponse.Builder builder =
                ListGatewaysResponse.newBuilder().setRevision(roll.revision());
        roll.gateways().forEach(gateway -> builder.addGateways(gateway(gateway)));
        return builder.build();
    }

    private static Gateway gateway(ListedGateway gateway) {
        GatewayStanding standing = gateway.standing();
        Gateway.Builder builder = Gateway.newBuilder()
                .setId(standing.id())
                .setEnrollment(standing.enrollment())
                .setState(state(gateway.state()))
                .setAppliedRevision(standing.applied())
                .setLag(gateway.lag())
                .setVersion(standing.version())
                .setAddress(standing.address())
                .setReplicaId(standing.replicaId());
        if (standing.leaseUntil() != null) {
            builder.setLeaseUntil(Translation.timestamp(standing.leaseUntil()));
        }
        if (standing.attachedAt() != null) {
            builder.setAttachedAt(Translation.timestamp(standing.attachedAt()));
        }
        return builder.build();
    }

    private static Gateway.State state(ListedGateway.State state) {
        return switch (state) {
            case READY -> Gateway.State.READY;
            case WAITING -> Gateway.State.WAITING;
            case AWAY -> Gateway.State.AWAY;
            case ABSENT -> Gateway.State.ABSENT;
        };
    }
}
