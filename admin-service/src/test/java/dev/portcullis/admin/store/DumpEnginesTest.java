package dev.portcullis.admin.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A dump of the one database is one of the other. */
class DumpEnginesTest {
    private static final String A = "usr_aaaaaaaaaaaaaaaa";
    private static final Dump.Progress NONE = (rows, total) -> {};

    @TempDir Path directory;
    private final SettableClock clock = new SettableClock();
    private byte[] ofFile;

    @BeforeEach
    void fill() throws Exception {
        try (TestStore test = TestStore.open(directory, clock)) {
            // octets order these, and no locale does
            for (String id : List.of("usr_a", "usr_B", "usr_-", "usr_\u00e4", "usr_\uff5a", A)) {
                Samples.insertUser(test.store(), id);
            }
            Samples.insertCredential(test.store(), 1, A);
            Samples.insertCredential(test.store(), 2, A);
            Samples.revoke(test.store(), 1);
            test.store().write(t -> {
                t.credentialWriter().seal(Samples.prefix(2), Samples.prefix(1), "a.b.c");
                t.setDescription(A, "z\u00fcrich \n \ud83d\ude80 \" \\");
                t.audit(Samples.ADMIN, Samples.entry("user.update"));
                return null;
            });
        }
        ofFile = dump(new StoreConfig(directory));
    }

