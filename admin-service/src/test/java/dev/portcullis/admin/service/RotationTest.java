package dev.portcullis.admin.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.portcullis.admin.model.Committed;
import dev.portcullis.admin.model.ServiceException;
import dev.portcullis.admin.model.ServiceException.Code;
import dev.portcullis.admin.model.Token;
import dev.portcullis.admin.model.TokenState;
import dev.portcullis.admin.service.NewToken.Limits;
import dev.portcullis.admin.store.AuditEvent;
import dev.portcullis.core.access.Role;
import dev.portcullis.core.token.TokenFormat;
import dev.portcullis.core.token.TokenMint;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RotationTest extends ServiceFixture {
    private static final Duration HOUR = Duration.ofHours(1);

    @BeforeEach
    void makeUser() {
        user("ci-bot");
    }

    private IssuedToken issue(Duration lifetime) {
        return tokens.issue(ADMIN, new NewToken(
                "ci-bot", "nightly", new TokenLifetime.For(lifetime),
                new Limits(Role.WRITER, List.of("app"), List.of("192.0.2.0/24")), null)).value();
    }

    @Test
    void rotated_sameInEverythingButItsSecret() {
        IssuedToken old = issue(Duration.ofDays(7));
        clock.advance(Duration.ofDays(5));
        Instant now = clock.instant();
        Committed<RotatedToken> answer = tokens.rotate(ADMIN, old.token().id(), HOUR);
        Token made = answer.value().token();
        assertThat(answer.revision()).isEqualTo(test.store().revision());
        assertThat(made.name()).isEqualTo("nightly");
        assertThat(made.userId()).isEqualTo(old.token().userId());
        assertThat(made.restrictions()).isEqualTo(old.token().restrictions());
        assertThat(made.createdAt()).isEqualTo(now);
        assertThat(made.createdBy()).isEqualTo(ADMIN.userId());
        assertThat(made.expiresAt()).isEqualTo(now.plus(Duration.ofDays(7)));
        assertThat(made.replaces()).isEqualTo(old.token().id());
        assertThat(made.family()).isEqualTo(old.token().id());
        assertThat(made.replacedAt()).isNull();
        Token replaced = answer.value().replaced();
        assertThat(replaced.state()).isEqualTo(TokenState.LIVE);
        assertThat(replaced.replacedAt()).isEqualTo(now.plus(HOUR));
        assertThat(replaced.replacedBy()).isEqualTo(made.id());
        assertThat(replaced.family()).isEqualTo(old.token().id());
        assertThat(tokens.get(ADMIN, made.id())).isEqualTo(made);
        assertThat(tokens.get(ADMIN, old.token().id())).isEqualTo(replaced);
        assertThat(answer.value().plain().reveal()).startsWith("pct_" + made.id());
    }

    @Test
    void oldToken_worksUntilTheOverlapHasPassed() {
        IssuedToken old = issue(Duration.ofDays(7));
        RotatedToken rotated = tokens.rotate(ADMIN, old.token().id(), HOUR).value();
        clock.advance(HOUR.minusMillis(1));
        holding(old);
        clock.advance(Duration.ofMillis(1));
        assertThat(refused(() -> holding(old), Code.UNAUTHENTICATED).getMessage())
                .contains("replaced");
        assertThat(tokens.get(ADMIN, old.token().id()).state()).isEqualTo(TokenState.REPLACED);
        holding(new IssuedToken(rotated.plain(), rotated.token()));
    }

    @Test
    void withoutOverlap_oldTokenEndsAtOnce() {
        for (Duration none : new Duration[] {null, Duration.ZERO}) {
            IssuedToken old = issue(Duration.ofDays(7));
            assertThat(tokens.rotate(ADMIN, old.token().id(), none).value().replaced().state())
                    .isEqualTo(TokenState.REPLACED);
            refused(() -> holding(old), Code.UNAUTHENTICATED);
        }
    }

    @Test
    void overlap_neverPastTheOldOnesExpiry() {
        IssuedToken old = issue(Duration.ofDays(7));
        Token replaced = tokens.rotate(ADMIN, old.token().id(), Duration.ofDays(30))
                .value().replaced();
        assertThat(replaced.replacedAt()).isEqualTo(old.token().expiresAt());
    }

    @Test
    void wrongOverlap_isNamed() {
        String id = issue(Duration.ofDays(7)).token().id();
        for (Duration wrong : List.of(
                Duration.ofMillis(-1), Duration.ofDays(30).plusMillis(1),
                Duration.ofSeconds(Long.MAX_VALUE), Duration.ofSeconds(Long.MIN_VALUE))) {
            assertThat(refusedField(() -> tokens.rotate(ADMIN, id, wrong))).isEqualTo("overlap");
        }
    }

    @Test
    void rotatedOrDeadToken_isNotRotated() {
        String rotated = issue(Duration.ofDays(7)).token().id();
        Token next = tokens.rotate(ADMIN, rotated, HOUR).value().token();
        assertThat(refused(() -> tokens.rotate(ADMIN, rotated, HOUR), Code.FAILED_PRECONDITION)
                .getMessage()).contains("rotated already", next.id());
        clock.advance(HOUR);
        assertThat(refused(() -> tokens.rotate(ADMIN, rotated, HOUR), Code.FAILED_PRECONDITION)
                .getMessage()).contains("replaced");
        String revoked = issue(Duration.ofDays(7)).token().id();
        tokens.revoke(ADMIN, revoked);
        assertThat(refused(() -> tokens.rotate(ADMIN, revoked, HOUR), Code.FAILED_PRECONDITION)
                .getMessage()).contains("revoked");
        String expired = issue(HOUR).token().id();
        clock.advance(HOUR);
        assertThat(refused(() -> tokens.rotate(ADMIN, expired, HOUR), Code.FAILED_PRECONDITION)
                .getMessage()).contains("expired");
        refused(() -> tokens.rotate(ADMIN, "0123456789ab", HOUR), Code.NOT_FOUND);
    }

    @Test
    void replacedToken_isRevokedBeforeItsOverlapIsOver() {
        IssuedToken old = issue(Duration.ofDays(7));
        tokens.rotate(ADMIN, old.token().id(), HOUR);
        assertThat(tokens.revoke(ADMIN, old.token().id()).value().state())
                .isEqualTo(TokenState.REVOKED);
        refused(() -> holding(old), Code.UNAUTHENTICATED);
    }

    @Test
    void family_isThatOfTheFirst() {
        String first = issue(Duration.ofDays(7)).token().id();
        String id = first;
        for (int i = 0; i < 4; i++) {
            id = tokens.rotate(ADMIN, id, HOUR).value().token().id();
            assertThat(tokens.get(ADMIN, id).family()).isEqualTo(first);
        }
        List<String> live = test.store().<List<String>>read(t ->
                t.credentials().liveOfFamily(first, clock.millis(), 10).stream()
                        .map(row -> row.id()).toList());
        assertThat(live).hasSize(5).contains(first, id);
    }

    @Test
    void lifetimeThatThePolicyNoLongerAllows_isCut() {
        String id = issue(Duration.ofDays(100)).token().id();
        TokenPolicy strict = new TokenPolicy("pc", Duration.ofDays(1), Duration.ofDays(9), false);
        Tokens strictTokens = new Tokens(
                test.store(), strict, new TokenMint(new TokenFormat("pc"), random), clock);
        assertThat(strictTokens.rotate(ADMIN, id, null).value().token().expiresAt())
                .isEqualTo(clock.instant().plus(Duration.ofDays(9)));
    }

    @Test
    void endlessToken_staysEndlessWhereThePolicyAllowsIt() {
        TokenPolicy lax = new TokenPolicy("pc", Duration.ofDays(1), Duration.ofDays(2), true);
        Tokens laxTokens = new Tokens(
                test.store(), lax, new TokenMint(new TokenFormat("pc"), random), clock);
        String id = laxTokens.issue(ADMIN, new NewToken(
                "ci-bot", "x", new TokenLifetime.Never())).value().token().id();
        String next = laxTokens.rotate(ADMIN, id, HOUR).value().token().id();
        assertThat(tokens.get(ADMIN, next).expiresAt()).isNull();
        assertThat(tokens.rotate(ADMIN, next, HOUR).value().token().expiresAt())
                .isEqualTo(clock.instant().plus(policy.maxLifetime()));
    }

    @Test
    void rotation_isTwoEventsOfOneRevision() {
        String id = issue(Duration.ofDays(7)).token().id();
        Committed<RotatedToken> answer = tokens.rotate(ADMIN, id, HOUR);
        List<AuditEvent> events = test.store().<List<AuditEvent>>read(t -> t.auditAfter(0, 100))
                .stream().filter(event -> event.revision() == answer.revision()).toList();
        assertThat(events).extracting(event -> event.entry().action())
                .containsExactly("token.rotate", "token.issue");
        String next = answer.value().token().id();
        assertThat(events.get(0).entry().targetId()).isEqualTo(id);
        assertThat(events.get(0).entry().after()).contains(next, "replaced_at");
        assertThat(events.get(1).entry().targetId()).isEqualTo(next);
        assertThat(events.get(1).entry().after()).contains(id, "192.0.2.0/24", "writer");
        String secret = answer.value().plain().reveal().substring(17, 40);
        assertThat(events.toString()).doesNotContain(secret);
    }

    @Test
    void concurrentRotations_exactlyOneWins() throws Exception {
        String id = issue(Duration.ofDays(7)).token().id();
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            List<Callable<Throwable>> calls = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                calls.add(() -> catchThrowable(() -> tokens.rotate(ADMIN, id, HOUR)));
            }
            int won = 0;
            for (Future<Throwable> answer : threads.invokeAll(calls)) {
                Throwable failure = answer.get();
                won += failure == null ? 1 : 0;
                if (failure != null) {
                    assertThat(((ServiceException) failure).code())
                            .isEqualTo(Code.FAILED_PRECONDITION);
                }
            }
            assertThat(won).isEqualTo(1);
        } finally {
            threads.shutdownNow();
        }
        assertThat(test.query("SELECT count(*) FROM credentials WHERE family = '" + id + "'"))
                .containsExactly("|2");
    }
}
