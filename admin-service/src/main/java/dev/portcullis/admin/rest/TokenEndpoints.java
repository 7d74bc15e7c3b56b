package dev.portcullis.admin.rest;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.portcullis.admin.model.Committed;
import dev.portcullis.admin.model.Token;
import dev.portcullis.admin.rest.openapi.Operation;
import dev.portcullis.admin.rest.openapi.Operation.Access;
import dev.portcullis.admin.rest.openapi.Schema;
import dev.portcullis.admin.service.IssuedToken;
import dev.portcullis.admin.service.RotatedToken;
import dev.portcullis.admin.service.SealedToken;
import dev.portcullis.admin.service.Tokens;
import dev.portcullis.admin.service.Users;
import java.time.Duration;

/** {@code /api/users/{userId}/tokens}, and {@code /api/tokens} for those of everybody. */
final class TokenEndpoints {
    private static final String ALL = "/api/users/{userId}/tokens";
    private static final String ONE = "/api/users/{userId}/tokens/{tokenId}";

    private final Tokens tokens;
    private final Owners owners;

    TokenEndpoints(Users users, Tokens tokens) {
        this.tokens = tokens;
        this.owners = new Owners(users, "token");
    }

    void addTo(Routes routes) {
        routes.add(filtered(operation("GET", "/api/tokens", "ListAllTokens", Access.READER)
                .text("The access tokens of all users; otherwise as those of one.")
                .query("user", Schema.text(0, 600), "Only those of this user: id, or name.")
                .refuses(404)), this::listAll);
        routes.add(filtered(operation("GET", ALL, "ListTokens", Access.OWN)
                .refuses(404)), this::list);
        routes.add(operation("POST", ALL, "IssueToken", Access.OWN)
                .takes("TokenIssue").answersChange(Schema.ref("IssuedToken"))
                .refuses(404, 409), this::issue);
        routes.add(operation("GET", ONE, "GetToken", Access.OWN)
                .answers(Schema.ref("Token")).refuses(404), this::get);
        routes.add(operation("DELETE", ONE, "RevokeToken", Access.OWN)
                .answersChange(Schema.ref("Empty")).refuses(404, 409), this::revoke);
        routes.add(operation("POST", ONE + "/rotate", "RotateToken", Access.OWN)
                .takes("Rotation").answersChange(Schema.ref("RotatedToken"))
                .refuses(404, 409), this::rotate);
        routes.add(operation("GET", ONE + "/successor", "GetSuccessor", Access.OWN)
                .answers(Schema.ref("Successor")).refuses(404), this::successor);
    }

    private static Operation operation(String method, String path, String id, Access access) {
        return Operation.of(method, path, id, access).tag("Tokens");
    }

    private static Operation filtered(Operation operation) {
        return KeyEndpoints.filtered(operation)
                .answers(Schema.list(Schema.ref("Token")), "Link");
    }

    private Answer listAll(Call call) {
        call.allowParametersAndPage(KeyEndpoints.FILTERS_AND_USER);
        return list(call, call.parameter("user"));
    }

    private Answer list(Call call) {
        call.allowParametersAndPage(NewCredentials.FILTERS);
        return list(call, call.user());
    }

    private Answer list(Call call, String user) {
        return Answer.of(Render.page(
                call,
                tokens.list(call.actor(), NewCredentials.filter(call, user), call.page()),
                RenderCredentials::token));
    }

    private Answer issue(Call call) {
        call.allowParameters();
        Committed<IssuedToken> issued =
                tokens.issue(call.actor(), NewCredentials.of(call, true));
        return new Answer(
                RestReply.ok(plain(issued.value().plain().reveal(), issued.value().token())),
                issued.revision());
    }

    private static ObjectNode plain(String plain, Token token) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("plain_token", plain);
        json.set("personal_access_token", RenderCredentials.token(token));
        return json;
    }

    private Answer get(Call call) {
        call.allowParameters();
        return Answer.of(RestReply.ok(RenderCredentials.token(found(call))));
    }

    private Answer revoke(Call call) {
        call.allowParameters();
        Committed<Token> revoked = tokens.revoke(call.actor(), found(call).id());
        return new Answer(Render.empty(), revoked.revision());
    }

    private Answer rotate(Call call) {
        call.allowParameters();
        Duration overlap = NewCredentials.overlap(call);
        Committed<RotatedToken> rotated =
                tokens.rotate(call.actor(), found(call).id(), overlap);
        ObjectNode json = plain(rotated.value().plain().reveal(), rotated.value().token());
        json.set("replaced", RenderCredentials.token(rotated.value().replaced()));
        return new Answer(RestReply.ok(json), rotated.revision());
    }

    private Answer successor(Call call) {
        call.allowParameters();
        SealedToken successor = tokens.successor(call.actor(), found(call).id());
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("sealed_token", successor.sealed());
        json.set("personal_access_token", RenderCredentials.token(successor.token()));
        return Answer.of(RestReply.ok(json));
    }

    private Token found(Call call) {
        String id = owners.idInPath(call);
        return owners.ofUserInPath(call, tokens.get(call.actor(), id));
    }
}
