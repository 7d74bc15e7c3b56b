package dev.portcullis.admin.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.portcullis.admin.model.Binding;
import dev.portcullis.admin.model.TokenState;
import dev.portcullis.admin.store.CacheKeyTable.Named;
import dev.portcullis.core.access.Principal;
import dev.portcullis.core.access.Role;
import dev.portcullis.core.access.UserKind;
import dev.portcullis.core.token.CredentialKind;
import dev.portcullis.core.verify.CredentialRecord;
import dev.portcullis.core.verify.CredentialState;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every database has to do for the store; run once for each of them. */
abstract class StoreContract {
    private static final String A = "usr_aaaaaaaaaaaaaaaa";
    private static final String B = "usr_bbbbbbbbbbbbbbbb";

    final SettableClock clock = new SettableClock();
    Store store;

    /** An empty store; called again it opens the same one. */
    abstract Store open() throws StartException;

    @BeforeEach
    void openEmpty() throws StartException {
        store = open();
    }

    @AfterEach
    void close() {
        store.close();
    }

    @Test
    void emptyStore_revisionZero() {
        assertThat(store.revision()).isZero();
        assertThat(store.<Boolean>read(ReadTransaction::hasUsers)).isFalse();
        assertThat(new AuditVerifier(store).verify().intact()).isTrue();
    }

    @Test
    void changes_haveRisingRevisions() {
        assertThat(Samples.insertUser(store, A)).isEqualTo(1);
        assertThat(Samples.insertUser(store, B)).isEqualTo(2);
        assertThat(Samples.insertCredential(store, 1, A)).isEqualTo(3);
        assertThat(store.revision()).isEqualTo(3);
    }

    @Test
    void everyChange_isInTheLogWithItsKey() {
        Samples.insertUser(store, A);
        Samples.insertCredential(store, 1, A);
        Samples.revoke(store, 1);
        List<Change> changes = store.read(t -> t.changesAfter(0, 2_000));
        assertThat(changes).extracting(Change::revision, Change::keys).containsExactly(
                tuple(1L, List.of("p:" + A)),
                tuple(2L, List.of("c:000000000001")),
                tuple(3L, List.of("c:000000000001")));
        assertThat(store.<List<Change>>read(t -> t.changesAfter(2, 2_000))).hasSize(1);
    }

    @Test
    void changesReadInParts_revisionNeverSplit() {
        Samples.insertUser(store, A);
        for (int i = 1; i <= 3; i++) {
            Samples.insertCredential(store, i, A);
        }
        store.write(transaction -> {
            transaction.deleteUser(A);
            transaction.audit(Samples.ADMIN, Samples.entry("user.delete"));
            return null;
        });
        // the last revision has four keys
        assertThat(store.<List<Change>>read(t -> t.changesAfter(0, 7)))
                .extracting(Change::revision).containsExactly(1L, 2L, 3L, 4L);
        assertThat(store.<List<Change>>read(t -> t.changesAfter(4, 5)).get(0).keys())
                .containsExactly("c:000000000001", "c:000000000002", "c:000000000003", "p:" + A);
    }

    @Test
    void workThatThrows_leavesNothing() {
        Samples.insertUser(store, A);
        assertThatThrownBy(() -> store.write(transaction -> {
            transaction.insertUser(Samples.user(B), "system");
            transaction.audit(Samples.ADMIN, Samples.entry("user.create"));
            throw new IllegalStateException("stop");
        })).isInstanceOf(IllegalStateException.class);
        assertThat(store.revision()).isEqualTo(1);
        assertThat(store.<UserRow>read(t -> t.user(B))).isNull();
        assertThat(store.<List<AuditEvent>>read(t -> t.auditAfter(0, 10))).hasSize(1);
        assertThat(Samples.insertUser(store, B)).isEqualTo(2);
    }

    @Test
    void changeWithoutAuditEvent_isRefused() {
        assertThatThrownBy(() -> store.write(
                        transaction -> transaction.insertUser(Samples.user(A), "system")))
                .isInstanceOf(IllegalStateException.class);
        assertThat(store.<Boolean>read(ReadTransaction::hasUsers)).isFalse();
    }

