package dev.portcullis.gateway.http2;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.gateway.http1.Heads;
import dev.portcullis.gateway.http1.MessageHead.Progress;
import dev.portcullis.gateway.http1.Protocol;
import dev.portcullis.gateway.http1.RequestHead;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a request of HTTP/2 is in HTTP/1.1, and which ones are none at all. */
class RequestSectionsTest {
    private static final String KEY = "AAAAAAAAAAAAAAAAAAAAAA==";
    private static final String GET = ":method=GET\n:scheme=https\n:path=/\n:authority=h";

    private final RequestSections sections = new RequestSections();

    /** The head, or "malformed". */
    private String head(String section, boolean ended) {
        ByteBuf out = Unpooled.buffer();
        boolean good = sections.toHead(
                Sections.of(section.split("\n(?=.)")), ended, () -> KEY, out);
        return good ? out.toString(StandardCharsets.ISO_8859_1) : "malformed";
    }

    private String back(String head, boolean secure) {
        return Sections.text(sections.fromHead(Unpooled.copiedBuffer(
                head, StandardCharsets.ISO_8859_1), secure));
    }

    @Test
    void plainRequest_isWrittenAsHttp1() {
        assertThat(head(GET + "\naccept=*/*\nx=a b", true))
                .isEqualTo("GET / HTTP/1.1\r\nHost: h\r\naccept: */*\r\nx: a b\r\n\r\n");
    }

    @Test
    void bodyOfUnknownLength_isAnnouncedAsChunked() {
        assertThat(head(":method=POST\n:scheme=http\n:path=/p?q=1\n:authority=h:1", false))
                .isEqualTo("POST /p?q=1 HTTP/1.1\r\nHost: h:1\r\n"
                        + "Transfer-Encoding: chunked\r\n\r\n");
        assertThat(head(GET + "\ncontent-length=3", false)).doesNotContain("chunked");
    }

    @Test
    void clientThatTakesTrailers_isSaidToOnce() {
        for (String field : new String[] {"", "TE: trailers\r\n", "TE: gzip\r\n"}) {
            assertThat(Sections.text(sections.fromHead(Unpooled.copiedBuffer(
                            "GET / HTTP/1.1\r\nHost: h\r\n" + field + "\r\n",
                            StandardCharsets.ISO_8859_1), false, true)))
                    .containsOnlyOnce("te=trailers").doesNotContain("gzip");
        }
    }

    @Test
    void crumbsOfCookies_areJoinedAtTheEnd() {
        assertThat(head(GET + "\ncookie=a=1\nx=y\ncookie=b=2", true)).isEqualTo(
                "GET / HTTP/1.1\r\nHost: h\r\nx: y\r\nCookie: a=1; b=2\r\n\r\n");
    }

