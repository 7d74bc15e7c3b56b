package dev.portcullis.admin.origin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.admin.store.TestStore;
import dev.portcullis.proto.origin.v1.ResolveRequest;
import dev.portcullis.proto.origin.v1.ResolveResponse;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** What is answered without the database, and when it is asked after all. */
class KnownPrefixesTest extends OriginFixture {
    private static final String STRANGER = "zzzzzzzzzzz0";

    private void startAndFill() {
        known.start();
        Awaitility.await().until(known::filled);
    }

    /** Until the feed has told of everything. */
    private void settle() throws Exception {
        feedThread.submit(() -> {}).get();
        feedThread.submit(() -> {}).get();
    }

    private ResolveResponse resolve(String prefix, long notBefore) {
        return blocking().resolve(ResolveRequest.newBuilder()
                .setCredentialPrefix(prefix).setNotBefore(notBefore).build());
    }

    @Test
    void notFilledYet_theDatabaseIsAsked() {
        assertThat(known.absentSince(STRANGER, 0)).isEqualTo(KnownPrefixes.UNSURE);
        assertThat(resolve(STRANGER, 0).hasCredential()).isFalse();
        assertThat(known.spared()).isZero();
    }

    @Test
    void strangers_areAnsweredWithoutTheDatabase() throws Exception {
        String real = issue();
        startAndFill();
        assertThat(resolve(real, 0).getCredential().getPrefix()).isEqualTo(real);
        // nothing is left to ask with: whoever is answered was answered by the filter
        workers.shutdown();
        for (int i = 0; i < 1_000; i++) {
            ResolveResponse answer = resolve("y%011d".formatted(i), 2);
            assertThat(answer).isEqualTo(ResolveResponse.newBuilder().setAsOf(2).build());
        }
        assertThat(known.spared()).isEqualTo(1_000);
    }

    @Test
    void whatIsMadeLater_isKnownBeforeAnyGatewayHearsOfIt() throws Exception {
        startAndFill();
        TestGateway gateway = new TestGateway(channel, true, test.store())
                .hello("g", test.store().revision(), 1);
        gateway.next();
        gateway.next();
        for (int i = 0; i < 50; i++) {
            String made = issue();
            long told = gateway.next().getChanges().getChanges(0).getRevision();
            assertThat(resolve(made, told).getCredential().getPrefix()).isEqualTo(made);
            assertThat(known.absentSince(STRANGER, told)).isGreaterThanOrEqualTo(told);
        }
    }

    @Test
    void behindWhatIsAskedFor_theDatabaseIsAsked() {
        startAndFill();
        long revision = test.store().revision();
        assertThat(known.absentSince(STRANGER, revision)).isEqualTo(revision);
        assertThat(known.absentSince(STRANGER, revision + 1)).isEqualTo(KnownPrefixes.UNSURE);
        assertThat(resolve(STRANGER, revision + 1).getAsOf()).isEqualTo(revision);
    }

