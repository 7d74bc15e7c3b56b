package dev.portcullis.admin.service;

import static dev.portcullis.admin.service.ServiceFixture.ADMIN;

import dev.portcullis.admin.model.PageRequest;
import dev.portcullis.admin.model.Subject;
import dev.portcullis.admin.model.TokenState;
import dev.portcullis.admin.service.ForeignUser.ForeignToken;
import dev.portcullis.admin.service.NewUser.NewBinding;
import dev.portcullis.admin.store.Usage;
import dev.portcullis.core.access.Role;
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

    private final Map<String, Act> acts = new LinkedHashMap<>();

    WritingUseCases() {
        users();
        groups();
        tokens();
        keys();
    }

    Map<String, Act> acts() {
        return acts;
    }

    /** Users, groups and credentials for them all to work on. */
    static void prepare(ServiceFixture f) {
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
        f.presented = f.key("second");
        f.exchange(f.presented);
        f.keys.rotate(ADMIN, f.key("second").token().id(), Duration.ZERO);
    }

    private static String keyId(ServiceFixture f) {
        return f.presented.token().id();
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
        acts.put("Keys.revoke", f -> f.keys.revoke(ADMIN, keyId(f)));
        acts.put("Keys.expire", f -> f.keys.expire(ADMIN, keyId(f)));
        acts.put("Keys.rotate", f -> f.keys.rotate(ADMIN, keyId(f), null));
        acts.put("KeyExchange.exchange", f -> f.exchange(f.presented));
        acts.put("KeyExchange.revoke", f ->
                f.exchange.revoke(ADMIN, f.presented.plain().reveal()));
        acts.put("ForeignImport.take", f -> f.imports.take(ADMIN, List.of(
                new ForeignUser("one", "", null, Role.READER, true, List.of("g", "new"),
                        List.of(new ForeignToken("t", new byte[32], f.clock.instant(), null,
                                f.clock.instant()))),
                new ForeignUser("u", "", null, null, false, List.of(), List.of()))));
        acts.put("Refusals.report", f -> f.refusals.report("gw", List.of(
                new Refusal("credential_invalid", "", "192.0.2.1", "", 1, 1, 2))));
        acts.put("Refusals.report, of a replaced key", f -> {
            TokenPolicy strict = new TokenPolicy(
                    "pc", f.policy.defaultLifetime(), f.policy.maxLifetime(), false,
                    f.policy.exchangedLifetime(), 2, true);
            new ReuseDetection(f.test.store(), strict).cameBack(
                    ADMIN, replacedKey(f), f.clock.millis());
        });
    }

    private static String replacedKey(ServiceFixture f) {
        return f.keys.list(ADMIN, new TokenFilter("second", TokenState.REPLACED),
                PageRequest.first()).items().get(0).id();
    }
}