    @Test
    void userStored_readBackWhole() {
        Samples.insertUser(store, A);
        UserRow row = store.read(t -> t.user(A));
        assertThat(row.name()).isEqualTo("Name of " + A);
        assertThat(row.kind()).isEqualTo(UserKind.SERVICE);
        assertThat(row.createdAt()).isEqualTo(clock.millis());
        assertThat(row.createdRevision()).isEqualTo(1);
        assertThat(row.deleted()).isFalse();
        assertThat(row.lastUsedAt()).isNull();
        assertThat(store.<UserRow>read(t -> t.userByNameKey("name of " + A))).isEqualTo(row);
        assertThat(store.<UserRow>read(t -> t.user("nobody"))).isNull();
    }

    @Test
    void nameKeyTwice_isRefusedByTheDatabase() {
        Samples.insertUser(store, A);
        UserRow twin = new UserRow(B, "x", "name of " + A, "", UserKind.SERVICE, false,
                0, null, 0, null, null, 0);
        assertThatThrownBy(() -> store.write(transaction -> {
            transaction.insertUser(twin, "system");
            transaction.audit(Samples.ADMIN, Samples.entry("user.create"));
            return null;
        })).hasMessageContaining("nothing was changed");
        assertThat(store.revision()).isEqualTo(1);
    }

    @Test
    void credentialOfNoUser_isRefusedByTheDatabase() {
        assertThatThrownBy(() -> Samples.insertCredential(store, 1, "usr_nobody"))
                .hasMessageContaining("nothing was changed");
    }

    @Test
    void binding_replacedAndDeleted() {
        Samples.insertUser(store, A);
        put(new Binding(A, "app", Role.READER));
        put(new Binding(A, "app", Role.WRITER));
        put(new Binding(A, "*", Role.AUDITOR));
        assertThat(store.<List<Binding>>read(t -> t.bindings(A))).containsExactly(
                new Binding(A, "*", Role.AUDITOR), new Binding(A, "app", Role.WRITER));
        Principal principal = store.read(t -> t.principal(A));
        assertThat(principal.roleOn("app")).isEqualTo(Role.WRITER);
        assertThat(principal.roleOn("other")).isEqualTo(Role.AUDITOR);
        store.write(transaction -> {
            transaction.deleteBinding(A, "app");
            transaction.audit(Samples.ADMIN, Samples.entry("binding.delete"));
            return null;
        });
        assertThat(store.<Principal>read(t -> t.principal(A)).roles()).containsOnlyKeys("*");
        assertThat(store.<UserRow>read(t -> t.user(A)).revision()).isEqualTo(5);
    }

    private void put(Binding binding) {
        store.write(transaction -> {
            transaction.putBinding(binding);
            transaction.audit(Samples.ADMIN, Samples.entry("binding.put"));
            return null;
        });
    }

    @Test
    void deletedUser_noPrincipalAndRevokedCredentials() {
        Samples.insertUser(store, A);
        Samples.insertCredential(store, 1, A);
        store.write(transaction -> {
            assertThat(transaction.deleteUser(A)).isEqualTo(1);
            transaction.audit(Samples.ADMIN, Samples.entry("user.delete"));
            return null;
        });
        assertThat(store.<Principal>read(t -> t.principal(A))).isNull();
        assertThat(store.<UserRow>read(t -> t.user(A)).deleted()).isTrue();
        CredentialRow row = store.read(t -> t.credential(Samples.prefix(1)));
        assertThat(row.record().state()).isEqualTo(CredentialState.REVOKED);
        assertThat(row.revokedAt()).isEqualTo(clock.millis());
    }

    @Test
    void userWithMoreCredentialsThanKeys_deletedByPrincipalAlone() {
        Samples.insertUser(store, A);
        store.write(transaction -> {
            for (int i = 0; i <= WriteTransaction.KEYS_MAX; i++) {
                transaction.credentialWriter().insert(
                        new NewCredential(Samples.credential(i, A), "t", "system"));
            }
            transaction.audit(Samples.ADMIN, Samples.entry("token.issue"));
            return null;
        });
        store.write(transaction -> {
            assertThat(transaction.deleteUser(A)).isEqualTo(WriteTransaction.KEYS_MAX + 1);
            transaction.audit(Samples.ADMIN, Samples.entry("user.delete"));
            return null;
        });
        assertThat(store.<List<Change>>read(t -> t.changesAfter(2, 5_000)))
                .extracting(Change::revision, Change::keys)
                .containsExactly(tuple(3L, List.of("p:" + A)));
    }

