package dev.portcullis.gateway.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.portcullis.gateway.testkit.HttpMessage.Header;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HttpReaderTest {
    private static final String OK = "HTTP/1.1 200 OK\r\n";

    @Test
    void pipelinedResponses_readOneByOne() throws IOException {
        HttpReader reader = reader(
                "HTTP/1.1 100 Continue\r\n\r\n"
                        + OK + "Content-Length: 3\r\n\r\nabc"
                        + OK + "Transfer-Encoding: chunked\r\n\r\n"
                        + "2\r\nde\r\n1\r\nf\r\n0\r\nT: v\r\n\r\n"
                        + OK + "\r\nrest");
        assertThat(next(reader, "GET").status()).isEqualTo(100);
        assertThat(next(reader, "GET").text()).isEqualTo("abc");
        HttpMessage chunked = next(reader, "GET");
        assertThat(chunked.text()).isEqualTo("def");
        assertThat(chunked.trailers()).containsExactly(new Header("T", "v"));
        HttpMessage last = next(reader, "GET");
        assertThat(last.text()).isEqualTo("rest");
        assertThat(last.untilClose()).isTrue();
        assertThat(reader.responseHead()).isNull();
    }

    @Test
    void responseToHead_hasNoBody() throws IOException {
        HttpReader reader = reader(OK + "Content-Length: 9\r\n\r\n");
        assertThat(next(reader, "HEAD").bodyBytes()).isZero();
        assertThat(reader.responseHead()).isNull();
    }

    @Test
    void countedBody_isNotKept() throws IOException {
        byte[] octets = (OK + "Content-Length: 3\r\n\r\nabc").getBytes(StandardCharsets.US_ASCII);
        HttpMessage message = next(new HttpReader(new ByteArrayInputStream(octets), false), "GET");
        assertThat(message.bodyBytes()).isEqualTo(3);
        assertThat(message.body()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "HTTP/1.1 200 OK\n\r\n",
        "HTTP/1.1 999 OK\r\n\r\n",
        "HTTP/1.1 200\r\n\r\n",
        "HTTP/2.0 200 OK\r\n\r\n",
        OK + "A : b\r\n\r\n",
        OK + "A: b\r\n folded\r\n\r\n",
        OK + "A: b\rc\r\n\r\n",
        OK + "A: b\0c\r\n\r\n",
        OK + "Content-Length: 1\r\nContent-Length: 1\r\n\r\na",
        OK + "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n",
        OK + "Content-Length: +1\r\n\r\na",
        OK + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
        OK + "Transfer-Encoding: chunked\r\n\r\n0x1\r\na\r\n0\r\n\r\n",
        OK + "Transfer-Encoding: chunked\r\n\r\n1;ext\r\na\r\n0\r\n\r\n",
        OK + "Transfer-Encoding: chunked\r\n\r\n1\r\nab\r\n0\r\n\r\n",
        OK + "Transfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\n",
    })
    void malformedResponse_refused(String response) {
        assertThatThrownBy(() -> next(reader(response), "GET"))
                .isInstanceOf(MalformedMessage.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "HTTP/1.1 200 O", OK, OK + "A: b\r\n", OK + "Content-Length: 2\r\n\r\na",
        OK + "Transfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n",
        OK + "Transfer-Encoding: chunked\r\n\r\n1\r\na\r\n",
    })
    void truncatedResponse_neverACleanEnd(String response) {
        assertThatThrownBy(() -> next(reader(response), "GET")).isInstanceOf(EOFException.class);
    }

    private static HttpMessage next(HttpReader reader, String method) throws IOException {
        return reader.responseBody(reader.responseHead(), method);
    }

    private static HttpReader reader(String text) {
        byte[] octets = text.getBytes(StandardCharsets.ISO_8859_1);
        return new HttpReader(new ByteArrayInputStream(octets), true);
    }
}
