package dev.portcullis.gateway.http2;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.gateway.http1.Trailers;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a response of HTTP/2 is in HTTP/1.1, and the other way round; trailers, too. */
class ResponseSectionsTest {
    private static String head(String section, boolean ended, boolean headMethod) {
        ByteBuf out = Unpooled.buffer();
        boolean good = ResponseSections.toHead(
                Sections.of(section.split("\n")), ended, headMethod, out);
        return good ? out.toString(StandardCharsets.ISO_8859_1) : "malformed";
    }

    private static String back(String head) {
        return Sections.text(ResponseSections.fromHead(
                Unpooled.copiedBuffer(head, StandardCharsets.ISO_8859_1)));
    }

    @Test
    void response_isWrittenAsHttp1() {
        assertThat(head(":status=200\nserver=x\ncontent-length=3", false, false)).isEqualTo(
                "HTTP/1.1 200 \r\nserver: x\r\ncontent-length: 3\r\n\r\n");
    }

    @Test
    void lengthThatIsNotSaid_isSaidByTheFraming() {
        assertThat(head(":status=200", false, false)).contains("transfer-encoding: chunked");
        assertThat(head(":status=200", true, false)).contains("content-length: 0");
        assertThat(head(":status=200", true, true)).isEqualTo("HTTP/1.1 200 \r\n\r\n");
        assertThat(head(":status=204", true, false)).isEqualTo("HTTP/1.1 204 \r\n\r\n");
        assertThat(head(":status=304", true, false)).isEqualTo("HTTP/1.1 304 \r\n\r\n");
        assertThat(head(":status=103\nlink=x", false, false))
                .isEqualTo("HTTP/1.1 103 \r\nlink: x\r\n\r\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "server=x", "server=x\n:status=200", ":status=200\n:status=200", ":status=", ":status=20",
        ":status=2000", ":status=2x0", ":status=099", ":status=600", ":status=101", ":status= 20",
        ":status=200\n:path=/", ":method=GET", ":status=200\n:x=1", ":status=200\nServer=x",
        ":status=200\nconnection=close", ":status=200\ntransfer-encoding=chunked",
        ":status=200\nkeep-alive=1", ":status=200\nupgrade=x", ":status=200\nproxy-connection=x",
        ":status=200\nx=a\rb", ":status=200\nx= a", ":status=200\nx=a\u0000", ":status=200\nx y=a",
    })
    void malformedSection_isRefused(String section) {
        assertThat(head(section, false, false)).isEqualTo("malformed");
    }

    @Test
    void interimResponseThatEndsTheStream_isMalformed() {
        assertThat(head(":status=100", true, false)).isEqualTo("malformed");
    }

    @Test
    void headOfOurOwn_becomesASection() {
        assertThat(back("HTTP/1.1 404 Not Found\r\nContent-Type: a/b\r\nX:  y\r\n"
                + "Connection: close\r\nTransfer-Encoding: chunked\r\n\r\n"))
                .isEqualTo(":status=404\ncontent-type=a/b\nx=y");
    }

    @Test
    void consentToUpgrade_becomesTheAnswerToAnExtendedConnect() {
        assertThat(back("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
                + "Connection: Upgrade\r\nSec-WebSocket-Accept: k\r\n"
                + "Sec-WebSocket-Protocol: chat\r\n\r\n"))
                .isEqualTo(":status=200\nsec-websocket-protocol=chat");
    }

    @Test
    void trailers_goBothWaysWithoutWhatMayNotPass() {
        Trailers trailers = TrailerSections.toTrailers(
                Sections.of("grpc-status=0", "x=y", "authorization=secret", "set-cookie=a=b"));
        assertThat(trailers.fields()).isEqualTo(4);
        assertThat(Sections.text(TrailerSections.fromTrailers(trailers)))
                .isEqualTo("grpc-status=0\nx=y");
    }

    @ParameterizedTest
    @ValueSource(strings = {":status=200", ":path=/", "X=y", "x=a\rb", "connection=x", "x= y"})
    void malformedTrailers_areRefused(String line) {
        assertThat(TrailerSections.toTrailers(Sections.of("a=b", line))).isNull();
    }

    @Test
    void tooManyTrailers_areRefused() {
        FieldSection section = new FieldSection();
        for (int i = 0; i < 33; i++) {
            section.add("x", "y");
        }
        assertThat(TrailerSections.toTrailers(section)).isNull();
    }
}
