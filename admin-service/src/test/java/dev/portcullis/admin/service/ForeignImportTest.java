package dev.portcullis.admin.service;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.admin.model.Actor;
import dev.portcullis.admin.model.Binding;
import dev.portcullis.admin.model.Committed;
import dev.portcullis.admin.model.GroupReference;
import dev.portcullis.admin.model.ServiceException.Code;
import dev.portcullis.admin.model.Token;
import dev.portcullis.admin.model.TokenState;
import dev.portcullis.admin.model.User;
import dev.portcullis.admin.service.ForeignImport.Imported;
import dev.portcullis.admin.service.ForeignUser.ForeignToken;
import dev.portcullis.core.access.Restrictions;
import dev.portcullis.core.access.Role;
import dev.portcullis.core.access.UserKind;
import dev.portcullis.core.token.HashAlgorithm;
import dev.portcullis.core.token.NetBirdFormat;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.zip.CRC32;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ForeignImportTest extends ServiceFixture {
    private static final String DIGITS =
            "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    private Instant created;
    private Instant expires;

    @BeforeEach
    void open() throws Exception {
        super.open();
        created = clock.instant().minus(Duration.ofDays(100));
        expires = clock.instant().plus(Duration.ofDays(100));
    }

    /** The whole text of a token as NetBird makes them. */
    private static String netBird(int number) {
        String secret = String.format("%030d", number);
        CRC32 crc = new CRC32();
        crc.update(secret.getBytes(StandardCharsets.US_ASCII));
        StringBuilder checksum = new StringBuilder();
        for (long rest = crc.getValue(); checksum.length() < 6; rest /= 62) {
            checksum.insert(0, DIGITS.charAt((int) (rest % 62)));
        }
        return "nbp_" + secret + checksum;
    }

    private static byte[] sha256(String text) throws Exception {
        return MessageDigest.getInstance("SHA-256")
                .digest(text.getBytes(StandardCharsets.US_ASCII));
    }

    private static String prefix(int number) throws Exception {
        return NetBirdFormat.prefixOf(sha256(netBird(number))).toString();
    }

    private ForeignToken foreign(int number) throws Exception {
        return new ForeignToken("t" + number, sha256(netBird(number)), expires, created, null);
    }

    private static ForeignUser foreign(String name, ForeignToken... tokens) {
        return new ForeignUser(name, "", null, null, false, List.of(), List.of(tokens));
    }

    private Committed<Imported> take(ForeignUser... all) {
        return imports.take(ADMIN, List.of(all));
    }

    @Test
    void usersAndTokens_workAsTheyDidElsewhere() throws Exception {
        Instant used = clock.instant().minus(Duration.ofDays(1));
        Committed<Imported> taken = take(new ForeignUser(
                "ci", "from elsewhere", UserKind.SERVICE, Role.WRITER, false,
                List.of("devs", "ops", "DEVS"),
                List.of(new ForeignToken("nightly", sha256(netBird(1)), expires, created, used))));
        assertThat(taken.value()).isEqualTo(new Imported(1, 0, 1, 0));
        assertThat(taken.revision()).isEqualTo(test.store().revision());
        User user = users.get(ADMIN, "ci");
        assertThat(user.bindings()).containsExactly(new Binding(user.id(), "*", Role.WRITER));
        assertThat(user.groups()).extracting(GroupReference::name).containsExactly("devs", "ops");
        assertThat(user.lastUsedAt()).isEqualTo(used);
        Introspection seen = exchange.introspect(ADMIN, netBird(1));
        Token token = seen.token();
        assertThat(token.id()).isEqualTo(prefix(1));
        assertThat(token.algorithm()).isEqualTo(HashAlgorithm.SHA_256_WHOLE);
        assertThat(token.createdAt()).isEqualTo(created);
        assertThat(token.expiresAt()).isEqualTo(expires);
        assertThat(token.lastUsedAt()).isEqualTo(used);
        assertThat(token.userId()).isEqualTo(user.id());
        assertThat(exchange.introspect(ADMIN, netBird(2))).isNull();
        assertThat(audited("token.import")).singleElement().asString()
                .startsWith("|token|" + prefix(1) + "|");
        assertThat(audited("user.create")).last().asString().contains("ci");
        assertThat(test.query("SELECT change_key FROM change WHERE revision = "
                + taken.revision())).contains("|c:" + prefix(1), "|p:" + user.id());
        tokens.revoke(ADMIN, token.id());
        assertThat(exchange.introspect(ADMIN, netBird(1))).isNull();
    }

    @Test
    void takenTwice_changesNothingTheSecondTime() throws Exception {
        take(foreign("ci", foreign(1), foreign(2)));
        List<String> before = test.dump();
        Committed<Imported> again = take(foreign("CI", foreign(2), foreign(1), foreign(1)));
        assertThat(again.value()).isEqualTo(new Imported(0, 1, 0, 3));
        assertThat(again.revision()).isEqualTo(test.store().revision());
        assertThat(test.dump()).isEqualTo(before);
        assertThat(take(foreign("ci", foreign(3))).value()).isEqualTo(new Imported(0, 1, 1, 0));
    }

    @Test
    void existingUser_isUsedAsItIs() throws Exception {
        String id = user("ci").id();
        take(new ForeignUser("ci", "other", UserKind.PERSON, Role.ADMIN, true, List.of("g"),
                List.of(foreign(1))));
        User user = users.get(ADMIN, "ci");
        assertThat(user.id()).isEqualTo(id);
        assertThat(user.kind()).isEqualTo(UserKind.SERVICE);
        assertThat(user.bindings()).isEmpty();
        assertThat(user.groups()).isEmpty();
        assertThat(user.blocked()).isFalse();
        assertThat(tokens.get(ADMIN, prefix(1)).userId()).isEqualTo(id);
    }

    @Test
    void blockedUser_staysBlocked() throws Exception {
        take(new ForeignUser("p", "", UserKind.PERSON, Role.READER, true, List.of(),
                List.of(foreign(1))));
        assertThat(users.get(ADMIN, "p").blocked()).isTrue();
        assertThat(users.get(ADMIN, "p").kind()).isEqualTo(UserKind.PERSON);
        assertThat(exchange.introspect(ADMIN, netBird(1))).isNull();
        users.unblock(ADMIN, "p");
        assertThat(exchange.introspect(ADMIN, netBird(1))).isNotNull();
    }

    @Test
    void expiredTokens_areTakenOverAsExpired() throws Exception {
        expires = clock.instant().minusSeconds(1);
        take(foreign("ci", foreign(1)));
        assertThat(tokens.get(ADMIN, prefix(1)).state()).isEqualTo(TokenState.EXPIRED);
        assertThat(tokens.get(ADMIN, prefix(1)).expiresAt()).isEqualTo(expires);
        take(foreign("ci", new ForeignToken("x", sha256(netBird(2)), expires, null, null)));
        assertThat(tokens.get(ADMIN, prefix(2)).createdAt()).isEqualTo(expires);
    }

    @Test
    void longLives_areKeptAndEndlessOnesWhereAllowed() throws Exception {
        expires = clock.instant().plus(Duration.ofDays(5_000));
        take(foreign("ci", foreign(1)));
        assertThat(tokens.get(ADMIN, prefix(1)).expiresAt()).isEqualTo(expires);
        expires = null;
        assertThat(refusedField(() -> take(foreign("ci", foreign(2)))))
                .isEqualTo("users[0].tokens[0].expires_at");
        TokenPolicy lax = new TokenPolicy("pc", Duration.ofDays(1), Duration.ofDays(2), true);
        new ForeignImport(test.store(), lax, random, clock)
                .take(ADMIN, List.of(foreign("ci", foreign(2))));
        assertThat(tokens.get(ADMIN, prefix(2)).expiresAt()).isNull();
    }

    @Test
    void tokenOfAnotherUser_isRefusedWithAllTheRest() throws Exception {
        take(foreign("ci", foreign(1)));
        List<String> before = test.dump();
        refused(() -> take(foreign("new", foreign(2)), foreign("other", foreign(1))),
                Code.ALREADY_EXISTS);
        assertThat(test.dump()).isEqualTo(before);
    }

    @Test
    void prefixOfAnotherCredential_isRefused() throws Exception {
        String ours = token("admin").token().id();
        dev.portcullis.admin.store.TestStore.alter(directory,
                "UPDATE credentials SET prefix = '" + prefix(1) + "', family = '" + prefix(1)
                        + "' WHERE prefix = '" + ours + "'");
        String admin = tokens.get(ADMIN, prefix(1)).userId();
        refused(() -> take(foreign(users.get(ADMIN, admin).name(), foreign(1))),
                Code.ALREADY_EXISTS);
    }

    @Test
    void deletedAndInternalUsers_areRefused() throws Exception {
        user("gone");
        users.delete(ADMIN, "gone");
        refused(() -> take(foreign("gone")), Code.ALREADY_EXISTS);
        user("internal");
        dev.portcullis.admin.store.TestStore.alter(directory,
                "UPDATE users SET kind = 'internal' WHERE name = 'internal'");
        refused(() -> take(foreign("internal", foreign(1))), Code.FAILED_PRECONDITION);
    }

    @Test
    void onlyUnrestrictedAdministrators_import() throws Exception {
        refused(() -> imports.take(AUDITOR, List.of()), Code.PERMISSION_DENIED);
        Actor narrow = new Actor("usr_0000000000000000", "root", Role.ADMIN, "192.0.2.1", "r",
                new Actor.Holder("000000000000", UserKind.SERVICE,
                        new Restrictions(Role.ADMIN, Set.of(), List.of()), Long.MAX_VALUE));
        refused(() -> imports.take(narrow, List.of(foreign("ci"))), Code.PERMISSION_DENIED);
    }

    private static Actor madeFor(Duration lifetime) {
        return new Actor("usr_0000000000000000", "root", Role.ADMIN, "192.0.2.1", "r",
                new Actor.Holder("000000000000", UserKind.SERVICE, Restrictions.NONE,
                        lifetime.toMillis()));
    }

    @Test
    void token_importsNoneThatLivesLongerThanItself() throws Exception {
        List<ForeignUser> asLong = List.of(foreign("admin", foreign(1)));
        List<String> before = test.dump();
        refused(() -> imports.take(madeFor(Duration.ofDays(100).minusMillis(1)), asLong),
                Code.PERMISSION_DENIED);
        assertThat(test.dump()).isEqualTo(before);
        imports.take(madeFor(Duration.ofDays(100)), asLong);
        expires = clock.instant().plus(Duration.ofDays(5_000));
        List<ForeignUser> longer = List.of(foreign("admin", foreign(2)));
        refused(() -> imports.take(madeFor(policy.maxLifetime().minusMillis(1)), longer),
                Code.PERMISSION_DENIED);
        imports.take(madeFor(policy.maxLifetime()), longer);
    }

    @Test
    void endlessToken_isImportedByAnEndlessOneAlone() throws Exception {
        expires = null;
        TokenPolicy lax = new TokenPolicy("pc", Duration.ofDays(1), Duration.ofDays(2), true);
        ForeignImport into = new ForeignImport(test.store(), lax, random, clock);
        List<ForeignUser> endless = List.of(foreign("ci", foreign(1)));
        refused(() -> into.take(madeFor(lax.maxLifetime()), endless), Code.PERMISSION_DENIED);
        into.take(madeFor(Duration.ofMillis(Long.MAX_VALUE)), endless);
    }

    @Test
    void wrongFields_areNamed() throws Exception {
        assertThat(refusedField(() -> take())).isEqualTo("users");
        assertThat(refusedField(() -> imports.take(
                ADMIN, Collections.nCopies(101, foreign("u"))))).isEqualTo("users");
        ForeignToken[] many = Collections.nCopies(501, foreign(1)).toArray(ForeignToken[]::new);
        assertThat(refusedField(() -> take(foreign("a", many), foreign("b", many))))
                .isEqualTo("users.tokens");
        assertThat(refusedField(() -> take(foreign("a"), foreign("a\nb"))))
                .isEqualTo("users[1].name");
        assertThat(refusedField(() -> take(user("x".repeat(1_001), null, List.of()))))
                .isEqualTo("users[0].description");
        assertThat(refusedField(() -> take(user("", UserKind.INTERNAL, List.of()))))
                .isEqualTo("users[0].kind");
        assertThat(refusedField(() -> take(user("", null, List.of("ok", "")))))
                .isEqualTo("users[0].groups[1]");
        assertThat(refusedField(() -> take(user("", null, Collections.nCopies(101, "g")))))
                .isEqualTo("users[0].groups");
        ForeignUser[] crowd = IntStream.range(0, 11).mapToObj(i -> new ForeignUser(
                "u" + i, "", null, null, false,
                IntStream.range(0, 100).mapToObj(j -> "g-" + i + "-" + j).toList(), List.of()))
                .toArray(ForeignUser[]::new);
        assertThat(refusedField(() -> take(crowd))).isEqualTo("users.groups");
    }

    private static ForeignUser user(String description, UserKind kind, List<String> groups) {
        return new ForeignUser("u", description, kind, null, false, groups, List.of());
    }

    @Test
    void wrongFieldsOfTokens_areNamed() throws Exception {
        byte[] hash = sha256(netBird(1));
        Instant now = clock.instant();
        assertToken("name", new ForeignToken("", hash, expires, created, null));
        assertToken("sha256", new ForeignToken("t", new byte[31], expires, created, null));
        assertToken("sha256", new ForeignToken("t", null, expires, created, null));
        assertToken("expires_at", new ForeignToken("t", hash, Instant.EPOCH, null, null));
        assertToken("expires_at", new ForeignToken("t", hash, Instant.MAX, null, null));
        assertToken("created_at", new ForeignToken("t", hash, expires, now.plusMillis(1), null));
        assertToken("created_at", new ForeignToken("t", hash, expires, Instant.MIN, null));
        assertToken("created_at",
                new ForeignToken("t", hash, created.minusSeconds(1), created, null));
        assertToken("last_used_at",
                new ForeignToken("t", hash, expires, created, now.plusMillis(1)));
    }

    private void assertToken(String field, ForeignToken wrong) throws Exception {
        ForeignToken right = foreign(2);
        assertThat(refusedField(() -> take(foreign("ci", right, wrong))))
                .isEqualTo("users[0].tokens[1]." + field);
    }

    @Test
    void mostOfEverything_fitsIntoOneRequest() throws Exception {
        ForeignToken[] many = new ForeignToken[1_000];
        for (int i = 0; i < many.length; i++) {
            many[i] = foreign(i);
        }
        assertThat(take(foreign("ci", many)).value()).isEqualTo(new Imported(1, 0, 1_000, 0));
        assertThat(exchange.introspect(ADMIN, netBird(999))).isNotNull();
    }
}
