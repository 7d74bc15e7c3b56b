package dev.portcullis.admin.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.admin.model.Actor;
import dev.portcullis.admin.store.Engine;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Any filter, any order, any depth: an index answers, and nothing is left out or doubled. */
@ParameterizedClass
@EnumSource(Engine.class)
class AuditTableTest {
    private static final String USER = "usr_aaaaaaaaaaaaaaaa";
    private static final long START = SettableClock.START.toEpochMilli();

    @Parameter Engine engine;
    @TempDir Path directory;
    private final SettableClock clock = new SettableClock();
    private TestStore test;

    @BeforeEach
    void open() throws Exception {
        test = TestStore.open(engine, directory, clock);
        Samples.insertUser(test.store(), USER);
    }

    @AfterEach
    void close() {
        test.close();
    }

    private void event(String actor, String action, String target) {
        test.store().write(transaction -> {
            transaction.setBlocked(USER, false);
            transaction.audit(
                    new Actor("usr_" + actor, actor, null, "local", "r"),
                    new AuditEntry(action, "user", target, null, null));
            return null;
        });
    }

    private void fill(int events) {
        Random random = new Random(7);
        String[] actions = {"user.block", "user.create", "token.issue", "token.revoke", "a.b.c"};
        test.store().write(transaction -> {
            for (int i = 0; i < events; i++) {
                String actor = "n" + random.nextInt(4);
                transaction.setBlocked(USER, false);
                transaction.audit(
                        new Actor("usr_" + actor, actor, null, "local", "r"),
                        new AuditEntry(actions[random.nextInt(actions.length)], "user",
                                "t" + random.nextInt(6), null, null));
            }
            return null;
        });
    }

    private List<AuditEvent> pages(AuditQuery query, boolean descending, int limit) {
        List<AuditEvent> found = new ArrayList<>();
        long from = descending ? Long.MAX_VALUE : 0;
        boolean more = true;
        while (more) {
            long at = from;
            AuditPage page = test.store().read(t ->
                    t.auditTable().page(query, at, descending, limit));
            assertThat(page.events()).hasSizeLessThanOrEqualTo(limit);
            found.addAll(page.events());
            from = page.scannedTo();
            more = page.more();
        }
        return found;
    }

    static Stream<AuditQuery> queries() {
        List<AuditQuery> queries = new ArrayList<>();
        for (String actor : new String[] {null, "n1", "usr_n2", "nobody"}) {
            for (String target : new String[] {null, "t3", "nothing"}) {
                for (String action : new String[] {
                        null, "token.issue", "token.", "token", "user", "a.b", "a.b.c", "x."}) {
                    queries.add(new AuditQuery(actor, target, action, null, null));
                    queries.add(new AuditQuery(actor, target, action, START + 1_000, null));
                    queries.add(new AuditQuery(actor, target, action, null, START + 3_000));
                    queries.add(new AuditQuery(
                            actor, target, action, START + 1_000, START + 3_000));
                }
            }
        }
        return queries.stream();
    }

    @Test
    void everyCombination_findsWhatMatchesInOrder() {
        for (int i = 0; i < 5; i++) {
            fill(60);
            // forwards, and now and then back a little
            clock.advance(Duration.ofMillis(i % 2 == 0 ? 2_000 : -500));
        }
        List<AuditEvent> all = test.store().read(t -> t.auditAfter(0, 1_000));
        queries().forEach(query -> {
            List<Long> expected = all.stream().filter(query::matches).map(AuditEvent::seq)
                    .toList();
            assertThat(pages(query, false, 7)).as("%s", query)
                    .extracting(AuditEvent::seq).isEqualTo(expected);
            assertThat(pages(query, true, 7)).as("%s", query)
                    .extracting(AuditEvent::seq)
                    .isEqualTo(expected.stream().sorted((a, b) -> Long.compare(b, a)).toList());
        });
        assertThat(all).anyMatch(new AuditQuery("n1", "t3", "token.", START + 1_000, null)
                ::matches);
    }

