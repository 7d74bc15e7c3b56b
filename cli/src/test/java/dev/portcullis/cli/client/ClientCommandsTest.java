package dev.portcullis.cli.client;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.portcullis.cli.CommandLineRun;
import dev.portcullis.cli.config.ConfigLoader;
import dev.portcullis.cli.server.Standalone;
import dev.portcullis.proto.admin.v1.IssueTokenRequest;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The client commands against a real server. */
class ClientCommandsTest {
    @TempDir
    private static Path directory;

    private static Standalone server;

    @BeforeAll
    static void start() throws InterruptedException {
        Map<String, String> flags = new HashMap<>(Map.of(
                "--data", directory.toString(), "--upstream", "http://127.0.0.1:1",
                "--access-log", "off"));
        for (String listen : List.of("", "admin-", "rest-", "management-")) {
            flags.put("--" + listen + "listen", "127.0.0.1:0");
        }
        server = Standalone.start(ConfigLoader.load(null, Map.of(), flags));
        assertThat(server.awaitReady(Duration.ofSeconds(30))).isTrue();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void user_isMadeListedBlockedUnblockedAndDeleted() {
        CommandLineRun created = run("user", "create", "ci", "--role", "writer",
                "--application", "billing", "--description", "the build");
        assertThat(created.stdout()).containsPattern("id +usr_\\w{16}\n").contains(
                "name         ci\n", "description  the build\n", "kind         service\n",
                "blocked      no\n", "roles        writer on billing\n",
                "last used    never\n", "propagation  propagated\n");
        assertThat(created.stderr()).isEmpty();
        assertThat(created.exitCode()).isZero();

        assertThat(run("user", "list").stdout())
                .startsWith("NAME").containsPattern("\nci +usr_\\w{16}  service +no ");
        assertThat(run("user", "block", "ci").stdout())
                .contains("blocked      yes\n", "propagation  propagated\n");
        assertThat(json("user", "show", "ci").get("blocked").getAsBoolean()).isTrue();
        assertThat(run("user", "unblock", "ci").stdout()).contains("blocked      no\n");
        assertThat(run("user", "delete", "ci").stdout()).isEqualTo("propagation  propagated\n");

        CommandLineRun gone = run("user", "show", "ci");
        assertThat(gone.exitCode()).isEqualTo(1);
        assertThat(gone.stderr()).startsWith("portcullis: ").hasLineCount(1);
        assertThat(gone.stdout()).isEmpty();
    }

    @Test
    void binding_isPutListedAndDeleted() {
        run("user", "create", "bound");

        assertThat(run("binding", "put", "--user", "bound", "--role", "user", "--application",
                "a").stdout())
                .contains("role         reader\n", "application  a\n", "propagated");
        assertThat(run("binding", "put", "--user", "bound", "--role", "auditor").stdout())
                .contains("application  *\n");
        assertThat(run("binding", "list", "--user", "bound").stdout().lines())
                .containsExactlyInAnyOrder(
                "APPLICATION  ROLE", "a            reader", "*            auditor");
        assertThat(run("binding", "delete", "--user", "bound", "--application", "a").stdout())
                .isEqualTo("propagation  propagated\n");
        assertThat(json("binding", "list", "--user", "bound").getAsJsonArray("bindings"))
                .hasSize(1);
        assertThat(run("binding", "delete", "--user", "bound", "--application", "a").exitCode())
                .isEqualTo(1);
    }

    @Test
    void token_isIssuedShownOnceListedAndRevoked() {
        run("user", "create", "holder", "--role", "reader");

        CommandLineRun issued =
                run("token", "issue", "holder", "--name", "laptop", "--expires-in", "30d");
        assertThat(issued.stdout()).containsPattern(
                "^plain_token +pct_[0-9A-Za-z]{12}_[0-9A-Za-z]{49}\nid +\\w{12}\nname +laptop\n")
                .contains("state         live\n", "propagation   propagated\n");
        assertThat(issued.stderr()).isEqualTo("The token is shown this once: store it now.\n");
        String id = issued.stdout().split("_")[2];

        assertThat(run("token", "show", id).stdout())
                .startsWith("id            " + id + "\n").doesNotContain("plain_token");
        assertThat(run("token", "list", "holder", "--state", "LIVE").stdout()).contains(id);
        CommandLineRun revoked = run("token", "revoke", id);
        assertThat(revoked.stdout())
                .contains("state         revoked\n", "revoked       20",
                        "propagation   propagated\n");
        assertThat(run("token", "list", "holder", "--state", "live").stdout()).doesNotContain(id);
        assertThat(run("token", "list").stdout()).containsPattern(id + " .* revoked ");
    }

    @Test
    void tokenAsJson_hasTheFieldsOfTheContract() {
        run("user", "create", "machine");
        Instant expiry = Instant.now().plus(10, ChronoUnit.DAYS).truncatedTo(ChronoUnit.SECONDS);

        JsonObject issued = json("token", "issue", "machine", "--name", "j",
                "--expires-at", expiry.atOffset(ZoneOffset.ofHours(2)).toString());

        assertThat(issued.keySet())
                .containsExactlyInAnyOrder("plain_token", "token", "propagation");
        JsonObject token = issued.getAsJsonObject("token");
        assertThat(issued.get("plain_token").getAsString())
                .startsWith("pct_" + token.get("id").getAsString() + "_");
        assertThat(token.get("state").getAsString()).isEqualTo("TOKEN_STATE_LIVE");
        assertThat(token.get("expires_at").getAsString()).isEqualTo(expiry.toString());
        JsonObject revoked = json("token", "revoke", token.get("id").getAsString());
        assertThat(revoked.getAsJsonObject("propagation").get("state").getAsString())
                .isEqualTo("PROPAGATED");
        assertThat(json("token", "list", "machine").getAsJsonArray("tokens")).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            token issue nobody --name x                  | 1 |
            token issue u --name x --never               | 1 |
            token show 000000000000                      | 1 |
            token issue u --name x --expires-in 30       | 2 | --expires-in: '30' has no unit
            token issue u --name x --expires-in 5ms      | 2 | --expires-in: 5ms is not whole
            token issue u --name x --expires-in 0s       | 2 | --expires-in: 0s is not whole
            token issue u --name x --expires-at tomorrow | 2 | --expires-at: 'tomorrow' is not an
            token issue u --name x --never --expires-in 1d | 2 | mutually exclusive
            token issue u                                | 2 | Missing required option: '--name
            token list --state gone                      | 2 | Invalid value for option '--state'
            user create u --application a                | 2 | --application without --role
            user create u --role king                    | 2 | 'king' is not a role; roles are
            user create                                  | 2 | Missing required parameter: 'NAME'
            user lst                                     | 2 | Did you mean: user list?
            user show u -o xml                           | 2 | Invalid value for option '--output'
            token issue u --name x --token pct_secret    | 2 | Unknown option
            """)
    void whatCannotBeDone_saysWhy(String command, int exitCode, String expected) {
        run("user", "create", "u");

        CommandLineRun run = run(command.split(" "));

        assertThat(run.exitCode()).isEqualTo(exitCode);
        assertThat(run.stdout()).isEmpty();
        assertThat(run.stderr()).startsWith("portcullis: ").doesNotContain("Exception");
        if (expected != null) {
            assertThat(run.stderr()).contains(expected);
        }
    }

    @Test
    void listOfSeveralPages_isPrintedWhole() {
        run("user", "create", "many");
        try (AdminConnection admin = AdminConnection.open(environment())) {
            for (int i = 0; i < Pages.SIZE + 1; i++) {
                admin.tokens().issueToken(IssueTokenRequest.newBuilder()
                        .setUser("many")
                        .setName("t" + i)
                        .build());
            }
        }

        assertThat(json("token", "list", "many").getAsJsonArray("tokens"))
                .hasSize(Pages.SIZE + 1);
        assertThat(run("token", "list", "many").stdout().lines()
                .filter(line -> line.contains(" live "))).hasSize(Pages.SIZE + 1);
    }

    @Test
    void wrongToken_isRefused() {
        Map<String, String> environment = environment("PORTCULLIS_TOKEN", "pct_not_a_token");

        CommandLineRun run = CommandLineRun.of(environment, "user", "list");

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.stderr()).startsWith("portcullis: the token was refused: ")
                .doesNotContain("pct_not_a_token");
    }

    @Test
    void tokenWithoutRole_isNotAllowed() {
        run("user", "create", "powerless", "--role", "reader");
        String token = json("token", "issue", "powerless", "--name", "x")
                .get("plain_token").getAsString();

        CommandLineRun run =
                CommandLineRun.of(environment("PORTCULLIS_TOKEN", token), "user", "list");

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.stderr()).startsWith("portcullis: not allowed: ");
    }

    @Test
    void tokenSources_areCheckedBeforeAnythingIsSent(@TempDir Path files) throws IOException {
        Path empty = Files.writeString(files.resolve("empty"), "\n");
        Path binary = Files.write(files.resolve("binary"), new byte[] {0, 1, 2});
        String file = server.bootstrapTokenFile().toString();

        assertThat(usage(Map.of())).contains("no token: set PORTCULLIS_TOKEN_FILE");
        assertThat(usage(Map.of("PORTCULLIS_TOKEN", "x", "PORTCULLIS_TOKEN_FILE", file)))
                .contains("are both set");
        assertThat(usage(Map.of("PORTCULLIS_TOKEN_FILE", files + "/none")))
                .contains("PORTCULLIS_TOKEN_FILE: no such file: " + files + "/none");
        assertThat(usage(Map.of("PORTCULLIS_TOKEN_FILE", files.toString())))
                .contains("PORTCULLIS_TOKEN_FILE: cannot read " + files);
        assertThat(usage(Map.of("PORTCULLIS_TOKEN_FILE", empty.toString())))
                .contains("does not hold a token");
        assertThat(usage(Map.of("PORTCULLIS_TOKEN_FILE", binary.toString())))
                .contains("does not hold a token");
        assertThat(usage(Map.of("PORTCULLIS_TOKEN", "two words")))
                .contains("PORTCULLIS_TOKEN does not hold a token").doesNotContain("two words");
    }

    @Test
    void addressOfAnotherMachine_isRefused() {
        assertThat(usage(Map.of("PORTCULLIS_TOKEN", "x", "PORTCULLIS_ADMIN", "192.0.2.1:7070")))
                .contains("PORTCULLIS_ADMIN is 192.0.2.1:7070, which is not on this machine",
                        "ssh -L 7070:127.0.0.1:7070");
        assertThat(usage(Map.of("PORTCULLIS_TOKEN", "x", "PORTCULLIS_ADMIN", "localhost")))
                .contains("PORTCULLIS_ADMIN: 'localhost' is not host:port");
    }

    @Test
    void nobodyListening_isUnreachable() throws IOException {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }

        CommandLineRun run = CommandLineRun.of(Map.of("PORTCULLIS_TOKEN", "x",
                "PORTCULLIS_ADMIN", "localhost:" + port), "user", "list");

        assertThat(run.exitCode()).isEqualTo(3);
        assertThat(run.stderr()).startsWith("portcullis: cannot reach the admin API at localhost:"
                + port + " (Connection refused").hasLineCount(1);
    }

    private static String usage(Map<String, String> environment) {
        CommandLineRun run = CommandLineRun.of(environment, "user", "list");
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.stderr()).startsWith("portcullis: ").hasLineCount(1);
        return run.stderr();
    }

    private static Map<String, String> environment() {
        return environment("PORTCULLIS_TOKEN_FILE", server.bootstrapTokenFile().toString());
    }

    private static Map<String, String> environment(String variable, String value) {
        return Map.of(
                "PORTCULLIS_ADMIN", "127.0.0.1:" + server.adminAddress().getPort(),
                variable, value);
    }

    private static CommandLineRun run(String... arguments) {
        return CommandLineRun.of(environment(), arguments);
    }

    private static JsonObject json(String... arguments) {
        String[] all = Arrays.copyOf(arguments, arguments.length + 2);
        all[arguments.length] = "-o";
        all[arguments.length + 1] = "json";
        CommandLineRun run = run(all);
        assertThat(run.stderr()).isEmpty();
        return JsonParser.parseString(run.stdout()).getAsJsonObject();
    }
}
