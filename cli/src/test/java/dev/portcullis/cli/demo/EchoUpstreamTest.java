package dev.portcullis.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import org.junit.jupiter.api.Test;

class EchoUpstreamTest {
    @Test
    void request_isAnsweredWithWhatWasSeen() throws Exception {
        String body = "a \"quoted\" \\ line\n\u0001 \u00e9 \uD83D\uDE00";

        JsonObject seen = JsonParser.parseString(
                ask("PATCH", "/some/path?a=b", body).body()).getAsJsonObject();

        assertThat(seen.get("method").getAsString()).isEqualTo("PATCH");
        assertThat(seen.get("path").getAsString()).isEqualTo("/some/path?a=b");
        assertThat(seen.get("body").getAsString()).isEqualTo(body);
        assertThat(seen.getAsJsonObject("headers").get("X-Test").getAsString()).isEqualTo("1");
    }

    @Test
    void largeBody_isRefused() throws Exception {
        assertThat(ask("POST", "/", "x".repeat((64 << 10) + 1)).statusCode()).isEqualTo(413);
    }

    private static HttpResponse<String> ask(String method, String target, String body)
            throws Exception {
        try (EchoUpstream echo = EchoUpstream.start()) {
            URI uri = URI.create("http://127.0.0.1:" + echo.address().getPort() + target);
            HttpRequest request = HttpRequest.newBuilder(uri)
                    .version(HttpClient.Version.HTTP_1_1)
                    .header("X-Test", "1")
                    .method(method, BodyPublishers.ofString(body))
                    .build();
            return HttpClient.newHttpClient().send(request, BodyHandlers.ofString());
        }
    }
}
