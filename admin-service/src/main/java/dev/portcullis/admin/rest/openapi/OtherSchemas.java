package dev.portcullis.admin.rest.openapi;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.portcullis.admin.edge.ContractComments;

/** The audit log, the exchange of keys (RFC 6749, 7009 and 7662), and errors. */
final class OtherSchemas {
    private static final int CREDENTIAL_MAX = 1_024;

    private final ContractComments comments;

    OtherSchemas(ContractComments comments) {
        this.comments = comments;
    }

    void addTo(ObjectNode schemas) {
        schemas.set("AuditEvent", auditEvent());
        schemas.set("AuditVerification", auditVerification());
        schemas.set("TokenForm", tokenForm());
        schemas.set("TokenReply", tokenReply());
        schemas.set("CredentialForm", credentialForm());
        schemas.set("Introspection", introspection());
        schemas.set("ServiceTokenRequest", object("An API key.").closed()
                .always("key_id", Schema.text(1, CREDENTIAL_MAX), "The key's id.")
                .always("key_secret", Schema.text(1, CREDENTIAL_MAX), "The key's secret.").build());
        schemas.set("ServiceToken", object("What a key was exchanged for.")
                .always("bearer_token", Schema.text(1, 256), "The token; shown once.")
                .always("expires_at", Schema.instant(), "")
                .always("team_name", Schema.text(), "The team that the path names.").build());
        schemas.set("Empty", object("Nothing.").closed().build());
        schemas.set("Document", object("This document.").build());
        schemas.set("Error", object("Why a request was refused.")
                .always("message", Schema.text(), "For people. A wrong field is named first.")
                .always("code", Schema.whole(400, 599), "The status.").build());
        schemas.set("OauthError", object("Why a request was refused (RFC 6749, section 5.2).")
                .always("error", Schema.words("invalid_request", "invalid_client",
                        "invalid_scope", "invalid_token", "unauthorized_client",
                        "unsupported_grant_type", "temporarily_unavailable", "server_error"), "")
                .always("error_description", Schema.text(), "For people.").build());
    }

    private ObjectSchema object(String text) {
        return new ObjectSchema(comments).text(text);
    }

    private ObjectNode auditEvent() {
        ObjectNode meta = Schema.ofType("object");
        meta.set("additionalProperties", Schema.text());
        return object("A change, or a summary of refusals, as the audit log has it.")
                .always("id", Schema.pattern("^[1-9][0-9]*$"), "=AuditEvent.seq")
                .always("timestamp", Schema.instant(), "")
                .always("activity", Schema.text(), "What, in words.")
                .always("activity_code", Schema.text(), "=AuditEvent.action")
                .always("initiator_id", Schema.text(), "=AuditEvent.actor_id")
                .always("initiator_name", Schema.text(), "=AuditEvent.actor_name")
                .always("initiator_email", Schema.text(0, 0), "Empty: nobody has one here.")
                .always("target_id", Schema.text(), "=AuditEvent.target_id")
                .always("meta", meta, "Where from, in which request, and what kind of target.")
                .always("revision", Schema.whole(0), "=AuditEvent.revision")
                .always("source", Schema.text(), "=AuditEvent.source")
                .always("request_id", Schema.text(), "=AuditEvent.request_id")
                .always("target_kind", Schema.text(), "=AuditEvent.target_kind")
                .always("before", state(), "What was; null when there was nothing.")
                .always("after", state(), "What is; null when there is nothing.")
                .always("previous_hash", hash(), "=AuditEvent.previous_hash")
                .always("hash", hash(), "=AuditEvent.hash")
                .build();
    }

    private static ObjectNode state() {
        return Schema.orNull(Schema.ofType("object"));
    }

    private static ObjectNode hash() {
        return Schema.pattern("^[0-9a-f]{64}$");
    }

    private ObjectNode auditVerification() {
        return object("What following the chain of events found.")
                .always("verified", Schema.whole(0), "=VerifyAuditResponse.verified")
                .always("ok", Schema.flag(), "Whether nothing is wrong.")
                .always("problem", Schema.orNull(Schema.text()), "=VerifyAuditResponse.problem")
                .always("last_hash", Schema.orNull(hash()), "=VerifyAuditResponse.last_hash")
                .build();
    }

    private ObjectNode tokenForm() {
        return object("Asks for a token (RFC 6749, section 4.4.2). Other parameters are ignored.")
                .always("grant_type", Schema.words("client_credentials"), "")
                .maybe("scope", Schema.text(0, 8_192),
                        "Narrows the token: \"read\", \"app:NAME\", separated by spaces.")
                .maybe("client_id", Schema.text(0, CREDENTIAL_MAX),
                        "The key's id, when it is not in the Authorization header.")
                .maybe("client_secret", Schema.text(0, CREDENTIAL_MAX),
                        "The key's secret, likewise.")
                .build();
    }

    private ObjectNode tokenReply() {
        return object("A token (RFC 6749, section 5.1).")
                .always("access_token", Schema.text(1, 256), "The token; shown once.")
                .always("token_type", Schema.words("bearer"), "")
                .always("expires_in", Schema.whole(0), "In seconds.")
                .maybe("scope", Schema.text(), "What it is narrowed to; absent: to nothing.")
                .build();
    }

    private ObjectNode credentialForm() {
        return object("A credential to be looked at or ended. Other parameters are ignored.")
                .always("token", Schema.text(1, 60_000), "The whole text of a credential.")
                .maybe("token_type_hint", Schema.text(0, CREDENTIAL_MAX), "Not needed.")
                .maybe("client_id", Schema.text(0, CREDENTIAL_MAX),
                        "A key's id, when nothing is in the Authorization header.")
                .maybe("client_secret", Schema.text(0, CREDENTIAL_MAX),
                        "The key's secret, likewise.")
                .build();
    }

    private ObjectNode introspection() {
        return object("What a credential is (RFC 7662, section 2.2); when it is not live, unknown"
                        + " or nothing that the caller may know, only that it is not active.")
                .always("active", Schema.flag(), "")
                .maybe("scope", Schema.text(), "What it is narrowed to.")
                .maybe("client_id", Schema.text(), "Id of the key it was exchanged from.")
                .maybe("username", Schema.text(), "Name of its user.")
                .maybe("token_type", Schema.words("bearer"), "")
                .maybe("exp", Schema.whole(0), "When it expires, in seconds since 1970.")
                .maybe("iat", Schema.whole(0), "When it was made, likewise.")
                .maybe("sub", Schema.text(), "Id of its user.")
                .maybe("jti", Schema.text(), "Its own id.")
                .build();
    }
}
