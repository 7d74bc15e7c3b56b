package dev.portcullis.admin.service;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.admin.model.Actor;
import dev.portcullis.admin.model.AuditRecord;
import dev.portcullis.admin.model.Page;
import dev.portcullis.admin.model.PageRequest;
import dev.portcullis.admin.model.ServiceException.Code;
import dev.portcullis.admin.store.TestStore;
import dev.portcullis.core.access.Role;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who may read the audit log, what they may ask, and what they are shown. */
class AuditLogTest extends ServiceFixture {
    private static final Actor READER =
            new Actor("usr_0000000000000002", "rita", Role.READER, "192.0.2.3", "req-3");
    private static final Actor NOBODY =
            new Actor("usr_0000000000000003", "nina", null, "192.0.2.4", "req-4");

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    private AuditLog log;

    @BeforeEach
    void openLog() {
        log = new AuditLog(test.store(), clock,
                new AuditThreads(threads, timer, AuditThreads.DEFAULT_PATIENCE));
    }

    @AfterEach
    void closeLog() {
        log.close();
        threads.shutdownNow();
        timer.shutdownNow();
    }

    private Page<AuditRecord> list(AuditFilter filter, boolean descending, int size, String token) {
        return log.list(AUDITOR, filter, descending, new PageRequest(size, token));
    }

    private static AuditFilter action(String action) {
        return new AuditFilter(null, null, action, null, null);
    }

    @Test
    void auditorAndAdministrator_mayRead() {
        assertThat(log.list(AUDITOR, AuditFilter.all(), false, PageRequest.first()).items())
                .isNotEmpty();
        assertThat(log.list(ADMIN, AuditFilter.all(), false, PageRequest.first()).items())
                .isNotEmpty();
        assertThat(log.verify(AUDITOR, 0, null, (v, t) -> {}).problem()).isNull();
    }

    @Test
    void everybodyElse_mayNot() {
        for (Actor actor : List.of(READER, NOBODY)) {
            // even with a filter that is wrong: who may not ask is not told what is
            AuditFilter wrong = new AuditFilter(null, null, "x".repeat(9_999), null, null);
            refused(() -> log.list(actor, wrong, false, PageRequest.first()),
                    Code.PERMISSION_DENIED);
            refused(() -> log.follow(actor, wrong, -9, event -> {}, e -> {}),
                    Code.PERMISSION_DENIED);
            refused(() -> log.verify(actor, -1, null, (v, t) -> {}), Code.PERMISSION_DENIED);
        }
    }

    @Test
    void record_showsAllOfAnEvent() {
        String user = user("u").id();
        AuditRecord record = list(action("user.create"), true, 1, "").items().get(0);
        assertThat(record.actorId()).isEqualTo(ADMIN.userId());
        assertThat(record.actorName()).isEqualTo("root");
        assertThat(record.source()).isEqualTo("192.0.2.1");
        assertThat(record.requestId()).isEqualTo("req-1");
        assertThat(record.targetKind()).isEqualTo("user");
        assertThat(record.targetId()).isEqualTo(user);
        assertThat(record.before()).isNull();
        assertThat(record.after()).contains("\"name\":\"u\"");
        assertThat(record.happenedAt()).isEqualTo(clock.instant());
        assertThat(record.hash()).hasSize(32);
        assertThat(record.previousHash()).hasSize(32);
    }

    @Test
    void pages_goThroughAllInBothOrders() {
        for (int i = 0; i < 23; i++) {
            user("u" + i);
        }
        long total = list(AuditFilter.all(), true, 1, "").items().get(0).seq();
        for (boolean descending : new boolean[] {false, true}) {
            List<Long> seen = new ArrayList<>();
            String token = "";
            do {
                Page<AuditRecord> page = list(AuditFilter.all(), descending, 5, token);
                page.items().forEach(event -> seen.add(event.seq()));
                token = page.nextPageToken();
            } while (!token.isEmpty());
            List<Long> expected = new ArrayList<>();
            for (long seq = 1; seq <= total; seq++) {
                expected.add(descending ? total + 1 - seq : seq);
            }
            assertThat(seen).isEqualTo(expected);
        }
    }

    @Test
    void lastFullPage_isKnownToBeTheLast() {
        long total = list(AuditFilter.all(), true, 1, "").items().get(0).seq();
        Page<AuditRecord> all = list(AuditFilter.all(), false, (int) total, "");
        assertThat(all.items()).hasSize((int) total);
        assertThat(all.nextPageToken()).isEmpty();
    }

    @Test
    void filters_leaveOutTheRest() {
        String id = user("u").id();
        Instant before = clock.instant();
        clock.advance(Duration.ofMinutes(5));
        String token = token("u").token().id();
        users.block(AUDITOR_ACTING, "u");
        assertThat(list(action("token."), false, 0, "").items())
                .extracting(AuditRecord::targetId).contains(token);
        assertThat(list(new AuditFilter(null, id, null, null, null), false, 0, "").items())
                .extracting(AuditRecord::action).containsExactly("user.create", "user.block");
        assertThat(list(new AuditFilter("eva", null, null, null, null), false, 0, "").items())
                .extracting(AuditRecord::action).containsExactly("user.block");
        assertThat(list(new AuditFilter(AUDITOR_ACTING.userId(), null, null, null, null),
                false, 0, "").items()).hasSize(1);
        assertThat(list(new AuditFilter("", "", "", before.plusMillis(1), null), false, 0, "")
                .items()).extracting(AuditRecord::action)
                .containsExactly("token.issue", "user.block");
        assertThat(list(new AuditFilter(null, id, "user.", null, clock.instant()), false, 0, "")
                .items()).extracting(AuditRecord::action).containsExactly("user.create");
        assertThat(list(new AuditFilter(null, null, null, Instant.MIN, Instant.MAX), false, 0, "")
                .items()).hasSameSizeAs(list(AuditFilter.all(), false, 0, "").items());
    }

