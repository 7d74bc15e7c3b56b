package dev.portcullis.admin.change;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.portcullis.admin.model.Actor;
import dev.portcullis.admin.service.NewToken;
import dev.portcullis.admin.service.NewUser;
import dev.portcullis.admin.service.TokenLifetime;
import dev.portcullis.admin.service.TokenPolicy;
import dev.portcullis.admin.service.Tokens;
import dev.portcullis.admin.service.Users;
import dev.portcullis.admin.store.Change;
import dev.portcullis.admin.store.CommitListener;
import dev.portcullis.admin.store.Engine;
import dev.portcullis.admin.store.SettableClock;
import dev.portcullis.admin.store.StoreConfig;
import dev.portcullis.admin.store.TestStore;
import dev.portcullis.core.token.TokenFormat;
import dev.portcullis.core.token.TokenMint;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource(Engine.class)
class ChangeFeedTest {
    @Parameter Engine engine;
    @TempDir Path directory;
    private final SettableClock clock = new SettableClock();
    private final ExecutorService thread = Executors.newSingleThreadExecutor();
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    private final Actor system = Actor.system("test");
    private TestStore test;
    private ChangeFeed feed;
    private LeaseTable leases;
    private Tokens tokens;

    @BeforeEach
    void open() throws Exception {
        test = TestStore.open(engine, directory, clock);
        SecureRandom random = new SecureRandom();
        new Users(test.store(), random).create(system, new NewUser("u", null, null, null));
        TokenMint mint = new TokenMint(new TokenFormat("pc"), random);
        tokens = new Tokens(test.store(), TokenPolicy.defaults(), mint, clock);
        leases = new LeaseTable(LeaseConfig.defaults(), System::nanoTime, 1, 0);
        feed = new ChangeFeed(test.store(), leases, 1, thread, timer);
        test.store().setCommitListener(feed);
    }

    @AfterEach
    void close() {
        thread.shutdownNow();
        timer.shutdownNow();
        test.close();
    }

    private long issue() {
        return tokens.issue(system, new NewToken("u", "t", new TokenLifetime.Standard()))
                .revision();
    }

    /** Notes every revision behind its cursor. */
    private final class Follower implements ChangeFeed.Watcher {
        private final List<Long> seen = new ArrayList<>();
        private final long start;
        private long cursor;
        private boolean behind;

        Follower(long start) {
            this.start = start;
            this.cursor = start;
        }

        Follower join() {
            thread.execute(() -> {
                feed.add(this);
                changed();
            });
            return this;
        }

        @Override
        public synchronized void changed() {
            List<Change> changes = feed.after(cursor, 3);
            while (changes != null && !changes.isEmpty()) {
                for (Change change : changes) {
                    seen.add(change.revision());
                    cursor = change.revision();
                }
                changes = feed.after(cursor, 3);
            }
            behind = changes == null;
        }

        synchronized boolean isAt(long revision) {
            return cursor == revision;
        }

        synchronized boolean hasSeenAll(long revision) {
            return seen.equals(LongStream.rangeClosed(start + 1, revision).boxed().toList());
        }

        synchronized boolean isBehind() {
            return behind;
        }
    }

    @Test
    void watcher_seesEveryCommitInOrder() {
        Follower follower = new Follower(1).join();
        for (int i = 0; i < 5; i++) {
            issue();
        }
        await().until(() -> follower.hasSeenAll(6));
    }

    @Test
    void watcherRemoved_isCalledNoMore() {
        Follower gone = new Follower(1).join();
        Follower other = new Follower(1).join();
        issue();
        await().until(() -> gone.hasSeenAll(2));
        thread.execute(() -> feed.remove(gone));
        issue();
        await().until(() -> other.hasSeenAll(3));
        assertThat(gone.isAt(2)).isTrue();
    }

