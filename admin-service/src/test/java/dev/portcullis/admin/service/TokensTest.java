package dev.portcullis.admin.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.portcullis.admin.model.Committed;
import dev.portcullis.admin.model.Page;
import dev.portcullis.admin.model.PageRequest;
import dev.portcullis.admin.model.ServiceException.Code;
import dev.portcullis.admin.model.Token;
import dev.portcullis.admin.model.TokenState;
import dev.portcullis.admin.store.Usage;
import dev.portcullis.core.token.TokenFormat;
import dev.portcullis.core.token.TokenMint;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TokensTest extends ServiceFixture {
    @BeforeEach
    void makeUser() {
        user("ci-bot");
    }

    private Token issue(TokenLifetime lifetime) {
        return tokens.issue(ADMIN, new NewToken("ci-bot", "ci", lifetime)).value().token();
    }

    @Test
    void issued_shownWholeOnceAndWithoutItsSecretAfterwards() throws Exception {
        Committed<IssuedToken> issued = tokens.issue(
                ADMIN, new NewToken("ci-bot", "nightly", new TokenLifetime.Standard()));
        String plain = issued.value().plain().reveal();
        Token token = issued.value().token();
        assertThat(plain).startsWith("pct_" + token.id() + "_");
        assertThat(token.name()).isEqualTo("nightly");
        assertThat(token.state()).isEqualTo(TokenState.LIVE);
        assertThat(token.createdBy()).isEqualTo(ADMIN.userId());
        assertThat(token.expiresAt()).isEqualTo(clock.instant().plus(Duration.ofDays(360)));
        assertThat(issued.revision()).isEqualTo(test.store().revision());
        assertThat(tokens.get(AUDITOR, token.id())).isEqualTo(token);
        String secret = plain.substring(plain.lastIndexOf('_') + 1);
        assertThat(issued.toString()).doesNotContain(secret);
        assertThat(test.dump()).noneMatch(row -> row.contains(secret.substring(0, 20)));
    }

    @Test
    void lifetimes_withinThePolicy() {
        Instant now = clock.instant();
        assertThat(issue(new TokenLifetime.For(Duration.ofSeconds(1))).expiresAt())
                .isEqualTo(now.plusSeconds(1));
        assertThat(issue(new TokenLifetime.For(Duration.ofDays(365))).expiresAt())
                .isEqualTo(now.plus(Duration.ofDays(365)));
        assertThat(issue(new TokenLifetime.Until(now.plusMillis(1))).expiresAt())
                .isEqualTo(now.plusMillis(1));
    }

    @Test
    void lifetimesBeyondThePolicy_areRefused() {
        Instant now = clock.instant();
        for (Duration wrong : List.of(
                Duration.ZERO, Duration.ofSeconds(-1), Duration.ofMillis(999),
                Duration.ofDays(365).plusSeconds(1), Duration.ofSeconds(Long.MAX_VALUE))) {
            assertThat(refusedField(() -> issue(new TokenLifetime.For(wrong))))
                    .isEqualTo("expires_in_seconds");
        }
        for (Instant wrong : List.of(
                now, now.minusSeconds(1), now.plus(Duration.ofDays(366)), Instant.MAX,
                Instant.MIN)) {
            assertThat(refusedField(() -> issue(new TokenLifetime.Until(wrong))))
                    .isEqualTo("expires_at");
        }
        assertThat(refusedField(() -> issue(new TokenLifetime.Never())))
                .isEqualTo("never_expires");
    }

    @Test
    void neverExpiring_whereThePolicyAllowsIt() {
        TokenPolicy lax = new TokenPolicy("pc", Duration.ofDays(1), Duration.ofDays(2), true);
        Tokens laxTokens = new Tokens(
                test.store(), lax, new TokenMint(new TokenFormat("pc"), random), clock);
        Token token = laxTokens.issue(
                ADMIN, new NewToken("ci-bot", "x", new TokenLifetime.Never())).value().token();
        assertThat(token.expiresAt()).isNull();
        clock.advance(Duration.ofDays(100_000));
        assertThat(tokens.get(ADMIN, token.id()).state()).isEqualTo(TokenState.LIVE);
    }

    @Test
    void everyField_isValidatedByName() {
        assertThat(refusedField(() -> tokens.issue(
                ADMIN, new NewToken("ci-bot", "", new TokenLifetime.Standard()))))
                .isEqualTo("name");
        assertThat(refusedField(() -> tokens.issue(
                ADMIN, new NewToken(null, "x", new TokenLifetime.Standard()))))
                .isEqualTo("user");
        refused(() -> token("nobody"), Code.NOT_FOUND);
        for (String wrong : new String[] {null, "", "short", "0123456789a!", "0123456789abc"}) {
            assertThat(refusedField(() -> tokens.get(ADMIN, wrong))).isEqualTo("id");
            assertThat(refusedField(() -> tokens.revoke(ADMIN, wrong))).isEqualTo("id");
        }
        assertThat(refused(() -> tokens.get(ADMIN, "0123456789ab"), Code.NOT_FOUND)
                .getMessage()).isEqualTo("token not found");
        refused(() -> tokens.revoke(ADMIN, "0123456789ab"), Code.NOT_FOUND);
    }

    @Test
    void auditor_changesNothing() {
        refused(() -> tokens.issue(AUDITOR, new NewToken(null, null, null)),
                Code.PERMISSION_DENIED);
        refused(() -> tokens.revoke(AUDITOR, "!"), Code.PERMISSION_DENIED);
    }

    @Test
    void revokedTwice_secondAnswersWithTheFirstRevision() {
        Token token = issue(null);
        Committed<Token> first = tokens.revoke(ADMIN, token.id());
        assertThat(first.value().state()).isEqualTo(TokenState.REVOKED);
        assertThat(first.value().revokedAt()).isEqualTo(clock.instant());
        issue(null);
        clock.advance(Duration.ofSeconds(9));
        assertThat(tokens.revoke(ADMIN, token.id())).isEqualTo(first);
    }

    @Test
    void expiredTokens_stayListedAndCanBeRevoked() {
        Token brief = issue(new TokenLifetime.For(Duration.ofSeconds(1)));
        Token lasting = issue(null);
        clock.advance(Duration.ofSeconds(1));
        assertThat(ids(TokenState.EXPIRED)).containsExactly(brief.id());
        assertThat(ids(TokenState.LIVE)).containsExactly(lasting.id());
        assertThat(ids(null)).containsExactly(brief.id(), lasting.id());
        tokens.revoke(ADMIN, brief.id());
        assertThat(ids(TokenState.REVOKED)).containsExactly(brief.id());
        assertThat(ids(TokenState.EXPIRED)).isEmpty();
        assertThat(ids(TokenState.REPLACED)).isEmpty();
    }

    private List<String> ids(TokenState state) {
        return tokens.list(AUDITOR, new TokenFilter("ci-bot", state), PageRequest.first())
                .items().stream().map(Token::id).toList();
    }

    @Test
    void listed_byPages() {
        List<String> issued = new ArrayList<>();
        for (int i = 0; i < 9; i++) {
            issued.add(issue(null).id());
        }
        List<String> seen = new ArrayList<>();
        String next = null;
        do {
            Page<Token> page =
                    tokens.list(ADMIN, new TokenFilter("ci-bot", null), new PageRequest(3, next));
            page.items().forEach(token -> seen.add(token.id()));
            next = page.nextPageToken();
        } while (!next.isEmpty());
        assertThat(seen).isEqualTo(issued);
        // the administrator's own token is there as well
        assertThat(tokens.list(ADMIN, new TokenFilter("", null), PageRequest.first()).items())
                .hasSize(10);
        refused(() -> tokens.list(ADMIN, new TokenFilter("nobody", null), PageRequest.first()),
                Code.NOT_FOUND);
    }

    @Test
    void usage_shownOnTokenAndUser() {
        Token token = issue(null);
        long at = clock.millis() - 10;
        usages.report(List.of(new Usage(token.id(), at, "2001:db8::1")));
        Token used = tokens.get(ADMIN, token.id());
        assertThat(used.lastUsedAt()).isEqualTo(Instant.ofEpochMilli(at));
        assertThat(used.lastUsedFrom()).isEqualTo("2001:db8::1");
        assertThat(users.get(ADMIN, "ci-bot").lastUsedAt()).isEqualTo(Instant.ofEpochMilli(at));
    }

    @Test
    void usagesMoreThanOnePart_allWritten() {
        Token token = issue(null);
        List<Usage> many = new ArrayList<>(
                Collections.nCopies(2_500, new Usage("000000000000", 1, "192.0.2.1")));
        many.add(new Usage(token.id(), 5, "192.0.2.1"));
        usages.report(many);
        assertThat(tokens.get(ADMIN, token.id()).lastUsedAt()).isEqualTo(Instant.ofEpochMilli(5));
    }

    @Test
    void usagesMalformed_areRefused() {
        assertThat(refusedField(() -> usages.report(List.of(new Usage("x", 1, "")))))
                .isEqualTo("usages.prefix");
        assertThat(refusedField(() -> usages.report(List.of(new Usage("000000000000", 0, "")))))
                .isEqualTo("usages.last_used_at_ms");
        assertThat(refusedField(() -> usages.report(
                List.of(new Usage("000000000000", 1, "x".repeat(65))))))
                .isEqualTo("usages.source");
        assertThat(refusedField(() -> usages.report(
                Collections.nCopies(10_001, new Usage("000000000000", 1, "")))))
                .isEqualTo("usages");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "PC", "1a", "a-b", "abcdefghijklmnopq"})
    void policyWithAWrongMark_isRefused(String mark) {
        assertThatIllegalArgumentException().isThrownBy(() ->
                new TokenPolicy(mark, Duration.ofDays(1), Duration.ofDays(2), false));
    }

    @Test
    void policyOfLifetimesThatDoNotFit_isRefused() {
        for (Duration[] wrong : new Duration[][] {
            {Duration.ofDays(3), Duration.ofDays(2)},
            {Duration.ofMillis(5), Duration.ofDays(2)},
            {Duration.ofMillis(5), Duration.ofMillis(6)},
            {Duration.ofDays(1), Duration.ofDays(40_000)}
        }) {
            assertThatIllegalArgumentException().isThrownBy(() ->
                    new TokenPolicy("pc", wrong[0], wrong[1], false));
        }
    }
}