    @Test
    void actorByIdAndByName_isFoundOnceEach() {
        event("n1", "user.block", "x");
        test.store().write(transaction -> {
            transaction.setBlocked(USER, false);
            transaction.audit(new Actor("same", "same", null, "local", "r"),
                    Samples.entry("user.block"));
            return null;
        });
        assertThat(pages(new AuditQuery("same", null, null, null, null), false, 10)).hasSize(1);
        assertThat(pages(new AuditQuery("n1", null, null, null, null), false, 10)).hasSize(1);
    }

    /** Whatever is asked, nothing is sorted and nothing is read but by an index or by number. */
    @Test
    void everyStatement_isServedByAnIndex() throws Exception {
        for (AuditQuery query : queries().toList()) {
            assertServedByAnIndex(query);
        }
    }

    private void assertServedByAnIndex(AuditQuery query) throws Exception {
        for (boolean descending : new boolean[] {false, true}) {
            test.failAt(0);
            test.store().read(t -> t.auditTable().page(query, 1_000, descending, 10));
            List<String> statements = test.stopFailing();
            assertThat(statements).hasSizeGreaterThan(1);
            for (String sql : statements) {
                if (sql.contains("audit_event")) {
                    assertPlan(sql);
                }
            }
        }
    }

    private void assertPlan(String sql) throws Exception {
        test.assertByIndexes(sql);
        String where = sql.substring(sql.indexOf(" FROM "));
        if (where.contains("actor_id") || where.contains("target_id") || where.contains("action")
                || where.contains("happened_at")) {
            assertThat(test.plan(sql)).as(sql).anyMatch(line -> line.matches(
                    "(?i).*(using|using covering index|using index) audit_by_.*"));
        }
    }

    @Test
    void queryWithSeveralConditions_takesTheOneThatHoldsForTheFewest() throws Exception {
        for (int i = 0; i < 40; i++) {
            event("many", "user.block", "target");
        }
        event("many", "token.reuse_detected", "target");
        test.failAt(0);
        AuditPage page = test.store().read(t -> t.auditTable().page(
                new AuditQuery("many", "target", "token.reuse_detected", null, null),
                0, false, 10));
        assertThat(page.events()).hasSize(1);
        assertThat(test.stopFailing()).anyMatch(sql ->
                sql.startsWith(AuditTable.EVENT) && sql.contains("action = ?")
                        && !sql.contains("actor_id <> ?"));
    }

    @Test
    void rareMatch_isSearchedInBoundedParts() {
        fill(AuditTable.SCANNED_MAX + 500);
        clock.advance(Duration.ofMinutes(1));
        event("n1", "user.block", "t1");
        // within the set-back of the clock that is allowed for, so every event is looked at
        AuditQuery late = new AuditQuery(null, null, null, START + 1_000, null);
        AuditPage first = test.store().read(t -> t.auditTable().page(late, 0, false, 10));
        assertThat(first.events()).isEmpty();
        assertThat(first.more()).isTrue();
        assertThat(first.scannedTo()).isEqualTo(AuditTable.SCANNED_MAX);
        AuditPage second = test.store().read(t ->
                t.auditTable().page(late, first.scannedTo(), false, 10));
        assertThat(second.events()).hasSize(1);
        assertThat(second.more()).isFalse();
    }

    @Test
    void oldEvents_areNotLookedAtForANewInstant() {
        fill(AuditTable.SCANNED_MAX + 500);
        clock.advance(Duration.ofHours(2));
        event("n1", "user.block", "t1");
        AuditQuery late = new AuditQuery(null, null, null, START + 7_000_000, null);
        AuditPage page = test.store().read(t -> t.auditTable().page(late, 0, false, 10));
        assertThat(page.events()).hasSize(1);
        assertThat(page.more()).isFalse();
    }
}
