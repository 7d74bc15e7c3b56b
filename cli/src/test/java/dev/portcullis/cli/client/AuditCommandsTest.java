package dev.portcullis.cli.client;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.portcullis.cli.CommandLineRun;
import dev.portcullis.cli.server.ProgramProcess;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AuditCommandsTest {
    @TempDir
    private Path directory;

    @Test
    void events_areListedFollowedAndVerified() throws Exception {
        Path data = directory.resolve("data");
        TestServer server = TestServer.start(data, Map.of());
        int port = server.adminPort();
        server.ok("user", "create", "first");
        try (ProgramProcess tail = ProgramProcess.start(directory, server.environment(),
                "audit", "tail", "--action", "user.", "-o", "json")) {
            Awaitility.await().until(() -> tail.stdout().contains("first"));
            server.ok("group", "create", "passed-over");
            server.ok("user", "create", "second");
            Awaitility.await().until(() -> tail.stdout().contains("second"));

            server.close();
            server = TestServer.start(data, Map.of("--admin-listen", "127.0.0.1:" + port));
            server.ok("user", "create", "third");
            server.ok("user", "block", "third");
            Awaitility.await().until(() -> tail.stdout().contains("user.block"));
            lists(server);
            verifies(server);
            Awaitility.await().until(() -> tail.stdout().contains("user.unblock"));

            assertThat(tail.terminate().awaitExit()).isZero();
            List<JsonObject> events = tail.stdout().lines()
                    .map(line -> JsonParser.parseString(line).getAsJsonObject()).toList();
            assertThat(events).extracting(event -> event.get("action").getAsString())
                    .containsExactly("user.create", "user.create", "user.create", "user.create",
                            "user.block", "user.unblock");
            assertThat(events).extracting(event -> event.get("seq").getAsLong()).isSorted()
                    .doesNotHaveDuplicates();
            assertThat(tail.stderr()).contains("the stream broke off; going on behind event");
        } finally {
            server.close();
        }
    }

    private static void lists(TestServer server) {
        String table = server.ok("audit", "list", "--action", "user.", "--since", "1h");
        assertThat(table).startsWith("SEQ  WHEN ").contains("user.create").doesNotContain("group.");
        assertThat(table.lines().filter(line -> line.contains("user.block"))).hasSize(1);
        List<String> newest = server.ok("audit", "list", "--descending", "-o", "json")
                .lines().toList();
        assertThat(newest.get(0)).contains("user.block");
        assertThat(newest).allSatisfy(line ->
                assertThat(JsonParser.parseString(line).getAsJsonObject().has("hash")).isTrue());
        assertThat(server.ok("audit", "list", "--until", "2020-01-01T00:00:00Z"))
                .hasLineCount(1);
    }

    private static void verifies(TestServer server) {
        List<String> verified = server.ok("audit", "verify", "--progress").lines().toList();
        assertThat(verified.get(0)).matches("intact: \\d+ events");
        assertThat(verified.get(1)).matches("\\d+:[0-9a-f]{64}");
        server.ok("user", "unblock", "third");
        assertThat(server.ok("audit", "verify", "--expect", verified.get(1)))
                .startsWith("intact: ");

        String other = verified.get(1).split(":")[0] + ":" + "0".repeat(64);
        CommandLineRun wrong = server.run("audit", "verify", "--expect", other);
        assertThat(wrong.exitCode()).isEqualTo(1);
        assertThat(wrong.stdout()).isEmpty();
        assertThat(wrong.stderr()).startsWith("portcullis: the audit log is not intact: event "
                + other.split(":")[0] + " is not the one that was expected");
        CommandLineRun json =
                server.run("audit", "verify", "--expect", other, "-o", "json");
        assertThat(json.exitCode()).isEqualTo(1);
        assertThat(json.stdout()).contains("\"finished\": true", "\"problem\": \"event ");
    }
}
