package dev.portcullis.admin.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.portcullis.admin.model.AuditRecord;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Map;

/** What audit events look like in JSON: NetBird's fields first, then ours. */
final class RenderAudit {
    /** What happened, for people; an action that is not here is told by its code. */
    private static final Map<String, String> ACTIVITIES = Map.ofEntries(
            Map.entry("user.create", "User created"),
            Map.entry("user.update", "User updated"),
            Map.entry("user.block", "User blocked"),
            Map.entry("user.unblock", "User unblocked"),
            Map.entry("user.delete", "User deleted"),
            Map.entry("user.key_set", "Public key of user registered"),
            Map.entry("user.key_delete", "Public key of user deleted"),
            Map.entry("group.create", "Group created"),
            Map.entry("group.rename", "Group renamed"),
            Map.entry("group.delete", "Group deleted"),
            Map.entry("group.members_add", "Members added to group"),
            Map.entry("group.members_remove", "Members removed from group"),
            Map.entry("binding.put", "Role given"),
            Map.entry("binding.delete", "Role taken away"),
            Map.entry("token.issue", "Access token issued"),
            Map.entry("token.revoke", "Access token revoked"),
            Map.entry("token.rotate", "Access token rotated"),
            Map.entry("token.rotate_automatic", "Access token rotated automatically"),
            Map.entry("token.reuse_detected", "Replaced access token used again"),
            Map.entry("token.import", "Access token imported"),
            Map.entry("key.create", "API key created"),
            Map.entry("key.revoke", "API key revoked"),
            Map.entry("key.expire", "API key expired"),
            Map.entry("key.rotate", "API key rotated"),
            Map.entry("key.exchange", "API key exchanged"),
            Map.entry("access.refused", "Access refused"));

    private RenderAudit() {}

    static ObjectNode event(AuditRecord event) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("id", Long.toString(event.seq()));
        json.put("timestamp", event.happenedAt().toString());
        json.put("activity", ACTIVITIES.getOrDefault(event.action(), event.action()));
        json.put("activity_code", event.action());
        json.put("initiator_id", event.actorId());
        json.put("initiator_name", event.actorName());
        // kept for clients that expect the field; no address is known
        json.put("initiator_email", "");
        json.put("target_id", event.targetId());
        json.putObject("meta")
                .put("source", event.source())
                .put("request_id", event.requestId())
                .put("target_kind", event.targetKind());
        json.put("revision", event.revision());
        json.put("source", event.source());
        json.put("request_id", event.requestId());
        json.put("target_kind", event.targetKind());
        json.set("before", tree(event.before()));
        json.set("after", tree(event.after()));
        json.put("previous_hash", HexFormat.of().formatHex(event.previousHash()));
        json.put("hash", HexFormat.of().formatHex(event.hash()));
        return json;
    }

    private static JsonNode tree(String json) {
        return json == null || json.isEmpty()
                ? JsonNodeFactory.instance.nullNode()
                : Json.read(json.getBytes(StandardCharsets.UTF_8));
    }
}
