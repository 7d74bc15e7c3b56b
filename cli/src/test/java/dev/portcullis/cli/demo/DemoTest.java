package dev.portcullis.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.cli.CommandLineRun;
import dev.portcullis.cli.server.ProgramProcess;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the demo prints to try does what it says there. */
class DemoTest {
    @TempDir
    private Path temporary;

    @Test
    void linesToPaste_doWhatTheySay() throws Exception {
        try (ProgramProcess demo = ProgramProcess.start(temporary, "demo").awaitReady()) {
            String text = demo.stdout();
            String url = found(text, "curl -i (http://\\S+/hello)");
            String reader = found(text, "READER=(\\S+)");
            String writer = found(text, "WRITER=(\\S+)");

            HttpResponse<String> read = ask(url, reader, null);
            assertThat(read.statusCode()).isEqualTo(200);
            assertThat(read.body()).contains("\"X-Portcullis-User\": \"demo-reader\"")
                    .doesNotContain("uthorization", reader);
            assertThat(ask(url, reader, "hi").statusCode()).isEqualTo(403);
            assertThat(ask(url, writer, "hi").body()).contains("\"body\": \"hi\"");
            assertThat(ask(url, null, null).statusCode()).isEqualTo(401);

            Map<String, String> environment = Map.of(
                    "PORTCULLIS_ADMIN", found(text, "PORTCULLIS_ADMIN=(\\S+)"),
                    "PORTCULLIS_REST", found(text, "PORTCULLIS_REST=(\\S+)"),
                    "PORTCULLIS_TOKEN_FILE", found(text, "PORTCULLIS_TOKEN_FILE=(\\S+)"),
                    "PORTCULLIS_KEY", found(text, "PORTCULLIS_KEY=(\\S+)"));
            CommandLineRun rotate = CommandLineRun.of(environment, "token", "rotate",
                    found(text, "token rotate (\\S+) --overlap 5m"), "--overlap", "5m");
            assertThat(ask(url, writer, "hi").statusCode()).isEqualTo(200);
            assertThat(ask(url, found(rotate.stdout(), "plain_token +(\\S+)"), "hi").statusCode())
                    .isEqualTo(200);
            CommandLineRun exchange = CommandLineRun.of(environment, "key", "exchange");
            assertThat(ask(url, found(exchange.stdout(), "access_token +(\\S+)"), null)
                    .statusCode()).isEqualTo(200);
            CommandLineRun revoke = CommandLineRun.of(environment,
                    "token", "revoke", found(text, "token revoke (\\S+)"));
            assertThat(revoke.stdout()).containsPattern("state +revoked").contains("propagated");
            assertThat(ask(url, reader, null).statusCode()).isEqualTo(401);

            assertThat(CommandLineRun.of(environment, "audit", "list").stdout())
                    .contains("token.rotate", "key.exchange", "token.revoke");
            assertThat(CommandLineRun.of(environment, "audit", "verify").stdout())
                    .startsWith("intact: ");

            Path state = Path.of(found(text, "data +(\\S+)"));
            assertThat(state).isDirectory();
            assertThat(demo.terminate().awaitExit()).isZero();
            assertThat(state).doesNotExist();
        }
    }

    private static String found(String text, String pattern) {
        Matcher matcher = Pattern.compile(pattern).matcher(text);
        assertThat(matcher.find()).as(pattern + " in " + text).isTrue();
        return matcher.group(1);
    }

    private static HttpResponse<String> ask(String url, String token, String body)
            throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url));
        if (token != null) {
            request.header("Authorization", "Bearer " + token);
        }
        if (body != null) {
            request.POST(BodyPublishers.ofString(body));
        }
        return HttpClient.newHttpClient().send(request.build(), BodyHandlers.ofString());
    }
}
