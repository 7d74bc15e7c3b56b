package dev.portcullis.admin.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.portcullis.admin.model.Actor;
import dev.portcullis.admin.model.AuditRecord;
import dev.portcullis.admin.model.ServiceException;
import dev.portcullis.admin.model.ServiceException.Code;
import dev.portcullis.admin.model.Subject;
import dev.portcullis.admin.service.NewUser.NewBinding;
import dev.portcullis.admin.store.Usage;
import dev.portcullis.core.access.Restrictions;
import dev.portcullis.core.access.Role;
import dev.portcullis.core.access.UserKind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Those who follow the audit log get every event once, in order, and harm nobody. */
class AuditFollowTest extends ServiceFixture {
    private static final Duration PATIENCE = Duration.ofMillis(300);

    private final ThreadPoolExecutor threads = new ThreadPoolExecutor(
            0, AuditLog.THREADS_MAX, 1, TimeUnit.SECONDS, new SynchronousQueue<>());
    private final ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1);
    private AuditLog log;

    @BeforeEach
    void openLog() {
        timer.setRemoveOnCancelPolicy(true);
        log = new AuditLog(test.store(), clock, new AuditThreads(threads, timer, PATIENCE));
        test.store().setCommitListener(log.commitListener());
    }

    @AfterEach
    void closeLog() throws Exception {
        log.close();
        threads.shutdown();
        assertThat(threads.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
        assertThat(timer.getQueue()).isEmpty();
        timer.shutdownNow();
    }

    /** Takes note of all it is handed. */
    private final class Reader implements Consumer<AuditRecord> {
        final List<Long> seen = new CopyOnWriteArrayList<>();
        final List<RuntimeException> ends = new CopyOnWriteArrayList<>();
        final AuditLog.Subscription subscription;

        Reader(Actor actor, AuditFilter filter, long afterSeq) {
            subscription = log.follow(actor, filter, afterSeq, this, ends::add);
        }

        Reader(long afterSeq) {
            this(AUDITOR, AuditFilter.all(), afterSeq);
        }

        @Override
        public void accept(AuditRecord event) {
            seen.add(event.seq());
        }

        void awaitEnd(Code code) {
            await().until(() -> !ends.isEmpty());
            assertThat(ends).hasSize(1);
            assertThat(((ServiceException) ends.get(0)).code()).isEqualTo(code);
        }
    }

    private long last() {
        return test.store().<Long>read(t -> t.auditTable().lastSeq());
    }

    private static List<Long> numbers(long from, long to) {
        return LongStream.rangeClosed(from, to).boxed().toList();
    }

    private void awaitAll(Reader reader, long from) {
        await().until(() -> !reader.seen.isEmpty()
                && reader.seen.get(reader.seen.size() - 1) == last());
        assertThat(reader.seen).isEqualTo(numbers(from, last()));
    }

    @Test
    void everything_firstWhatIsThereThenWhatComes() {
        // more than a page
        for (int i = 0; i < 120; i++) {
            user("u" + i);
        }
        Reader reader = new Reader(0);
        awaitAll(reader, 1);
        user("later");
        awaitAll(reader, 1);
        user("later still");
        awaitAll(reader, 1);
        assertThat(reader.ends).isEmpty();
    }

    @Test
    void behindAnEvent_nothingBeforeIt() {
        user("u");
        user("v");
        Reader reader = new Reader(2);
        awaitAll(reader, 3);
    }

    @Test
    void onlyNewOnes_nothingThatWas() {
        user("u");
        long before = last();
        Reader reader = new Reader(-1);
        user("v");
        awaitAll(reader, before + 1);
    }

    @Test
    void filter_leavesOutTheRest() {
        Reader reader = new Reader(
                AUDITOR, new AuditFilter(null, null, "user.block", null, null), 0);
        user("u");
        users.block(ADMIN, "u");
        long blocked = last();
        user("v");
        users.block(ADMIN, "v");
        long again = last();
        await().until(() -> reader.seen.size() == 2);
        assertThat(reader.seen).containsExactly(blocked, again);
    }

    @Test
    void writersAndFollowersAtOnce_noEventIsLostOrDoubled() throws Exception {
        user("u");
        int writers = 4;
        int each = 60;
        CountDownLatch done = new CountDownLatch(writers);
        List<Thread> started = new ArrayList<>();
        for (int w = 0; w < writers; w++) {
            Thread thread = new Thread(() -> {
                for (int i = 0; i < each; i++) {
                    token("u");
                }
                done.countDown();
            });
            thread.start();
            started.add(thread);
        }
        // they join in all the time, from the beginning, from the middle, from now on
        List<Reader> fromStart = new ArrayList<>();
        List<Reader> fromNow = new ArrayList<>();
        while (done.getCount() > 0 && fromStart.size() < 25) {
            fromStart.add(new Reader(0));
            fromNow.add(new Reader(-1));
            assertThat(done.await(10, TimeUnit.MILLISECONDS)).isIn(true, false);
        }
        for (Thread thread : started) {
            thread.join();
        }
        token("u");
        long total = last();
        assertThat(total).isGreaterThan(writers * each);
        for (Reader reader : fromStart) {
            awaitAll(reader, 1);
        }
        for (Reader reader : fromNow) {
            await().until(() -> !reader.seen.isEmpty()
                    && reader.seen.get(reader.seen.size() - 1) == total);
            assertThat(reader.seen).isEqualTo(numbers(reader.seen.get(0), total));
        }
        assertThat(threads.getLargestPoolSize()).isLessThanOrEqualTo(AuditLog.THREADS_MAX);
    }

    @Test
    void nothingHappens_nothingIsRead() throws Exception {
        Reader reader = new Reader(0);
        awaitAll(reader, 1);
        await().until(() -> threads.getActiveCount() == 0);
        String token = token("admin").token().id();
        awaitAll(reader, 1);
        await().until(() -> threads.getActiveCount() == 0);
        test.failAt(0);
        usages.report(List.of(new Usage(token, 1_000, "192.0.2.1")));
        // as long as anything that polls could take to show itself
        assertThat(new CountDownLatch(1).await(600, TimeUnit.MILLISECONDS)).isFalse();
        assertThat(test.stopFailing()).noneMatch(sql -> sql.contains("audit"));
        assertThat(timer.getQueue()).isEmpty();
    }

    @Test
    void eventThatIsOfNoChange_isHandedOverAtOnce() {
        Reader reader = new Reader(0);
        awaitAll(reader, 1);
        long revision = test.store().revision();
        refusals.report("gw-1", List.of(new Refusal(
                "credential_invalid", "", "192.0.2.66", "app", 7, clock.millis(), clock.millis())));
        awaitAll(reader, 1);
        assertThat(test.store().revision()).isEqualTo(revision);
    }

    @Test
    void closed_getsNothingMoreAndIsNotTold() {
        Reader reader = new Reader(0);
        awaitAll(reader, 1);
        reader.subscription.close();
        Reader other = new Reader(0);
        int before = reader.seen.size();
        user("u");
        awaitAll(other, 1);
        assertThat(reader.seen).hasSize(before);
        assertThat(reader.ends).isEmpty();
        reader.subscription.close();
    }

    @Test
    void tooMany_areRefusedUntilOneLeaves() {
        List<Reader> readers = new ArrayList<>();
        for (int i = 0; i < 64; i++) {
            readers.add(new Reader(-1));
        }
        refused(() -> new Reader(-1), Code.RESOURCE_EXHAUSTED);
        readers.get(5).subscription.close();
        await().untilAsserted(() -> new Reader(-1));
        long before = last();
        user("u");
        readers.remove(5);
        for (Reader reader : readers) {
            awaitAll(reader, before + 1);
        }
        assertThat(threads.getLargestPoolSize()).isLessThanOrEqualTo(AuditLog.THREADS_MAX);
    }

    @Test
    void slowReader_isEndedAndHoldsNobodyUp() {
        CountDownLatch never = new CountDownLatch(1);
        List<Long> taken = new CopyOnWriteArrayList<>();
        List<RuntimeException> ends = new CopyOnWriteArrayList<>();
        log.follow(AUDITOR, AuditFilter.all(), 0, event -> {
            taken.add(event.seq());
            try {
                never.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException("interrupted", e);
            }
        }, ends::add);
        Reader other = new Reader(0);
        await().until(() -> !taken.isEmpty());
        user("u");
        awaitAll(other, 1);
        await().until(() -> !ends.isEmpty());
        assertThat(((ServiceException) ends.get(0)).code()).isEqualTo(Code.RESOURCE_EXHAUSTED);
        user("v");
        awaitAll(other, 1);
        assertThat(taken).containsExactly(1L);
        assertThat(ends).hasSize(1);
    }

    @Test
    void readerThatIsBehindButNotStuck_goesOn() {
        for (int i = 0; i < 20; i++) {
            user("u" + i);
        }
        List<Long> taken = new CopyOnWriteArrayList<>();
        List<RuntimeException> ends = new CopyOnWriteArrayList<>();
        log.follow(AUDITOR, AuditFilter.all(), 0, event -> {
            taken.add(event.seq());
            // all together this takes several times as long as one event may
            try {
                new CountDownLatch(1).await(50, TimeUnit.MILLISECONDS);
            } catch (InterruptedException e) {
                throw new IllegalStateException("interrupted", e);
            }
        }, ends::add);
        await().until(() -> taken.size() == last());
        assertThat(ends).isEmpty();
    }

    @Test
    void sinkThatThrows_endsItsSubscriptionAlone() {
        IllegalStateException broken = new IllegalStateException("gone");
        List<RuntimeException> ends = new CopyOnWriteArrayList<>();
        log.follow(AUDITOR, AuditFilter.all(), 0, event -> {
            throw broken;
        }, ends::add);
        Reader other = new Reader(0);
        awaitAll(other, 1);
        await().until(() -> !ends.isEmpty());
        user("u");
        awaitAll(other, 1);
        assertThat(ends).containsExactly(broken);
    }

    @Test
    void closing_endsAllAndAdmitsNobody() {
        Reader idle = new Reader(0);
        awaitAll(idle, 1);
        log.close();
        idle.awaitEnd(Code.UNAVAILABLE);
        refused(() -> new Reader(0), Code.UNAVAILABLE);
    }

    @Test
    void closing_endsOneThatIsInItsSink() {
        CountDownLatch never = new CountDownLatch(1);
        CountDownLatch inside = new CountDownLatch(1);
        List<RuntimeException> ends = new CopyOnWriteArrayList<>();
        log.follow(AUDITOR, AuditFilter.all(), 0, event -> {
            inside.countDown();
            try {
                never.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException("interrupted", e);
            }
        }, ends::add);
        await().until(() -> inside.getCount() == 0);
        log.close();
        await().until(() -> !ends.isEmpty());
        assertThat(((ServiceException) ends.get(0)).code()).isEqualTo(Code.UNAVAILABLE);
    }

    // ------------------------------------------------------- who may no longer read is ended

    private Actor holder(IssuedToken token) {
        return new Actor(token.token().userId(), "a", Role.AUDITOR, "192.0.2.7", "req-7",
                new Actor.Holder(token.token().id(), UserKind.SERVICE, Restrictions.NONE,
                        Long.MAX_VALUE));
    }

    private Reader auditor() {
        user("a", new NewBinding("*", Role.AUDITOR));
        Reader reader = new Reader(holder(token("a")), AuditFilter.all(), 0);
        awaitAll(reader, 1);
        return reader;
    }

    private void assertEnded(Reader reader, long lastSeen, Code code) {
        reader.awaitEnd(code);
        assertThat(reader.seen).isEqualTo(numbers(1, lastSeen));
    }

    @Test
    void tokenRevoked_notEvenThatEventIsHandedOver() {
        user("a", new NewBinding("*", Role.AUDITOR));
        IssuedToken token = token("a");
        Reader reader = new Reader(holder(token), AuditFilter.all(), 0);
        awaitAll(reader, 1);
        long before = last();
        tokens.revoke(ADMIN, token.token().id());
        assertEnded(reader, before, Code.UNAUTHENTICATED);
    }

    @Test
    void tokenExpired_nothingMoreIsHandedOver() {
        Reader reader = auditor();
        long before = last();
        clock.advance(Duration.ofDays(400));
        user("v");
        assertEnded(reader, before, Code.UNAUTHENTICATED);
    }

    @Test
    void userBlocked_nothingMoreIsHandedOver() {
        Reader reader = auditor();
        long before = last();
        users.block(ADMIN, "a");
        assertEnded(reader, before, Code.PERMISSION_DENIED);
    }

    @Test
    void roleTakenAway_nothingMoreIsHandedOver() {
        Reader reader = auditor();
        long before = last();
        bindings.delete(ADMIN, Subject.user("a"), "*");
        assertEnded(reader, before, Code.PERMISSION_DENIED);
    }
}
