package dev.portcullis.admin.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.portcullis.admin.model.Actor;
import dev.portcullis.admin.model.Binding;
import dev.portcullis.admin.model.Explanation;
import dev.portcullis.admin.model.Group;
import dev.portcullis.admin.model.Member;
import dev.portcullis.admin.model.Page;
import dev.portcullis.admin.model.User;
import dev.portcullis.core.access.Principal;
import dev.portcullis.core.access.Role;
import dev.portcullis.core.access.UserKind;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/** What users, groups and bindings look like in JSON: NetBird's fields first, then ours. */
final class Render {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private Render() {}

    static ObjectNode user(User user, Actor reader) {
        ObjectNode json = NODES.objectNode();
        json.put("id", user.id());
        // kept for clients that expect the field; no address is known
        json.put("email", "");
        json.put("name", user.name());
        json.put("role", Words.netbird(roleEverywhere(user)));
        json.put("status", user.blocked() ? "blocked" : "active");
        ArrayNode groupIds = json.putArray("auto_groups");
        user.groups().forEach(group -> groupIds.add(group.id()));
        json.put("is_current", user.id().equals(reader.userId()));
        json.put("is_service_user", user.kind() == UserKind.SERVICE);
        json.put("is_blocked", user.blocked());
        json.put("pending_approval", false);
        json.put("last_login", text(user.lastUsedAt()));
        json.put("issued", "api");
        json.put("description", user.description());
        json.put("kind", user.kind().word());
        json.put("created_at", text(user.createdAt()));
        json.put("created_by", user.createdBy());
        bindings(json, user.bindings());
        ArrayNode groups = json.putArray("groups");
        user.groups().forEach(group -> groups.add(reference(group.id(), group.name())));
        json.put("key_thumbprint", user.keyThumbprint());
        json.put("revision", user.revision());
        return json;
    }

    static ObjectNode group(Group group) {
        ObjectNode json = NODES.objectNode();
        json.put("id", group.id());
        json.put("name", group.name());
        // there are machines and networks in NetBird's groups; here there are users alone
        json.put("peers_count", 0);
        json.put("resources_count", 0);
        json.put("issued", "api");
        json.putArray("peers");
        json.putArray("resources");
        json.put("members_count", group.memberCount());
        json.put("created_at", text(group.createdAt()));
        json.put("created_by", group.createdBy());
        bindings(json, group.bindings());
        json.put("revision", group.revision());
        return json;
    }

    static ObjectNode member(Member member) {
        return reference(member.userId(), member.userName());
    }

    private static ObjectNode reference(String id, String name) {
        return NODES.objectNode().put("id", id).put("name", name);
    }

    private static void bindings(ObjectNode json, List<Binding> bindings) {
        ArrayNode array = json.putArray("bindings");
        bindings.forEach(binding -> array.add(roleAndApplication(NODES.objectNode(), binding)));
    }

    static ObjectNode binding(Binding binding) {
        ObjectNode json = NODES.objectNode();
        json.put(binding.ofGroup() ? "group_id" : "user_id", binding.subjectId());
        return roleAndApplication(json, binding);
    }

    static ObjectNode explanation(Explanation explanation) {
        ObjectNode json = NODES.objectNode();
        json.put("allowed", explanation.allowed());
        json.put("code", explanation.code());
        json.put("access", explanation.access() == null
                ? Words.NO_ACCESS : explanation.access().name().toLowerCase(Locale.ROOT));
        json.put("role",
                explanation.role() == null ? Words.NO_ROLE : explanation.role().word());
        ArrayNode bindings = json.putArray("bindings");
        explanation.bindings().forEach(each ->
                bindings.add(binding(each.binding()).put("group", each.group())));
        ArrayNode reasons = json.putArray("reasons");
        explanation.reasons().forEach(reasons::add);
        return json;
    }

    /** A page as an array, with a link to the next one when there is one (RFC 8288). */
    static <T> RestReply page(Call call, Page<T> page, Function<T, ObjectNode> item) {
        ArrayNode array = NODES.arrayNode();
        page.items().forEach(each -> array.add(item.apply(each)));
        RestReply reply = RestReply.ok(array);
        return page.nextPageToken().isEmpty()
                ? reply
                : reply.with("Link", "<" + nextOf(call, page.nextPageToken()) + ">; rel=\"next\"");
    }

    static RestReply empty() {
        return RestReply.ok(NODES.objectNode());
    }

    static JsonNode array(Iterable<ObjectNode> items) {
        ArrayNode array = NODES.arrayNode();
        items.forEach(array::add);
        return array;
    }

    /** The role on all applications, or null when no binding gives one. */
    static Role roleEverywhere(User user) {
        return user.bindings().stream()
                .filter(binding -> binding.application().equals(Principal.ALL_APPLICATIONS))
                .map(Binding::role)
                .findFirst()
                .orElse(null);
    }

    private static ObjectNode roleAndApplication(ObjectNode json, Binding binding) {
        json.put("role", binding.role().word());
        json.put("application", binding.application());
        return json;
    }

    /** The same request with another cursor; every part that came from the client encoded anew. */
    private static String nextOf(Call call, String cursor) {
        StringBuilder link = new StringBuilder();
        for (String segment : call.request().target().segments()) {
            link.append('/').append(encode(segment));
        }
        char separator = '?';
        for (var parameter : call.request().target().query().entrySet()) {
            if (!parameter.getKey().equals("cursor")) {
                link.append(separator).append(encode(parameter.getKey()))
                        .append('=').append(encode(parameter.getValue()));
                separator = '&';
            }
        }
        return link.append(separator).append("cursor=").append(encode(cursor)).toString();
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    /** As RFC 3339 writes it, or null. */
    static String text(Instant instant) {
        return instant == null ? null : instant.toString();
    }
}
