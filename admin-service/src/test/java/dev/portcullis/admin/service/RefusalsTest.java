package dev.portcullis.admin.service;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.admin.model.Token;
import dev.portcullis.admin.model.TokenState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RefusalsTest extends ServiceFixture {
    private static final Duration MINUTE = Duration.ofMinutes(1);

    @BeforeEach
    void makeUser() {
        user("ci");
    }

    private Refusal refusal(String code, String prefix) {
        long now = clock.millis();
        return new Refusal(code, prefix, "192.0.2.66", "app", 7, now - 500, now);
    }

    private void report(Refusal... summaries) {
        refusals.report("gw-1", List.of(summaries));
    }

    private Refusals lenient(boolean revokesFamily) {
        TokenPolicy other = new TokenPolicy(
                "pc", policy.defaultLifetime(), policy.maxLifetime(), false,
                policy.exchangedLifetime(), policy.liveKeysMax(), revokesFamily);
        return new Refusals(test.store(), other, clock);
    }

    private Token rotated(String id, Duration overlap) {
        return tokens.rotate(ADMIN, id, overlap).value().token();
    }

    private TokenState state(String id) {
        return tokens.get(ADMIN, id).state();
    }

    @Test
    void summaries_standInTheAuditLogAndChangeNothing() throws Exception {
        long revision = test.store().revision();
        report(refusal("credential_invalid", ""), refusal("access_denied", "0123456789ab"));
        assertThat(audited("access.refused")).containsExactly(
                "|gateway|gw-1|192.0.2.66|{\"code\":\"credential_invalid\",\"gateway\":\"gw-1\","
                        + "\"application\":\"app\",\"count\":7,"
                        + "\"first_at\":\"2026-03-01T11:59:59.500Z\","
                        + "\"last_at\":\"2026-03-01T12:00:00Z\"}",
                "|token|0123456789ab|192.0.2.66|{\"code\":\"access_denied\",\"gateway\":\"gw-1\","
                        + "\"application\":\"app\",\"count\":7,"
                        + "\"first_at\":\"2026-03-01T11:59:59.500Z\","
                        + "\"last_at\":\"2026-03-01T12:00:00Z\"}");
        assertThat(test.store().revision()).isEqualTo(revision);
    }

    @Test
    void moreThanAMinutesShare_isCountedAndToldWhenTheMinuteIsOver() throws Exception {
        Refusal each = refusal("credential_invalid", "");
        refusals.report("gw-1", Collections.nCopies(50, each));
        refusals.report("gw-2", Collections.nCopies(50, each));
        refusals.flush();
        assertThat(audited("access.refused")).hasSize(60);
        clock.advance(MINUTE.minusMillis(1));
        report(each);
        assertThat(audited("access.refused")).hasSize(60);
        clock.advance(Duration.ofMillis(1));
        report(each);
        assertThat(audited("access.refused")).hasSize(62).element(60).asString()
                .contains("\"left_out_summaries\":41,\"left_out_requests\":287");
        refusals.flush();
        assertThat(audited("access.refused")).hasSize(62);
    }

    @Test
    void whatWasLeftOut_isToldWithoutAFurtherReport() throws Exception {
        refusals.report("gw-1", Collections.nCopies(61, refusal("credential_invalid", "")));
        clock.advance(MINUTE);
        refusals.flush();
        assertThat(audited("access.refused")).hasSize(61).last().asString()
                .contains("\"left_out_summaries\":1,");
    }

    @Test
    void clockThatIsSetBack_doesNotSilenceTheLog() throws Exception {
        refusals.report("gw-1", Collections.nCopies(61, refusal("credential_invalid", "")));
        clock.advance(Duration.ofHours(-5));
        report(refusal("credential_invalid", ""));
        assertThat(audited("access.refused")).hasSize(62);
    }

    @Test
    void countsBeyondAllMeasure_doNotOverflow() throws Exception {
        Refusal huge = new Refusal("x", "", "", "", Long.MAX_VALUE, 1, Long.MAX_VALUE);
        refusals.report("gw-1", Collections.nCopies(63, huge));
        clock.advance(MINUTE);
        refusals.flush();
        assertThat(audited("access.refused")).last().asString()
                .contains("\"left_out_requests\":" + Long.MAX_VALUE);
        assertThat(audited("access.refused")).first().asString()
                .contains("\"last_at\":\"2026-03-01T12:00:00Z\"");
    }

    @Test
    void replacedTokenThatCameBack_isToldOfOnceHoweverOften() throws Exception {
        String old = token("ci").token().id();
        String next = rotated(old, MINUTE).id();
        report(refusal("credential_replaced", old));
        assertThat(audited("token.reuse_detected")).as("it is in its overlap").isEmpty();
        clock.advance(MINUTE);
        long revision = test.store().revision();
        for (int i = 0; i < 3; i++) {
            report(refusal("credential_replaced", old), refusal("credential_replaced", old));
        }
        assertThat(audited("token.reuse_detected")).singleElement().asString()
                .startsWith("|token|" + old + "|192.0.2.66|")
                .contains("\"family\":\"" + old + "\"", "\"revoked_credentials\":0");
        assertThat(state(next)).isEqualTo(TokenState.LIVE);
        assertThat(test.store().revision()).isEqualTo(revision);
    }

    @Test
    void reportOfWhatWasNotReplaced_isNotBelieved() throws Exception {
        String live = token("ci").token().id();
        String dead = token("ci").token().id();
        tokens.revoke(ADMIN, dead);
        lenient(true).report("gw-1", List.of(
                refusal("credential_replaced", live), refusal("credential_replaced", dead),
                refusal("credential_replaced", "0123456789ab"),
                refusal("credential_replaced", "")));
        assertThat(audited("token.reuse_detected")).isEmpty();
        assertThat(state(live)).isEqualTo(TokenState.LIVE);
    }

    @Test
    void gatewayWhoseClockRunsAhead_endsNoOverlap() throws Exception {
        String old = token("ci").token().id();
        rotated(old, MINUTE);
        long ahead = clock.millis() + MINUTE.toMillis() + 1;
        report(new Refusal("credential_replaced", old, "192.0.2.66", "", 1, ahead, ahead));
        assertThat(audited("token.reuse_detected")).isEmpty();
        clock.advance(MINUTE);
        // seen while the overlap was still on
        long before = clock.millis() - 1;
        report(new Refusal("credential_replaced", old, "192.0.2.66", "", 1, before, before));
        assertThat(audited("token.reuse_detected")).isEmpty();
    }

    @Test
    void familyOfAReusedToken_isRevokedWhereThePolicySaysSo() throws Exception {
        String first = token("ci").token().id();
        String second = rotated(first, MINUTE).id();
        String third = rotated(second, Duration.ofHours(1)).id();
        String stranger = token("ci").token().id();
        clock.advance(MINUTE);
        long before = test.store().revision();
        lenient(true).report("gw-1", List.of(refusal("credential_replaced", first)));
        long revision = test.store().revision();
        assertThat(revision).isEqualTo(before + 1);
        assertThat(test.query("SELECT change_key FROM change WHERE revision = " + revision))
                .containsExactlyInAnyOrder("|c:" + second, "|c:" + third);
        assertThat(state(first)).isEqualTo(TokenState.REPLACED);
        assertThat(state(second)).isEqualTo(TokenState.REVOKED);
        assertThat(state(third)).isEqualTo(TokenState.REVOKED);
        assertThat(state(stranger)).isEqualTo(TokenState.LIVE);
        assertThat(audited("token.reuse_detected")).singleElement().asString()
                .contains("\"revoked_credentials\":2");
        assertThat(audited("token.revoke")).hasSize(2);
        assertThat(test.query("SELECT count(DISTINCT revision) FROM audit_event WHERE action IN"
                + " ('token.revoke', 'token.reuse_detected')")).containsExactly("|1");
    }

    @Test
    void sameReuseReportedAtOnceByMany_isToldOfOnce() throws Exception {
        String old = token("ci").token().id();
        rotated(old, Duration.ZERO);
        ExecutorService pool = Executors.newFixedThreadPool(4);
        List<Future<?>> reports = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
            reports.add(pool.submit(() -> report(refusal("credential_replaced", old))));
        }
        for (Future<?> each : reports) {
            each.get();
        }
        pool.shutdown();
        assertThat(audited("token.reuse_detected")).hasSize(1);
        assertThat(audited("access.refused")).hasSize(16);
    }

    @Test
    void malformedReports_areRefusedWhole() throws Exception {
        Refusal good = refusal("credential_invalid", "");
        long now = clock.millis();
        for (String id : new String[] {null, "", "a b", "x".repeat(65), "gw\n"}) {
            assertThat(refusedField(() -> refusals.report(id, List.of(good))))
                    .isEqualTo("gateway_id");
        }
        assertThat(refusedField(() -> refusals.report("g", Collections.nCopies(1_001, good))))
                .isEqualTo("refusals");
        assertField("code", new Refusal("", "", "", "", 1, 1, 2));
        assertField("code", new Refusal("Bad", "", "", "", 1, 1, 2));
        assertField("code", new Refusal("x".repeat(65), "", "", "", 1, 1, 2));
        assertField("code", new Refusal(null, "", "", "", 1, 1, 2));
        assertField("prefix", new Refusal("x", "short", "", "", 1, 1, 2));
        assertField("prefix", new Refusal("x", null, "", "", 1, 1, 2));
        assertField("source", new Refusal("x", "", "1".repeat(65), "", 1, 1, 2));
        assertField("source", new Refusal("x", "", "a\nb", "", 1, 1, 2));
        assertField("source", new Refusal("x", "", null, "", 1, 1, 2));
        assertField("application", new Refusal("x", "", "", "A/b", 1, 1, 2));
        assertField("application", new Refusal("x", "", "", null, 1, 1, 2));
        assertField("count", new Refusal("x", "", "", "", 0, 1, 2));
        assertField("first_at_ms", new Refusal("x", "", "", "", 1, 0, 2));
        assertField("last_at_ms", new Refusal("x", "", "", "", 1, now, now - 1));
        assertThat(audited("access.refused")).isEmpty();
    }

    private void assertField(String field, Refusal wrong) {
        assertThat(refusedField(() -> report(refusal("credential_invalid", ""), wrong)))
                .isEqualTo("refusals." + field);
    }
}
