package dev.portcullis.admin.rest;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.portcullis.admin.model.Committed;
import dev.portcullis.admin.model.ServiceException;
import dev.portcullis.admin.model.Token;
import dev.portcullis.admin.rest.openapi.Operation;
import dev.portcullis.admin.rest.openapi.Operation.Access;
import dev.portcullis.admin.rest.openapi.Schema;
import dev.portcullis.admin.service.IssuedToken;
import dev.portcullis.admin.service.Keys;
import dev.portcullis.admin.service.RotatedToken;
import dev.portcullis.admin.service.Users;
import java.time.Duration;

/** {@code /api/users/{userId}/keys}, and {@code /api/keys} for those of everybody. */
final class KeyEndpoints {
    /** The filters that lists over all users have. */
    static final String[] FILTERS_AND_USER =
            {"user", "state", "expires_before", "last_used_before"};

    private static final String ALL = "/api/users/{userId}/keys";
    private static final String ONE = "/api/users/{userId}/keys/{keyId}";

    private final Keys keys;
    private final Owners owners;

    KeyEndpoints(Users users, Keys keys) {
        this.keys = keys;
        this.owners = new Owners(users, "key");
    }

    void addTo(Routes routes) {
        routes.add(filtered(operation("GET", "/api/keys", "ListAllKeys", Access.READER)
                .text("The API keys of all users; otherwise as those of one.")
                .query("user", Schema.text(0, 600), "Only those of this user: id, or name.")
                .refuses(404)).answers(Schema.list(Schema.ref("Key")), "Link"), this::listAll);
        routes.add(filtered(operation("GET", ALL, "ListKeys", Access.READER)
                .refuses(404)).answers(Schema.list(Schema.ref("Key")), "Link"), this::list);
        routes.add(operation("POST", ALL, "CreateKey", Access.ADMINISTRATOR)
                .takes("KeyCreation").answersChange(Schema.ref("CreatedKey"))
                .refuses(404, 409), this::create);
        routes.add(operation("GET", ONE, "GetKey", Access.READER)
                .answers(Schema.ref("Key")).refuses(404), this::get);
        routes.add(operation("DELETE", ONE, "RevokeKey", Access.ADMINISTRATOR)
                .answersChange(Schema.ref("Empty")).refuses(404), this::revoke);
        routes.add(operation("POST", ONE + "/expire", "ExpireKey", Access.ADMINISTRATOR)
                .answersChange(Schema.ref("Key")).refuses(404, 409), this::expire);
        routes.add(operation("POST", ONE + "/rotate", "RotateKey", Access.ADMINISTRATOR)
                .takes("Rotation").answersChange(Schema.ref("RotatedKey"))
                .refuses(404, 409), this::rotate);
    }

    private static Operation operation(String method, String path, String id, Access access) {
        return Operation.of(method, path, id, access).tag("Keys");
    }

    /** The filters and pages that lists of credentials have. */
    static Operation filtered(Operation operation) {
        return operation
                .query("state", Schema.words("live", "expired", "revoked", "replaced"),
                        "Only those in this state.")
                .query("expires_before", Schema.instant(),
                        "Only what expires, or expired, before this instant.")
                .query("last_used_before", Schema.instant(),
                        "Only what was last used before this instant; never used counts as before.")
                .paged();
    }

    private Answer listAll(Call call) {
        call.allowParametersAndPage(FILTERS_AND_USER);
        return list(call, call.parameter("user"));
    }

    private Answer list(Call call) {
        call.allowParametersAndPage(NewCredentials.FILTERS);
        return list(call, call.user());
    }

    private Answer list(Call call, String user) {
        return Answer.of(Render.page(
                call,
                keys.list(call.actor(), NewCredentials.filter(call, user), call.page()),
                RenderCredentials::key));
    }

    private Answer create(Call call) {
        call.allowParameters();
        Committed<IssuedToken> made = keys.create(call.actor(), NewCredentials.of(call, false));
        return new Answer(
                RestReply.ok(plain(made.value().plain().reveal(), made.value().token())),
                made.revision());
    }

    private static ObjectNode plain(String plain, Token key) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("plain_secret", plain);
        json.set("key", RenderCredentials.key(key));
        return json;
    }

    private Answer get(Call call) {
        call.allowParameters();
        return Answer.of(RestReply.ok(RenderCredentials.key(found(call))));
    }

    private Answer revoke(Call call) {
        call.allowParameters();
        Committed<Token> revoked = keys.revoke(call.actor(), found(call).id());
        return new Answer(Render.empty(), revoked.revision());
    }

    private Answer expire(Call call) {
        call.allowParameters();
        Committed<Token> expired = keys.expire(call.actor(), found(call).id());
        return new Answer(
                RestReply.ok(RenderCredentials.key(expired.value())), expired.revision());
    }

    private Answer rotate(Call call) {
        call.allowParameters();
        Duration overlap = NewCredentials.overlap(call);
        Committed<RotatedToken> rotated = keys.rotate(call.actor(), found(call).id(), overlap);
        ObjectNode json = plain(rotated.value().plain().reveal(), rotated.value().token());
        json.set("replaced", RenderCredentials.key(rotated.value().replaced()));
        return new Answer(RestReply.ok(json), rotated.revision());
    }

    private Token found(Call call) {
        String id = owners.idInPath(call);
        if (id.equals(Own.SELF)) {
            // nobody calls with a key
            throw ServiceException.notFound("key");
        }
        return owners.ofUserInPath(call, keys.get(call.actor(), id));
    }
}
