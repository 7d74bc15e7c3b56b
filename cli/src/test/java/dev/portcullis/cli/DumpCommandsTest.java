package dev.portcullis.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.admin.store.Dump;
import dev.portcullis.admin.store.PostgresServer;
import dev.portcullis.admin.store.StoreConfig;
import dev.portcullis.cli.config.ConfigLoader;
import dev.portcullis.cli.server.ProgramProcess;
import dev.portcullis.cli.server.Standalone;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A whole database out of one directory and into another. */
class DumpCommandsTest {
    @TempDir
    private Path directory;

    private Path from;
    private Path to;
    private Path dump;

    @BeforeEach
    void name() {
        from = directory.resolve("from");
        to = directory.resolve("to");
        dump = directory.resolve("dump");
    }

    @Test
    void export_besideARunningServer_isImportedAndItsTokensWork() throws Exception {
        Path token = from.resolve("bootstrap-token");
        try (Standalone server = server(from)) {
            assertThat(client(server, token, "user", "create", "ci").exitCode()).isZero();

            CommandLineRun run = run("export", "--data", from.toString(), "--out",
                    dump.toString(), "--progress");

            assertThat(run.stderr()).matches("exported \\d+ rows, at revision \\d+\n");
            assertThat(run.exitCode()).isZero();
            assertThat(Files.getPosixFilePermissions(dump))
                    .isEqualTo(PosixFilePermissions.fromString("rw-------"));
            assertThat(Files.readString(dump)).doesNotContain(secret(token));
            CommandLineRun used =
                    run("import", "--data", from.toString(), dump.toString());
            assertThat(used.exitCode()).isEqualTo(1);
            assertThat(used.stderr()).startsWith("portcullis: ").contains(from.toString())
                    .hasLineCount(1);
        }
        assertThat(run("import", "--data", to.toString(), dump.toString()).exitCode()).isZero();
        try (Standalone server = server(to)) {
            assertThat(to.resolve("bootstrap-token")).doesNotExist();
            assertThat(client(server, token, "user", "list").stdout()).contains("\nci ");
            assertThat(client(server, token, "audit", "verify").exitCode()).isZero();
        }
        CommandLineRun again = run("import", "--data", to.toString(), dump.toString());
        assertThat(again.exitCode()).isEqualTo(1);
        assertThat(again.stderr()).contains("not empty");
    }

    @Test
    void pipe_carriesADumpFromOneToTheOther() throws Exception {
        server(from).close();
        try (ProgramProcess export =
                ProgramProcess.start(directory, "export", "--data", from.toString())) {
            assertThat(export.awaitExit()).as(export.stderr()).isZero();
            ByteArrayOutputStream expected = new ByteArrayOutputStream();
            Dump.export(new StoreConfig(from), expected, (rows, total) -> { });
            assertThat(export.stdout()).isEqualTo(expected.toString("UTF-8"));
            try (ProgramProcess imported = ProgramProcess.start(directory,
                    Map.of("PORTCULLIS_DATA", to.toString()), "import", "-")) {
                imported.input(expected.toByteArray());
                assertThat(imported.awaitExit()).as(imported.stderr()).isZero();
                assertThat(imported.stdout()).isEmpty();
                assertThat(imported.stderr()).startsWith("imported ");
            }
        }
    }

    @Test
    void whatCannotBeExported_leavesNothingBehind() throws Exception {
        CommandLineRun none =
                run("export", "--data", from.toString(), "--out", dump.toString());
        assertThat(none.exitCode()).isEqualTo(1);
        assertThat(none.stderr()).startsWith("portcullis: ").hasLineCount(1);
        assertThat(dump).doesNotExist();

        server(from).close();
        Files.writeString(dump, "mine");
        CommandLineRun there =
                run("export", "--data", from.toString(), "--out", dump.toString());
        assertThat(there.exitCode()).isEqualTo(2);
        assertThat(there.stderr()).contains(dump + " is there already");
        assertThat(Files.readString(dump)).isEqualTo("mine");
        CommandLineRun nowhere = run("export", "--data", from.toString(), "--out",
                directory.resolve("no/dump").toString());
        assertThat(nowhere.exitCode()).isEqualTo(1);
        try (Stream<Path> files = Files.list(directory)) {
            assertThat(files).containsExactlyInAnyOrder(from, dump);
        }
    }

