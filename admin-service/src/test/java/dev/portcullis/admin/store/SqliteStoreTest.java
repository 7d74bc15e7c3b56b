package dev.portcullis.admin.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.portcullis.admin.model.ServiceException;
import dev.portcullis.admin.model.ServiceException.Code;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The contract on SQLite, and what is SQLite's alone. */
class SqliteStoreTest extends StoreContract {
    private static final String A = "usr_aaaaaaaaaaaaaaaa";

    @TempDir Path directory;
    private TestStore test;

    @Override
    Store open() throws StartException {
        test = TestStore.open(directory.resolve("data"), clock);
        return test.store();
    }

    @AfterEach
    void nothingLeftOpen() throws Exception {
        test.close();
        // SQLite removes these when its last connection closes
        assertThat(directory.resolve("data").resolve("portcullis.db-wal")).doesNotExist();
    }

    @Test
    void connections_areDurableAndStrict() {
        List<String> pragmas = List.of("journal_mode", "synchronous", "foreign_keys");
        List<String> values = store.write(transaction -> List.of(
                pragma(transaction, pragmas.get(0)),
                pragma(transaction, pragmas.get(1)),
                pragma(transaction, pragmas.get(2))));
        // 2 is FULL
        assertThat(values).containsExactly("wal", "2", "1");
    }

    private static String pragma(WriteTransaction transaction, String name) throws SQLException {
        return transaction.sql.one("PRAGMA " + name, row -> row.getString(1));
    }

    @Test
    void filesAndDirectory_areTheOwnersAlone() throws Exception {
        Samples.insertUser(store, A);
        Path data = directory.resolve("data");
        assertThat(mode(data)).isEqualTo("rwx------");
        assertThat(mode(data.resolve("portcullis.db"))).isEqualTo("rw-------");
        assertThat(mode(data.resolve("portcullis.db-wal"))).isEqualTo("rw-------");
        assertThat(mode(data.resolve("lock"))).isEqualTo("rw-------");
    }

    private static String mode(Path path) throws Exception {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }

    @Test
    void diskFull_writeFailsReadsGoOnAndRoomHeals() {
        Samples.insertUser(store, A);
        test.limitPages(test.pages());
        int made = 0;
        ServiceException full = null;
        while (full == null && made < 1_000) {
            try {
                Samples.insertCredential(store, made, A);
                made++;
            } catch (ServiceException e) {
                full = e;
            }
        }
        assertThat(full).isNotNull();
        assertThat(full.code()).isEqualTo(Code.RESOURCE_EXHAUSTED);
        int last = made;
        assertThat(store.revision()).isEqualTo(1 + last);
        assertThat(store.<CredentialRow>read(t -> t.credential(Samples.prefix(last)))).isNull();
        assertThat(store.<UserRow>read(t -> t.user(A))).isNotNull();
        test.limitPages(100_000);
        assertThat(Samples.insertCredential(store, last, A)).isEqualTo(2 + last);
        assertThat(new AuditVerifier(store).verify().intact()).isTrue();
    }

    @Test
    void everyList_beginsAtItsCursorByAnIndex() throws Exception {
        test.failAt(0);
        ManyReads.lists(store);
        List<String> queries = selects();
        assertThat(queries).hasSize(ManyReads.LISTS);
        for (String query : queries) {
            List<String> plan = test.plan(query);
            assertThat(plan).as(query).hasSize(1);
            assertThat(plan.get(0)).as(query)
                    .contains("SEARCH").containsPattern("(created_revision,|revision|rowid).*>");
        }
    }

    @Test
    void everyListOfCredentials_mergesRangesOfAnIndexWithoutSorting() throws Exception {
        test.failAt(0);
        ManyReads.listsOfCredentials(store);
        List<String> queries = selects();
        assertThat(queries).hasSize(ManyReads.LISTS_OF_CREDENTIALS);
        for (String query : queries) {
            String order = query.replaceFirst(".* ORDER BY (\\w+), prefix LIMIT .*", "$1");
            int ranges = query.split(" UNION ALL ").length;
            assertThat(test.plan(query)).as(query)
                    .noneMatch(step -> step.contains("TEMP B-TREE") || step.contains("SCAN"))
                    .filteredOn(step -> step.contains("SEARCH")).hasSize(ranges)
                    .allMatch(step -> step.contains("(" + order + ",prefix)>(?,?)"));
        }
    }

    @Test
    void everyLookUpOfCredentials_isByAnIndex() throws Exception {
        Samples.insertUser(store, A);
        test.failAt(0);
        ManyReads.lookUps(store);
        List<String> queries = selects();
        assertThat(queries).hasSize(ManyReads.LOOK_UPS);
        for (String query : queries) {
            test.assertByIndexes(query);
        }
    }

    private List<String> selects() {
        return test.stopFailing().stream().filter(sql -> sql.startsWith("SELECT")).toList();
    }

    @Test
    void transactionEndedByTheDatabase_nextOneWorks() {
        endBehindTheStoresBack();
        assertThat(Samples.insertUser(store, A)).isEqualTo(1);
    }

    @Test
    void brokenConnection_isReplaced() {
        assertThatThrownBy(() -> store.write(transaction -> {
            transaction.insertUser(Samples.user(A), "system");
            transaction.sql.close();
            throw new IllegalStateException("stop");
        })).isInstanceOf(IllegalStateException.class);
        assertThat(Samples.insertUser(store, A)).isEqualTo(1);
    }

    private void endBehindTheStoresBack() {
        assertThatThrownBy(() -> store.write(transaction -> {
            transaction.insertUser(Samples.user(A), "system");
            transaction.sql.update("ROLLBACK");
            throw new IllegalStateException("stop");
        })).isInstanceOf(IllegalStateException.class);
    }
}