    private static final Actor AUDITOR_ACTING =
            new Actor("usr_0000000000000009", "eva", Role.ADMIN, "192.0.2.9", "req-9");

    @Test
    void wrongFilters_areNamed() {
        String longest = "x".repeat(9_999);
        Instant now = clock.instant();
        assertThat(refusedField(() -> list(
                new AuditFilter(longest, null, null, null, null), false, 0, "")))
                .isEqualTo("actor");
        assertThat(refusedField(() -> list(
                new AuditFilter(null, longest, null, null, null), false, 0, "")))
                .isEqualTo("target");
        assertThat(refusedField(() -> list(action(longest), false, 0, ""))).isEqualTo("action");
        assertThat(refusedField(() -> list(
                new AuditFilter(null, null, null, now, now), false, 0, ""))).isEqualTo("until");
        assertThat(refusedField(() -> list(AuditFilter.all(), false, 1_001, "")))
                .isEqualTo("page_size");
        assertThat(refusedField(() -> log.follow(
                AUDITOR, AuditFilter.all(), -2, event -> {}, e -> {}))).isEqualTo("after_seq");
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "MTphdWRpdA", "%%%", "MjphdWRpdF9iZWZvcmU"})
    void cursorsFromElsewhere_areRefused(String token) {
        assertThat(refusedField(() -> list(AuditFilter.all(), false, 1, token)))
                .isEqualTo("page_token");
    }

    @Test
    void cursorsOfUsers_areRefused() {
        user("u");
        String token = users.list(AUDITOR, UserFilter.all(), new PageRequest(1, ""))
                .nextPageToken();
        assertThat(token).isNotEmpty();
        assertThat(refusedField(() -> list(AuditFilter.all(), false, 1, token)))
                .isEqualTo("page_token");
    }

    @Test
    void verify_tellsProgressAndTheLastHash() {
        user("u");
        AuditLog.Verified verified = log.verify(AUDITOR, 0, null, (v, t) -> {});
        AuditRecord last = list(AuditFilter.all(), true, 1, "").items().get(0);
        assertThat(verified.events()).isEqualTo(last.seq());
        assertThat(verified.lastHash()).isEqualTo(last.hash());
        assertThat(log.verify(AUDITOR, last.seq(), last.hash(), (v, t) -> {}).problem()).isNull();
        assertThat(log.verify(AUDITOR, last.seq(), last.previousHash(), (v, t) -> {}).problem())
                .contains("not the one that was expected");
    }

    @Test
    void verify_namesWhatWasAltered() throws Exception {
        user("u");
        TestStore.alter(directory, "UPDATE audit_event SET actor_name = 'x' WHERE seq = 2");
        AuditLog.Verified verified = log.verify(AUDITOR, 0, null, (v, t) -> {});
        assertThat(verified.problem()).isEqualTo("event 2 was altered");
        assertThat(verified.events()).isEqualTo(1);
        assertThat(verified.lastHash()).isNull();
        TestStore.alter(directory, "UPDATE audit_event SET actor_name = 'system' WHERE seq = 2");
    }

    @Test
    void verifyAgainstNonsense_isRefused() {
        assertThat(refusedField(() -> log.verify(AUDITOR, -1, null, (v, t) -> {})))
                .isEqualTo("expected_seq");
        assertThat(refusedField(() -> log.verify(AUDITOR, 1, new byte[31], (v, t) -> {})))
                .isEqualTo("expected_hash");
        assertThat(refusedField(() -> log.verify(AUDITOR, 0, new byte[32], (v, t) -> {})))
                .isEqualTo("expected_seq");
    }

    @Test
    void verifyingByTooMany_isRefused() throws Exception {
        // more than a page, so that progress is told
        for (int i = 0; i < 1_001; i++) {
            users.block(ADMIN, i % 2 == 0 ? user("u" + i).id() : "u" + (i - 1));
        }
        CountDownLatch inside = new CountDownLatch(2);
        CountDownLatch leave = new CountDownLatch(1);
        List<Future<AuditLog.Verified>> verified = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            verified.add(threads.submit(() -> log.verify(AUDITOR, 0, null, (v, t) -> {
                inside.countDown();
                awaitQuietly(leave);
            })));
        }
        assertThat(inside.await(20, TimeUnit.SECONDS)).isTrue();
        refused(() -> log.verify(AUDITOR, 0, null, (v, t) -> {}), Code.RESOURCE_EXHAUSTED);
        leave.countDown();
        for (Future<AuditLog.Verified> each : verified) {
            assertThat(each.get().problem()).isNull();
        }
        assertThat(log.verify(AUDITOR, 0, null, (v, t) -> {}).problem()).isNull();
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
