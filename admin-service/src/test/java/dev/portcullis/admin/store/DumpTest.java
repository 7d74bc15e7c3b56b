package dev.portcullis.admin.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Everything moves, or nothing does. */
class DumpTest {
    private static final String A = "usr_aaaaaaaaaaaaaaaa";
    private static final String B = "usr_bbbbbbbbbbbbbbbb";
    private static final Dump.Progress NONE = (rows, total) -> {};

    @TempDir Path directory;
    private final SettableClock clock = new SettableClock();
    private TestStore test;

    @BeforeEach
    void fill() throws Exception {
        test = TestStore.open(directory.resolve("old"), clock);
        Samples.insertUser(test.store(), A);
        Samples.insertUser(test.store(), B);
        Samples.insertCredential(test.store(), 1, A);
        Samples.insertCredential(test.store(), 2, B);
        Samples.revoke(test.store(), 1);
        test.store().write(transaction -> {
            transaction.deleteUser(B);
            transaction.audit(Samples.ADMIN, new AuditEntry(
                    "user.delete", "user", B, "{\"name\":\"z\u00fcrich \\n \ud83d\ude80\"}", null));
            return null;
        });
        test.store().setLeaseOutstandingMillis(30_000);
        for (String row : List.of(
                "INSERT INTO groups VALUES ('grp_1', 'G', 'g', 1, 'system', 3, 1, 4)",
                "INSERT INTO memberships VALUES ('" + A + "', 'grp_1', 1)",
                "INSERT INTO bindings VALUES ('" + A + "', '*', 'admin')",
                "INSERT INTO group_bindings VALUES ('grp_1', 'app', 'reader')",
                "UPDATE users SET jwk = '{}', jwk_thumbprint = 'x' WHERE id = '" + A + "'",
                "UPDATE credentials SET hash_algorithm = 'hmac-sha-256', pepper_id = 'p',"
                        + " max_role = 'reader', applications = 'a b', cidrs = '192.0.2.0/24',"
                        + " certificates = '" + "ab".repeat(32) + "',"
                        + " parent = 'xxxxxxxxxxxx' WHERE prefix = '000000000001'",
                "INSERT INTO reuse VALUES ('000000000001', 7)",
                "INSERT INTO sealed_token VALUES ('000000000001', '000000000002', 'a.b.c.d.e')")) {
            TestStore.alter(directory.resolve("old"), row);
        }
    }

    @AfterEach
    void close() {
        test.close();
    }

    private byte[] dump() throws Exception {
        return dump(directory.resolve("old"));
    }

