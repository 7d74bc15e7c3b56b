package dev.portcullis.admin.rest;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.portcullis.admin.model.Committed;
import dev.portcullis.admin.rest.openapi.Operation;
import dev.portcullis.admin.rest.openapi.Operation.Access;
import dev.portcullis.admin.rest.openapi.Schema;
import dev.portcullis.admin.service.IssuedToken;
import dev.portcullis.admin.service.KeyExchange;

/**
 * {@code /v1/teams/{team}/service_token}: the exchange of a key as Okta Advanced Server Access has
 * it. There are no teams here; the one that is named is answered.
 */
final class ServiceTokenEndpoint {
    private final KeyExchange keys;
    private final Admission admission;

    ServiceTokenEndpoint(KeyExchange keys, Admission admission) {
        this.keys = keys;
        this.admission = admission;
    }

    void addTo(Routes routes) {
        Operation operation = Operation.of(
                        "POST", "/v1/teams/{team}/service_token", "CreateServiceToken",
                        Access.CLIENT)
                .tag("OAuth")
                .text("Exchanges an API key for a short-lived token, under the path and in the form"
                        + " of Okta Advanced Server Access.")
                .takes("ServiceTokenRequest")
                .answersChange(Schema.ref("ServiceToken"))
                .refuses(403, 404);
        routes.add(operation, this::exchange);
    }

    private Answer exchange(Call call) {
        call.allowParameters();
        String team = call.segment(2);
        if (!team.matches("[a-z0-9-]{1,63}")) {
            throw new RestException(404, "team not found");
        }
        RestRequest request = call.request();
        if (!request.authorization().isEmpty()) {
            throw new RestException(400, "authorization: more than one credential");
        }
        Fields body = call.body();
        String id = body.text("key_id");
        String secret = body.text("key_secret");
        body.end();
        Committed<IssuedToken> issued = admission.attempt(request.source(), () ->
                keys.exchange(id, secret, null, request.source(), request.requestId()));
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("bearer_token", issued.value().plain().reveal());
        json.put("expires_at", Render.text(issued.value().token().expiresAt()));
        json.put("team_name", team);
        return new Answer(RestReply.ok(json), issued.revision());
    }
}
