package dev.portcullis.admin.rest.openapi;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.portcullis.admin.edge.ContractComments;

/** Access tokens, API keys, and what they are exchanged for. */
final class CredentialSchemas {
    private static final int DAYS_MAX = 365;

    private final ContractComments comments;

    CredentialSchemas(ContractComments comments) {
        this.comments = comments;
    }

    void addTo(ObjectNode schemas) {
        schemas.set("Restrictions", restrictions());
        schemas.set("Token", token());
        schemas.set("TokenIssue", request("A token to be issued.")
                .maybe("rotate_before_expiry", Schema.duration(),
                        "Such as \"7d\". "
                                + comments.field("IssueTokenRequest.rotate_before_expiry"))
                .build());
        schemas.set("IssuedToken", object("A token just issued.")
                .always("plain_token", Schema.text(1, 256), "=IssueTokenResponse.plain_token")
                .always("personal_access_token", Schema.ref("Token"), "").build());
        schemas.set("Rotation", object("How to rotate.").closed()
                .maybe("overlap", Schema.duration(),
                        "Such as \"24h\". " + comments.field("RotateTokenRequest.overlap"))
                .build());
        schemas.set("RotatedToken", object("A token in place of another one.")
                .always("plain_token", Schema.text(1, 256), "=RotateTokenResponse.plain_token")
                .always("personal_access_token", Schema.ref("Token"), "")
                .always("replaced", Schema.ref("Token"), "The old one.").build());
        schemas.set("Successor", object("What automatic rotation made.")
                .always("sealed_token", Schema.text(), "=GetSuccessorResponse.sealed_token")
                .always("personal_access_token", Schema.ref("Token"), "").build());
        schemas.set("Key", credential("An API key: only good for the exchange.").build());
        schemas.set("KeyCreation", request("A key to be made.").build());
        schemas.set("CreatedKey", object("A key just made.")
                .always("plain_secret", Schema.text(1, 256), "=CreateKeyResponse.plain_secret")
                .always("key", Schema.ref("Key"), "").build());
        schemas.set("RotatedKey", object("A key in place of another one.")
                .always("plain_secret", Schema.text(1, 256), "=CreateKeyResponse.plain_secret")
                .always("key", Schema.ref("Key"), "")
                .always("replaced", Schema.ref("Key"), "The old one.").build());
    }

    private ObjectSchema object(String text) {
        return new ObjectSchema(comments).text(text);
    }

    private ObjectNode restrictions() {
        return object("They only ever narrow what the user may do.").closed()
                .maybe("max_role",
                        Schema.orNull(Schema.ofType("string")), "=Restrictions.max_role")
                .maybe("applications", Schema.list(Schema.application(), 100),
                        "=Restrictions.applications")
                .maybe("cidrs", Schema.list(Schema.text(1, 64), 100), "=Restrictions.cidrs")
                .maybe("certificates", Schema.list(Schema.text(64, 95), 16),
                        "=Restrictions.certificates")
                .build();
    }

    /** What tokens and keys have in common. */
    private ObjectSchema credential(String text) {
        return object(text)
                .always("id", Schema.pattern("^[0-9A-Za-z]{12}$"), "=Token.id")
                .always("name", Schema.text(1, 150), "=Token.name")
                .always("expiration_date", Schema.orNull(Schema.instant()), "Null: never.")
                .always("created_by", Schema.text(), "=Token.created_by")
                .always("created_at", Schema.instant(), "=Token.created_at")
                .always("last_used", Schema.orNull(Schema.instant()), "=Token.last_used_at")
                .always("state", Schema.words("live", "expired", "revoked", "replaced"), "")
                .always("last_used_from", Schema.orNull(Schema.text()), "=Token.last_used_from")
                .always("user_id", Schema.text(), "=Token.user_id")
                .always("revoked_at", Schema.orNull(Schema.instant()), "=Token.revoked_at")
                .always("restrictions", Schema.ref("Restrictions"), "")
                .always("replaced_at", Schema.orNull(Schema.instant()), "=Token.replaced_at")
                .always("replaces", Schema.orNull(Schema.text()), "=Token.replaces")
                .always("replaced_by", Schema.orNull(Schema.text()), "=Token.replaced_by")
                .always("family", Schema.orNull(Schema.text()), "=Token.family");
    }

    private ObjectNode token() {
        return credential("An access token: nothing of its secret.")
                .always("rotate_before_expiry", Schema.orNull(Schema.duration()),
                        "=Token.rotate_before_expiry")
                .always("hash_algorithm",
                        Schema.words("sha-256", "hmac-sha-256", "sha-256-whole"),
                        "=Token.hash_algorithm")
                .always("pepper_id", Schema.orNull(Schema.text()), "=Token.pepper_id")
                .build();
    }

    private ObjectSchema request(String text) {
        return object(text).closed()
                .always("name", Schema.text(1, 150), "=IssueTokenRequest.name")
                .maybe("expires_in", Schema.whole(1, DAYS_MAX),
                        "In days. One of expires_in, expires_at and never, or none: then as long"
                                + " as is configured.")
                .maybe("expires_at", Schema.instant(), "=IssueTokenRequest.expires_at")
                .maybe("never", Schema.flag(), "=IssueTokenRequest.never_expires")
                .maybe("restrictions", Schema.ref("Restrictions"), "");
    }
}
