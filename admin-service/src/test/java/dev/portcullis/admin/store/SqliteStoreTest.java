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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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
        store.close();
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

    @ParameterizedTest
    @ValueSource(strings = {
        "SELECT * FROM users WHERE deleted_at IS NULL AND (created_revision, id) > (7, 'x')"
                + " ORDER BY created_revision, id LIMIT 5",
        "SELECT * FROM users WHERE deleted_at IS NULL AND kind = 'service'"
                + " AND (created_revision, id) > (7, 'x') ORDER BY created_revision, id LIMIT 5",
        "SELECT * FROM credentials WHERE kind = 'access_token'"
                + " AND (created_revision, prefix) > (7, 'x')"
                + " ORDER BY created_revision, prefix LIMIT 5",
        "SELECT * FROM credentials WHERE kind = 'access_token' AND user_id = 'u'"
                + " AND (created_revision, prefix) > (7, 'x')"
                + " ORDER BY created_revision, prefix LIMIT 5",
        "SELECT * FROM credentials WHERE kind = 'access_token' AND user_id = 'u'"
                + " AND state = 'live' AND expires_at <= 9"
                + " AND (created_revision, prefix) > (7, 'x')"
                + " ORDER BY created_revision, prefix LIMIT 5",
        "SELECT * FROM credentials WHERE kind = 'access_token' AND state = 'revoked'"
                + " AND (created_revision, prefix) > (7, 'x')"
                + " ORDER BY created_revision, prefix LIMIT 5",
        "SELECT revision, change_key FROM change WHERE revision > 7"
                + " ORDER BY revision, change_key LIMIT 5",
        "SELECT * FROM users WHERE name_key = 'x'",
        "SELECT * FROM credentials WHERE prefix = 'x'"
    })
    void everyList_beginsAtItsCursorByAnIndex(String query) throws Exception {
        List<String> plan = test.query("EXPLAIN QUERY PLAN " + query);
        assertThat(plan).hasSize(1);
        assertThat(plan.get(0)).contains("SEARCH").doesNotContain("TEMP B-TREE");
        assertThat(plan.get(0)).containsPattern("\\((.*(created_revision|revision)[^)]*>.*"
                + "|name_key=\\?|prefix=\\?)\\)");
    }

    @Test
    void connectionThatCannotRollBack_isReplaced() {
        Samples.insertUser(store, A);
        assertThatThrownBy(() -> store.write(transaction -> {
            transaction.insertUser(Samples.user("usr_bbbbbbbbbbbbbbbb"), "system");
            // ends the transaction behind the store's back
            transaction.sql.update("ROLLBACK");
            throw new IllegalStateException("stop");
        })).isInstanceOf(IllegalStateException.class);
        assertThat(Samples.insertCredential(store, 1, A)).isEqualTo(2);
    }
}