    @Test
    void readTransaction_seesOneSnapshot() throws Exception {
        Samples.insertUser(store, A);
        Samples.insertCredential(store, 1, A);
        ExecutorService other = Executors.newSingleThreadExecutor();
        try {
            store.read(transaction -> {
                assertThat(transaction.revision()).isEqualTo(2);
                join(other.submit(() -> Samples.revoke(store, 1)));
                // the revocation is committed, but not in this snapshot
                assertThat(transaction.credential(Samples.prefix(1)).record().state())
                        .isEqualTo(CredentialState.LIVE);
                assertThat(transaction.revision()).isEqualTo(2);
                return null;
            });
        } finally {
            other.shutdownNow();
        }
        assertThat(store.revision()).isEqualTo(3);
    }

    private static void join(Future<?> future) {
        try {
            future.get();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void readTransaction_cannotWrite() {
        assertThatThrownBy(() -> store.read(transaction ->
                        transaction.sql.update("UPDATE head SET revision = 99")))
                .hasMessageContaining("cannot be read");
        assertThat(store.revision()).isZero();
    }

    @Test
    void tokens_listedInOrderOfCreationByPages() {
        Samples.insertUser(store, A);
        Samples.insertUser(store, B);
        for (int i = 0; i < 25; i++) {
            // falling prefixes: the order is not theirs
            Samples.insertCredential(store, 100 - i, i % 5 == 0 ? B : A);
        }
        List<String> all = pages(null, null);
        assertThat(all).hasSize(25).isSortedAccordingTo((x, y) -> y.compareTo(x));
        assertThat(pages(B, null)).containsExactly(
                Samples.prefix(100), Samples.prefix(95), Samples.prefix(90),
                Samples.prefix(85), Samples.prefix(80));
    }

    @Test
    void tokens_listedByState() {
        Samples.insertUser(store, A);
        for (int i = 1; i <= 4; i++) {
            Samples.insertCredential(store, i, A);
        }
        Samples.revoke(store, 2);
        assertThat(pages(null, TokenState.REVOKED)).containsExactly(Samples.prefix(2));
        assertThat(pages(A, TokenState.LIVE)).hasSize(3);
        assertThat(pages(A, TokenState.EXPIRED)).isEmpty();
        assertThat(pages(null, TokenState.REPLACED)).isEmpty();
    }

    @Test
    void tokens_listedByEveryFilterAsIfAllWereLookedAt() {
        Samples.insertUser(store, A);
        Samples.insertUser(store, B);
        Random random = new Random(7);
        for (int i = 0; i < 60; i++) {
            insertOneOfMany(random, 500 - i);
        }
        List<CredentialRow> all = new ArrayList<>();
        for (CredentialKind kind : CredentialKind.values()) {
            all.addAll(rows(query(kind, null, null, null, null)));
        }
        assertThat(all).hasSize(60);
        for (CredentialKind kind : CredentialKind.values()) {
            for (String user : new String[] {null, A, B}) {
                for (TokenState state : states()) {
                    for (Long end : new Long[] {null, clock.millis() - 3, clock.millis() + 5}) {
                        for (Long use : new Long[] {null, 1L, clock.millis() - 4}) {
                            check(all, query(kind, user, state, end, use));
                        }
                    }
                }
            }
        }
    }

    private static TokenState[] states() {
        return new TokenState[] {
            null, TokenState.LIVE, TokenState.EXPIRED, TokenState.REPLACED, TokenState.REVOKED};
    }

    /** One that ends, was used, rotated or revoked around now, or not. */
    private void insertOneOfMany(Random random, int number) {
        long now = clock.millis();
        CredentialKind kind = random.nextInt(4) == 0
                ? CredentialKind.API_KEY : CredentialKind.ACCESS_TOKEN;
        long expiresAt = random.nextInt(3) == 0
                ? CredentialRecord.NEVER : now + random.nextInt(14) - 7;
        String prefix = Samples.prefix(number);
        store.write(transaction -> {
            CredentialRecord sample = Samples.credential(number, random.nextBoolean() ? A : B);
            transaction.credentialWriter().insert(new NewCredential(
                    new CredentialRecord(sample.prefix(), kind, sample.hash(), sample.userId(),
                            CredentialState.LIVE, expiresAt),
                    "t", "system"));
            if (random.nextInt(3) == 0) {
                transaction.credentialWriter().replace(
                        prefix, "x", Math.min(expiresAt, now + random.nextInt(10) - 5));
            }
            if (random.nextInt(4) == 0) {
                transaction.credentialWriter().revoke(prefix);
            }
            transaction.audit(Samples.ADMIN, Samples.entry("token.issue"));
            return null;
        });
        if (random.nextBoolean()) {
            store.recordUsage(List.of(new Usage(prefix, now - random.nextInt(9), "192.0.2.5")));
        }
    }

    private void check(List<CredentialRow> all, CredentialQuery query) {
        Comparator<CredentialRow> order = Comparator
                .comparing((CredentialRow row) -> query.cursor(row).revision())
                .thenComparing(CredentialRow::id);
        List<String> expected = all.stream()
                .filter(row -> row.record().kind() == query.kind())
                .filter(row -> query.userId() == null
                        || row.record().userId().equals(query.userId()))
                .filter(row -> query.state() == null || state(row) == query.state())
                .filter(row -> query.endsBefore() == null || row.endsAt() < query.endsBefore())
                .filter(row -> query.usedBefore() == null || row.lastUsedAt() == null
                        || row.lastUsedAt() < query.usedBefore())
                .sorted(order).map(CredentialRow::id).toList();
        assertThat(rows(query)).as(query.toString())
                .extracting(CredentialRow::id).isEqualTo(expected);
    }

    private TokenState state(CredentialRow row) {
        if (row.record().state() == CredentialState.REVOKED) {
            return TokenState.REVOKED;
        }
        if (row.record().replacedAt(clock.millis())) {
            return TokenState.REPLACED;
        }
        return row.record().expiredAt(clock.millis()) ? TokenState.EXPIRED : TokenState.LIVE;
    }

    private CredentialQuery query(
            CredentialKind kind, String userId, TokenState state, Long end, Long use) {
        return new CredentialQuery(
                kind, userId, state, end, use, clock.millis(), Cursor.START, 4);
    }

    private List<String> pages(String userId, TokenState state) {
        return rows(query(CredentialKind.ACCESS_TOKEN, userId, state, null, null)).stream()
                .map(CredentialRow::id).toList();
    }

    private List<CredentialRow> rows(CredentialQuery first) {
        List<CredentialRow> found = new ArrayList<>();
        Cursor cursor = Cursor.START;
        while (true) {
            CredentialQuery query = new CredentialQuery(
                    first.kind(), first.userId(), first.state(), first.endsBefore(),
                    first.usedBefore(), first.nowMillis(), cursor, first.limit());
            List<CredentialRow> rows = store.read(t -> t.credentials().list(query));
            if (rows.isEmpty()) {
                return found;
            }
            found.addAll(rows);
            cursor = query.cursor(rows.get(rows.size() - 1));
        }
    }

    @Test
    void usage_newestWinsAndTakesNoRevision() {
        Samples.insertUser(store, A);
        Samples.insertCredential(store, 1, A);
        long now = clock.millis();
        store.recordUsage(List.of(
                new Usage(Samples.prefix(1), now - 5, "192.0.2.5"),
                new Usage(Samples.prefix(1), now - 9, "192.0.2.9"),
                new Usage(Samples.prefix(7), now - 1, "192.0.2.1")));
        CredentialRow row = store.read(t -> t.credential(Samples.prefix(1)));
        assertThat(row.lastUsedAt()).isEqualTo(now - 5);
        assertThat(row.lastUsedFrom()).isEqualTo("192.0.2.5");
        assertThat(store.<UserRow>read(t -> t.user(A)).lastUsedAt()).isEqualTo(now - 5);
        assertThat(store.revision()).isEqualTo(2);
    }

    @Test
    void usageFromAClockAhead_isNotLaterThanNow() {
        Samples.insertUser(store, A);
        Samples.insertCredential(store, 1, A);
        store.recordUsage(List.of(
                new Usage(Samples.prefix(1), clock.millis() + 999_999, "192.0.2.5")));
        assertThat(store.<CredentialRow>read(t -> t.credential(Samples.prefix(1))).lastUsedAt())
                .isEqualTo(clock.millis());
    }

    @Test
    void oldChanges_areTrimmedAndSaidToBe() {
        Samples.insertUser(store, A);
        Samples.insertCredential(store, 1, A);
        clock.advance(StoreConfig.DEFAULT_RETENTION);
        Samples.revoke(store, 1);
        store.trimChanges();
        // committed exactly one retention ago: kept
        assertThat(store.<Long>read(ReadTransaction::trimmedTo)).isZero();
        clock.advance(Duration.ofMillis(1));
        store.trimChanges();
        assertThat(store.<Long>read(ReadTransaction::trimmedTo)).isEqualTo(2);
        assertThat(store.<List<Change>>read(t -> t.changesAfter(0, 2_000)))
                .extracting(Change::revision).containsExactly(3L);
        assertThat(store.revision()).isEqualTo(3);
    }

    @Test
    void allChangesOld_theNewestIsKept() {
        Samples.insertUser(store, A);
        Samples.insertUser(store, B);
        clock.advance(StoreConfig.DEFAULT_RETENTION.plusSeconds(1));
        store.trimChanges();
        store.trimChanges();
        assertThat(store.<Long>read(ReadTransaction::trimmedTo)).isEqualTo(1);
        assertThat(store.<Long>read(t -> t.mark(1))).isZero();
        assertThat(store.<Long>read(t -> t.mark(2))).isNotZero();
        Samples.insertCredential(store, 1, A);
        assertThat(store.<List<Change>>read(t -> t.changesAfter(1, 2_000))).hasSize(2);
    }

    @Test
    void mark_tellsOneChangeFromAnotherOfTheSameNumber() {
        Samples.insertUser(store, A);
        Samples.insertCredential(store, 1, A);
        List<Change> changes = store.read(t -> t.changesAfter(0, 2_000));
        assertThat(changes).allSatisfy(change -> assertThat(change.mark()).isNotZero()
                .isEqualTo(store.<Long>read(t -> t.mark(change.revision()))));
        Change first = Change.of(7, List.of("c:a", "p:b"), 1_000);
        assertThat(Change.of(7, List.of("c:a", "p:b"), 1_000)).isEqualTo(first);
        assertThat(List.of(
                Change.of(8, List.of("c:a", "p:b"), 1_000).mark(),
                Change.of(7, List.of("c:a", "p:b"), 1_001).mark(),
                Change.of(7, List.of("c:a"), 1_000).mark(),
                Change.of(7, List.of("c:ap", ":b"), 1_000).mark()))
                .doesNotHaveDuplicates().doesNotContain(first.mark());
        assertThat(store.<Long>read(t -> t.mark(3))).isZero();
    }

    @Test
    void endOfAnEnrolment_endsTheKeyOfSharedCaches_andThatOfAnyOtherUserDoesNot() {
        for (UserKind kind : List.of(UserKind.SERVICE, UserKind.INTERNAL)) {
            String user = kind == UserKind.INTERNAL ? A : B;
            Samples.insertUser(store, user, kind);
            int number = kind == UserKind.INTERNAL ? 1 : 11;
            for (int i = 0; i < 4; i++) {
                Samples.insertCredential(store, number + i, user);
            }
            List<WriteTest> ends = List.of(
                    t -> t.setBlocked(user, true),
                    t -> t.credentialWriter().revoke(Samples.prefix(number)),
                    t -> t.credentialWriter().expireAt(Samples.prefix(number + 1), 1),
                    t -> t.credentialWriter().replace(
                            Samples.prefix(number + 2), Samples.prefix(number + 3), 1),
                    t -> t.deleteUser(user));
            for (WriteTest end : ends) {
                Named key = new Named("k", new byte[32]);
                store.write(t -> {
                    t.cacheKeys().replace(null, key);
                    return null;
                });
                long before = store.revision();
                store.write(t -> {
                    end.in(t);
                    t.audit(Samples.ADMIN, Samples.entry("some.change"));
                    return null;
                });
                boolean ended = store.<Named>read(t -> t.cacheKeys().find()) == null;
                assertThat(ended).isEqualTo(kind == UserKind.INTERNAL);
                assertThat(store.<List<Change>>read(t -> t.changesAfter(before, 2_000)))
                        .singleElement().satisfies(change -> assertThat(
                                change.keys().contains("k:*")).isEqualTo(ended));
            }
        }
    }

    /** Something that is written. */
    private interface WriteTest {
        void in(WriteTransaction transaction) throws SQLException;
    }

    @Test
    void clockSetBack_trimmingKeepsWhatIsBehindAYoungChange() {
        Samples.insertUser(store, A);
        clock.advance(Duration.ofHours(-3));
        Samples.insertUser(store, B);
        clock.advance(Duration.ofHours(3));
        store.trimChanges();
        // the second looks three hours old, but the first, before it, is young
        assertThat(store.<Long>read(ReadTransaction::trimmedTo)).isZero();
    }

    @Test
    void administrator_mustBeAbleToAct() {
        Samples.insertUser(store, A);
        put(new Binding(A, "*", Role.ADMIN));
        assertThat(hasAdministrator()).as("no token").isFalse();
        Samples.insertCredential(store, 1, A);
        assertThat(hasAdministrator()).isTrue();
        store.write(transaction -> {
            transaction.setBlocked(A, true);
            transaction.audit(Samples.ADMIN, Samples.entry("user.block"));
            return null;
        });
        assertThat(hasAdministrator()).as("blocked").isFalse();
        assertThat(store.<Boolean>read(t -> t.isAdministrator(A))).isTrue();
    }

    private boolean hasAdministrator() {
        return store.read(t -> t.hasAdministrator(clock.millis()));
    }

    @Test
    void reopened_everythingIsThere() throws StartException {
        Samples.insertUser(store, A);
        Samples.insertCredential(store, 1, A);
        Samples.revoke(store, 1);
        store.setLeaseOutstandingMillis(31_000);
        store.close();
        store = open();
        assertThat(store.revision()).isEqualTo(3);
        assertThat(store.<CredentialRow>read(t -> t.credential(Samples.prefix(1)))
                        .record().state()).isEqualTo(CredentialState.REVOKED);
        assertThat(store.<Long>read(ReadTransaction::leaseOutstandingMillis)).isEqualTo(31_000);
        assertThat(new AuditVerifier(store).verify().events()).isEqualTo(3);
    }

    @Test
    void closedStore_isUnavailable() {
        store.close();
        assertThatThrownBy(() -> store.revision()).hasMessageContaining("closed");
        assertThatThrownBy(() -> Samples.insertUser(store, A)).hasMessageContaining("closed");
    }

    @Test
    void manyWriters_revisionsInCommitOrderWithoutGap() throws Exception {
        List<Long> heard = new ArrayList<>();
        store.setCommitListener(new CommitListener() {
            @Override
            public void committed(long revision) {
                // no lock: the store promises one call at a time
                heard.add(revision);
            }

            @Override
            public void uncertain() {}
        });
        Samples.insertUser(store, A);
        int writers = 6;
        int each = 20;
        ExecutorService pool = Executors.newFixedThreadPool(writers);
        CountDownLatch start = new CountDownLatch(1);
        List<Future<?>> done = new ArrayList<>();
        for (int w = 0; w < writers; w++) {
            int first = w * each;
            done.add(pool.submit(() -> {
                start.await();
                for (int i = first; i < first + each; i++) {
                    Samples.insertCredential(store, i, A);
                }
                return null;
            }));
        }
        start.countDown();
        for (Future<?> each1 : done) {
            each1.get();
        }
        pool.shutdown();
        assertThat(heard).hasSize(1 + writers * each).isSorted().doesNotHaveDuplicates();
        assertThat(store.revision()).isEqualTo(1 + writers * each);
        assertThat(store.<List<Change>>read(t -> t.changesAfter(0, 5_000)))
                .extracting(Change::revision).isEqualTo(heard);
        AuditVerifier.Result chain = new AuditVerifier(store).verify();
        assertThat(chain.problem()).isNull();
        assertThat(chain.events()).isEqualTo(1 + writers * each);
    }
}