    private static byte[] dump(StoreConfig of) throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Dump.export(of, out, NONE);
        return out.toByteArray();
    }

    private static void restore(StoreConfig into, byte[] dump) throws Exception {
        Dump.importInto(into, new ByteArrayInputStream(dump), NONE);
    }

    private static List<String> lines(byte[] dump) {
        return new String(dump, StandardCharsets.UTF_8).lines().toList();
    }

    private static List<String> rows(byte[] dump) {
        // neither the head, whose change log begins anew, nor the hash at the end
        return lines(dump).stream().filter(line -> !line.startsWith("{\"head\":")
                && !line.startsWith("{\"end\":")).toList();
    }

    @Test
    void fileToServerToFile_isTheSame() throws Exception {
        StoreConfig server = new StoreConfig(PostgresServer.shared().emptyDatabase());
        restore(server, ofFile);
        byte[] ofServer = dump(server);
        assertThat(rows(ofServer)).isEqualTo(rows(ofFile));
        StoreConfig back = new StoreConfig(directory.resolve("back"));
        restore(back, ofServer);
        assertThat(dump(back)).isEqualTo(ofServer);
    }

    @Test
    void importedServer_goesOnFromThere() throws Exception {
        StoreConfig server = new StoreConfig(PostgresServer.shared().database());
        restore(server, ofFile);
        try (Store store = Store.open(server, clock)) {
            assertThat(store.revision()).isEqualTo(10);
            assertThat(store.<Long>read(ReadTransaction::trimmedTo)).isEqualTo(10);
            assertThat(Samples.insertCredential(store, 3, A)).isEqualTo(11);
            assertThat(new AuditVerifier(store).verify().intact()).isTrue();
        }
        assertThatThrownBy(() -> restore(server, ofFile)).isInstanceOf(StartException.class)
                .hasMessageContaining("not empty").hasMessageContaining("/test_");
    }

    @Test
    void failureAtAnyStatement_importsNothing() throws Exception {
        StoreConfig server = new StoreConfig(PostgresServer.shared().database());
        int failAt = 0;
        boolean done = false;
        while (!done) {
            int at = ++failAt;
            AtomicInteger statement = new AtomicInteger();
            try {
                Dump.importInto(server, new ByteArrayInputStream(ofFile), NONE, sql -> {
                    if (statement.incrementAndGet() == at) {
                        throw new SQLException("this statement was made to fail");
                    }
                });
                done = true;
            } catch (StartException e) {
                assertThat(e).hasMessageContaining("made to fail");
                // the empty one has its head, and is empty
                assertThat(lines(dump(server))).hasSize(3);
            }
        }
        assertThat(failAt).isGreaterThan(20);
        assertThat(rows(dump(server))).isEqualTo(rows(ofFile));
    }

    @Test
    void rowThatDoesNotFit_isNamedByItsLine() throws Exception {
        StoreConfig server = new StoreConfig(PostgresServer.shared().database());
        String twice = new String(ofFile, StandardCharsets.UTF_8);
        String user = lines(ofFile).stream().filter(line -> line.startsWith("{\"users\":"))
                .findFirst().orElseThrow();
        assertThatThrownBy(() -> restore(server,
                twice.replace(user, user + "\n" + user).getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(DumpException.class)
                .hasMessageContaining("does not fit").hasMessageContaining("line 4");
        assertThatThrownBy(() -> restore(server,
                twice.replaceFirst("\"name\":\"", "\"name\":\"\\\\u0000")
                        .getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(DumpException.class).hasMessageContaining("does not fit");
        restore(server, ofFile);
    }

    /** A dump of a user with so many credentials, whose first stands in line 4. */
    private byte[] large(int credentials) throws Exception {
        Path of = directory.resolve("large");
        try (TestStore test = TestStore.open(of, clock)) {
            Samples.insertUser(test.store(), A);
            test.store().write(t -> {
                for (int i = 1; i <= credentials; i++) {
                    t.credentialWriter().insert(new NewCredential(
                            Samples.credential(i, A), "t" + i, "system"));
                }
                t.audit(Samples.ADMIN, Samples.entry("token.issue"));
                return t.takeRevision();
            });
        }
        return dump(new StoreConfig(of));
    }

    @Test
    void manyRows_goToTheServerTogether() throws Exception {
        byte[] large = large(3 * DumpInserts.ROWS_MAX + 7);
        StoreConfig server = new StoreConfig(PostgresServer.shared().database());
        AtomicInteger statements = new AtomicInteger();
        Dump.importInto(server, new ByteArrayInputStream(large), NONE,
                sql -> statements.incrementAndGet());
        assertThat(statements).hasValueLessThan(60);
        assertThat(rows(dump(server))).isEqualTo(rows(large));
    }

    @Test
    void rowThatDoesNotFitAmongMany_isNamedByItsLine() throws Exception {
        String large = new String(
                large(2 * DumpInserts.ROWS_MAX + 50), StandardCharsets.UTF_8);
        PostgresConfig server = PostgresServer.shared().database();
        for (int line : new int[] {5, DumpInserts.ROWS_MAX + 3, 2 * DumpInserts.ROWS_MAX + 40}) {
            List<String> lines = new ArrayList<>(large.lines().toList());
            assertThat(lines.get(line - 1)).startsWith("{\"credentials\":");
            // of a user that there is not
            lines.set(line - 1, lines.get(line - 1).replace(A, "usr_nobody"));
            // and a mistake of another kind behind it
            lines.set(line, "{}");
            String broken = String.join("\n", lines) + "\n";
            assertThatThrownBy(() -> restore(new StoreConfig(server),
                    broken.getBytes(StandardCharsets.UTF_8)))
                    .isInstanceOf(DumpException.class)
                    .hasMessageContaining("does not fit")
                    .hasMessageContaining("line " + line + ":");
        }
        assertThat(PostgresServer.shared().answer(
                server.database(), "SELECT count(*) FROM users")).isEqualTo("0");
        restore(new StoreConfig(server), large.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void keyOfTheSharedCache_staysBehind() throws Exception {
        PostgresConfig config = PostgresServer.shared().database();
        PostgresServer.shared().administer(config.database(),
                "INSERT INTO cache_key VALUES (1, 'k', decode(repeat('ab', 32), 'hex'))");
        restore(new StoreConfig(config), ofFile);
        try (Store store = Store.open(new StoreConfig(config), clock)) {
            assertThat(store.<Boolean>read(t -> t.sql.exists("SELECT 1 FROM cache_key"))).isFalse();
        }
    }
}
