package dev.portcullis.admin.service;

import static dev.portcullis.admin.service.ServiceFixture.ADMIN;

import dev.portcullis.admin.model.PageRequest;
import dev.portcullis.admin.model.ServiceException;
import dev.portcullis.admin.model.Subject;
import dev.portcullis.admin.service.ForeignUser.ForeignToken;
import dev.portcullis.admin.service.NewUser.NewBinding;
import dev.portcullis.admin.store.Usage;
import dev.portcullis.core.access.Role;
import dev.portcullis.core.token.TokenFormat;
import dev.portcullis.core.token.TokenMint;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Every use case that writes, with something for it to write: a line for each. Each begins with the
 * database as {@link #prepare} left it, and its name begins with the class and method it calls.
 */
final class WritingUseCases {
    private static final String JWK = "{\"kty\":\"EC\",\"crv\":\"P-256\","
            + "\"x\":\"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU\","
            + "\"y\":\"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0\"}";

    /** What a use case does, to a fixture that is prepared. */
    interface Act {
        void run(ServiceFixture fixture);
    }

    private static final Duration LIFE = Duration.ofDays(10);

    private final Map<String, Act> acts = new LinkedHashMap<>();
    private IssuedToken key;
    private IssuedToken replaced;

    WritingUseCases() {
        users();
        groups();
        tokens();
        keys();
        byItself();
    }

    Map<String, Act> acts() {
        return acts;
    }

    /** Users, groups and credentials for them all to work on. */
    void prepare(ServiceFixture f) {
        f.user("u", new NewBinding("old", Role.READER));
        f.user("v");
        f.user("second", new NewBinding("*", Role.ADMIN));
        f.token("second");
        f.groups.create(ADMIN, "g", List.of("u", "v"));
        f.groups.create(ADMIN, "h", List.of("u"));
        f.bindings.put(ADMIN, Subject.group("g"), Role.READER, "app");
        f.users.setKey(ADMIN, "v", JWK);
        f.users.block(ADMIN, "v");
        f.token("u");
        f.token("u");
        f.user("w");
        f.users.setKey(ADMIN, "w", JWK);
        f.tokens.issue(ADMIN, new NewToken(
                "w", "nightly", new TokenLifetime.For(LIFE), null, Duration.ofDays(3)));
        replaced = f.token("w");
        f.tokens.rotate(ADMIN, replaced.token().id(), Duration.ofHours(1));
        key = f.key("u");
        exchange(f);
        // the exchanged token and the overlap end, the change log is old, a rotation is due
        f.clock.advance(Duration.ofDays(8));
    }

    private IssuedToken exchange(ServiceFixture f) {
        return f.exchange.exchange(
                key.token().id(), key.plain().reveal(), null, "192.0.2.8", "req-8").value();
    }

    private static String tokenOf(ServiceFixture f, String user) {
        return f.tokens.list(ADMIN, new TokenFilter(user, null),
                PageRequest.first()).items().get(0).id();
    }

    private void users() {
        acts.put("Users.create", f -> f.users.create(ADMIN, new NewUser(
                "new", "d", null,
                List.of(new NewBinding("a", Role.READER), new NewBinding("b", Role.WRITER)),
                List.of("g"), true)));
        acts.put("Users.update", f -> f.users.update(ADMIN, "u",
                new UserUpdate("text", Role.WRITER, true, List.of("h"), 0)));
        acts.put("Users.block", f -> f.users.block(ADMIN, "u"));
        acts.put("Users.unblock", f -> f.users.unblock(ADMIN, "v"));
        acts.put("Users.delete", f -> f.users.delete(ADMIN, "u"));
        acts.put("Users.setKey", f -> f.users.setKey(ADMIN, "u", JWK));
        acts.put("Users.deleteKey", f -> f.users.deleteKey(ADMIN, "v"));
        acts.put("Bindings.put", f ->
                f.bindings.put(ADMIN, Subject.user("u"), Role.READER, "app"));
        acts.put("Bindings.put, of a group", f ->
                f.bindings.put(ADMIN, Subject.group("g"), Role.ADMIN, "*"));
        acts.put("Bindings.put, in place of another", f ->
                f.bindings.put(ADMIN, Subject.user("second"), Role.READER, "*"));
        acts.put("Bindings.delete", f -> f.bindings.delete(ADMIN, Subject.user("u"), "old"));
        acts.put("Bindings.delete, of a group", f ->
                f.bindings.delete(ADMIN, Subject.group("g"), "app"));
    }

    private void groups() {
        acts.put("Groups.create", f -> f.groups.create(ADMIN, "new", List.of("u", "v")));
        acts.put("Groups.rename", f -> f.groups.rename(ADMIN, "g", "other"));
        acts.put("Groups.delete", f -> f.groups.delete(ADMIN, "g"));
        acts.put("Groups.addMembers", f ->
                f.groups.addMembers(ADMIN, "h", List.of("v", "second")));
        acts.put("Groups.removeMembers", f ->
                f.groups.removeMembers(ADMIN, "g", List.of("u", "v")));
        acts.put("Groups.update", f ->
                f.groups.update(ADMIN, "g", "other", List.of("v", "second")));
    }

    private void tokens() {
        acts.put("Tokens.issue", f -> f.token("u"));
        acts.put("Tokens.revoke", f -> f.tokens.revoke(ADMIN, tokenOf(f, "u")));
        acts.put("Tokens.rotate", f ->
                f.tokens.rotate(ADMIN, tokenOf(f, "u"), Duration.ofHours(1)));
        acts.put("Usages.report", f -> f.usages.report(List.of(
                new Usage(tokenOf(f, "u"), 1_000, "192.0.2.1"),
                new Usage(tokenOf(f, "second"), 2_000, "192.0.2.2"))));
    }

    private void keys() {
        acts.put("Keys.create", f -> f.key("u"));
        acts.put("Keys.revoke", f -> f.keys.revoke(ADMIN, key.token().id()));
        acts.put("Keys.expire", f -> f.keys.expire(ADMIN, key.token().id()));
        acts.put("Keys.rotate", f ->
                f.keys.rotate(ADMIN, key.token().id(), Duration.ofHours(1)));
        acts.put("KeyExchange.exchange", this::exchange);
        acts.put("KeyExchange.revoke", f -> f.exchange.revoke(ADMIN, key.plain().reveal()));
        acts.put("ForeignImport.take", f -> f.imports.take(ADMIN, List.of(
                new ForeignUser("one", "", null, Role.READER, true, List.of("g", "new"),
                        List.of(new ForeignToken("t", new byte[32], f.clock.instant(), null,
                                f.clock.instant()))),
                new ForeignUser("u", "", null, null, false, List.of(), List.of()))));
    }

    /** What nobody asks for. */
    private void byItself() {
        acts.put("AutomaticRotation.rotateDue", f -> rotation(f).rotateDue());
        acts.put("Refusals.report", f -> f.refusals.report("gw-1", List.of(new Refusal(
                "credential_invalid", "", "192.0.2.66", "app", 1, f.clock.millis(),
                f.clock.millis()))));
        acts.put("Authenticator.authenticate, of what was replaced", this::comesBack);
        acts.put("ReuseDetection.cameBack, of a family that is revoked", f -> {
            TokenPolicy strict = new TokenPolicy(
                    "pc", f.policy.defaultLifetime(), f.policy.maxLifetime(), false,
                    f.policy.exchangedLifetime(), 2, true);
            new ReuseDetection(f.test.store(), strict).cameBack(
                    ADMIN, replaced.token().id(), f.clock.millis());
        });
        acts.put("Store.trimChanges", f -> f.test.store().trimChanges());
        acts.put("Store.purgeExchanged", f -> f.test.store().purgeExchanged());
    }

    private static AutomaticRotation rotation(ServiceFixture f) {
        return new AutomaticRotation(f.test.store(), f.policy,
                new TokenMint(new TokenFormat(f.policy.mark()), f.random), f.clock);
    }

    /** It is rejected in any case; what matters is what was noted. */
    private void comesBack(ServiceFixture f) {
        try {
            f.authenticator.authenticate(replaced.plain().reveal(), "192.0.2.9", "req-9");
        } catch (ServiceException e) {
            if (e.code() != ServiceException.Code.UNAUTHENTICATED) {
                throw e;
            }
        }
    }
}
