package dev.portcullis.admin.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import dev.portcullis.admin.model.ServiceException;
import dev.portcullis.admin.model.ServiceException.Code;
import dev.portcullis.admin.store.StoreFaults.Kind;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What goes wrong with a server while it is used: told, bounded in time, and over with it. */
class PostgresFaultsTest {
    private static final String A = "usr_aaaaaaaaaaaaaaaa";
    private static final String B = "usr_bbbbbbbbbbbbbbbb";
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir Path directory;
    private final SettableClock clock = new SettableClock();
    private final PostgresServer server = PostgresServer.shared();
    private final AtomicReference<Sql.Hook> hook = new AtomicReference<>(Sql.Hook.NONE);
    private PostgresConfig config;
    private Store store;

    @BeforeEach
    void open() throws Exception {
        config = server.database();
        store = open(config);
    }

    private Store open(PostgresConfig where) throws StartException {
        return Store.open(new StoreConfig(where), clock, sql -> hook.get().before(sql));
    }

    @AfterEach
    void close() {
        store.close();
    }

    private ServiceException refused(Runnable work) {
        ServiceException refusal = catchThrowableOfType(ServiceException.class, work::run);
        assertThat(refusal).isNotNull();
        return refusal;
    }

    private void failWith(String state, String at) {
        hook.set(sql -> {
            if (sql.startsWith(at)) {
                throw new SQLException("made to fail", state);
            }
        });
    }

    @Test
    void restartOfTheServer_isOverWithIt() throws Exception {
        try (PostgresServer own = PostgresServer.start();
                Store used = open(own.database())) {
            AtomicInteger rung = new AtomicInteger();
            used.setBells(counting(rung, new AtomicInteger()));
            Samples.insertUser(used, A);
            own.stop();
            assertThat(refused(used::revision).code()).isEqualTo(Code.UNAVAILABLE);
            assertThat(refused(() -> Samples.insertUser(used, B)).code())
                    .isEqualTo(Code.UNAVAILABLE);
            own.startAgain();
            await().atMost(PATIENCE).ignoreExceptions().until(() -> used.revision() == 1);
            await().atMost(PATIENCE).ignoreExceptions()
                    .until(() -> Samples.insertUser(used, B) == 2);
            int before = rung.get();
            await().atMost(PATIENCE).until(() -> rung.get() > before);
        }
    }

