package dev.portcullis.admin.rest;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.portcullis.admin.model.Committed;
import dev.portcullis.admin.model.ServiceException;
import dev.portcullis.admin.model.Token;
import dev.portcullis.admin.model.TokenState;
import dev.portcullis.admin.model.User;
import dev.portcullis.admin.service.IssuedToken;
import dev.portcullis.admin.service.NewToken;
import dev.portcullis.admin.service.TokenFilter;
import dev.portcullis.admin.service.TokenLifetime;
import dev.portcullis.admin.service.Tokens;
import dev.portcullis.admin.service.Users;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** {@code /api/users/{userId}/tokens}. */
final class TokenEndpoints {
    private static final int DAYS_MAX = 365;
    private static final Pattern TOKEN_ID = Pattern.compile("[0-9A-Za-z]{12}");

    private final Users users;
    private final Tokens tokens;

    TokenEndpoints(Users users, Tokens tokens) {
        this.users = users;
        this.tokens = tokens;
    }

    void addTo(Routes routes) {
        List<String> all = List.of("api", "users", Routes.ANY, "tokens");
        List<String> one = List.of("api", "users", Routes.ANY, "tokens", Routes.ANY);
        routes.add("GET", all, this::list);
        routes.add("POST", all, this::issue);
        routes.add("GET", one, this::get);
        routes.add("DELETE", one, this::revoke);
    }

    private Answer list(Call call) {
        call.allowParametersAndPage("state");
        TokenFilter filter = new TokenFilter(call.segment(2), state(call.parameter("state")));
        return Answer.of(Render.page(
                call, tokens.list(call.actor(), filter, call.page()), Render::token));
    }

    private static TokenState state(String word) {
        if (word == null) {
            return null;
        }
        for (TokenState state : TokenState.values()) {
            if (state.name().toLowerCase(Locale.ROOT).equals(word)) {
                return state;
            }
        }
        throw RestException.invalid("state", "must be live, expired, revoked or replaced");
    }

    private Answer issue(Call call) {
        call.allowParameters();
        Fields body = call.body();
        NewToken request = new NewToken(call.segment(2), body.text("name"), lifetime(body));
        body.end();
        Committed<IssuedToken> issued = tokens.issue(call.actor(), request);
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("plain_token", issued.value().plain().reveal());
        json.set("personal_access_token", Render.token(issued.value().token()));
        return new Answer(RestReply.ok(json), issued.revision());
    }

    /** One of three, or none: then the policy says. */
    private static TokenLifetime lifetime(Fields body) {
        Long days = body.whole("expires_in", 1, DAYS_MAX);
        String until = body.textOr("expires_at", null);
        boolean never = Boolean.TRUE.equals(body.flag("never"));
        int given = (days == null ? 0 : 1) + (until == null ? 0 : 1) + (never ? 1 : 0);
        if (given > 1) {
            throw body.invalid(
                    "expires_in", "only one of expires_in, expires_at and never may be given");
        }
        if (days != null) {
            return new TokenLifetime.For(Duration.ofDays(days));
        }
        if (until != null) {
            return new TokenLifetime.Until(Words.instant("expires_at", until));
        }
        return never ? new TokenLifetime.Never() : new TokenLifetime.Standard();
    }

    private Answer get(Call call) {
        call.allowParameters();
        return Answer.of(RestReply.ok(Render.token(tokenOfUser(call))));
    }

    private Answer revoke(Call call) {
        call.allowParameters();
        Token token = tokenOfUser(call);
        Committed<Token> revoked = tokens.revoke(call.actor(), token.id());
        return new Answer(Render.empty(), revoked.revision());
    }

    /** The path names a user and a token: one of another user is not found there. */
    private Token tokenOfUser(Call call) {
        User user = users.get(call.actor(), call.segment(2));
        String id = call.segment(4);
        if (!TOKEN_ID.matcher(id).matches()) {
            // a path that names nothing is no wrong field
            throw ServiceException.notFound("token");
        }
        Token token = tokens.get(call.actor(), id);
        if (!token.userId().equals(user.id())) {
            throw ServiceException.notFound("token");
        }
        return token;
    }
}