    @Test
    void watchersThatJoinWhileOthersCommit_missNothing() throws Exception {
        int writers = 4;
        int each = 25;
        long end = 1 + writers * each;
        ExecutorService pool = Executors.newFixedThreadPool(writers);
        CountDownLatch start = new CountDownLatch(1);
        List<Future<?>> done = new ArrayList<>();
        for (int i = 0; i < writers; i++) {
            done.add(pool.submit(() -> {
                start.await();
                for (int k = 0; k < each; k++) {
                    issue();
                }
                return null;
            }));
        }
        List<Follower> followers = new ArrayList<>();
        start.countDown();
        while (test.store().revision() < end) {
            // as a stream does: a snapshot first, then the feed from there
            followers.add(new Follower(test.store().revision()).join());
        }
        for (Future<?> writer : done) {
            writer.get();
        }
        pool.shutdown();
        assertThat(followers).hasSizeGreaterThan(5);
        await().untilAsserted(() -> assertThat(followers)
                .allMatch(follower -> follower.hasSeenAll(end)));
    }

    @Test
    void logCannotBeRead_feedGoesOnWhenItCan() {
        Follower follower = new Follower(1).join();
        CountDownLatch hold = new CountDownLatch(1);
        thread.execute(() -> {
            try {
                hold.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        issue();
        // the feed's next read is the very next statement
        test.failAt(1);
        hold.countDown();
        await().until(() -> follower.hasSeenAll(2));
        assertThat(test.stopFailing()).isNotEmpty();
    }

    @Test
    void commitThatFailedAndMayHaveHappened_feedLooks() throws Exception {
        Follower follower = new Follower(1).join();
        // a commit that nobody was told of, as if the error had come after it
        test.store().setCommitListener(CommitListener.NONE);
        issue();
        feed.uncertain();
        await().until(() -> follower.hasSeenAll(2));
    }

    @Test
    void watcherTooFarBehind_isTold() {
        Follower early = new Follower(0).join();
        await().until(early::isBehind);
    }

    @Test
    void feedBehindTheTrimmedLog_watchersHaveToResume() {
        Follower follower = new Follower(1).join();
        test.store().setCommitListener(CommitListener.NONE);
        issue();
        issue();
        clock.advance(StoreConfig.DEFAULT_RETENTION.plusSeconds(1));
        test.store().trimChanges();
        feed.uncertain();
        await().until(follower::isBehind);
        Follower resumed = new Follower(3).join();
        test.store().setCommitListener(feed);
        issue();
        await().until(() -> resumed.hasSeenAll(4));
    }

    @Test
    void logThatIsAnother_tellsNobodyAnythingMore() throws Exception {
        Follower follower = new Follower(1).join();
        issue();
        await().until(() -> follower.hasSeenAll(2));
        LeaseTable.Attachment g = leases.attach(Arrival.of("g", 2, false), () -> {});
        assertThat(g.request()).isPositive();
        // put back, and the same number given to something else; then one more
        TestStore.alter(directory,
                "UPDATE change SET committed_at = committed_at + 1 WHERE revision = 2");
        long revision = issue();
        await().until(() -> g.request() == 0);
        assertThat(follower.isAt(2)).isTrue();
        assertThat(g.applied(revision)).isZero();
        assertThat(leases.unconfirmed(revision).gateways()).containsExactly("g");
        assertThat(leases.unconfirmed(1).gateways()).containsExactly("g");
    }

    @Test
    void logThatIsShorterThanBefore_isAnother() throws Exception {
        issue();
        await().until(() -> feed.heard() == 2);
        new Follower(1).join();
        TestStore.alter(directory, "UPDATE head SET revision = 1");
        await().until(() -> {
            feed.uncertain();
            return leases.isDistrusted();
        });
    }

    @Test
    void commit_isKnownToTheLeasesBeforeTheCallReturns() {
        leases.attach(Arrival.of("g", 1, false), () -> {}).request();
        long revision = issue();
        assertThat(leases.unconfirmed(revision).gateways()).containsExactly("g");
    }
}