    @Test
    void damagedDump_isRefusedWhole() throws Exception {
        server(from).close();
        run("export", "--data", from.toString(), "--out", dump.toString());
        List<String> lines = Files.readAllLines(dump);
        Path cut = Files.write(directory.resolve("cut"), lines.subList(0, lines.size() - 1));

        CommandLineRun run = run("import", "--data", to.toString(), cut.toString());

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.stderr()).startsWith("portcullis: " + cut + ": ")
                .endsWith("; nothing was imported\n");
        assertThat(run("import", "--data", to.toString(), dump.toString()).exitCode()).isZero();
    }

    @Test
    void dump_goesToAServerAndBack() throws Exception {
        server(from).close();
        run("export", "--data", from.toString(), "--out", dump.toString());
        try (PostgresServer postgres = PostgresServer.start()) {
            String url = postgres.emptyDatabase().toString();
            Path password = Files.writeString(directory.resolve("password"),
                    PostgresServer.PASSWORD + "\n");
            Files.setPosixFilePermissions(password, PosixFilePermissions.fromString("rw-------"));
            String[] there = {"--database", url, "--database-password-file", password.toString()};

            CommandLineRun imported = run("import", there, dump.toString());
            assertThat(imported.stderr()).startsWith("imported ");
            assertThat(imported.exitCode()).isZero();
            CommandLineRun again = run("import", there, dump.toString());
            assertThat(again.exitCode()).isEqualTo(1);
            assertThat(again.stderr()).contains(url, "not empty");
            Path back = directory.resolve("back");
            assertThat(run("export", there, "--out", back.toString()).exitCode()).isZero();
            assertThat(Files.readAllLines(back)).hasSameSizeAs(Files.readAllLines(dump));
            assertThat(run("import", "--data", to.toString(), back.toString()).exitCode())
                    .isZero();
            CommandLineRun both = run("export", there, "--data", from.toString());
            assertThat(both.exitCode()).isEqualTo(2);
            assertThat(both.stderr()).contains("not both");
        }
    }

    private static CommandLineRun run(String command, String[] there, String... more) {
        return run(Stream.of(Stream.of(command), Stream.of(there), Stream.of(more))
                .flatMap(each -> each).toArray(String[]::new));
    }

    @Test
    void configurationWithoutApplications_isEnough() throws IOException {
        Path file = Files.writeString(directory.resolve("c.yaml"),
                "data: '" + from + "'\ntokens: {pepper: a, peppers: 'a=/none'}\nlisen: x\n");

        CommandLineRun run = run("export", "--config", file.toString());

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.stderr()).contains("1 mistake in the configuration",
                "lisen: unknown key; did you mean 'listen'?");
        assertThat(run("export").stderr()).contains("no data directory");
    }

    private static CommandLineRun run(String... arguments) {
        return CommandLineRun.of(Map.of(), arguments);
    }

    private static CommandLineRun client(Standalone server, Path token, String... arguments) {
        return CommandLineRun.of(Map.of(
                "PORTCULLIS_ADMIN", "127.0.0.1:" + server.adminAddress().getPort(),
                "PORTCULLIS_TOKEN_FILE", token.toString()), arguments);
    }

    private static String secret(Path token) throws IOException {
        return Files.readString(token).strip().split("_")[2];
    }

    private static Standalone server(Path data) {
        Map<String, String> flags = new HashMap<>(Map.of("--data", data.toString(),
                "--upstream", "http://127.0.0.1:1", "--access-log", "off"));
        for (String listen : List.of("", "admin-", "rest-", "management-")) {
            flags.put("--" + listen + "listen", "127.0.0.1:0");
        }
        return Standalone.start(ConfigLoader.load(null, Map.of(), flags));
    }
}
