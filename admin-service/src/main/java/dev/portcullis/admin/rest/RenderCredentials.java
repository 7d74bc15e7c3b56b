package dev.portcullis.admin.rest;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.portcullis.admin.model.Token;
import dev.portcullis.core.access.Restrictions;

/** What access tokens and API keys look like in JSON: NetBird's fields first, then ours. */
final class RenderCredentials {
    private RenderCredentials() {}

    static ObjectNode token(Token token) {
        ObjectNode json = key(token);
        json.put("rotate_before_expiry",
                token.rotateBefore() == null ? null : Words.duration(token.rotateBefore()));
        json.put("hash_algorithm", token.algorithm().word());
        json.put("pepper_id", token.pepperId());
        return json;
    }

    /** What both have. */
    static ObjectNode key(Token token) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("id", token.id());
        json.put("name", token.name());
        json.put("expiration_date", Render.text(token.expiresAt()));
        json.put("created_by", token.createdBy());
        json.put("created_at", Render.text(token.createdAt()));
        json.put("last_used", Render.text(token.lastUsedAt()));
        json.put("state", token.state().word());
        json.put("last_used_from", token.lastUsedFrom());
        json.put("user_id", token.userId());
        json.put("revoked_at", Render.text(token.revokedAt()));
        json.set("restrictions", restrictions(token.restrictions()));
        json.put("replaced_at", Render.text(token.replacedAt()));
        json.put("replaces", token.replaces());
        json.put("replaced_by", token.replacedBy());
        json.put("family", token.family());
        return json;
    }

    private static ObjectNode restrictions(Restrictions restrictions) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("max_role",
                restrictions.maxRole() == null ? null : restrictions.maxRole().word());
        ArrayNode applications = json.putArray("applications");
        restrictions.applications().stream().sorted().forEach(applications::add);
        ArrayNode cidrs = json.putArray("cidrs");
        restrictions.cidrs().forEach(cidr -> cidrs.add(cidr.toString()));
        ArrayNode certificates = json.putArray("certificates");
        restrictions.sortedCertificates().forEach(certificates::add);
        return json;
    }
}
