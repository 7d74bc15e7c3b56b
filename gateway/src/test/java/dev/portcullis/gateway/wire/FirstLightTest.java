package dev.portcullis.gateway.wire;

import static dev.portcullis.gateway.testkit.GatewayFixture.request;
import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.gateway.testkit.GatewayFixture;
import dev.portcullis.gateway.testkit.HttpMessage;
import dev.portcullis.gateway.testkit.RawClient;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The least a gateway must do: who may read reads, who may write writes, and nobody else. */
@Timeout(60)
class FirstLightTest {
    @RegisterExtension
    final GatewayFixture gateway = GatewayFixture.create();

    @Test
    void readerGets_isForwarded() throws Exception {
        HttpMessage response = gateway.get("/things", gateway.reader());
        assertThat(response.status()).isEqualTo(200);
        assertThat(response.text()).isEqualTo("GET /things");
        HttpMessage seen = gateway.upstream().takeRequest();
        assertThat(seen.header("Authorization")).isNull();
        assertThat(seen.header("X-Portcullis-User")).isEqualTo("reader");
        assertThat(seen.header("X-Portcullis-Role")).isEqualTo("reader");
        assertThat(seen.header("Host")).isEqualTo("app.example");
        assertThat(gateway.everythingLogged()).doesNotContain(gateway.reader());
    }

    @Test
    void readerPosts_isDenied() throws IOException {
        HttpMessage response =
                gateway.exchange(request("POST", "/things", gateway.reader(), "hello"));
        assertThat(response.status()).isEqualTo(403);
        assertThat(response.text()).contains("\"code\":\"write_denied\"");
        assertThat(gateway.upstream().seen()).isEmpty();
        assertThat(gateway.upstream().connections()).isZero();
    }

    @Test
    void writerPosts_isForwarded() throws IOException {
        HttpMessage response =
                gateway.exchange(request("POST", "/things", gateway.writer(), "hello"));
        assertThat(response.status()).isEqualTo(200);
        assertThat(response.text()).isEqualTo("hello");
    }

    @Test
    void noCredential_isRejected() throws IOException {
        HttpMessage response = gateway.get("/things", null);
        assertThat(response.status()).isEqualTo(401);
        assertThat(response.header("WWW-Authenticate")).startsWith("Bearer");
        assertThat(gateway.upstream().connections()).isZero();
        assertThat(gateway.newLogLines()).singleElement().asString()
                .contains("\"status\":401", "\"code\":\"credential_missing\"");
    }

    @Test
    void tokenIsRevoked_nextRequestIsRejected() throws Exception {
        assertThat(gateway.get("/", gateway.reader()).status()).isEqualTo(200);
        gateway.origin().awaitAcked(gateway.origin().revoke(gateway.reader()));
        HttpMessage response = gateway.get("/", gateway.reader());
        assertThat(response.status()).isEqualTo(401);
        assertThat(response.text()).contains("credential_revoked");
    }

    @Test
    void connectionIsKept_forManyRequests() throws IOException {
        try (RawClient client = gateway.connect()) {
            for (int i = 0; i < 20; i++) {
                HttpMessage response =
                        client.exchange(request("GET", "/" + i, gateway.reader(), ""));
                assertThat(response.text()).isEqualTo("GET /" + i);
            }
        }
        assertThat(gateway.upstream().connections()).isEqualTo(1);
    }

    @Test
    void requestsArePipelined_answersComeInOrder() throws IOException {
        try (RawClient client = gateway.connect()) {
            client.send(request("GET", "/one", gateway.reader(), "")
                    + request("POST", "/two", gateway.reader(), "discarded")
                    + request("POST", "/three", gateway.writer(), "3")
                    + request("GET", "/four", gateway.reader(), ""));
            List<HttpMessage> answers = List.of(
                    client.receive(), client.receive(), client.receive(), client.receive());
            assertThat(answers).extracting(HttpMessage::status)
                    .containsExactly(200, 403, 200, 200);
            assertThat(answers.get(0).text()).isEqualTo("GET /one");
            assertThat(answers.get(2).text()).isEqualTo("3");
            assertThat(answers.get(3).text()).isEqualTo("GET /four");
        }
    }
}
