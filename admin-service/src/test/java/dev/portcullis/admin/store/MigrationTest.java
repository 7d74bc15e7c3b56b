package dev.portcullis.admin.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.core.access.Restrictions;
import dev.portcullis.core.token.CredentialKind;
import dev.portcullis.core.token.HashAlgorithm;
import dev.portcullis.core.verify.CredentialRecord;
import dev.portcullis.core.verify.CredentialState;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Databases that earlier versions wrote are brought up to date with everything in them. */
class MigrationTest {
    private static final String A = "usr_aaaaaaaaaaaaaaaa";

    @TempDir Path directory;
    private final SettableClock clock = new SettableClock();

    /** A database of the first schema, with a user. */
    private void makeFirst() throws Exception {
        Files.createDirectories(directory);
        Flyway.configure(SqliteSchema.class.getClassLoader())
                .dataSource("jdbc:sqlite:" + directory.resolve(SqliteDatabase.FILE), null, null)
                .locations("classpath:" + SqliteSchema.MIGRATIONS)
                .target("1")
                .load()
                .migrate();
        TestStore.alter(directory, "INSERT INTO users VALUES ('" + A
                + "', 'A', 'a', '', 'service', 0, 1, 'system', 1, NULL, NULL, 1)");
        TestStore.alter(directory, "UPDATE head SET revision = 9");
    }

    private void insertFirst(String prefix, String rest) throws Exception {
        TestStore.alter(directory, "INSERT INTO credentials VALUES ('" + prefix + "', " + rest
                + ")");
    }

    @Test
    void credentialsOfTheFirstSchema_areAllKept() throws Exception {
        makeFirst();
        String hash = "x'" + "ab".repeat(32) + "'";
        insertFirst("aaaaaaaaaaaa", "'access_token', 'ci', '" + A + "', 'sha-256', " + hash
                + ", 'live', 10, 'system', 2, 999, NULL, 20, '192.0.2.7', 2");
        insertFirst("bbbbbbbbbbbb", "'api_key', 'old', '" + A + "', 'sha-256', " + hash
                + ", 'revoked', 11, '" + A + "', 3, NULL, 30, NULL, NULL, 4");
        try (TestStore test = TestStore.open(directory, clock)) {
            CredentialRow live = find(test, "aaaaaaaaaaaa");
            CredentialRecord record = live.record();
            assertThat(record.kind()).isEqualTo(CredentialKind.ACCESS_TOKEN);
            assertThat(record.userId()).isEqualTo(A);
            assertThat(record.hash().algorithm()).isEqualTo(HashAlgorithm.SHA_256);
            assertThat(record.hash().octets()).containsOnly(0xab);
            assertThat(record.state()).isEqualTo(CredentialState.LIVE);
            assertThat(record.expiresAtMillis()).isEqualTo(999);
            assertThat(record.replacedAtMillis()).isEqualTo(CredentialRecord.NEVER);
            assertThat(record.restrictions()).isEqualTo(Restrictions.NONE);
            assertThat(record.parent()).isNull();
            assertThat(live).isEqualTo(new CredentialRow(
                    record, "ci", 10, "system", 2, null, 20L, "192.0.2.7", 2, null, null,
                    "aaaaaaaaaaaa", null));
            CredentialRow revoked = find(test, "bbbbbbbbbbbb");
            assertThat(revoked.record().kind()).isEqualTo(CredentialKind.API_KEY);
            assertThat(revoked.record().state()).isEqualTo(CredentialState.REVOKED);
            assertThat(revoked.endsAt()).isEqualTo(CredentialRecord.NEVER);
            assertThat(revoked).isEqualTo(new CredentialRow(
                    revoked.record(), "old", 11, A, 3, 30L, null, null, 4, null, null,
                    "bbbbbbbbbbbb", null));
            assertThat(test.query("PRAGMA foreign_key_check")).isEmpty();
            assertThat(test.store().revision()).isEqualTo(9);
        }
    }

    @Test
    void credentialSaidToBeReplacedByTheFirstSchema_isDead() throws Exception {
        makeFirst();
        insertFirst("aaaaaaaaaaaa", "'access_token', 'ci', '" + A + "', 'sha-256', x'"
                + "00".repeat(32) + "', 'replaced', 10, 'system', 2, NULL, NULL, NULL, NULL, 2");
        try (TestStore test = TestStore.open(directory, clock)) {
            assertThat(find(test, "aaaaaaaaaaaa").record().replacedAt(clock.millis())).isTrue();
        }
    }

    @Test
    void everyMigration_isAmongTheResourcesUpToTheNewest() throws Exception {
        try (TestStore test = TestStore.open(directory, clock)) {
            List<String> newest = test.query(
                    "SELECT max(CAST(version AS INTEGER)) FROM flyway_schema_history");
            assertThat(newest).containsExactly("|" + SqliteSchema.NEWEST);
        }
    }

    private static CredentialRow find(TestStore test, String prefix) {
        return test.store().read(transaction -> transaction.credential(prefix));
    }
}
