package dev.portcullis.admin.service;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.admin.model.Actor;
import dev.portcullis.admin.model.Committed;
import dev.portcullis.admin.model.Page;
import dev.portcullis.admin.model.PageRequest;
import dev.portcullis.admin.model.ServiceException.Code;
import dev.portcullis.admin.model.Token;
import dev.portcullis.admin.model.TokenState;
import dev.portcullis.admin.service.NewToken.Limits;
import dev.portcullis.core.access.Restrictions;
import dev.portcullis.core.access.Role;
import dev.portcullis.core.access.UserKind;
import dev.portcullis.core.token.CredentialKind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class KeysTest extends ServiceFixture {
    private static final Duration HOUR = Duration.ofHours(1);

    @BeforeEach
    void makeUser() {
        user("ci");
    }

    private TokenState state(String id) {
        return keys.get(AUDITOR, id).state();
    }

    private List<String> changes(long revision) throws Exception {
        return test.query("SELECT change_key FROM change WHERE revision = " + revision);
    }

    @Test
    void created_shownWholeOnceAndWithoutItsSecretAfterwards() throws Exception {
        Committed<IssuedToken> made = keys.create(ADMIN, new NewToken(
                "ci", "deploy", new TokenLifetime.For(HOUR),
                new Limits(Role.READER, List.of("app"), List.of("192.0.2.0/24")), null));
        Token key = made.value().token();
        String plain = made.value().plain().reveal();
        assertThat(plain).startsWith("pck_" + key.id() + "_");
        assertThat(key.kind()).isEqualTo(CredentialKind.API_KEY);
        assertThat(key.expiresAt()).isEqualTo(clock.instant().plus(HOUR));
        assertThat(key.restrictions().maxRole()).isEqualTo(Role.READER);
        assertThat(keys.get(AUDITOR, key.id())).isEqualTo(key);
        assertThat(changes(made.revision())).containsExactly("|c:" + key.id());
        assertThat(audited("key.create")).singleElement().asString()
                .startsWith("|key|" + key.id() + "|192.0.2.1|");
        assertThat(test.dump()).noneMatch(row -> row.contains(plain.substring(20, 40)));
    }

    @Test
    void onlyServiceUsers_haveKeys() {
        users.create(ADMIN, new NewUser("ann", null, UserKind.PERSON, null));
        refused(() -> key("ann"), Code.FAILED_PRECONDITION);
        refused(() -> key("nobody"), Code.NOT_FOUND);
    }

    @Test
    void wrongFields_areNamed() {
        assertThat(refusedField(() -> keys.create(ADMIN, new NewToken("ci", "", null))))
                .isEqualTo("name");
        assertThat(refusedField(() -> keys.create(ADMIN, new NewToken(
                "ci", "x", null, null, Duration.ofDays(1))))).isEqualTo("rotate_before_expiry");
        assertThat(refusedField(() -> keys.create(
                ADMIN, new NewToken("ci", "x", new TokenLifetime.Never()))))
                .isEqualTo("never_expires");
        for (String wrong : new String[] {null, "", "self", "0123456789a!"}) {
            assertThat(refusedField(() -> keys.get(ADMIN, wrong))).isEqualTo("id");
            assertThat(refusedField(() -> keys.revoke(ADMIN, wrong))).isEqualTo("id");
            assertThat(refusedField(() -> keys.expire(ADMIN, wrong))).isEqualTo("id");
            assertThat(refusedField(() -> keys.rotate(ADMIN, wrong, null))).isEqualTo("id");
        }
        String id = key("ci").token().id();
        assertThat(refusedField(() -> keys.rotate(ADMIN, id, Duration.ofDays(31))))
                .isEqualTo("overlap");
    }

    @Test
    void tokens_areNoKeys() {
        String token = token("ci").token().id();
        assertThat(refused(() -> keys.get(ADMIN, token), Code.NOT_FOUND).getMessage())
                .isEqualTo("key not found");
        refused(() -> keys.revoke(ADMIN, token), Code.NOT_FOUND);
        refused(() -> keys.expire(ADMIN, token), Code.NOT_FOUND);
        refused(() -> keys.rotate(ADMIN, token, null), Code.NOT_FOUND);
    }

    @Test
    void auditor_readsAndChangesNothing() {
        String id = key("ci").token().id();
        refused(() -> keys.create(AUDITOR, new NewToken(null, null, null)),
                Code.PERMISSION_DENIED);
        refused(() -> keys.revoke(AUDITOR, "!"), Code.PERMISSION_DENIED);
        refused(() -> keys.expire(AUDITOR, id), Code.PERMISSION_DENIED);
        refused(() -> keys.rotate(AUDITOR, id, null), Code.PERMISSION_DENIED);
        Actor nobody = new Actor("usr_0000000000000009", "n", null, "192.0.2.9", "r");
        refused(() -> keys.get(nobody, id), Code.PERMISSION_DENIED);
        refused(() -> keys.list(nobody, new TokenFilter(null, null), PageRequest.first()),
                Code.PERMISSION_DENIED);
    }

    @Test
    void narrowToken_makesNoBroaderKey() {
        Actor narrow = new Actor("usr_0000000000000000", "root", Role.ADMIN, "192.0.2.1", "r",
                new Actor.Holder("000000000000", UserKind.SERVICE,
                        new Restrictions(Role.ADMIN, Set.of(), List.of()), HOUR.toMillis()));
        refused(() -> keys.create(narrow, new NewToken("ci", "x", new TokenLifetime.For(HOUR))),
                Code.PERMISSION_DENIED);
        Limits limits = new Limits(Role.READER, null, null);
        refused(() -> keys.create(narrow, new NewToken(
                "ci", "x", new TokenLifetime.For(HOUR.plusSeconds(1)), limits, null)),
                Code.PERMISSION_DENIED);
        assertThat(keys.create(narrow, new NewToken("ci", "x", null, limits, null)).value().token()
                .expiresAt()).isEqualTo(clock.instant().plus(HOUR));
    }

    @Test
    void moreLiveKeysThanAllowed_areRefusedUntilOneIsDead() {
        String first = key("ci").token().id();
        String second = key("ci").token().id();
        refused(() -> key("ci"), Code.FAILED_PRECONDITION);
        user("other");
        key("other");
        keys.revoke(ADMIN, first);
        key("ci");
        refused(() -> key("ci"), Code.FAILED_PRECONDITION);
        keys.expire(ADMIN, second);
        key("ci");
        assertThat(keys.list(ADMIN, new TokenFilter("ci", TokenState.LIVE), PageRequest.first())
                .items()).hasSize(2);
    }

    @Test
    void rotation_countsTheOldKeyWhileItWorks() {
        IssuedToken old = key("ci");
        RotatedToken rotated = keys.rotate(ADMIN, old.token().id(), HOUR).value();
        assertThat(rotated.replaced().state()).isEqualTo(TokenState.LIVE);
        assertThat(rotated.replaced().replacedAt()).isEqualTo(clock.instant().plus(HOUR));
        assertThat(rotated.token().replaces()).isEqualTo(old.token().id());
        assertThat(rotated.token().family()).isEqualTo(old.token().id());
        assertThat(rotated.plain().reveal()).startsWith("pck_" + rotated.token().id());
        refused(() -> key("ci"), Code.FAILED_PRECONDITION);
        refused(() -> keys.rotate(ADMIN, rotated.token().id(), HOUR), Code.FAILED_PRECONDITION);
        refused(() -> keys.rotate(ADMIN, old.token().id(), HOUR), Code.FAILED_PRECONDITION);
        // without an overlap there are as many as before
        keys.rotate(ADMIN, rotated.token().id(), Duration.ZERO);
        assertThat(state(rotated.token().id())).isEqualTo(TokenState.REPLACED);
        clock.advance(HOUR);
        assertThat(state(old.token().id())).isEqualTo(TokenState.REPLACED);
        key("ci");
    }

    @Test
    void revoked_diesForEverAndAnswersTheSameAgain() throws Exception {
        String id = key("ci").token().id();
        Committed<Token> first = keys.revoke(ADMIN, id);
        assertThat(first.value().state()).isEqualTo(TokenState.REVOKED);
        assertThat(changes(first.revision())).containsExactly("|c:" + id);
        key("ci");
        assertThat(keys.revoke(ADMIN, id)).isEqualTo(first);
        assertThat(audited("key.revoke")).hasSize(1);
        refused(() -> keys.expire(ADMIN, id), Code.FAILED_PRECONDITION);
        refused(() -> keys.rotate(ADMIN, id, null), Code.FAILED_PRECONDITION);
    }

    @Test
    void expired_endsNowAndOnlyOnce() throws Exception {
        String id = key("ci").token().id();
        clock.advance(HOUR);
        Committed<Token> expired = keys.expire(ADMIN, id);
        assertThat(expired.value().state()).isEqualTo(TokenState.EXPIRED);
        assertThat(expired.value().expiresAt()).isEqualTo(clock.instant());
        assertThat(changes(expired.revision())).containsExactly("|c:" + id);
        assertThat(audited("key.expire")).hasSize(1);
        refused(() -> keys.expire(ADMIN, id), Code.FAILED_PRECONDITION);
        assertThat(keys.revoke(ADMIN, id).value().state()).isEqualTo(TokenState.REVOKED);
    }

    @Test
    void expiredInItsOverlap_isExpired() {
        String id = key("ci").token().id();
        keys.rotate(ADMIN, id, HOUR);
        keys.expire(ADMIN, id);
        clock.advance(HOUR);
        assertThat(state(id)).isEqualTo(TokenState.EXPIRED);
    }

    @Test
    void listed_byPagesAndWithoutTokens() {
        List<String> made = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            String id = key("ci").token().id();
            made.add(id);
            keys.revoke(ADMIN, id);
        }
        token("ci");
        List<String> seen = new ArrayList<>();
        String next = null;
        do {
            Page<Token> page =
                    keys.list(AUDITOR, new TokenFilter("ci", null), new PageRequest(2, next));
            page.items().forEach(key -> seen.add(key.id()));
            next = page.nextPageToken();
        } while (!next.isEmpty());
        assertThat(seen).isEqualTo(made);
        assertThat(keys.list(ADMIN, new TokenFilter(null, TokenState.LIVE), PageRequest.first())
                .items()).isEmpty();
        refused(() -> keys.list(ADMIN, new TokenFilter("nobody", null), PageRequest.first()),
                Code.NOT_FOUND);
    }
}
