package dev.portcullis.admin.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.portcullis.admin.model.Actor;
import dev.portcullis.admin.model.Binding;
import dev.portcullis.admin.model.Page;
import dev.portcullis.admin.model.Token;
import dev.portcullis.admin.model.User;
import dev.portcullis.core.access.Principal;
import dev.portcullis.core.access.Role;
import dev.portcullis.core.access.UserKind;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Locale;
import java.util.function.Function;

/** What users, tokens and bindings look like in JSON: NetBird's fields first, then ours. */
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
        json.putArray("auto_groups");
        json.put("is_current", user.id().equals(reader.userId()));
        json.put("is_service_user", user.kind() == UserKind.SERVICE);
        json.put("is_blocked", user.blocked());
        json.put("last_login", text(user.lastUsedAt()));
        json.put("issued", "api");
        json.put("description", user.description());
        json.put("kind", user.kind().word());
        json.put("created_at", text(user.createdAt()));
        json.put("created_by", user.createdBy());
        ArrayNode bindings = json.putArray("bindings");
        user.bindings().forEach(binding -> bindings.add(
                roleAndApplication(NODES.objectNode(), binding)));
        return json;
    }

    static ObjectNode token(Token token) {
        ObjectNode json = NODES.objectNode();
        json.put("id", token.id());
        json.put("name", token.name());
        json.put("expiration_date", text(token.expiresAt()));
        json.put("created_by", token.createdBy());
        json.put("created_at", text(token.createdAt()));
        json.put("last_used", text(token.lastUsedAt()));
        json.put("state", token.state().name().toLowerCase(Locale.ROOT));
        json.put("last_used_from", token.lastUsedFrom());
        return json;
    }

    static ObjectNode binding(Binding binding) {
        ObjectNode json = NODES.objectNode();
        json.put("user_id", binding.subjectId());
        return roleAndApplication(json, binding);
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

    private static String text(Instant instant) {
        return instant == null ? null : instant.toString();
    }
}
