package dev.portcullis.admin.rest.openapi;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.portcullis.admin.edge.ContractComments;

/** Gateways and their enrolment. */
final class GatewaySchemas {
    private static final String NAME = "^[A-Za-z0-9._-]{1,64}$";

    private final ContractComments comments;

    GatewaySchemas(ContractComments comments) {
        this.comments = comments;
    }

    void addTo(ObjectNode schemas) {
        schemas.set("Gateway", gateway());
        schemas.set("GatewayEnrollment", object("An enrolment to be made.").closed()
                .always("name", Schema.pattern(NAME), "=EnrollGatewayRequest.name").build());
        schemas.set("EnrolledGateway", object("What enrolling has made.")
                .always("name", Schema.pattern(NAME), "=EnrollGatewayResponse.name")
                .always("user_id", Schema.text(), "=EnrollGatewayResponse.user_id")
                .always("plain_token", Schema.text(1, 256), "=EnrollGatewayResponse.plain_token")
                .always("expires_at", Schema.orNull(Schema.instant()), "Null: never.").build());
    }

    private ObjectSchema object(String text) {
        return new ObjectSchema(comments).text(text);
    }

    private ObjectNode gateway() {
        return object("One process that is a gateway, or an enrolment that none uses.")
                .always("id", Schema.text(0, 64), "=Gateway.id")
                .always("enrollment", Schema.text(0, 64), "=Gateway.enrollment")
                .always("state", Schema.words("ready", "waiting", "away", "absent"),
                        "=Gateway.state")
                .always("applied_revision", Schema.whole(0), "=Gateway.applied_revision")
                .always("lag", Schema.whole(0), "=Gateway.lag")
                .always("lease_until", Schema.orNull(Schema.instant()), "=Gateway.lease_until")
                .always("version", Schema.text(0, 64), "=Gateway.version")
                .always("address", Schema.text(), "=Gateway.address")
                .always("replica_id", Schema.text(0, 64), "=Gateway.replica_id")
                .always("attached_at", Schema.orNull(Schema.instant()), "=Gateway.attached_at")
                .build();
    }
}
