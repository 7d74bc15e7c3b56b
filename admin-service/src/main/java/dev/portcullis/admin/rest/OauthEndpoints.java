package dev.portcullis.admin.rest;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.portcullis.admin.model.Actor;
import dev.portcullis.admin.model.Committed;
import dev.portcullis.admin.model.ServiceException;
import dev.portcullis.admin.model.Token;
import dev.portcullis.admin.rest.openapi.Operation;
import dev.portcullis.admin.rest.openapi.Operation.Access;
import dev.portcullis.admin.rest.openapi.Schema;
import dev.portcullis.admin.service.Introspection;
import dev.portcullis.admin.service.IssuedToken;
import dev.portcullis.admin.service.KeyExchange;
import dev.portcullis.admin.service.Scope;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code /oauth2}: an API key for a short-lived token (RFC 6749, section 4.4), what a credential is
 * (RFC 7662), and its end (RFC 7009).
 */
final class OauthEndpoints {
    private static final Logger LOG = LoggerFactory.getLogger(OauthEndpoints.class);

    private final KeyExchange keys;
    private final Admission admission;
    private final ClientAuthentication clients;

    OauthEndpoints(KeyExchange keys, Admission admission) {
        this.keys = keys;
        this.admission = admission;
        this.clients = new ClientAuthentication(keys, admission);
    }

    void addTo(Routes routes) {
        routes.add(operation("token", "ExchangeKey")
                .text("Exchanges an API key for a short-lived token (RFC 6749, section 4.4). The"
                        + " key's id and secret are client id and client secret, in the"
                        + " Authorization header (Basic) or in the form.")
                .takesForm("TokenForm").answersChange(Schema.ref("TokenReply")),
                oauth(this::token));
        routes.add(operation("introspect", "IntrospectToken")
                .text("Says what a credential is (RFC 7662), to who calls with an API key or an"
                        + " access token. Administrators and auditors are told of everybody's,"
                        + " others of their own.")
                .takesForm("CredentialForm").answers(Schema.ref("Introspection"))
                .refuses(403), oauth(this::introspect));
        routes.add(operation("revoke", "RevokeCredential")
                .text("Ends a credential (RFC 7009), for who calls with an API key or an access"
                        + " token: administrators everybody's, others their own. What is unknown"
                        + " is answered as what was ended.")
                .takesForm("CredentialForm").answersChange(Schema.ref("Empty"))
                .refuses(403), oauth(this::revoke));
    }

    private static Operation operation(String name, String id) {
        return Operation.of("POST", "/oauth2/" + name, id, Access.CLIENT).tag("OAuth");
    }

    /** Answers errors as OAuth does. */
    private static Routes.Endpoint oauth(Routes.Endpoint endpoint) {
        return call -> {
            try {
                return endpoint.answer(call);
            } catch (OauthException e) {
                return Answer.of(e.reply());
            } catch (RestException e) {
                return Answer.of(OauthException.reply(
                                e.status(), "temporarily_unavailable", e.getMessage())
                        .with("Retry-After", Long.toString(Math.max(1, e.retryAfterSeconds()))));
            } catch (ServiceException e) {
                boolean byToken = ClientAuthentication.byToken(call.request());
                return Answer.of(OauthException.of(e, byToken).reply());
            } catch (RuntimeException e) {
                LOG.error("request {} failed", call.request().requestId(), e);
                return Answer.of(OauthException.reply(500, "server_error", "internal error"));
            }
        };
    }

    /** Parameters are in the body and nowhere else: what is in a URI ends up in logs. */
    private static Form form(Call call) {
        if (!call.request().target().query().isEmpty()) {
            throw OauthException.invalidRequest("parameters belong into the body");
        }
        try {
            call.requireMediaType("application/x-www-form-urlencoded");
        } catch (RestException e) {
            throw OauthException.invalidRequest(e.getMessage());
        }
        return Form.parse(call.request().body());
    }

    private Answer token(Call call) {
        Form form = form(call);
        RestRequest request = call.request();
        String grantType = form.require("grant_type");
        if (!grantType.equals("client_credentials")) {
            throw OauthException.unsupportedGrantType();
        }
        if (ClientAuthentication.byToken(request)) {
            throw OauthException.invalidClient("an API key is needed: its id and its secret");
        }
        ClientAuthentication.Key key = ClientAuthentication.key(request, form);
        Committed<IssuedToken> issued = admission.attempt(request.source(), () -> keys.exchange(
                key.id(), key.secret(), form.get("scope"),
                request.source(), request.requestId()));
        Token token = issued.value().token();
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("access_token", issued.value().plain().reveal());
        json.put("token_type", "bearer");
        json.put("expires_in",
                Duration.between(token.createdAt(), token.expiresAt()).toSeconds());
        putScope(json, Scope.of(token.restrictions()));
        return new Answer(
                RestReply.ok(json).with("Pragma", "no-cache"), issued.revision());
    }

    private static void putScope(ObjectNode json, String scope) {
        if (!scope.isEmpty()) {
            json.put("scope", scope);
        }
    }

    private Answer introspect(Call call) {
        Form form = form(call);
        Actor caller = clients.caller(call.request(), form);
        Introspection found = keys.introspect(caller, form.require("token"));
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("active", found != null);
        if (found != null) {
            Token token = found.token();
            putScope(json, found.scope());
            if (token.parent() != null) {
                json.put("client_id", token.parent());
            }
            json.put("username", found.userName());
            json.put("token_type", "bearer");
            if (token.expiresAt() != null) {
                json.put("exp", token.expiresAt().getEpochSecond());
            }
            json.put("iat", token.createdAt().getEpochSecond());
            json.put("sub", token.userId());
            json.put("jti", token.id());
        }
        return Answer.of(RestReply.ok(json));
    }

    private Answer revoke(Call call) {
        Form form = form(call);
        Actor caller = clients.caller(call.request(), form);
        Committed<Token> revoked = keys.revoke(caller, form.require("token"));
        return revoked == null
                ? Answer.of(Render.empty())
                : new Answer(Render.empty(), revoked.revision());
    }
}