    @Test
    void everyConnectionCut_nextCallsSucceedSoon() {
        Samples.insertUser(store, A);
        server.administer("postgres", "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                + " WHERE datname = '" + config.database() + "'");
        await().atMost(PATIENCE).ignoreExceptions().until(() -> store.revision() == 1);
        await().atMost(PATIENCE).ignoreExceptions()
                .until(() -> Samples.insertUser(store, B) == 2);
    }

    @Test
    void connectionLostDuringCommit_isInDoubtAndSaidSo() {
        AtomicInteger doubts = new AtomicInteger();
        store.setCommitListener(new CommitListener() {
            @Override
            public void committed(long revision) {
                throw new AssertionError("nobody knows that");
            }

            @Override
            public void uncertain() {
                doubts.incrementAndGet();
            }
        });
        hook.set(sql -> {
            if (sql.equals("COMMIT")) {
                cutWriter();
            }
        });
        ServiceException refusal = refused(() -> Samples.insertUser(store, A));
        assertThat(refusal).hasMessageContaining("did not answer whether the change was made");
        assertThat(refusal.code()).isEqualTo(Code.UNAVAILABLE);
        assertThat(doubts).hasValue(1);
        assertThat(store.faults().count(Kind.DOUBT)).isEqualTo(1);
        hook.set(Sql.Hook.NONE);
        store.setCommitListener(CommitListener.NONE);
        await().atMost(PATIENCE).ignoreExceptions()
                .until(() -> Samples.insertUser(store, B) == 1);
    }

    @Test
    void standbyThatIsNotWaitedForAnyMore_isADoubt() throws Exception {
        try (PostgresServer own = PostgresServer.start();
                Store used = open(own.database())) {
            waitForNobody(own);
            AtomicReference<ServiceException> refusal = new AtomicReference<>();
            Thread writer = new Thread(() -> refusal.set(
                    refused(() -> Samples.insertUser(used, A))));
            writer.start();
            cancelWaiting(own);
            writer.join();
            assertThat(refusal.get()).hasMessageContaining("did not answer whether");
            // it was made nevertheless
            assertThat(used.revision()).isEqualTo(1);
        }
    }

    /** Leases rest on renewals; on what a row says beside them only an answer that can wait. */
    @Test
    void renewalOfARow_waitsUntilItIsDurable_andAnAcknowledgementDoesNot() throws Exception {
        try (PostgresServer own = PostgresServer.start();
                Store used = open(own.database())) {
            ReplicaTable rows = new ReplicaTable(used);
            ReplicaRow row = new ReplicaRow("r/1", "1", 0, 31_000, 0, "[]", "1.0");
            rows.insert(row);
            waitForNobody(own);
            rows.acknowledge(new ReplicaRow("r/1", "1", 0, 31_000, 5, null, "1.0"));
            assertThat(rows.read(false)).singleElement()
                    .extracting(ReplicaRow::ackedRevision).isEqualTo(5L);
            AtomicReference<ServiceException> refusal = new AtomicReference<>();
            Thread renewing = new Thread(() -> refusal.set(refused(() -> rows.renew(row))));
            renewing.start();
            cancelWaiting(own);
            renewing.join();
            assertThat(refusal.get()).hasMessageContaining("did not answer whether");
        }
    }

    /** From now on each commit waits for a standby that there is not. */
    private static void waitForNobody(PostgresServer own) {
        own.administer("postgres", "ALTER SYSTEM SET synchronous_standby_names = 'nobody'",
                "SELECT pg_reload_conf()");
        await().atMost(PATIENCE).until(() -> own.answer("postgres",
                "SHOW synchronous_standby_names").equals("nobody"));
    }

    private static void cancelWaiting(PostgresServer own) {
        await().atMost(PATIENCE).until(() -> own.answer("postgres",
                "SELECT count(pg_cancel_backend(pid)) FROM pg_stat_activity"
                        + " WHERE wait_event = 'SyncRep'").equals("1"));
    }

    @Test
    void serverThatBecameAStandby_isNotReadFrom() throws Exception {
        try (PostgresServer own = PostgresServer.start()) {
            PostgresConfig there = own.database();
            try (Store used = open(there)) {
                own.stop();
                Files.createFile(own.dataDirectory().resolve("standby.signal"));
                own.startAgain();
                assertThat(refused(used::revision).code()).isEqualTo(Code.UNAVAILABLE);
                assertThat(catchThrowableOfType(StartException.class, () -> open(there).close()))
                        .hasMessageContaining("it is a standby");
            }
        }
    }

    private void cutWriter() {
        server.administer("postgres", "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                + " WHERE datname = '" + config.database() + "'"
                + " AND state = 'idle in transaction'");
    }

    @Test
    void errorOfACommit_isNoDoubt() {
        failWith("23503", "COMMIT");
        assertThat(refused(() -> Samples.insertUser(store, A)))
                .hasMessageContaining("nothing was changed");
    }

    /** The file of one table is a device that takes nothing: to the server its disk is full. */
    @Test
    void diskFull_isSaidAndReadsGoOn() throws Exception {
        try (PostgresServer own = PostgresServer.start()) {
            PostgresConfig there = own.database();
            Path table = own.dataDirectory().resolve(own.answer(
                    there.database(), "SELECT pg_relation_filepath('users')"));
            // it has no page yet, and no connection has opened it
            assertThat(table).isEmptyFile();
            Files.delete(table);
            Files.createSymbolicLink(table, Path.of("/dev/full"));
            try (Store used = open(there)) {
                ServiceException full = refused(() -> Samples.insertUser(used, A));
                assertThat(full.code()).isEqualTo(Code.RESOURCE_EXHAUSTED);
                assertThat(full).hasMessageContaining("nothing was changed")
                        .cause().hasMessageContaining("No space left on device");
                assertThat(used.revision()).isZero();
                assertThat(used.faults().count(Kind.DISK)).isEqualTo(1);
            }
            Files.delete(table);
            Files.createFile(table);
            // whoever has opened the file still has that one
            own.stop();
            own.startAgain();
            try (Store used = open(there)) {
                assertThat(Samples.insertUser(used, A)).isEqualTo(1);
            }
        }
    }

    @Test
    void serverThatTakesNoMoreConnections_isSaidSo() throws Exception {
        Samples.insertUser(store, A);
        server.administer("postgres",
                "ALTER DATABASE " + config.database() + " CONNECTION LIMIT 0");
        cutAll();
        awaitRefusal("it takes no more connections", Kind.CONNECTIONS);
        assertNotOpened("takes no more connections");
        server.administer("postgres",
                "ALTER DATABASE " + config.database() + " CONNECTION LIMIT -1");
        await().atMost(PATIENCE).ignoreExceptions().until(() -> store.revision() == 1);
    }

    /** Of reads and changes, once the connections that there were are gone. */
    private void awaitRefusal(String why, Kind kind) {
        await().atMost(PATIENCE).untilAsserted(() -> {
            assertThat(refused(store::revision)).hasMessageContaining(why);
            assertThat(refused(() -> Samples.insertUser(store, B))).hasMessageContaining(why);
        });
        assertThat(store.faults().count(kind)).isPositive();
    }

    @Test
    void passwordThatIsNotGoodAnyMore_isSaidAndOverWhenItIsPutRight() throws Exception {
        Path password = Files.writeString(
                directory.resolve("password"), PostgresServer.PASSWORD + "\n");
        store.close();
        store = open(config.with(PostgresPassword.in(password)));
        Samples.insertUser(store, A);
        Files.writeString(password, "another\n");
        cutAll();
        awaitRefusal("it does not let this program in", Kind.NOT_LET_IN);
        Files.writeString(password, PostgresServer.PASSWORD + "\n");
        await().atMost(PATIENCE).ignoreExceptions().until(() -> store.revision() == 1);
    }

    @Test
    void restartInTheMiddleOfAChange_leavesNothingOfIt() throws Exception {
        try (PostgresServer own = PostgresServer.start();
                Store used = open(own.database())) {
            Samples.insertUser(used, A);
            AtomicInteger statements = new AtomicInteger();
            hook.set(sql -> {
                // behind the lock of the head row and the first writes
                boolean first = sql.startsWith("INSERT INTO audit_event")
                        && statements.getAndIncrement() == 0;
                if (first) {
                    own.stop();
                    own.startAgain();
                }
            });
            ServiceException refusal = refused(() -> Samples.insertUser(used, B));
            assertThat(refusal).hasMessageContaining("nothing was changed");
            assertThat(refusal.code()).isEqualTo(Code.UNAVAILABLE);
            assertThat(statements).hasValue(1);
            hook.set(Sql.Hook.NONE);
            await().atMost(PATIENCE).ignoreExceptions().until(() -> used.revision() == 1);
            assertThat(used.<UserRow>read(t -> t.user(B))).isNull();
            assertThat(used.faults().count(Kind.UNREACHABLE)).isPositive();
            assertThat(new AuditVerifier(used).verify().intact()).isTrue();
        }
    }

    @Test
    void characterThatNoTextHas_isTheCallersFault() {
        assertThat(refused(() -> store.read(t -> t.userByNameKey("a\0"))).code())
                .isEqualTo(Code.INVALID_ARGUMENT);
        assertThat(store.revision()).isZero();
    }

    @Test
    void serverSetReadOnly_writesAreRefusedReadsGoOn() throws Exception {
        Samples.insertUser(store, A);
        server.administer("postgres", "ALTER DATABASE " + config.database()
                + " SET default_transaction_read_only = on");
        assertNotOpened("read-only");
        cutAll();
        await().atMost(PATIENCE).ignoreExceptions().until(() -> store.revision() == 1);
        await().atMost(PATIENCE).untilAsserted(() ->
                assertThat(refused(() -> Samples.insertUser(store, B)))
                        .hasMessageContaining("it is read-only"));
        assertThat(store.faults().count(Kind.READ_ONLY)).isPositive();
    }

    private void cutAll() {
        server.administer("postgres", "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                + " WHERE datname = '" + config.database() + "'");
    }

    /** Does not start, and says so. */
    private void assertNotOpened(String why) {
        assertThat(catchThrowableOfType(StartException.class, () -> open(config).close()))
                .hasMessageContaining(why);
    }

    @Test
    void headHeldByAnother_waitsForABoundedTime() throws Exception {
        Samples.insertUser(store, A);
        try (Connection other = server.connect(config.database());
                Statement statement = other.createStatement()) {
            other.setAutoCommit(false);
            statement.execute("SELECT 1 FROM head FOR UPDATE");
            ServiceException busy = refused(() -> Samples.insertUser(store, B));
            assertThat(busy).hasMessageContaining("too many changes at once");
            assertThat(store.revision()).isEqualTo(1);
            // what changes no verdict need not wait
            store.writeBeside(t -> {
                t.ringReplicas();
                return null;
            });
            other.rollback();
        }
        assertThat(Samples.insertUser(store, B)).isEqualTo(2);
    }

    @Test
    void processStoppedInTheMiddleOfAChange_losesTheHead() throws Exception {
        // as another one would be that was stopped there
        Connection stopped = new PostgresConnections(
                config, new PostgresConnections.Bounds(1_000, 1_000, 300)).getConnection();
        stopped.setAutoCommit(false);
        stopped.createStatement().execute("SELECT 1 FROM head FOR UPDATE");
        assertThat(Samples.insertUser(store, A)).isEqualTo(1);
        assertThatThrownBy(stopped::commit).isInstanceOf(SQLException.class);
        stopped.close();
    }

    @Test
    void newerProgramThatTookOver_isObeyed() throws Exception {
        Samples.insertUser(store, A);
        try (Connection newer = server.connect(config.database());
                Statement statement = newer.createStatement()) {
            statement.execute("INSERT INTO flyway_schema_history SELECT 99, '99', 'later', type,"
                    + " script, checksum, installed_by, installed_on, execution_time, success"
                    + " FROM flyway_schema_history WHERE version = '7'");
            // as long as it says that older ones understand it
            open(config).close();
            assertThat(Samples.insertUser(store, B)).isEqualTo(2);
            statement.execute("UPDATE head SET oldest_program = 99");
        }
        assertThat(refused(() -> Samples.revoke(store, 1)))
                .hasMessageContaining("a newer version has taken the database over");
        assertNotOpened("was written by a newer Portcullis (its schema is 99");
    }

    @Test
    void columnAddedByANewerProgram_breaksNoReadOfThisOne() throws Exception {
        Samples.insertUser(store, A);
        Samples.insertCredential(store, 1, A);
        for (int i = 0; i < 20; i++) {
            // from the fifth on the server has them prepared
            readAll();
        }
        server.administer(config.database(), "ALTER TABLE users ADD COLUMN later TEXT",
                "ALTER TABLE credentials ADD COLUMN later TEXT",
                "ALTER TABLE audit_event ADD COLUMN later TEXT");
        for (int i = 0; i < 20; i++) {
            readAll();
        }
        assertThat(Samples.insertUser(store, B)).isEqualTo(3);
    }

    private void readAll() {
        assertThat(store.<UserRow>read(t -> t.user(A))).isNotNull();
        assertThat(store.<CredentialRow>read(t -> t.credential(Samples.prefix(1)))).isNotNull();
        assertThat(store.<List<AuditEvent>>read(t -> t.auditAfter(0, 5))).hasSize(2);
    }

    // --------------------------------------------------------------------------------- bells

    private static Bells counting(AtomicInteger changed, AtomicInteger replicas) {
        return new Bells() {
            @Override
            public void changed() {
                changed.incrementAndGet();
            }

            @Override
            public void replicas() {
                replicas.incrementAndGet();
            }
        };
    }

    @Test
    void changeOfAnotherProcess_rings() throws Exception {
        AtomicInteger changed = new AtomicInteger();
        AtomicInteger replicas = new AtomicInteger();
        try (Store other = open(config)) {
            other.setBells(counting(changed, replicas));
            // once when it begins
            await().atMost(PATIENCE).until(() -> changed.get() > 0 && replicas.get() > 0);
            int before = changed.get();
            Samples.insertUser(store, A);
            await().atMost(PATIENCE).until(() -> changed.get() > before);
            assertThat(other.revision()).isEqualTo(1);
            int rung = replicas.get();
            store.writeBeside(t -> {
                t.ringReplicas();
                return null;
            });
            await().atMost(PATIENCE).until(() -> replicas.get() > rung);
        }
    }

    @Test
    void changeThatNobodyToldOf_isFoundByLooking() throws Exception {
        AtomicInteger changed = new AtomicInteger();
        store.setBells(counting(changed, new AtomicInteger()));
        await().atMost(PATIENCE).until(() -> changed.get() > 0);
        int before = changed.get();
        server.administer(config.database(), "UPDATE head SET revision = 7");
        await().atMost(PATIENCE).until(() -> changed.get() > before);
        assertThat(store.isShared()).isTrue();
    }

    @Test
    void changeBeside_isRefused() {
        assertThat(catchThrowableOfType(IllegalStateException.class,
                () -> store.writeBeside(t -> t.insertUser(Samples.user(A), "system"))))
                .hasMessageContaining("not beside it");
        assertThat(store.revision()).isZero();
    }
}
