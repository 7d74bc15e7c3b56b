package dev.portcullis.cli.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.portcullis.cli.CommandLineRun;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sqlite.SQLiteDataSource;

/** What somebody does who uses it for the first time, from the first user to a broken audit log. */
class FirstUseTest {
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    @TempDir
    private Path temporary;

    private Path data;
    private ProgramProcess program;

    @Test
    void firstUse_fromUserToBrokenAuditLog() throws Exception {
        data = temporary.resolve("data");
        try (RecordingUpstream upstream = RecordingUpstream.start(true);
                ProgramProcess started = ProgramProcess.start(
                        temporary, ProgramProcess.standalone(data, upstream.url()))) {
            program = started.awaitReady();
            userInAGroupThatIsBound();
            String token = issuedAndUsed(upstream);
            String rotated = rotatedWithOverlap(token);
            assertThat(status(rotated)).isEqualTo(200);
            keyExchangedAndExpired();
            auditReadAndVerified();
        }
    }

    private void userInAGroupThatIsBound() {
        ok("group", "create", "builders");
        ok("user", "create", "ci", "--group", "builders", "--description", "builds everything");
        assertThat(ok("binding", "put", "--group", "builders", "--role", "reader",
                "--application", "default")).contains("propagation  propagated\n");
        assertThat(ok("explain", "--user", "ci", "--application", "default"))
                .contains("reader on default, by group builders");
    }

    private String issuedAndUsed(RecordingUpstream upstream) throws Exception {
        String token = json("token", "issue", "ci", "--name", "laptop", "--expires-in", "1d")
                .get("plain_token").getAsString();
        assertThat(status(token)).isEqualTo(200);
        assertThat(upstream.seen().get(0).getFirst("X-portcullis-groups")).isEqualTo("builders");
        return token;
    }

    private String rotatedWithOverlap(String token) throws Exception {
        String id = token.split("_")[1];
        JsonObject rotated = json("token", "rotate", id, "--overlap", "2s");
        String successor = rotated.get("plain_token").getAsString();
        assertThat(status(token)).isEqualTo(200);
        assertThat(status(successor)).isEqualTo(200);
        Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> status(token) == 401);
        assertThat(ok("token", "show", id)).containsPattern("state +replaced\n");
        return successor;
    }

    private void keyExchangedAndExpired() throws Exception {
        JsonObject created = json("key", "create", "ci", "--name", "deploy");
        Path secret = Files.writeString(
                temporary.resolve("deploy.key"), created.get("plain_secret").getAsString());
        String exchanged = json("key", "exchange", "--secret-file", secret.toString())
                .get("access_token").getAsString();
        assertThat(exchanged).startsWith("pcx_");
        assertThat(status(exchanged)).isEqualTo(200);

        String id = created.getAsJsonObject("key").get("id").getAsString();
        assertThat(ok("key", "expire", id)).containsPattern("state +expired\n")
                .containsPattern("propagation +propagated\n");
        assertThat(status(exchanged)).isEqualTo(401);
    }

    private void auditReadAndVerified() throws SQLException {
        List<String> events = ok("audit", "list", "-o", "json").lines().toList();
        assertThat(events).extracting(line -> JsonParser.parseString(line).getAsJsonObject()
                .get("action").getAsString()).containsSubsequence("group.create", "user.create",
                "binding.put", "token.issue", "token.rotate", "key.create", "key.exchange",
                "key.expire");
        String intact = ok("audit", "verify");
        assertThat(intact).startsWith("intact: " + events.size() + " events\n");

        JsonObject issued = events.stream()
                .map(line -> JsonParser.parseString(line).getAsJsonObject())
                .filter(event -> event.get("action").getAsString().equals("token.issue")
                        && event.get("after").getAsString().contains("laptop"))
                .findFirst().orElseThrow();
        long seq = issued.get("seq").getAsLong();
        alter(seq);

        CommandLineRun broken = client("audit", "verify");
        assertThat(broken.exitCode()).isEqualTo(1);
        assertThat(broken.stdout()).isEmpty();
        assertThat(broken.stderr()).isEqualTo(
                "portcullis: the audit log is not intact: event " + seq + " was altered\n");
    }

    /** By hand, behind the program's back. */
    private void alter(long seq) throws SQLException {
        SQLiteDataSource dataSource = new SQLiteDataSource();
        dataSource.setUrl("jdbc:sqlite:" + data.resolve("portcullis.db"));
        try (Connection connection = dataSource.getConnection();
                Statement statement = connection.createStatement()) {
            assertThat(statement.executeUpdate("UPDATE audit_event SET actor_name = 'nobody' "
                    + "WHERE seq = " + seq)).isEqualTo(1);
        }
    }

    private String ok(String... arguments) {
        CommandLineRun run = client(arguments);
        assertThat(run.exitCode()).as(run.stderr()).isZero();
        return run.stdout();
    }

    private JsonObject json(String... arguments) {
        String[] all = Arrays.copyOf(arguments, arguments.length + 2);
        all[arguments.length] = "-o";
        all[arguments.length + 1] = "json";
        return JsonParser.parseString(ok(all)).getAsJsonObject();
    }

    private CommandLineRun client(String... arguments) {
        return CommandLineRun.of(Map.of(
                "PORTCULLIS_ADMIN", "127.0.0.1:" + program.admin().getPort(),
                "PORTCULLIS_REST", "http://127.0.0.1:" + program.rest().getPort(),
                "PORTCULLIS_TOKEN_FILE", data.resolve("bootstrap-token").toString()), arguments);
    }

    private int status(String token) throws Exception {
        URI uri = URI.create("http://127.0.0.1:" + program.gateway().getPort() + "/thing");
        HttpResponse<Void> response = http.send(HttpRequest.newBuilder(uri)
                .header("Authorization", "Bearer " + token)
                .build(), BodyHandlers.discarding());
        return response.statusCode();
    }
}
