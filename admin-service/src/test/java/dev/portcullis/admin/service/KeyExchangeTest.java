package dev.portcullis.admin.service;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.admin.model.Actor;
import dev.portcullis.admin.model.Committed;
import dev.portcullis.admin.model.ServiceException;
import dev.portcullis.admin.model.ServiceException.Code;
import dev.portcullis.admin.model.Subject;
import dev.portcullis.admin.model.Token;
import dev.portcullis.admin.model.TokenState;
import dev.portcullis.admin.service.NewToken.Limits;
import dev.portcullis.admin.service.NewUser.NewBinding;
import dev.portcullis.core.access.Role;
import dev.portcullis.core.access.UserKind;
import dev.portcullis.core.token.CredentialKind;
import dev.portcullis.core.token.Pepper;
import dev.portcullis.core.token.Peppers;
import dev.portcullis.core.token.TokenFormat;
import dev.portcullis.core.token.TokenMint;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class KeyExchangeTest extends ServiceFixture {
    private static final Duration HOUR = Duration.ofHours(1);
    private static final String HERE = "192.0.2.7";

    private IssuedToken key;

    @BeforeEach
    void makeKey() {
        user("ci", new NewBinding("app", Role.WRITER));
        key = key("ci");
    }

    private String keyId() {
        return key.token().id();
    }

    private Committed<IssuedToken> exchanged(String scope) {
        return exchange.exchange(keyId(), key.plain().reveal(), scope, HERE, "req-9");
    }

    private ServiceException notExchanged(Code code) {
        return refused(() -> exchanged(null), code);
    }

    private IssuedToken restrictedKey(Limits limits) {
        return keys.create(ADMIN, new NewToken("ci", "narrow", null, limits, null)).value();
    }

    /** The live token that a text is, as an administrator sees it, or null. */
    private Introspection seen(IssuedToken token) {
        return exchange.introspect(ADMIN, token.plain().reveal());
    }

    private Actor owner(IssuedToken of) {
        return exchange.authenticate(of.token().id(), of.plain().reveal(), HERE, "req-9");
    }

    @Test
    void exchangedToken_isOfTheKeyAndShortLived() throws Exception {
        Committed<IssuedToken> made = exchanged(null);
        Token token = made.value().token();
        assertThat(made.value().plain().reveal()).startsWith("pcx_" + token.id() + "_");
        assertThat(token.kind()).isEqualTo(CredentialKind.EXCHANGED_TOKEN);
        assertThat(token.parent()).isEqualTo(keyId());
        assertThat(token.userId()).isEqualTo(key.token().userId());
        assertThat(token.name()).isEqualTo("deploy");
        assertThat(token.expiresAt()).isEqualTo(clock.instant().plus(HOUR));
        assertThat(test.query("SELECT change_key FROM change WHERE revision = "
                + made.revision())).containsExactly("|c:" + token.id());
        assertThat(audited("key.exchange")).singleElement().asString()
                .startsWith("|key|" + keyId() + "|" + HERE + "|").contains(token.id());
        String plain = made.value().plain().reveal();
        assertThat(test.dump()).noneMatch(row -> row.contains(plain.substring(20, 40)));
    }

    @Test
    void exchange_isNotedAsUseOfTheKey() {
        Token token = exchanged(null).value().token();
        usageBuffer.flush();
        assertThat(keys.get(ADMIN, keyId()).lastUsedAt()).isEqualTo(clock.instant());
        assertThat(keys.get(ADMIN, keyId()).lastUsedFrom()).isEqualTo(HERE);
        clock.advance(HOUR);
        usages.report(List.of(new dev.portcullis.admin.store.Usage(
                token.id(), clock.millis(), "192.0.2.8")));
        assertThat(keys.get(ADMIN, keyId()).lastUsedAt()).isEqualTo(clock.instant());
        assertThat(keys.get(ADMIN, keyId()).lastUsedFrom()).isEqualTo("192.0.2.8");
    }

    @Test
    void scope_narrowsTheToken() {
        Token token = exchanged("read app:app").value().token();
        assertThat(token.restrictions().maxRole()).isEqualTo(Role.READER);
        assertThat(token.restrictions().applications()).containsExactly("app");
        assertThat(refusedField(() -> exchanged("write"))).isEqualTo("scope");
        IssuedToken narrow = restrictedKey(new Limits(null, List.of("app"), null));
        assertThat(refusedField(() -> exchange.exchange(
                narrow.token().id(), narrow.plain().reveal(), "app:other", HERE, "r")))
                .isEqualTo("scope");
    }

    @Test
    void wrongKeys_getOneAndTheSameAnswer() throws Exception {
        String right = key.plain().reveal();
        String token = token("ci").plain().reveal();
        String unknown = new TokenMint(new TokenFormat("pc"), random)
                .mint(CredentialKind.API_KEY).plain().reveal();
        assertThat(forged()).startsWith(right.substring(0, 17)).isNotEqualTo(right);
        String[][] wrong = {
            {keyId(), forged()}, {unknown.substring(4, 16), unknown}, {keyId(), unknown},
            {"0123456789ab", right}, {keyId(), token}, {token.substring(4, 16), token},
            {keyId(), null}, {null, right}, {keyId(), ""}, {keyId(), right + "x"},
            {keyId(), right.substring(0, right.length() - 1) + "~"}, {keyId(), "\ud800".repeat(68)}
        };
        for (String[] each : wrong) {
            String message = refused(
                    () -> exchange.exchange(each[0], each[1], "nonsense", HERE, "r"),
                    Code.UNAUTHENTICATED).getMessage();
            assertThat(message).isEqualTo("a valid API key is needed");
            assertThat(refused(() -> exchange.authenticate(each[0], each[1], HERE, "r"),
                    Code.UNAUTHENTICATED).getMessage()).isEqualTo(message);
        }
        assertThat(audited("key.exchange")).isEmpty();
    }

    /** The key's prefix with another secret, and the checksum that goes with it. */
    private String forged() {
        RandomGenerator samePrefix = new RandomGenerator() {
            private int at;

            @Override
            public int nextInt(int bound) {
                return "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                        .indexOf(keyId().charAt(at++));
            }

            @Override
            public long nextLong() {
                return random.nextLong();
            }
        };
        return new TokenMint(new TokenFormat("pc"), samePrefix)
                .mint(CredentialKind.API_KEY).plain().reveal();
    }

    @Test
    void wrongKeys_costOneLookUpAndNoLock() {
        String unknown = new TokenMint(new TokenFormat("pc"), random)
                .mint(CredentialKind.API_KEY).plain().reveal();
        assertThat(statementsOf(keyId(), forged()))
                .isEqualTo(statementsOf(unknown.substring(4, 16), unknown))
                .satisfiesExactly(
                        begin -> assertThat(begin).isEqualTo("BEGIN"),
                        read -> assertThat(read).startsWith("SELECT ")
                                .endsWith(" FROM credentials WHERE prefix = ?"));
        assertThat(statementsOf(keyId(), "pck_")).isEmpty();
    }

    private List<String> statementsOf(String id, String secret) {
        test.failAt(0);
        refused(() -> exchange.exchange(id, secret, null, HERE, "r"), Code.UNAUTHENTICATED);
        // each of the reading connections is opened at its first use
        return test.stopFailing().stream().filter(sql -> !sql.startsWith("PRAGMA")).toList();
    }

    @Test
    void deadKeys_sayWhyToWhoHoldsThem() {
        clock.advance(Duration.ofDays(360));
        assertThat(notExchanged(Code.UNAUTHENTICATED).getMessage()).contains("expired");
        keys.revoke(ADMIN, keyId());
        assertThat(notExchanged(Code.UNAUTHENTICATED).getMessage()).contains("revoked");
    }

    @Test
    void blockedOrDeletedUser_isDenied() {
        users.block(ADMIN, "ci");
        assertThat(notExchanged(Code.PERMISSION_DENIED).getMessage()).contains("blocked");
        users.unblock(ADMIN, "ci");
        exchanged(null);
        users.delete(ADMIN, "ci");
        assertThat(notExchanged(Code.UNAUTHENTICATED).getMessage()).contains("revoked");
    }

    @Test
    void keyForOtherAddresses_isDenied() {
        IssuedToken local = restrictedKey(new Limits(null, null, List.of("192.0.2.0/30")));
        for (String wrong : new String[] {"192.0.2.7", "2001:db8::1", "nonsense", "", null}) {
            refused(() -> exchange.exchange(
                    local.token().id(), local.plain().reveal(), null, wrong, "r"),
                    Code.PERMISSION_DENIED);
        }
        Token token = exchange.exchange(
                local.token().id(), local.plain().reveal(), null, "::ffff:192.0.2.3", "r")
                .value().token();
        assertThat(token.restrictions().cidrs()).hasToString("[192.0.2.0/30]");
    }

    @Test
    void keyForCertificates_isExchangedForATokenForTheSame() {
        IssuedToken bound = restrictedKey(
                new Limits(null, null, null, List.of("ab".repeat(32))));
        Token token = exchange.exchange(
                bound.token().id(), bound.plain().reveal(), "read", "192.0.2.7", "r")
                .value().token();
        assertThat(token.restrictions().sortedCertificates())
                .containsExactly("ab".repeat(32));
    }

    @Test
    void exchangedToken_neverOutlivesItsKey() {
        Instant end = clock.instant().plusSeconds(60);
        IssuedToken brief = keys.create(ADMIN, new NewToken(
                "ci", "brief", new TokenLifetime.Until(end))).value();
        assertThat(exchange.exchange(
                brief.token().id(), brief.plain().reveal(), null, HERE, "r").value().token()
                .expiresAt()).isEqualTo(end);
        keys.revoke(ADMIN, brief.token().id());
        keys.rotate(ADMIN, keyId(), Duration.ofMinutes(5));
        assertThat(exchanged(null).value().token().expiresAt())
                .isEqualTo(clock.instant().plus(Duration.ofMinutes(5)));
    }

    @Test
    void exchangedTokens_dieWithTheirKey() {
        IssuedToken ofKey = exchanged(null).value();
        assertThat(seen(ofKey)).isNotNull();
        keys.expire(ADMIN, keyId());
        assertThat(seen(ofKey)).isNull();
        key = key("ci");
        ofKey = exchanged(null).value();
        keys.revoke(ADMIN, keyId());
        assertThat(seen(ofKey)).isNull();
        key = key("ci");
        ofKey = exchanged(null).value();
        keys.rotate(ADMIN, keyId(), Duration.ofSeconds(5));
        assertThat(seen(ofKey)).isNotNull();
        clock.advance(Duration.ofSeconds(5));
        assertThat(seen(ofKey)).isNull();
    }

    @Test
    void moreLiveTokensThanAllowed_areRefusedUntilSomeEnd() {
        List<IssuedToken> made = new ArrayList<>();
        for (int i = 0; i < KeyExchange.LIVE_TOKENS_MAX; i++) {
            made.add(exchanged(null).value());
        }
        notExchanged(Code.RESOURCE_EXHAUSTED);
        exchange.revoke(ADMIN, made.get(0).plain().reveal());
        exchanged(null);
        notExchanged(Code.RESOURCE_EXHAUSTED);
        clock.advance(HOUR);
        exchanged(null);
    }

    @Test
    void introspection_tellsOwnersAndReadersOfWhatIsLive() {
        IssuedToken token = exchanged("read").value();
        Introspection told = seen(token);
        assertThat(told.token()).isEqualTo(token.token());
        assertThat(told.userName()).isEqualTo("ci");
        assertThat(told.scope()).isEqualTo("read");
        assertThat(exchange.introspect(AUDITOR, token.plain().reveal())).isEqualTo(told);
        assertThat(exchange.introspect(owner(key), token.plain().reveal())).isEqualTo(told);
        assertThat(seen(key).token().kind()).isEqualTo(CredentialKind.API_KEY);
        assertThat(seen(token("ci")).scope()).isEmpty();
        user("other");
        assertThat(exchange.introspect(owner(key("other")), token.plain().reveal())).isNull();
        users.block(ADMIN, "ci");
        assertThat(seen(token)).isNull();
        users.unblock(ADMIN, "ci");
        clock.advance(HOUR);
        assertThat(seen(token)).isNull();
        for (String wrong : new String[] {null, "", "x", "x".repeat(5_000), "pct_0123456789ab_"}) {
            assertThat(exchange.introspect(ADMIN, wrong)).isNull();
            assertThat(exchange.revoke(ADMIN, wrong)).isNull();
        }
    }

    @Test
    void presentedCredentials_areRevokedByOwnersAndAdministrators() throws Exception {
        IssuedToken exchangedToken = exchanged(null).value();
        IssuedToken access = token("ci");
        user("other");
        Actor stranger = owner(key("other"));
        Actor owner = owner(key);
        for (IssuedToken each : List.of(exchangedToken, access, key)) {
            String text = each.plain().reveal();
            assertThat(exchange.revoke(stranger, text)).isNull();
            assertThat(exchange.revoke(AUDITOR, text)).isNull();
            assertThat(seen(each)).isNotNull();
            Committed<Token> revoked = exchange.revoke(owner, text);
            assertThat(revoked.value().state()).isEqualTo(TokenState.REVOKED);
            assertThat(test.query("SELECT change_key FROM change WHERE revision = "
                    + revoked.revision())).containsExactly("|c:" + each.token().id());
            assertThat(seen(each)).isNull();
            assertThat(exchange.revoke(ADMIN, text)).isEqualTo(revoked);
        }
        assertThat(audited("token.revoke")).hasSize(2);
        assertThat(audited("key.revoke")).hasSize(1);
    }

    @Test
    void lastAdministratorsToken_isNotRevokedByPresentingIt() {
        refused(() -> exchange.revoke(ADMIN, adminToken), Code.FAILED_PRECONDITION);
        assertThat(authenticator.authenticate(adminToken, HERE, "r").role())
                .isEqualTo(Role.ADMIN);
    }

    @Test
    void actorOfAKey_isItsUserAsFarAsTheKeyGoes() {
        bindings.put(ADMIN, Subject.user("ci"), Role.ADMIN, "*");
        Actor actor = owner(key);
        assertThat(actor.userName()).isEqualTo("ci");
        assertThat(actor.role()).isEqualTo(Role.ADMIN);
        assertThat(actor.source()).isEqualTo(HERE);
        assertThat(actor.holder().credentialId()).isEqualTo(keyId());
        assertThat(actor.holder().userKind()).isEqualTo(UserKind.SERVICE);
        assertThat(actor.holder().lifetimeMillis()).isEqualTo(Duration.ofDays(360).toMillis());
        IssuedToken narrow = restrictedKey(new Limits(Role.READER, null, null));
        assertThat(owner(narrow).role()).isEqualTo(Role.READER);
        keys.revoke(ADMIN, narrow.token().id());
        assertThat(owner(restrictedKey(new Limits(null, List.of("app"), null))).role()).isNull();
    }

    @Test
    void keyThatComesBackAfterItsOverlap_isToldOfOnce() throws Exception {
        keys.rotate(ADMIN, keyId(), Duration.ZERO);
        for (int i = 0; i < 3; i++) {
            assertThat(notExchanged(Code.UNAUTHENTICATED).getMessage()).contains("replaced");
        }
        assertThat(audited("token.reuse_detected")).singleElement().asString()
                .startsWith("|key|" + keyId() + "|" + HERE + "|");
    }

    @Test
    void pepperThatIsMissing_isNoVerdict() {
        Pepper pepper = Pepper.of("p1", new byte[32]);
        Peppers held = Peppers.of(pepper, List.of(pepper));
        TokenMint mint = new TokenMint(new TokenFormat("pc"), random, held);
        IssuedToken hashed = new Keys(test.store(), policy, mint, clock)
                .create(ADMIN, new NewToken("ci", "x", null)).value();
        KeyExchange knowing = new KeyExchange(
                test.store(), policy, new Secrets(mint, held), usageBuffer, clock);
        String text = hashed.plain().reveal();
        knowing.exchange(hashed.token().id(), text, null, HERE, "r");
        refused(() -> exchange.exchange(hashed.token().id(), text, null, HERE, "r"),
                Code.UNAVAILABLE);
        refused(() -> exchange.introspect(ADMIN, text), Code.UNAVAILABLE);
        refused(() -> exchange.revoke(ADMIN, text), Code.UNAVAILABLE);
    }

    @Test
    void exchangedTokens_areDeletedADayAfterTheyEnded() throws Exception {
        IssuedToken first = exchanged(null).value();
        clock.advance(HOUR);
        IssuedToken second = exchanged(null).value();
        exchange.revoke(ADMIN, second.plain().reveal());
        long revision = test.store().revision();
        clock.advance(Duration.ofDays(1));
        assertThat(test.store().purgeExchanged()).isZero();
        clock.advance(Duration.ofMillis(1));
        assertThat(test.store().purgeExchanged()).isEqualTo(1);
        refused(() -> tokens.get(ADMIN, first.token().id()), Code.NOT_FOUND);
        // one that was revoked is kept until it would have expired by itself, and a day more
        assertThat(tokens.get(ADMIN, second.token().id()).state()).isEqualTo(TokenState.REVOKED);
        clock.advance(HOUR);
        assertThat(test.store().purgeExchanged()).isEqualTo(1);
        assertThat(keys.get(ADMIN, keyId()).state()).isEqualTo(TokenState.LIVE);
        assertThat(test.store().revision()).isEqualTo(revision);
        assertThat(exchange.revoke(ADMIN, first.plain().reveal())).isNull();
    }

    @Test
    void deletion_usesAnIndex() throws Exception {
        test.failAt(0);
        test.store().purgeExchanged();
        List<String> deletions = test.stopFailing().stream()
                .filter(sql -> sql.startsWith("DELETE")).toList();
        assertThat(deletions).isNotEmpty();
        for (String deletion : deletions) {
            assertThat(test.plan(deletion))
                    .anyMatch(step -> step.contains("credentials_by_end"));
            test.assertByIndexes(deletion);
        }
        assertThat(test.plan("SELECT count(*) FROM (SELECT 1 FROM credentials"
                + " WHERE parent = 'x' AND state = 'live' AND ends_at > 1 LIMIT 1000) AS counted"))
                .anyMatch(step -> step.contains("credentials_by_parent"));
    }
}
