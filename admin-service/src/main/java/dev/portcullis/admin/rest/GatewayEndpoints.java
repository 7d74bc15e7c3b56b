package dev.portcullis.admin.rest;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.portcullis.admin.model.Committed;
import dev.portcullis.admin.model.GatewayStanding;
import dev.portcullis.admin.model.ListedGateway;
import dev.portcullis.admin.model.User;
import dev.portcullis.admin.rest.openapi.Operation;
import dev.portcullis.admin.rest.openapi.Operation.Access;
import dev.portcullis.admin.rest.openapi.Schema;
import dev.portcullis.admin.service.Gateways;
import dev.portcullis.admin.service.Gateways.Enrollment;
import java.util.Locale;

/** {@code /api/gateways}. */
final class GatewayEndpoints {
    private static final String ALL = "/api/gateways";

    private final Gateways gateways;

    GatewayEndpoints(Gateways gateways) {
        this.gateways = gateways;
    }

    void addTo(Routes routes) {
        routes.add(operation("GET", ALL, "ListGateways", Access.READER)
                .answers(Schema.list(Schema.ref("Gateway"))), this::list);
        routes.add(operation("POST", ALL, "EnrollGateway", Access.ADMINISTRATOR)
                .takes("GatewayEnrollment").answersChange(Schema.ref("EnrolledGateway"))
                .refuses(409), this::enroll);
        routes.add(operation("DELETE", ALL + "/{gatewayName}", "RemoveGateway",
                Access.ADMINISTRATOR)
                .answersChange(Schema.ref("Empty")).refuses(404), this::remove);
    }

    private static Operation operation(String method, String path, String id, Access access) {
        return Operation.of(method, path, id, access).tag("Gateways");
    }

    private Answer list(Call call) {
        call.allowParameters();
        return Answer.of(RestReply.ok(Render.array(gateways.list(call.actor()).gateways().stream()
                .map(GatewayEndpoints::render).toList())));
    }

    private static ObjectNode render(ListedGateway gateway) {
        GatewayStanding standing = gateway.standing();
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("id", standing.id());
        json.put("enrollment", standing.enrollment());
        json.put("state", gateway.state().name().toLowerCase(Locale.ROOT));
        json.put("applied_revision", standing.applied());
        json.put("lag", gateway.lag());
        json.put("lease_until", Render.text(standing.leaseUntil()));
        json.put("version", standing.version());
        json.put("address", standing.address());
        json.put("replica_id", standing.replicaId());
        json.put("attached_at", Render.text(standing.attachedAt()));
        return json;
    }

    private Answer enroll(Call call) {
        call.allowParameters();
        Fields body = call.body();
        String name = body.text("name");
        body.end();
        Committed<Enrollment> made = gateways.enroll(call.actor(), name);
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("name", made.value().user().name());
        json.put("user_id", made.value().user().id());
        json.put("plain_token", made.value().issued().plain().reveal());
        json.put("expires_at", Render.text(made.value().issued().token().expiresAt()));
        return new Answer(RestReply.ok(json), made.revision());
    }

    private Answer remove(Call call) {
        call.allowParameters();
        Committed<User> removed = gateways.remove(call.actor(), call.segment(2));
        return new Answer(Render.empty(), removed.revision());
    }
}
