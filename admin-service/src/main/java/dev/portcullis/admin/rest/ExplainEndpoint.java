package dev.portcullis.admin.rest;

import dev.portcullis.admin.rest.openapi.Operation;
import dev.portcullis.admin.rest.openapi.Operation.Access;
import dev.portcullis.admin.rest.openapi.Schema;
import dev.portcullis.admin.service.Explain;
import dev.portcullis.admin.service.ExplainQuery;

/** {@code /api/explain}. */
final class ExplainEndpoint {
    private final Explain explain;

    ExplainEndpoint(Explain explain) {
        this.explain = explain;
    }

    void addTo(Routes routes) {
        Operation operation = Operation.of(
                        "GET", "/api/explain", "ExplainAccess", Access.READER)
                .tag("Access")
                .query("user", Schema.text(0, 600), "Id or name; either this or a token.")
                .query("token", Schema.text(0, 64),
                        "Id of an access token, an API key or an exchanged token.")
                .requiredQuery("application", Schema.application(), "Its name.")
                .query("method", Schema.text(0, 64), "Of HTTP; GET when absent.")
                .query("path", Schema.text(0, 8_192), "May be absent.")
                .query("source", Schema.text(0, 64),
                        "The client's address, for a token that is restricted to some.")
                .query("certificate", Schema.text(0, 95),
                        "SHA-256 fingerprint of the client's certificate, likewise.")
                .answers(Schema.ref("Explanation"))
                .refuses(404);
        routes.add(operation, this::explain);
    }

    private Answer explain(Call call) {
        call.allowParameters("user", "token", "application", "method", "path", "source",
                "certificate");
        String user = call.parameter("user");
        String token = call.parameter("token");
        if (user == null && token == null) {
            throw RestException.invalid("user", "is required, or else a token");
        }
        if (user != null && token != null) {
            throw RestException.invalid("token", "a user is given as well");
        }
        ExplainQuery query = new ExplainQuery(
                user,
                token,
                call.required("application"),
                call.parameter("method"),
                call.parameter("path"),
                call.parameter("source"),
                call.parameter("certificate"));
        return Answer.of(RestReply.ok(
                Render.explanation(explain.explain(call.actor(), query))));
    }
}
