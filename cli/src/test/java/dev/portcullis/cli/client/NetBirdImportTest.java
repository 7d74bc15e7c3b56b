package dev.portcullis.cli.client;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import dev.portcullis.cli.CommandLineRun;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Map;
import java.util.zip.CRC32;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From a file of NetBird's to tokens that work at the gateway. */
class NetBirdImportTest {
    private static final String BASE62 =
            "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    @TempDir
    private static Path directory;

    private static TestServer server;

    @BeforeAll
    static void start() throws InterruptedException {
        server = TestServer.start(directory.resolve("data"), Map.of());
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void store_isTakenOverOnce_andItsTokensWork() throws Exception {
        String token = netBirdToken("aBcDeFgHiJkLmNoPqRsTuVwXyZ0123");
        Path file = file("""
                {"Accounts": {"acc": {
                  "Id": "acc", "Peers": {"p": {"Key": "x", "Meta": [1, {"a": null}]}},
                  "Users": {
                    "google|1": {"Id": "google|1", "Role": "owner", "IsServiceUser": false,
                      "ServiceUserName": "", "AutoGroups": null, "PATs": {}, "Blocked": false},
                    "s1": {"Role": "user", "IsServiceUser": true, "ServiceUserName": "nb-ci",
                      "AutoGroups": ["g1", "gone"], "PATs": {
                        "t1": {"ID": "t1", "Name": "", "HashedToken": "%s",
                          "ExpirationDate": "2099-02-27T00:00:00.5+02:00", "CreatedBy": "x",
                          "CreatedAt": "2023-01-01T00:00:00Z",
                          "LastUsed": "0001-01-01T00:00:00Z"},
                        "t2": {"Name": "dead", "HashedToken": "%s",
                          "ExpirationDate": "2023-02-27T00:00:00Z",
                          "CreatedAt": "2023-01-01T00:00:00Z"},
                        "t3": {"Name": "endless", "HashedToken": "%s", "ExpirationDate": null}}},
                    "s2": {"Role": "billing_admin", "IsServiceUser": true,
                      "ServiceUserName": "nb-off", "Blocked": true, "PATs": null}},
                  "Groups": {"g1": {"ID": "g1", "Name": "Builders", "Peers": []}}
                }}, "InstallationID": ""}
                """.formatted(hash(token), hash("nbp_other"), hash("nbp_third")));

        assertThat(server.ok("import", "netbird", file.toString(), "--dry-run")).isEqualTo("""
                users                    3
                tokens                   2
                billing_admin -> reader  1 user
                owner -> admin           1 user
                user -> reader           1 user
                left out                 tokens without an expiry, which NetBird refuses, too: 1
                passed over              memberships in groups that are gone: 1
                """);
        assertThat(server.run("user", "show", "nb-ci").exitCode()).isEqualTo(1);

        String done = server.ok("import", "netbird", file.toString());
        assertThat(done).containsPattern("users made +3\nusers found +0\n")
                .containsPattern("tokens made +2\ntokens found +0\n")
                .containsPattern("propagation +propagated\n");
        assertThat(server.ok("user", "show", "nb-ci"))
                .containsPattern("groups +Builders\n").containsPattern("roles +reader on \\*\n");
        assertThat(server.ok("user", "show", "nb-off")).containsPattern("blocked +yes\n");
        assertThat(server.ok("user", "show", "google|1")).containsPattern("kind +person\n");
        assertThat(status(token)).isEqualTo(502);
        assertThat(status(token.substring(0, 39) + (token.endsWith("0") ? "1" : "0")))
                .isEqualTo(401);

        JsonObject again = server.json("import", "netbird", file.toString());
        assertThat(again.get("users_created").getAsInt()).isZero();
        assertThat(again.get("users_found").getAsInt()).isEqualTo(3);
        assertThat(again.get("tokens_found").getAsInt()).isEqualTo(2);
    }

    @Test
    void simpleFormOfManyUsers_isSentInCallsOfTheContract() throws Exception {
        StringBuilder text = new StringBuilder("{\"users\": [");
        for (int user = 0; user < 250; user++) {
            text.append(user == 0 ? "" : ",").append("{\"name\": \"m").append(user);
            text.append("\", \"role\": \"writer\", \"groups\": [\"imported\"], \"tokens\": [");
            int tokens = user == 7 ? 2_300 : 1;
            for (int token = 0; token < tokens; token++) {
                text.append(token == 0 ? "" : ",").append("{\"name\": \"t\", \"sha256\": \"")
                        .append(hash(user + "/" + token))
                        .append("\", \"expires_at\": \"2099-01-01T00:00:00Z\"}");
            }
            text.append("]}");
        }
        Path file = file(text.append("]}").toString());

        JsonObject first = server.json("import", "netbird", file.toString());
        JsonObject second = server.json("import", "netbird", file.toString());

        assertThat(first.get("users_created").getAsInt()).isEqualTo(250);
        assertThat(first.get("users_found").getAsInt()).isZero();
        assertThat(first.get("tokens_created").getAsInt()).isEqualTo(2_549);
        assertThat(second.get("users_found").getAsInt()).isEqualTo(250);
        assertThat(second.get("tokens_created").getAsInt()).isZero();
        assertThat(server.ok("group", "show", "imported")).containsPattern("members +250\n");
    }

    @Test
    void everyMistakeOfAFile_isToldAndNothingIsSent() throws IOException {
        Path file = file("""
                {"users": [
                  {"name": "bad-1", "role": "king", "colour": "red"},
                  {"name": " bad-2", "groups": ["a,b"]},
                  {"name": "BAD-1", "kind": "robot", "blocked": "yes"},
                  {"name": "bad-4", "tokens": [
                    {"name": "t", "sha256": "geheim", "expires_at": "tomorrow"},
                    {"sha256": "%s"}, {"name": "u", "sha256": "%s"}]},
                  {"name": "bad\\u202e5"}, 7, {}
                ]} 1
                """.formatted(hash("a"), hash("a")));

        CommandLineRun run = server.run("import", "netbird", file.toString());

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.stdout()).isEmpty();
        assertThat(run.stderr().lines().map(line -> line.replace(file.toString(), "f")))
                .containsExactly(
                        "portcullis: 15 mistakes in the file; nothing was sent",
                        "  f:2:29: 'king' is not a role",
                        "  f:2:47: unknown member 'colour'; known are name, description, kind, "
                                + "role, blocked, groups, tokens",
                        "  f:3:3: name: white space at an end",
                        "  f:3:3: groups: 'a,b' has a comma, which separates names of groups in a "
                                + "header",
                        "  f:4:29: kind: 'robot' is neither service nor person",
                        "  f:4:49: blocked: expected true or false",
                        "  f:4:3: name: 'BAD-1' is taken, at f:2:3",
                        "  f:6:53: expires_at: 'tomorrow' is not an instant, such as "
                                + "2030-01-31T12:00:00Z",
                        "  f:6:5: the hash is not base64 of 32 octets",
                        "  f:7:5: name: missing or empty",
                        "  f:7:65: the hash was given to another token before",
                        "  f:8:3: name: control or invisible characters",
                        "  f:8:27: user: expected an object",
                        "  f:8:30: name: missing or empty",
                        "  f:9:4: nothing was expected behind the end");
        assertThat(server.run("user", "show", "bad-4").exitCode()).isEqualTo(1);
    }

