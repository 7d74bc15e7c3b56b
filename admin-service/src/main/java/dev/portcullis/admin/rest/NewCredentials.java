package dev.portcullis.admin.rest;

import dev.portcullis.admin.model.TokenState;
import dev.portcullis.admin.service.NewToken;
import dev.portcullis.admin.service.NewToken.Limits;
import dev.portcullis.admin.service.TokenFilter;
import dev.portcullis.admin.service.TokenLifetime;
import dev.portcullis.core.access.Role;
import java.time.Duration;
import java.time.Instant;

/** What requests say of tokens and of keys alike. */
final class NewCredentials {
    /** The filters that lists of them have. */
    static final String[] FILTERS = {"state", "expires_before", "last_used_before"};

    private static final int DAYS_MAX = 365;
    private static final int RESTRICTIONS_MAX = 100;

    private NewCredentials() {}

    /** One to be made; its body is read to the end. */
    static NewToken of(Call call, boolean rotatesAutomatically) {
        Fields body = call.body();
        String name = body.text("name");
        TokenLifetime lifetime = lifetime(body);
        Limits limits = limits(body);
        Duration rotateBefore = rotatesAutomatically
                ? Words.duration(
                        "rotate_before_expiry", body.textOr("rotate_before_expiry", null))
                : null;
        body.end();
        return new NewToken(call.user(), name, lifetime, limits, rotateBefore);
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

    private static Limits limits(Fields body) {
        Fields restrictions = body.object("restrictions");
        if (restrictions == null) {
            return null;
        }
        String word = restrictions.textUnlessNull("max_role");
        Role maxRole = word == null ? null : Words.role("restrictions.max_role", word);
        Limits limits = new Limits(
                maxRole,
                restrictions.texts("applications", RESTRICTIONS_MAX),
                restrictions.texts("cidrs", RESTRICTIONS_MAX),
                restrictions.texts("certificates", RESTRICTIONS_MAX));
        restrictions.end();
        return limits;
    }

    /** How long a rotated one goes on working; no time when the body does not say. */
    static Duration overlap(Call call) {
        Fields body = call.bodyIfAny();
        Duration overlap = Words.duration("overlap", body.textOr("overlap", null));
        body.end();
        return overlap == null ? Duration.ZERO : overlap;
    }

    /** @param user whose; null: everybody's */
    static TokenFilter filter(Call call, String user) {
        return new TokenFilter(
                user,
                state(call.parameter("state")),
                instant(call, "expires_before"),
                instant(call, "last_used_before"));
    }

    private static Instant instant(Call call, String name) {
        String text = call.parameter(name);
        return text == null ? null : Words.instant(name, text);
    }

    private static TokenState state(String word) {
        if (word == null) {
            return null;
        }
        for (TokenState state : TokenState.values()) {
            if (state.word().equals(word)) {
                return state;
            }
        }
        throw RestException.invalid("state", "must be live, expired, revoked or replaced");
    }
}
