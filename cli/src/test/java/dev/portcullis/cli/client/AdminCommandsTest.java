package dev.portcullis.cli.client;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import dev.portcullis.cli.CommandLineRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Groups, roles by groups, restrictions, rotation, keys and explanations. */
class AdminCommandsTest {
    /** A public key of nobody, on P-256. */
    private static final String JWK = """
            {"kty":"EC","crv":"P-256",
             "x":"MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4",
             "y":"4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM"}
            """;

    @TempDir
    private static Path directory;

    private static TestServer server;

    @BeforeAll
    static void start() throws InterruptedException {
        server = TestServer.start(directory, Map.of());
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void group_isMadeFilledListedRenamedEmptiedAndDeleted() {
        server.ok("user", "create", "g1");
        server.ok("user", "create", "g2", "--kind", "person");

        assertThat(server.ok("group", "create", "builders", "g1"))
                .containsPattern("id +grp_\\w{16}\nname +builders\nmembers +1\nroles +none\n")
                .contains("propagation  propagated\n");
        assertThat(server.ok("group", "add", "builders", "g2", "g1")).containsPattern(
                "members +2\n");
        assertThat(server.ok("group", "members", "builders").lines().toList().get(1))
                .startsWith("g1    usr_");
        assertThat(server.ok("group", "remove", "builders", "g1")).containsPattern(
                "members +1\n");
        assertThat(server.ok("group", "rename", "builders", "makers")).containsPattern(
                "name +makers\n");
        assertThat(server.ok("group", "show", "makers")).containsPattern("members +1\n");
        assertThat(server.ok("group", "list")).startsWith("NAME").contains("\nmakers ");
        assertThat(server.json("group", "members", "makers").getAsJsonArray("members"))
                .hasSize(1);
        assertThat(server.ok("group", "delete", "makers")).isEqualTo("propagation  propagated\n");
        assertThat(server.run("group", "show", "makers").exitCode()).isEqualTo(1);
    }

    @Test
    void roleByGroup_isBoundListedExplainedAndTakenAway() {
        server.ok("user", "create", "member", "--create-group", "--description", "d");
        assertThat(server.ok("user", "show", "member")).containsPattern("groups +member\n");
        assertThat(server.ok("binding", "put", "--group", "member", "--role", "writer",
                "--application", "billing")).containsPattern("group +grp_\\w+\n");
        assertThat(server.ok("binding", "list", "--group", "member"))
                .isEqualTo("APPLICATION  ROLE\nbilling      writer\n");

        assertThat(server.ok("explain", "--user", "member", "--application", "billing",
                "--method", "POST", "--path", "/a")).containsPattern("allowed +yes\n")
                .containsPattern("access +write\n").containsPattern("role +writer\n")
                .containsPattern("binding 1 +writer on billing, by group member\n")
                .containsPattern("reason 1 +\\S");
        assertThat(server.ok("explain", "--user", "member", "--application", "other"))
                .containsPattern("allowed +no: access_denied\n").containsPattern("role +none\n");
        assertThat(server.ok("binding", "delete", "--group", "member", "--application",
                "billing")).contains("propagated");
        assertThat(server.json("explain", "--user", "member", "--application", "billing")
                .get("allowed").getAsBoolean()).isFalse();
    }

    @Test
    void user_isUpdatedInOneStep() {
        server.ok("user", "create", "changing");
        server.ok("group", "create", "one");
        server.ok("group", "create", "two");

        assertThat(server.ok("user", "update", "changing", "--role", "reader", "--description",
                "new", "--group", "one", "--group", "two"))
                .containsPattern("roles +reader on \\*\n")
                .containsPattern("groups +one, two\n").containsPattern("description +new\n");
        JsonObject user = server.json("user", "show", "changing");
        String revision = user.get("revision").getAsString();
        assertThat(server.ok("user", "update", "changing", "--no-groups", "--blocked", "true",
                "--expected-revision", revision)).containsPattern("groups +none\n")
                .containsPattern("blocked +yes\n");

        CommandLineRun late = server.run("user", "update", "changing", "--blocked", "false",
                "--expected-revision", revision);
        assertThat(late.exitCode()).isEqualTo(1);
        assertThat(late.stderr()).hasLineCount(1);
    }

    @Test
    void registeredKey_isSetAndTakenAway(@TempDir Path files) throws IOException {
        Path file = Files.writeString(files.resolve("jwk"), JWK);
        server.ok("user", "create", "keyed");

        assertThat(server.ok("user", "set-key", "keyed", "--jwk", file.toString()))
                .containsPattern("key +[\\w-]{43}\n");
        assertThat(server.ok("token", "issue", "keyed", "--name", "auto", "--expires-in", "30d",
                "--rotate-before", "36h"))
                .containsPattern("rotates +1d 12h before it expires\n");
        CommandLineRun held = server.run("user", "delete-key", "keyed");
        assertThat(held.exitCode()).isEqualTo(1);
        String id = server.json("token", "list", "--user", "keyed").getAsJsonArray("tokens")
                .get(0).getAsJsonObject().get("id").getAsString();
        assertThat(server.run("token", "successor", id).exitCode()).isEqualTo(1);
        server.ok("token", "revoke", id);
        assertThat(server.ok("user", "delete-key", "keyed"))
                .doesNotContainPattern("key +[\\w-]{43}");
    }

    @Test
    void token_isRestrictedRotatedAndRevokesItself() {
        server.ok("user", "create", "holder", "--role", "writer");
        String issued = server.ok("token", "issue", "holder", "--name", "t", "--max-role",
                "reader", "--application", "a,b", "--cidr", "192.0.2.0/24", "--cidr", "::1/128",
                "--certificate", "AB".repeat(32));
        assertThat(issued).containsPattern("restrictions +at most reader; only on a, b; only "
                + "from 192.0.2.0/24, ::1/128; only with the certificate (ab){32}\n");
        String old = server.json("token", "issue", "holder", "--name", "u")
                .getAsJsonObject("token").get("id").getAsString();

        JsonObject rotated = server.json("token", "rotate", old, "--overlap", "1h");
        String plain = rotated.get("plain_token").getAsString();
        assertThat(rotated.getAsJsonObject("token").get("replaces").getAsString()).isEqualTo(old);
        assertThat(server.ok("token", "show", old)).containsPattern("replaced +by \\w{12}, at 20")
                .containsPattern("state +live\n");

        Map<String, String> self = server.environment();
        self.remove("PORTCULLIS_TOKEN_FILE");
        self.put("PORTCULLIS_TOKEN", plain);
        assertThat(CommandLineRun.of(self, "token", "show", "self").stdout())
                .containsPattern("replaces +" + old).containsPattern("family +" + old);
        CommandLineRun revoked = CommandLineRun.of(self, "token", "revoke", "self");
        assertThat(revoked.stdout()).containsPattern("state +revoked\n");
        assertThat(CommandLineRun.of(self, "token", "show", "self").exitCode()).isEqualTo(1);
    }

    @Test
    void filtersOfLists_areTaken() {
        server.ok("user", "create", "listed");
        server.ok("token", "issue", "listed", "--name", "soon", "--expires-in", "1d");
        server.ok("token", "issue", "listed", "--name", "late", "--expires-in", "300d");

        assertThat(server.ok("token", "list", "listed", "--expires-before", "7d"))
                .contains(" soon ").doesNotContain(" late ");
        assertThat(server.ok("token", "list", "listed", "--expires-before",
                "2020-01-01T00:00:00Z")).hasLineCount(1);
        assertThat(server.ok("token", "list", "listed", "--last-used-before", "1d"))
                .contains(" soon ", " late ");
        assertThat(server.ok("user", "list", "--kind", "person")).doesNotContain("listed");
    }

    @Test
    void key_isMadeExchangedRotatedExpiredAndRevoked(@TempDir Path files) throws IOException {
        server.ok("user", "create", "exchanger", "--role", "reader");
        JsonObject created =
                server.json("key", "create", "exchanger", "--name", "k", "--expires-in", "30d");
        String id = created.getAsJsonObject("key").get("id").getAsString();
        String secret = created.get("plain_secret").getAsString();
        Path file = Files.writeString(files.resolve("key"), secret + "\n");

        assertThat(server.ok("key", "exchange", "--secret-file", file.toString()))
                .containsPattern("access_token +pcx_\\w+\n")
                .containsPattern("expires_in +\\d+ s\n");
        Map<String, String> byVariable = server.environment();
        byVariable.put("PORTCULLIS_KEY", secret);
        assertThat(CommandLineRun.of(byVariable, "key", "exchange", "--scope", "read",
                "-o", "json").stdout()).contains("\"access_token\"");

        JsonObject rotated = server.json("key", "rotate", id, "--overlap", "1d");
        assertThat(rotated.getAsJsonObject("replaced").get("id").getAsString()).isEqualTo(id);
        assertThat(server.ok("key", "list", "exchanger", "--state", "live")).hasLineCount(3);
        assertThat(server.ok("key", "expire", id)).containsPattern("state +expired\n");
        CommandLineRun refused = CommandLineRun.of(byVariable, "key", "exchange");
        assertThat(refused.exitCode()).isEqualTo(1);
        assertThat(refused.stderr()).startsWith("portcullis: the key was refused: ")
                .hasLineCount(1).doesNotContain(secret.split("_")[2]);
        String second = rotated.getAsJsonObject("key").get("id").getAsString();
        assertThat(server.ok("key", "show", second)).containsPattern("replaces +" + id);
        assertThat(server.ok("key", "revoke", second)).containsPattern("state +revoked\n");
    }

    @Test
    void keyThatIsNone_isNotSent(@TempDir Path files) throws IOException {
        Path file = Files.writeString(files.resolve("key"), "geheim");
        CommandLineRun run =
                server.run("key", "exchange", "--secret-file", file.toString());

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.stderr()).contains("is not the secret of an API key")
                .doesNotContain("geheim");
        Map<String, String> remote = server.environment();
        remote.put("PORTCULLIS_REST", "http://192.0.2.1:7071");
        remote.put("PORTCULLIS_KEY", "pck_abcdefghijkl_geheim");
        CommandLineRun elsewhere = CommandLineRun.of(remote, "key", "exchange");
        assertThat(elsewhere.exitCode()).isEqualTo(2);
        assertThat(elsewhere.stderr()).contains("PORTCULLIS_REST is 192.0.2.1:7071, which is not");
        remote.put("PORTCULLIS_REST", "http://127.0.0.1:1");
        assertThat(CommandLineRun.of(remote, "key", "exchange").exitCode()).isEqualTo(3);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            binding put --role reader                  | 2 | Missing required argument
            binding put --user a --group b --role user | 2 | mutually exclusive
            explain --application a                    | 2 | Missing required argument
            user update u                              | 2 | nothing to change
            user update u --group a --no-groups        | 2 | --group and --no-groups
            user create u --kind internal              | 2 | only Portcullis itself
            user set-key u --jwk /none                 | 2 | --jwk: no such file: /none
            token rotate x --overlap 5                 | 2 | --overlap: '5' has no unit
            token list --expires-before tomorrow       | 2 | --expires-before: 'tomorrow' is not
            token list u --user u                      | 2 | USER and --user
            token issue u --name x --max-role king     | 2 | 'king' is not a role
            key exchange                               | 2 | no API key: give --secret-file
            key exchange --secret-file /none           | 2 | --secret-file: no such file
            key expire 000000000000                    | 1 | not found
            audit verify --expect 1                    | 2 | --expect: '1' is not SEQ:HASH
            audit tail --last 2000                     | 2 | --last: 2000 is not between
            audit tail --last 2 --after 3              | 2 | --last and --after
            import                                     | 2 | Missing required parameter
            import netbird /none                       | 2 | no such file: /none
            completion tcsh                            | 2 | Invalid value for positional
            """)
    void whatCannotBeDone_saysWhy(String command, int exitCode, String expected) {
        CommandLineRun run = server.run(command.split(" "));

        assertThat(run.exitCode()).as(run.stderr()).isEqualTo(exitCode);
        assertThat(run.stdout()).isEmpty();
        assertThat(run.stderr()).startsWith("portcullis: ").contains(expected);
    }
}