    @Test
    void behindACommitOfThisProcess_theDatabaseIsAsked() throws Exception {
        startAndFill();
        CountDownLatch hold = new CountDownLatch(1);
        feedThread.execute(() -> {
            try {
                hold.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        String made = issue();
        assertThat(known.absentSince(STRANGER, 0)).isEqualTo(KnownPrefixes.UNSURE);
        assertThat(resolve(made, 0).hasCredential()).isTrue();
        hold.countDown();
        settle();
        assertThat(known.absentSince(STRANGER, 0)).isEqualTo(test.store().revision());
    }

    @Test
    void manyPartsAndChangesInBetween_allAreKnown() throws Exception {
        plant(0, 35_000);
        List<String> made = new ArrayList<>();
        known.start();
        while (!known.filled()) {
            made.add(issue());
        }
        settle();
        assertThat(made).isNotEmpty().allSatisfy(prefix ->
                assertThat(known.absentSince(prefix, 0)).isEqualTo(KnownPrefixes.UNSURE));
        for (int i = 0; i < 35_000; i += 7) {
            assertThat(known.absentSince(planted(i), 0)).isEqualTo(KnownPrefixes.UNSURE);
        }
        assertThat(known.absentSince(STRANGER, 0)).isPositive();
    }

    @Test
    void grownByHalf_isMadeAnewAndGoesOnAnswering() throws Exception {
        startAndFill();
        long small = known.bytes();
        plant(0, (int) (PrefixFilter.EXPECTED_MIN * 2));
        // told by the feed as if they had been made one by one, which would take long
        try (Connection connection = TestStore.connect(directory);
                Statement statement = connection.createStatement()) {
            statement.execute("INSERT INTO change (revision, change_key, committed_at)"
                    + " SELECT 3 + CAST(substr(prefix, 2) AS INTEGER) / 50, 'c:' || prefix, 0"
                    + " FROM credentials WHERE prefix LIKE 'a%'");
            statement.execute(
                    "UPDATE head SET revision = (SELECT max(revision) FROM change)");
        }
        feed.uncertain();
        Awaitility.await().until(() -> known.bytes() > small);
        settle();
        assertThat(known.absentSince(STRANGER, 0)).isEqualTo(test.store().revision());
        assertThat(known.absentSince(planted(77), 0)).isEqualTo(KnownPrefixes.UNSURE);
    }

    @Test
    void missedChanges_fillItAnew() throws Exception {
        startAndFill();
        plant(0, 10);
        try (Connection connection = TestStore.connect(directory);
                Statement statement = connection.createStatement()) {
            // as where another process has made them, and the feed slept longer than they are kept
            statement.execute("UPDATE head SET revision = 40, trimmed_to = 40");
            statement.execute("DELETE FROM change");
        }
        feed.uncertain();
        settle();
        Awaitility.await().until(known::filled);
        assertThat(known.absentSince(STRANGER, 40)).isEqualTo(40);
        assertThat(known.absentSince(planted(3), 40)).isEqualTo(KnownPrefixes.UNSURE);
    }

    @Test
    void sharedDatabaseThatCannotBeRead_isNotAnsweredFor() throws Exception {
        KnownPrefixes replica = new KnownPrefixes(
                new KnownPrefixes.Sources(test.store(), feed, true, time),
                background, new SecureRandom(), 1 << 24);
        replica.start();
        Awaitility.await().until(() -> replica.absentSince(STRANGER, 0) > 0);
        // nobody has looked for five seconds
        background.shutdown();
        assertThat(background.awaitTermination(5, TimeUnit.SECONDS)).isTrue();
        settle();
        time.advance(Duration.ofSeconds(5));
        assertThat(replica.absentSince(STRANGER, 0)).isEqualTo(KnownPrefixes.UNSURE);
    }

    private static String planted(int i) {
        return "a%011d".formatted(i);
    }

    /** Rows beside a first one, without the work of issuing them. */
    private void plant(int from, int to) throws Exception {
        issue();
        try (Connection connection = TestStore.connect(directory);
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE TEMP TABLE one AS SELECT * FROM credentials LIMIT 1");
            statement.execute("UPDATE one SET family = prefix");
            statement.execute(("CREATE TEMP TABLE many AS WITH RECURSIVE n (i) AS"
                    + " (SELECT %d UNION ALL SELECT i + 1 FROM n WHERE i < %d)"
                    + " SELECT printf('a%%011d', i) AS name FROM n").formatted(from, to - 1));
            statement.execute(insertOfMany(connection));
        }
    }

    private static String insertOfMany(Connection connection) throws Exception {
        List<String> columns = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(
                        "SELECT name FROM pragma_table_info('credentials')")) {
            while (rows.next()) {
                columns.add(rows.getString(1));
            }
        }
        String values = String.join(", ", columns.stream()
                .map(name -> name.equals("prefix") || name.equals("family") ? "many.name"
                        : "one." + name)
                .toList());
        return "INSERT INTO credentials (" + String.join(", ", columns) + ") SELECT " + values
                + " FROM one, many";
    }
}