    @Test
    void fileThatIsNoStore_isRefused() throws IOException {
        assertThat(refused("{\"Accounts\": {}}")).contains("has no account");
        assertThat(refused("{\"Accounts\": {\"a\": {}, \"b\": {}}}"))
                .contains("has 2 accounts; choose one with --account ID", "\n  a\n  b\n");
        assertThat(refused("{\"Accounts\": {\"a\": {}}}", "--account", "c"))
                .contains("there is no account 'c'");
        assertThat(refused("{}")).contains("has neither \"Accounts\"");
        assertThat(refused("[]")).contains("expected an object");
        assertThat(refused("")).contains("expected an object");
        assertThat(refused("{\"users\": [{\"name\": ")).contains("not JSON, or beyond its bounds");
        assertThat(refused("{\"users\": [], \"users\": []}")).contains("Duplicate field 'users'");
        assertThat(refused("[".repeat(100))).contains("mistake");
        assertThat(refused("{\"users\": [" + "[".repeat(100))).contains("beyond its bounds");
        assertThat(refused("{\"users\": [{\"name\": \"" + "x".repeat(70_000) + "\"}]}"))
                .contains("beyond its bounds");
    }

    private static String refused(String text, String... more) throws IOException {
        String[] arguments = new String[more.length + 3];
        arguments[0] = "import";
        arguments[1] = "netbird";
        arguments[2] = file(text).toString();
        System.arraycopy(more, 0, arguments, 3, more.length);
        CommandLineRun run = server.run(arguments);
        assertThat(run.exitCode()).as(run.stderr()).isEqualTo(2);
        assertThat(run.stderr()).startsWith("portcullis: ").doesNotContain("\tat ");
        return run.stderr();
    }

    private static Path file(String text) throws IOException {
        return Files.writeString(Files.createTempFile(directory, "store", ".json"), text);
    }

    private static String hash(String token) {
        try {
            return Base64.getEncoder().encodeToString(MessageDigest.getInstance("SHA-256")
                    .digest(token.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    /** A token as NetBird makes them: 30 characters and their CRC-32 in base62, padded to 6. */
    private static String netBirdToken(String secret) {
        CRC32 crc = new CRC32();
        crc.update(secret.getBytes(StandardCharsets.US_ASCII));
        StringBuilder checksum = new StringBuilder();
        for (long rest = crc.getValue(); rest > 0; rest /= 62) {
            checksum.insert(0, BASE62.charAt((int) (rest % 62)));
        }
        return "nbp_" + secret + "0".repeat(6 - checksum.length()) + checksum;
    }

    /** 502 when the gateway let it through: there is no upstream here. */
    private static int status(String token) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + server.gatewayPort() + "/x"))
                .header("Authorization", "Token " + token)
                .build();
        return HttpClient.newHttpClient().send(request, BodyHandlers.discarding()).statusCode();
    }
}
