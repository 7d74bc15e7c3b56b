package dev.portcullis.admin.service;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.admin.model.Page;
import dev.portcullis.admin.model.PageRequest;
import dev.portcullis.admin.model.Token;
import dev.portcullis.admin.model.TokenState;
import dev.portcullis.admin.model.User;
import dev.portcullis.admin.store.Usage;
import dev.portcullis.core.access.UserKind;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Lists of tokens by every filter, by pages. */
class TokenListTest extends ServiceFixture {
    @BeforeEach
    void makeUser() {
        user("ci-bot");
    }

    private String issue(int days) {
        return tokens.issue(ADMIN, new NewToken(
                "ci-bot", "x", new TokenLifetime.For(Duration.ofDays(days)))).value()
                .token().id();
    }

    private List<String> ids(TokenFilter filter) {
        List<String> ids = new ArrayList<>();
        String next = "";
        do {
            Page<Token> page = tokens.list(AUDITOR, filter, new PageRequest(2, next));
            page.items().forEach(token -> ids.add(token.id()));
            next = page.nextPageToken();
        } while (!next.isEmpty());
        return ids;
    }

    private TokenFilter by(TokenState state, Instant expiresBefore, Instant lastUsedBefore) {
        return new TokenFilter("ci-bot", state, expiresBefore, lastUsedBefore);
    }

    private Instant in(int days) {
        return clock.instant().plus(Duration.ofDays(days));
    }

    @Test
    void byState_inOrderOfTheirEnd() {
        String thirty = issue(30);
        String ten = issue(10);
        String twenty = issue(20);
        String overlapping = issue(40);
        String successor =
                tokens.rotate(ADMIN, overlapping, Duration.ofDays(25)).value().token().id();
        String gone = issue(50);
        tokens.revoke(ADMIN, gone);
        assertThat(ids(by(TokenState.LIVE, null, null)))
                .containsExactly(ten, twenty, overlapping, thirty, successor);
        assertThat(ids(by(TokenState.LIVE, in(25), null))).containsExactly(ten, twenty);
        assertThat(ids(by(TokenState.REVOKED, null, null))).containsExactly(gone);
        clock.advance(Duration.ofDays(26));
        assertThat(ids(by(TokenState.LIVE, null, null))).containsExactly(thirty, successor);
        assertThat(ids(by(TokenState.EXPIRED, null, null))).containsExactly(ten, twenty);
        assertThat(ids(by(TokenState.REPLACED, null, null))).containsExactly(overlapping);
        assertThat(ids(by(null, null, null)))
                .containsExactly(thirty, ten, twenty, overlapping, successor, gone);
        assertThat(ids(by(null, clock.instant(), null)))
                .containsExactly(ten, twenty, overlapping);
    }

    @Test
    void byLastUse_neverUsedFirst() {
        String late = issue(30);
        String early = issue(30);
        String never = issue(30);
        long now = clock.millis();
        usages.report(List.of(
                new Usage(late, now - 10, "192.0.2.1"), new Usage(early, now - 20, "192.0.2.1")));
        assertThat(ids(by(null, null, clock.instant()))).containsExactly(never, early, late);
        assertThat(ids(by(TokenState.LIVE, null, clock.instant().minusMillis(10))))
                .containsExactly(never, early);
        assertThat(ids(by(TokenState.EXPIRED, null, clock.instant()))).isEmpty();
        assertThat(ids(by(null, in(31), clock.instant()))).hasSize(3);
        assertThat(ids(by(null, in(30), clock.instant()))).isEmpty();
    }

    @Test
    void instantsBeyondWhatIsCounted_standForTheFirstAndLast() {
        String id = issue(30);
        assertThat(ids(by(null, Instant.MAX, Instant.MAX))).containsExactly(id);
        assertThat(ids(by(null, Instant.MIN, null))).isEmpty();
        assertThat(ids(by(null, null, Instant.MIN))).isEmpty();
    }

    @Test
    void cursorOfAnotherList_isRefused() {
        for (int i = 0; i < 3; i++) {
            issue(30);
        }
        TokenFilter filter = by(TokenState.LIVE, null, null);
        String next = tokens.list(ADMIN, filter, new PageRequest(1, "")).nextPageToken();
        assertThat(tokens.list(ADMIN, filter, new PageRequest(1, next)).items()).hasSize(1);
        for (TokenFilter other : List.of(
                by(null, null, null), by(TokenState.EXPIRED, null, null),
                by(TokenState.LIVE, in(9), null), by(TokenState.LIVE, null, in(9)),
                new TokenFilter("", TokenState.LIVE), new TokenFilter("admin", TokenState.LIVE))) {
            assertThat(refusedField(() -> tokens.list(ADMIN, other, new PageRequest(1, next))))
                    .isEqualTo("page_token");
        }
        assertThat(refusedField(() ->
                users.list(ADMIN, UserFilter.all(), new PageRequest(1, next))))
                .isEqualTo("page_token");
    }

    @Test
    void cursorOfUsersOfAnotherKind_isRefused() {
        String next = users.list(ADMIN, UserFilter.all(), new PageRequest(1, "")).nextPageToken();
        assertThat(users.list(ADMIN, UserFilter.all(), new PageRequest(1, next)).items())
                .extracting(User::name).containsExactly("ci-bot");
        assertThat(refusedField(() -> users.list(
                ADMIN, new UserFilter(UserKind.SERVICE), new PageRequest(1, next))))
                .isEqualTo("page_token");
    }

    @Test
    void cursorThatNoListAnswered_isRefused() {
        for (int i = 0; i < 3; i++) {
            issue(30);
        }
        TokenFilter filter = by(null, null, null);
        String next = tokens.list(ADMIN, filter, new PageRequest(1, "")).nextPageToken();
        String text = new String(Base64.getUrlDecoder().decode(next), StandardCharsets.UTF_8);
        String digest = text.substring(0, text.indexOf(':'));
        for (String wrong : List.of(
                "x", "!", "x".repeat(10_000), encoded("1:abc"), encoded(digest + ":1"),
                encoded(digest + ":99999999999999999999:a"),
                encoded(digest + ":9999999999999999999:a"),
                encoded(digest + ":-1:a"), encoded(digest + ":1:' OR 1=1"))) {
            assertThat(refusedField(() ->
                    tokens.list(ADMIN, filter, new PageRequest(1, wrong))))
                    .isEqualTo("page_token");
        }
    }

    private static String encoded(String text) {
        return Base64.getUrlEncoder().withoutPadding()
                .encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
