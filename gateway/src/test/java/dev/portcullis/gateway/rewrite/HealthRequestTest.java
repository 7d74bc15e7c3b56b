package dev.portcullis.gateway.rewrite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is sent without a permit is a health check, whatever is asked for. */
class HealthRequestTest {
    @Test
    void check_isAGetThatCarriesNothing() {
        UpstreamRequest request = HealthRequest.of("app.example:8080", "/healthz?full=1");
        assertThat(request.head().toString(StandardCharsets.US_ASCII)).isEqualTo(
                "GET /healthz?full=1 HTTP/1.1\r\nHost: app.example:8080\r\n"
                        + "User-Agent: portcullis\r\nAccept: */*\r\n\r\n");
        assertThat(request.chunkedBody()).isFalse();
        assertThat(request.headMethod()).isFalse();
        assertThat(request.takesTrailers()).isFalse();
        assertThat(request.webSocketKey()).isNull();
        request.release();
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "", "x", "*", "http://a/", "/ HTTP/1.1\r\nX-Portcullis-User: root", "/\n", "/\r", "/a b",
        "/\u00e4", "/\0",
    })
    void pathThatIsNone_isRefused(String path) {
        assertThatIllegalArgumentException().isThrownBy(() -> HealthRequest.of("a:1", path));
    }

    @ParameterizedTest
    @CsvSource(ignoreLeadingAndTrailingWhitespace = false, value = {"''", "a b", "a\tb", "\u00e4"})
    void authorityThatIsNone_isRefused(String authority) {
        assertThatIllegalArgumentException().isThrownBy(() -> HealthRequest.of(authority, "/"));
    }

    @Test
    void lineEndInAnAuthority_isRefused() {
        assertThatIllegalArgumentException().isThrownBy(
                () -> HealthRequest.of("a\r\nX-Portcullis-User: root", "/"));
    }
}