    private static byte[] dump(Path of) throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Dump.export(TestStore.config(of), out, NONE);
        return out.toByteArray();
    }

    private Path fresh() {
        return directory.resolve("new");
    }

    private Dump.Summary restore(byte[] dump) throws Exception {
        return Dump.importInto(TestStore.config(fresh()), new ByteArrayInputStream(dump), NONE);
    }

    // ------------------------------------------------------------------------------- the whole

    @Test
    void everything_isTheSameAfterwards() throws Exception {
        byte[] dump = dump();
        Dump.Summary summary = restore(dump);
        assertThat(summary.revision()).isEqualTo(6);
        assertThat(summary.rows()).containsEntry("users", 2L).containsEntry("credentials", 2L)
                .containsEntry("audit_event", 6L);
        try (TestStore imported = TestStore.open(fresh(), clock)) {
            for (DumpTable table : DumpTable.ALL) {
                if (!table.name().equals("head")) {
                    assertThat(imported.query("SELECT * FROM " + table.name()))
                            .isNotEmpty()
                            .isEqualTo(test.query("SELECT * FROM " + table.name()));
                }
            }
            assertThat(new AuditVerifier(imported.store()).verify().events()).isEqualTo(6);
            assertThat(imported.store().<UserRow>read(t -> t.user(B)).deleted()).isTrue();
        }
    }

    @Test
    void revisions_goOnAndGatewaysBeginAnew() throws Exception {
        restore(dump());
        try (TestStore imported = TestStore.open(fresh(), clock)) {
            assertThat(imported.store().<Long>read(ReadTransaction::trimmedTo)).isEqualTo(6);
            assertThat(imported.store().<Long>read(ReadTransaction::leaseOutstandingMillis))
                    .isEqualTo(30_000);
            assertThat(Samples.insertUser(imported.store(), "usr_cccccccccccccccc")).isEqualTo(7);
            assertThat(imported.store().<List<Change>>read(t -> t.changesAfter(6, 10_000)))
                    .hasSize(1);
            assertThat(new AuditVerifier(imported.store()).verify().events()).isEqualTo(7);
        }
    }

    @Test
    void dumpOfTheImported_differsInNothingButWhereTheLogBegins() throws Exception {
        byte[] dump = dump();
        restore(dump);
        List<String> before = lines(dump);
        List<String> after = lines(dump(fresh()));
        assertThat(after).hasSameSizeAs(before);
        assertThat(after.get(1)).contains("\"trimmed_to\":6");
        int trailer = before.size() - 1;
        assertThat(after.subList(2, trailer)).isEqualTo(before.subList(2, trailer));
    }

    @Test
    void dumpWhileAServerWrites_isOneSnapshot() throws Exception {
        AtomicBoolean end = new AtomicBoolean();
        AtomicInteger number = new AtomicInteger(10);
        Thread writer = new Thread(() -> {
            while (!end.get()) {
                Samples.insertCredential(test.store(), number.getAndIncrement(), A);
            }
        });
        writer.start();
        try {
            for (int i = 0; i < 5; i++) {
                int before = number.get();
                while (number.get() < before + 5) {
                    Thread.onSpinWait();
                }
                byte[] dump = dump();
                Path target = directory.resolve("copy" + i);
                Dump.Summary summary = Dump.importInto(
                        TestStore.config(target), new ByteArrayInputStream(dump), NONE);
                // every revision but the fill's four others made a credential
                assertThat(summary.rows().get("credentials")).isEqualTo(summary.revision() - 4);
                assertThat(summary.rows().get("audit_event")).isEqualTo(summary.revision());
            }
        } finally {
            end.set(true);
            writer.join();
        }
    }

    @Test
    void dumpOfAStoppedServer_isTheSame() throws Exception {
        byte[] running = dump();
        test.close();
        assertThat(dump()).isEqualTo(running);
        test = TestStore.open(directory.resolve("old"), clock);
    }

    @Test
    void progress_endsAtTheTotal() throws Exception {
        for (int i = 10; i < 1_000; i++) {
            Samples.insertCredential(test.store(), i, A);
        }
        List<Long> written = new ArrayList<>();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        StoreConfig old = TestStore.config(directory.resolve("old"));
        Dump.Summary summary = Dump.export(old, out, (rows, total) -> {
            written.add(rows);
            assertThat(total).isEqualTo(1 + 2 + 6 + 992 + 996);
        });
        assertThat(written).containsExactly(1_000L, 1_997L);
        assertThat(summary.total()).isEqualTo(1_997);
        List<Long> read = new ArrayList<>();
        Dump.importInto(TestStore.config(fresh()), new ByteArrayInputStream(out.toByteArray()),
                (rows, total) -> read.add(rows));
        assertThat(read).isEqualTo(written);
    }

    @Test
    void lines_nameEveryColumnOfTheSchema() throws Exception {
        // by the schema itself, so that a table or column that a migration adds is missed here
        List<String> tables = test.query("SELECT name FROM sqlite_schema WHERE type = 'table'"
                + " AND name NOT IN ('change', 'replica', 'cache_key', 'flyway_schema_history')"
                + " AND name NOT LIKE 'sqlite_%'");
        assertThat(tables).containsExactlyInAnyOrderElementsOf(
                DumpTable.ALL.stream().map(table -> "|" + table.name()).toList());
        for (DumpTable table : DumpTable.ALL) {
            assertThat(test.query("SELECT name, type FROM pragma_table_info('"
                    + table.name() + "')"))
                    .as(table.name())
                    .containsExactlyInAnyOrderElementsOf(table.columns().stream()
                            .map(column -> "|" + column.name() + "|" + column.type()).toList());
        }
    }

    // ---------------------------------------------------------------------------- what is wrong

    private static List<String> lines(byte[] dump) {
        return new String(dump, StandardCharsets.UTF_8).lines().toList();
    }

    /** A dump of these lines with a last line that fits. */
    private static byte[] sealed(List<String> lines) throws Exception {
        StringBuilder text = new StringBuilder();
        List<String> body = lines.subList(0, lines.size() - 1);
        body.forEach(line -> text.append(line).append('\n'));
        byte[] hash = MessageDigest.getInstance("SHA-256")
                .digest(text.toString().getBytes(StandardCharsets.UTF_8));
        String trailer = lines.get(lines.size() - 1).replaceFirst(
                "\"sha256\":\"[0-9a-f]*\"",
                "\"sha256\":\"" + HexFormat.of().formatHex(hash) + "\"");
        return text.append(trailer).append('\n').toString().getBytes(StandardCharsets.UTF_8);
    }

    private DumpException refused(byte[] dump) throws Exception {
        DumpException refusal =
                catchThrowableOfType(DumpException.class, () -> restore(dump));
        assertThat(refusal).as("the dump must be refused").isNotNull();
        try (TestStore untouched = TestStore.open(fresh(), clock)) {
            assertThat(untouched.store().revision()).isZero();
            for (DumpTable table : DumpTable.ALL) {
                assertThat(untouched.query("SELECT count(*) FROM " + table.name()))
                        .containsExactly(table.name().equals("head") ? "|1" : "|0");
            }
        }
        return refusal;
    }

    @Test
    void dumpCutAnywhere_isRefused() throws Exception {
        byte[] dump = dump();
        List<Integer> cuts = new ArrayList<>();
        IntStream.iterate(0, at -> at < dump.length, at -> at + dump.length / 7).forEach(cuts::add);
        cuts.add(dump.length - 1);
        for (int cut : cuts) {
            byte[] part = Arrays.copyOf(dump, cut);
            assertThat(refused(part)).hasMessageContaining("not whole");
        }
    }

    @Test
    void anyOctetAltered_isRefused() throws Exception {
        byte[] dump = dump();
        for (int at = 3; at < dump.length; at += dump.length / 40) {
            byte[] altered = dump.clone();
            altered[at] ^= 1;
            refused(altered);
        }
    }

    static Stream<UnaryOperator<List<String>>> alterations() {
        return Stream.of(
                // a line less, in the middle
                lines -> Stream.concat(lines.stream().limit(4), lines.stream().skip(5)).toList(),
                // a line twice
                lines -> Stream.concat(lines.stream().limit(4), lines.stream().skip(3)).toList(),
                // an audit event altered
                lines -> lines.stream()
                        .map(line -> line.replace("\"action\":\"token.revoke\"",
                                "\"action\":\"token.rename\"")).toList(),
                // a credential of nobody
                lines -> lines.stream()
                        .map(line -> line.replace("\"user_id\":\"" + A, "\"user_id\":\"usr_x"))
                        .toList(),
                // a column less, a column more, another name, another type
                lines -> lines.stream()
                        .map(line -> line.replace("\"description\":\"\",", "")).toList(),
                lines -> lines.stream()
                        .map(line -> line.replace("\"description\":\"\",",
                                "\"description\":\"\",\"more\":1,")).toList(),
                lines -> lines.stream()
                        .map(line -> line.replace("\"description\"", "\"descriptiom\"")).toList(),
                lines -> lines.stream()
                        .map(line -> line.replace("\"blocked\":0", "\"blocked\":\"0\"")).toList(),
                lines -> lines.stream()
                        .map(line -> line.replace("\"blocked\":0", "\"blocked\":7")).toList(),
                // a table of another program
                lines -> lines.stream()
                        .map(line -> line.replace("{\"users\"", "{\"people\"")).toList(),
                // another revision than the head's
                lines -> lines.stream()
                        .map(line -> line.replace("\"portcullis_dump\":2,\"revision\":6",
                                "\"portcullis_dump\":2,\"revision\":5")).toList(),
                // not JSON, not an object, two objects on a line
                lines -> lines.stream().map(line -> line.replace("{\"users\"", "users")).toList(),
                lines -> lines.stream()
                        .map(line -> line.startsWith("{\"users\"") ? "[]" : line).toList(),
                lines -> lines.stream()
                        .map(line -> line.startsWith("{\"users\"") ? line + line : line).toList(),
                // no head
                lines -> lines.stream().filter(line -> !line.startsWith("{\"head\"")).toList());
    }

    @ParameterizedTest
    @MethodSource("alterations")
    void alteredDumpWithAFittingHash_isRefused(UnaryOperator<List<String>> alteration)
            throws Exception {
        List<String> lines = lines(dump());
        List<String> altered = alteration.apply(lines);
        assertThat(altered).isNotEqualTo(lines);
        refused(sealed(altered));
        assertThat(sealed(lines)).isEqualTo(dump());
    }

    @Test
    void anotherFormat_isNamed() throws Exception {
        List<String> lines = lines(dump());
        List<String> newer = lines.stream().map(line ->
                line.replace("\"portcullis_dump\":2", "\"portcullis_dump\":3")).toList();
        assertThat(refused(sealed(newer))).hasMessageContaining("format 3, this program reads 2");
    }

    @Test
    void somethingBehindTheEnd_isRefused() throws Exception {
        ByteArrayOutputStream more = new ByteArrayOutputStream();
        more.write(dump());
        more.write('\n');
        assertThat(refused(more.toByteArray())).hasMessageContaining("behind the end");
    }

    @Test
    void endlessLine_isRefusedWithinBounds() throws Exception {
        InputStream endless = new InputStream() {
            @Override
            public int read() {
                return 'x';
            }

            @Override
            public int read(byte[] into, int from, int length) {
                Arrays.fill(into, from, from + length, (byte) 'x');
                return length;
            }
        };
        assertThatThrownBy(() -> Dump.importInto(TestStore.config(fresh()), endless, NONE))
                .isInstanceOf(DumpException.class)
                .hasMessageContaining("line 1")
                .hasMessageContaining("longer");
    }

    @Test
    void databaseThatIsNotEmpty_isRefused() throws Exception {
        byte[] dump = dump();
        restore(dump);
        assertThatThrownBy(() -> restore(dump)).isInstanceOf(StartException.class)
                .hasMessageContaining("the database is not empty");
    }

    @Test
    void databaseInUse_isNotImportedInto() throws Exception {
        byte[] dump = dump();
        assertThatThrownBy(() -> Dump.importInto(
                TestStore.config(directory.resolve("old")), new ByteArrayInputStream(dump), NONE))
                .isInstanceOf(StartException.class).hasMessageContaining("is using");
    }

    @Test
    void noDatabase_isNotExported() {
        assertThatThrownBy(() -> dump(directory.resolve("nowhere")))
                .isInstanceOf(StartException.class).hasMessageContaining("there is no database");
        assertThat(directory.resolve("nowhere")).doesNotExist();
    }

    @Test
    void anotherFile_isNotExported() throws Exception {
        Path other = Files.createDirectory(directory.resolve("other"));
        Files.writeString(other.resolve("portcullis.db"), "something else entirely");
        assertThatThrownBy(() -> dump(other)).isInstanceOf(StartException.class);
    }

    @Test
    void anotherSchema_isNotExported() throws Exception {
        TestStore.alter(directory.resolve("old"),
                "UPDATE flyway_schema_history SET version = '99' WHERE version = "
                        + SqliteSchema.NEWEST);
        assertThatThrownBy(this::dump).isInstanceOf(StartException.class)
                .hasMessageContaining("has schema 99");
    }

    @Test
    void fullDisk_isTheCallersError() {
        OutputStream full = new OutputStream() {
            @Override
            public void write(int octet) throws IOException {
                throw new IOException("no space left");
            }
        };
        StoreConfig old = TestStore.config(directory.resolve("old"));
        assertThatThrownBy(() -> Dump.export(old, full, NONE))
                .isInstanceOf(IOException.class).hasMessageContaining("no space");
    }

    @Test
    void failureAtAnyStatement_importsNothing() throws Exception {
        byte[] dump = dump();
        int failAt = 0;
        boolean done = false;
        while (!done) {
            int at = ++failAt;
            AtomicInteger statement = new AtomicInteger();
            try {
                StoreConfig target = TestStore.config(fresh());
                Dump.importInto(target, new ByteArrayInputStream(dump), NONE, sql -> {
                    if (statement.incrementAndGet() == at) {
                        throw new SQLException("this statement was made to fail");
                    }
                });
                done = true;
            } catch (StartException e) {
                try (TestStore untouched = TestStore.open(fresh(), clock)) {
                    assertThat(untouched.store().revision()).isZero();
                    assertThat(untouched.query("SELECT * FROM users")).isEmpty();
                    assertThat(untouched.query("SELECT * FROM audit_event")).isEmpty();
                }
            }
        }
        assertThat(failAt).isGreaterThan(20);
        assertThat(lines(dump(fresh()))).hasSameSizeAs(lines(dump));
    }

    @Test
    void progressThatThrows_importsNothing() throws Exception {
        byte[] dump = dump();
        assertThatThrownBy(() -> Dump.importInto(
                TestStore.config(fresh()), new ByteArrayInputStream(dump), (rows, total) -> {
                    throw new UncheckedIOException(new IOException("the caller has gone"));
                })).isInstanceOf(UncheckedIOException.class);
        try (TestStore untouched = TestStore.open(fresh(), clock)) {
            assertThat(untouched.store().revision()).isZero();
        }
    }
}