    @Test
    void hostInEitherPlace_isWrittenOnce() {
        assertThat(head(":method=GET\n:scheme=http\n:path=/\nhost=h", true))
                .isEqualTo("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
        assertThat(head(GET + "\nhost=H", true)).isEqualTo("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
    }

    @Test
    void asteriskOfOptions_isKept() {
        assertThat(head(":method=OPTIONS\n:scheme=http\n:path=*\n:authority=h", true))
                .startsWith("OPTIONS * HTTP/1.1\r\n");
    }

    @Test
    void connect_keepsItsFormAndIsForOthersToRefuse() {
        assertThat(head(":method=CONNECT\n:authority=h:443", false))
                .isEqualTo("CONNECT h:443 HTTP/1.1\r\nHost: h:443\r\n\r\n");
        assertThat(head(":method=CONNECT\n:protocol=connect-udp\n:scheme=https\n:path=/x\n"
                + ":authority=h", false)).startsWith("CONNECT h HTTP/1.1\r\n");
    }

    @Test
    void extendedConnect_isARequestToUpgrade() {
        assertThat(head(":method=CONNECT\n:protocol=websocket\n:scheme=https\n:path=/chat\n"
                + ":authority=h\nsec-websocket-version=13\nsec-websocket-key=theirs", false))
                .isEqualTo("GET /chat HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\n"
                        + "Upgrade: websocket\r\nSec-WebSocket-Key: " + KEY + "\r\n"
                        + "sec-websocket-version: 13\r\n\r\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "", "x=y", ":method=GET", ":method=GET\n:scheme=http\n:path=/",
        ":method=GET\n:path=/\n:authority=h", ":method=GET\n:scheme=http\n:authority=h",
        ":scheme=http\n:path=/\n:authority=h",
        ":method=\n:scheme=http\n:path=/\n:authority=h",
        ":method=GE T\n:scheme=http\n:path=/\n:authority=h",
        ":method=GET\n:scheme=ftp\n:path=/\n:authority=h",
        ":method=GET\n:scheme=http\n:path=\n:authority=h",
        ":method=GET\n:scheme=http\n:path=x\n:authority=h",
        ":method=GET\n:scheme=http\n:path=*\n:authority=h",
        ":method=GET\n:scheme=http\n:path=http://h/\n:authority=h",
        ":method=GET\n:scheme=http\n:path=/ HTTP/1.1\n:authority=h",
        ":method=GET\n:scheme=http\n:path=/\t\n:authority=h",
        ":method=GET\n:scheme=http\n:path=/\r\n:authority=h",
        ":method=GET\n:scheme=http\n:path=/\n:authority=",
        ":method=GET\n:scheme=http\n:path=/\n:authority=h x",
        ":method=GET\n:scheme=http\n:path=/\nhost=",
        ":method=GET\n:scheme=http\n:path=/\nhost=h\nhost=h",
        GET + "\nhost=other", GET + "\nhost=h\nhost=h",
        GET + "\n:method=GET", GET + "\n:path=/", GET + "\n:scheme=http", GET + "\n:authority=h",
        GET + "\n:status=200", GET + "\n:unknown=1", GET + "\n:=1", GET + "\n:protocol=websocket",
        "x=y\n" + GET, ":method=GET\nx=y\n:scheme=http\n:path=/\n:authority=h",
        GET + "\nx=y\n:path=/",
        GET + "\nX=y", GET + "\nxY=y", GET + "\n x=y", GET + "\nx =y", GET + "\nx:=y",
        GET + "\nx\u0000=y", GET + "\nx\u00e9=y", GET + "\nx\r=y", GET + "\nx(=y",
        GET + "\nx= y", GET + "\nx=y ", GET + "\nx=\ty", GET + "\nx=y\t", GET + "\nx= ",
        GET + "\nx=a\rb", GET + "\nx=a\u0000b", GET + "\nx=a\u0001b", GET + "\nx=a\u007fb",
        GET + "\nconnection=close", GET + "\nkeep-alive=1", GET + "\nproxy-connection=close",
        GET + "\ntransfer-encoding=chunked", GET + "\nupgrade=h2c", GET + "\nte=gzip",
        GET + "\nte=trailers, gzip", GET + "\nte=",
        ":method=CONNECT", ":method=CONNECT\n:authority=h\n:path=/",
        ":method=CONNECT\n:authority=h\n:scheme=http",
        ":method=CONNECT\n:authority=h\ncontent-length=1", ":method=CONNECT\nhost=h",
        ":method=CONNECT\n:protocol=websocket\n:authority=h",
        ":method=CONNECT\n:protocol=websocket\n:authority=h\n:scheme=https",
        ":method=CONNECT\n:protocol=websocket\n:scheme=https\n:path=/\nhost=h",
        ":method=CONNECT\n:protocol=websocket\n:authority=h\n:scheme=https\n:path=*",
        ":method=CONNECT\n:protocol=websocket\n:authority=h\n:scheme=https\n:path=/\n"
                + "content-length=1",
    })
    void malformedSection_isRefused(String section) {
        ByteBuf out = Unpooled.buffer();
        FieldSection read = section.isEmpty()
                ? new FieldSection() : Sections.of(section.split("\n(?=.)"));
        assertThat(sections.toHead(read, true, () -> KEY, out)).isFalse();
    }

    /** A line feed cannot stand in the table above, which is split at it. */
    @Test
    void lineFeedInANameOrAValue_isRefused() {
        FieldSection section = Sections.of(GET.split("\n"));
        section.add(Sections.latin1("x"), Sections.latin1("a\nb"));
        assertThat(sections.toHead(section, true, () -> KEY, Unpooled.buffer())).isFalse();
        FieldSection named = Sections.of(GET.split("\n"));
        named.add(Sections.latin1("x\n"), Sections.latin1("a"));
        assertThat(sections.toHead(named, true, () -> KEY, Unpooled.buffer())).isFalse();
        FieldSection path = Sections.of(":method=GET", ":scheme=http", ":authority=h");
        path.add(Sections.latin1(":path"), Sections.latin1("/\nx"));
        assertThat(sections.toHead(path, true, () -> KEY, Unpooled.buffer())).isFalse();
    }

    @Test
    void headThatWasTranslated_saysWhatItCameOver() {
        RequestHead head = new RequestHead(Heads.LIMITS);
        ByteBuf out = Unpooled.buffer();
        sections.toHead(Sections.of(GET.split("\n")), true, () -> KEY, out);
        assertThat(head.read(out)).isEqualTo(Progress.COMPLETE);
        assertThat(head.protocol()).isEqualTo(Protocol.HTTP_1_1);
        head.cameOverHttp2();
        assertThat(head.protocol()).isEqualTo(Protocol.HTTP_2);
        head.clear();
        assertThat(head.protocol()).isEqualTo(Protocol.HTTP_1_1);
    }

    @Test
    void headOfOurOwn_becomesASection() {
        assertThat(back("POST /p?q HTTP/1.1\r\nHost: h:8\r\nX-Request-Id: 1\r\nEmpty: \r\n"
                + "Content-Length: 3\r\n\r\n", true)).isEqualTo(
                ":method=POST\n:path=/p?q\n:scheme=https\n:authority=h:8\nx-request-id=1\nempty=\n"
                        + "content-length=3");
    }

    @Test
    void connectionSpecificFieldsOfAHead_doNotGoOn() {
        assertThat(back("GET / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n"
                + "Connection: close\r\nKeep-Alive: 1\r\nTE: trailers\r\nUpgrade: h2c\r\n\r\n",
                false)).isEqualTo(
                ":method=GET\n:path=/\n:scheme=http\n:authority=h\nte=trailers");
        assertThat(back("GET / HTTP/1.1\r\nHost: h\r\nTE: gzip\r\n\r\n", false))
                .doesNotContain("te=");
    }

    @Test
    void requestToUpgrade_becomesAnExtendedConnect() {
        assertThat(back("GET /chat HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\n"
                + "Upgrade: websocket\r\nSec-WebSocket-Key: k\r\nSec-WebSocket-Version: 13\r\n\r\n",
                true)).isEqualTo(":method=CONNECT\n:path=/chat\n:scheme=https\n:authority=h\n"
                        + ":protocol=websocket\nsec-websocket-version=13");
    }
}
