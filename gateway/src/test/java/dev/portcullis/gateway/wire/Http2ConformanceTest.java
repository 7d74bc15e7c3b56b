package dev.portcullis.gateway.wire;

import static dev.portcullis.gateway.testkit.H2Client.block;
import static dev.portcullis.gateway.testkit.H2Client.number;
import static dev.portcullis.gateway.testkit.H2Frame.ACK;
import static dev.portcullis.gateway.testkit.H2Frame.COMPRESSION_ERROR;
import static dev.portcullis.gateway.testkit.H2Frame.CONTINUATION;
import static dev.portcullis.gateway.testkit.H2Frame.DATA;
import static dev.portcullis.gateway.testkit.H2Frame.END_HEADERS;
import static dev.portcullis.gateway.testkit.H2Frame.END_STREAM;
import static dev.portcullis.gateway.testkit.H2Frame.FLOW_CONTROL_ERROR;
import static dev.portcullis.gateway.testkit.H2Frame.FRAME_SIZE_ERROR;
import static dev.portcullis.gateway.testkit.H2Frame.GOAWAY;
import static dev.portcullis.gateway.testkit.H2Frame.HEADERS;
import static dev.portcullis.gateway.testkit.H2Frame.NO_ERROR;
import static dev.portcullis.gateway.testkit.H2Frame.PADDED;
import static dev.portcullis.gateway.testkit.H2Frame.PING;
import static dev.portcullis.gateway.testkit.H2Frame.PRIORITY;
import static dev.portcullis.gateway.testkit.H2Frame.PRIORITY_FLAG;
import static dev.portcullis.gateway.testkit.H2Frame.PROTOCOL_ERROR;
import static dev.portcullis.gateway.testkit.H2Frame.PUSH_PROMISE;
import static dev.portcullis.gateway.testkit.H2Frame.RST_STREAM;
import static dev.portcullis.gateway.testkit.H2Frame.SETTINGS;
import static dev.portcullis.gateway.testkit.H2Frame.STREAM_CLOSED;
import static dev.portcullis.gateway.testkit.H2Frame.WINDOW_UPDATE;
import static dev.portcullis.gateway.wire.Http2Case.ANY;
import static dev.portcullis.gateway.wire.Http2Case.FINE;
import static dev.portcullis.gateway.wire.Http2Case.connection;
import static dev.portcullis.gateway.wire.Http2Case.fine;
import static dev.portcullis.gateway.wire.Http2Case.stream;
import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.gateway.testkit.GatewayFixture;
import dev.portcullis.gateway.testkit.H2Client;
import dev.portcullis.gateway.testkit.H2Response;
import dev.portcullis.gateway.testkit.RawClient;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What RFC 9113 and RFC 7541 say about what a client may send, section by section. */
@Timeout(60)
class Http2ConformanceTest {
    @RegisterExtension
    static final GatewayFixture GATEWAY = GatewayFixture.create();

    private static final int BIG = 16_384;
    /** A stream that nothing else uses. */
    private static final int LATER = 101;

    private static String[] request(String method, String... more) {
        return H2Client.request(method, "/", GATEWAY.writer(), more);
    }

    private static String[] get() {
        return request("GET");
    }

    private static H2Client post(H2Client client) throws IOException {
        return client.headers(1, false, request("POST"));
    }

    static Stream<Http2Case> framing() {
        return Stream.of(
                connection("4.2 frame above the maximum size", FRAME_SIZE_ERROR,
                        c -> post(c).frame(DATA, 0, 1, new byte[BIG + 1])),
                connection("4.2 HEADERS above the maximum size", FRAME_SIZE_ERROR,
                        c -> c.frame(HEADERS, END_HEADERS, 1, new byte[BIG + 1])),
                fine("4.2 DATA of the maximum size",
                        c -> post(c).frame(DATA, END_STREAM, 1, new byte[BIG])),
                fine("4.1 unknown frame type is ignored",
                        c -> c.frame(0x42, 0xff, 0, new byte[5]).headers(1, true, get())),
                fine("4.1 undefined flags are ignored",
                        c -> c.frame(HEADERS, END_HEADERS | END_STREAM | 0xc2, 1, block(get()))),
                fine("4.1 reserved bit is ignored", c -> c.frame(
                        HEADERS, END_HEADERS | END_STREAM, 0x80000001, block(get()))),
                connection("4.3 frame of another kind within a field block", PROTOCOL_ERROR,
                        c -> c.frame(HEADERS, END_STREAM, 1, block(get()))
                                .frame(PING, 0, 0, new byte[8])),
                connection("4.3 HEADERS of another stream within a field block", PROTOCOL_ERROR,
                        c -> c.frame(HEADERS, END_STREAM, 1, block(get()))
                                .headers(3, true, get())),
                connection("4.3 unknown frame within a field block", PROTOCOL_ERROR,
                        c -> c.frame(HEADERS, END_STREAM, 1, block(get()))
                                .frame(0x42, 0, 0, new byte[8])),
                connection("4.3 field block that cannot be decoded", COMPRESSION_ERROR,
                        c -> c.frame(HEADERS, END_HEADERS | END_STREAM, 1, (byte) 0xff,
                                (byte) 0xff, (byte) 0xff, (byte) 0xff, (byte) 0xff)));
    }

    static Stream<Http2Case> streams() {
        return Stream.of(
                connection("5.1 DATA on an idle stream", PROTOCOL_ERROR,
                        c -> c.data(1, true, "x")),
                connection("5.1 RST_STREAM on an idle stream", PROTOCOL_ERROR, c -> c.rst(1, 8)),
                connection("5.1 WINDOW_UPDATE on an idle stream", PROTOCOL_ERROR,
                        c -> c.window(1, 1)),
                connection("5.1 CONTINUATION on an idle stream", PROTOCOL_ERROR,
                        c -> c.frame(CONTINUATION, END_HEADERS, 1, block(get()))),
                fine("5.1 PRIORITY on an idle stream",
                        c -> c.frame(PRIORITY, 0, 1, 0, 0, 0, 0, 1).headers(1, true, get())),
                stream("5.1 DATA after END_STREAM", STREAM_CLOSED,
                        c -> post(c).data(1, true, "x").data(1, true, "y")),
                stream("5.1 HEADERS after END_STREAM", STREAM_CLOSED,
                        c -> post(c).data(1, true, "x").headers(1, true, get())),
                new Http2Case("5.1 DATA after RST_STREAM",
                        c -> post(c).rst(1, 8).data(1, true, "x"), 1, STREAM_CLOSED),
                new Http2Case("5.1 HEADERS after RST_STREAM",
                        c -> post(c).rst(1, 8).headers(1, true, get()), 1, STREAM_CLOSED),
                fine("5.1 WINDOW_UPDATE after END_STREAM",
                        c -> c.headers(1, true, get()).window(1, 1)),
                fine("5.1 PRIORITY after END_STREAM",
                        c -> c.headers(1, true, get()).frame(PRIORITY, 0, 1, 0, 0, 0, 0, 1)),
                connection("5.1.1 even stream", PROTOCOL_ERROR, c -> c.headers(2, true, get())),
                connection("5.1.1 stream zero", PROTOCOL_ERROR, c -> c.headers(0, true, get())),
                fine("5.1.1 streams that are left out", c -> c.headers(1, true, get())
                        .headers(51, true, get())),
                new Http2Case("5.1.1 stream behind a later one",
                        c -> c.headers(5, true, get()).headers(3, true, get()), 3, ANY),
                connection("6.1 DATA on stream zero", PROTOCOL_ERROR,
                        c -> c.frame(DATA, 0, 0, new byte[1])),
                connection("6.1 padding as long as the payload", PROTOCOL_ERROR,
                        c -> post(c).frame(DATA, PADDED, 1, 5, 1, 2, 3, 4)),
                connection("6.1 padding longer than the payload", PROTOCOL_ERROR,
                        c -> post(c).frame(DATA, PADDED, 1, 255, 1)),
                fine("6.1 padding", c -> post(c).frame(DATA, PADDED | END_STREAM, 1, 2, 'x', 0, 0)),
                connection("6.2 padding longer than the field block", PROTOCOL_ERROR,
                        c -> c.frame(HEADERS, END_HEADERS | PADDED, 1, 9, 0)),
                connection("6.2 HEADERS too short for its flags", FRAME_SIZE_ERROR,
                        c -> c.frame(HEADERS, END_HEADERS | PRIORITY_FLAG, 1, 0, 0)),
                fine("6.2 priority in HEADERS", c -> c.frame(HEADERS,
                        END_HEADERS | END_STREAM | PRIORITY_FLAG, 1,
                        joined(new byte[] {0, 0, 0, 0, 9}, block(get())))),
                fine("6.2 padding in HEADERS", c -> c.frame(HEADERS,
                        END_HEADERS | END_STREAM | PADDED, 1,
                        joined(new byte[] {2}, block(get()), new byte[2]))),
                connection("6.3 PRIORITY on stream zero", PROTOCOL_ERROR,
                        c -> c.frame(PRIORITY, 0, 0, 0, 0, 0, 0, 1)),
                stream("6.3 PRIORITY of another length", FRAME_SIZE_ERROR,
                        c -> post(c).frame(PRIORITY, 0, 1, 0, 0, 0, 0)),
                connection("6.4 RST_STREAM on stream zero", PROTOCOL_ERROR, c -> c.rst(0, 8)),
                connection("6.4 RST_STREAM of another length", FRAME_SIZE_ERROR,
                        c -> post(c).frame(RST_STREAM, 0, 1, 0, 0, 0)),
                stream("5.3.1 HEADERS that depend on themselves", ANY, c -> c.frame(HEADERS,
                        END_HEADERS | END_STREAM | PRIORITY_FLAG, 1,
                        joined(new byte[] {0, 0, 0, 1, 9}, block(get())))));
    }

    static Stream<Http2Case> controls() {
        return Stream.of(
                connection("6.5 SETTINGS with ACK and a payload", FRAME_SIZE_ERROR,
                        c -> c.frame(SETTINGS, ACK, 0, new byte[6])),
                connection("6.5 SETTINGS on a stream", PROTOCOL_ERROR,
                        c -> c.frame(SETTINGS, 0, 1)),
                connection("6.5 SETTINGS of another length", FRAME_SIZE_ERROR,
                        c -> c.frame(SETTINGS, 0, 0, new byte[5])),
                connection("6.5.2 ENABLE_PUSH of 2", PROTOCOL_ERROR, c -> c.settings(2, 2)),
                connection("6.5.2 INITIAL_WINDOW_SIZE above the maximum", FLOW_CONTROL_ERROR,
                        c -> c.settings(4, 0x80000000)),
                connection("6.5.2 MAX_FRAME_SIZE below the minimum", PROTOCOL_ERROR,
                        c -> c.settings(5, BIG - 1)),
                connection("6.5.2 MAX_FRAME_SIZE above the maximum", PROTOCOL_ERROR,
                        c -> c.settings(5, 1 << 24)),
                fine("6.5.2 unknown setting is ignored",
                        c -> c.settings(0x99, 7).headers(1, true, get())),
                fine("6.5.3 many settings in one frame",
                        c -> c.settings(3, 1, 4, 70_000, 5, BIG, 1, 0).headers(1, true, get())),
                fine("6.5 empty SETTINGS", c -> c.settings().headers(1, true, get())),
                connection("6.6 PUSH_PROMISE from a client", PROTOCOL_ERROR,
                        c -> post(c).frame(PUSH_PROMISE, END_HEADERS, 1,
                                joined(number(2), block(get())))),
                connection("6.7 PING on a stream", PROTOCOL_ERROR,
                        c -> c.frame(PING, 0, 1, new byte[8])),
                connection("6.7 PING of another length", FRAME_SIZE_ERROR,
                        c -> c.frame(PING, 0, 0, new byte[7])),
                fine("6.7 PING with ACK that nobody asked for",
                        c -> c.frame(PING, ACK, 0, new byte[8]).headers(1, true, get())),
                connection("6.8 GOAWAY on a stream", PROTOCOL_ERROR,
                        c -> c.frame(GOAWAY, 0, 1, new byte[8])),
                connection("6.8 GOAWAY that is too short", FRAME_SIZE_ERROR,
                        c -> c.frame(GOAWAY, 0, 0, new byte[7])),
                fine("6.8 GOAWAY leaves what was asked for", c -> c.headers(1, true, get())
                        .frame(GOAWAY, 0, 0, new byte[8])),
                connection("5.4 connection without streams that its client ends", NO_ERROR,
                        c -> c.sync().withoutAcknowledging().closeOutput()));
    }

    static Stream<Http2Case> windows() {
        return Stream.of(
                connection("6.9 WINDOW_UPDATE of zero on the connection", PROTOCOL_ERROR,
                        c -> c.window(0, 0)),
                stream("6.9 WINDOW_UPDATE of zero on a stream", PROTOCOL_ERROR,
                        c -> post(c).window(1, 0)),
                connection("6.9 WINDOW_UPDATE of another length", FRAME_SIZE_ERROR,
                        c -> post(c).frame(WINDOW_UPDATE, 0, 1, 0, 0, 1)),
                connection("6.9.1 connection window above the maximum", FLOW_CONTROL_ERROR,
                        c -> c.window(0, Integer.MAX_VALUE)),
                stream("6.9.1 stream window above the maximum", FLOW_CONTROL_ERROR,
                        c -> post(c).window(1, Integer.MAX_VALUE)),
                connection("6.9.2 stream window above the maximum by a setting",
                        FLOW_CONTROL_ERROR, c -> post(c).window(1, Integer.MAX_VALUE - 65_535)
                                .settings(4, Integer.MAX_VALUE)),
                connection("6.10 CONTINUATION on stream zero", PROTOCOL_ERROR,
                        c -> c.frame(HEADERS, END_STREAM, 1, block(get()))
                                .frame(CONTINUATION, END_HEADERS, 0)),
                connection("6.10 CONTINUATION behind the end of the block", PROTOCOL_ERROR,
                        c -> c.headers(1, true, get()).frame(CONTINUATION, END_HEADERS, 1)),
                connection("6.10 CONTINUATION of another stream", PROTOCOL_ERROR,
                        c -> c.frame(HEADERS, END_STREAM, 1, block(get()))
                                .frame(CONTINUATION, END_HEADERS, 3)),
                connection("6.10 CONTINUATION behind DATA", PROTOCOL_ERROR,
                        c -> post(c).data(1, false, "x").frame(CONTINUATION, END_HEADERS, 1)),
                fine("6.10 field block in several frames", c -> {
                    byte[] block = block(get());
                    c.frame(HEADERS, END_STREAM, 1, Arrays.copyOf(block, 7))
                            .frame(CONTINUATION, 0, 1, Arrays.copyOfRange(block, 7, 20))
                            .frame(CONTINUATION, END_HEADERS, 1,
                                    Arrays.copyOfRange(block, 20, block.length));
                }));
    }

    static Stream<Http2Case> compression() {
        return Stream.of(
                connection("7541 2.3.3 index beyond the tables", COMPRESSION_ERROR,
                        c -> c.frame(HEADERS, END_HEADERS, 1, 0xff, 0)),
                connection("7541 6.1 index zero", COMPRESSION_ERROR,
                        c -> c.frame(HEADERS, END_HEADERS, 1, 0x80)),
                connection("7541 4.2 table size above the limit", COMPRESSION_ERROR,
                        c -> c.frame(HEADERS, END_HEADERS, 1, 0x3f, 0xff, 0xff, 0x7f)),
                connection("7541 4.2 table size within a block", COMPRESSION_ERROR,
                        c -> c.frame(HEADERS, END_HEADERS, 1, 0x82, 0x20)),
                fine("7541 4.2 table size at the beginning", c -> c.frame(HEADERS,
                        END_HEADERS | END_STREAM, 1, joined(new byte[] {0x20}, block(get())))),
                connection("7541 5.2 padding of a Huffman code is too long", COMPRESSION_ERROR,
                        c -> c.frame(HEADERS, END_HEADERS, 1, 0, 0x82, 0xff, 0xff, 0)),
                connection("7541 5.2 padding of a Huffman code is not of ones",
                        COMPRESSION_ERROR,
                        c -> c.frame(HEADERS, END_HEADERS, 1, 0, 0x81, 0x18, 0)),
                connection("7541 5.2 end of string in a Huffman code", COMPRESSION_ERROR,
                        c -> c.frame(HEADERS, END_HEADERS, 1, 0, 0x84, 0xff, 0xff, 0xff, 0xff)),
                connection("7541 5.1 integer that never ends", COMPRESSION_ERROR,
                        c -> c.frame(HEADERS, END_HEADERS, 1, 0x7f, 0xff, 0xff, 0xff, 0xff,
                                0xff, 0xff, 0xff, 0xff, 0xff, 0x7f)),
                connection("7541 5.2 string longer than its block", COMPRESSION_ERROR,
                        c -> c.frame(HEADERS, END_HEADERS, 1, 0, 9, 'a')),
                connection("7541 6.2 field without its value", COMPRESSION_ERROR,
                        c -> c.frame(HEADERS, END_HEADERS, 1, 0, 1, 'a')));
    }

    /** Fields that have no place in a request that is sound without them. */
    static Stream<Http2Case> fields() {
        String[][] malformed = {
            {"8.2 name in upper case", "X=y"},
            {"8.2 empty name", "=y"},
            {"8.2.1 space in a name", "x y=z"},
            {"8.2.1 colon in a name", "x:y=z"},
            {"8.2.1 control character in a name", "x\u0001=z"},
            {"8.2.1 octet above ASCII in a name", "x\u00e9=z"},
            {"8.2.1 NUL in a value", "x=a\u0000b"},
            {"8.2.1 CR in a value", "x=a\rb"},
            {"8.2.1 LF in a value", "x=a\nb"},
            {"8.2.1 space before a value", "x= y"},
            {"8.2.1 space behind a value", "x=y "},
            {"8.2.1 tab before a value", "x=\ty"},
            {"8.2.1 DEL in a value", "x=a\u007fb"},
            {"8.2.2 connection", "connection=keep-alive"},
            {"8.2.2 proxy-connection", "proxy-connection=keep-alive"},
            {"8.2.2 keep-alive", "keep-alive=1"},
            {"8.2.2 transfer-encoding", "transfer-encoding=chunked"},
            {"8.2.2 upgrade", "upgrade=h2c"},
            {"8.2.2 te other than trailers", "te=gzip"},
            {"8.3 pseudo-header field behind a field", "x=y", ":path=/"},
            {"8.3 unknown pseudo-header field", ":other=y"},
            {"8.3 pseudo-header field of responses", ":status=200"},
            {"8.3.1 second :path", ":path=/"},
            {"8.3.1 second :method", ":method=GET"},
            {"8.3.1 second :scheme", ":scheme=http"},
            {"8.3.1 second :authority", ":authority=app.example"},
            {"8.3.1 host that is another", "host=other.example"},
            {"8.3.1 two hosts", "host=app.example", "host=app.example"},
            {"8441 4 :protocol without CONNECT", ":protocol=websocket"},
        };
        return Arrays.stream(malformed).map(one -> {
            String[] more = Arrays.copyOfRange(one, 1, one.length);
            boolean pseudo = more[0].startsWith(":");
            return stream(one[0], PROTOCOL_ERROR, c -> c.headers(1, true, pseudo
                    ? joined(more, get()) : request("GET", more)));
        });
    }

    static Stream<Http2Case> sections() {
        String[][] whole = {
            {"8.3.1 no :method", ":scheme=http", ":path=/", ":authority=a"},
            {"8.3.1 no :scheme", ":method=GET", ":path=/", ":authority=a"},
            {"8.3.1 no :path", ":method=GET", ":scheme=http", ":authority=a"},
            {"8.3.1 no authority", ":method=GET", ":scheme=http", ":path=/"},
            {"8.3.1 empty :path", ":method=GET", ":scheme=http", ":path=", ":authority=a"},
            {"8.3.1 absolute :path", ":method=GET", ":scheme=http", ":path=http://a/",
                ":authority=a"},
            {"8.3.1 asterisk without OPTIONS", ":method=GET", ":scheme=http", ":path=*",
                ":authority=a"},
            {"8.5 CONNECT with :path", ":method=CONNECT", ":authority=a:1", ":path=/"},
            {"8.5 CONNECT with :scheme", ":method=CONNECT", ":authority=a:1", ":scheme=http"},
            {"8.5 CONNECT without :authority", ":method=CONNECT"},
            {"8.3.1 :method with a space", ":method=GET /", ":scheme=http", ":path=/",
                ":authority=a"},
            {"8.3.1 :path with a space", ":method=GET", ":scheme=http", ":path=/ HTTP/1.1",
                ":authority=a"},
            {"8.3.1 :path with a line end", ":method=GET", ":scheme=http", ":path=/\r\nx: y",
                ":authority=a"},
            {"8.3.1 :authority with a line end", ":method=GET", ":scheme=http", ":path=/",
                ":authority=a\r\nx: y"},
        };
        return Arrays.stream(whole).map(one -> stream(one[0], PROTOCOL_ERROR,
                c -> c.headers(1, true, Arrays.copyOfRange(one, 1, one.length))));
    }

    static Stream<Http2Case> messages() {
        List<Http2Case> cases = new ArrayList<>();
        cases.add(stream("8.1 trailers that do not end the stream", PROTOCOL_ERROR,
                c -> post(c).data(1, false, "x").headers(1, false, "x=y")));
        cases.add(stream("8.1 pseudo-header field in trailers", PROTOCOL_ERROR,
                c -> post(c).data(1, false, "x").headers(1, true, ":path=/")));
        cases.add(stream("8.1.1 content-length above the data", PROTOCOL_ERROR,
                c -> c.headers(1, false, request("POST", "content-length=2")).data(1, true, "x")));
        cases.add(stream("8.1.1 content-length below the data", PROTOCOL_ERROR,
                c -> c.headers(1, false, request("POST", "content-length=1"))
                        .data(1, false, "x").data(1, true, "y")));
        cases.add(stream("8.1.1 content-length without data", PROTOCOL_ERROR,
                c -> c.headers(1, true, request("POST", "content-length=1"))));
        cases.add(fine("8.1.1 content-length as the data", c -> c.headers(1, false,
                request("POST", "content-length=2")).data(1, false, "x").data(1, true, "y")));
        cases.add(fine("8.1 trailers", c -> post(c).data(1, false, "x").headers(1, true, "x=y")));
        cases.add(fine("8.2.2 te: trailers",
                c -> c.headers(1, true, request("GET", "te=trailers"))));
        cases.add(fine("8.2.3 cookies in crumbs",
                c -> c.headers(1, true, request("GET", "cookie=a=b", "cookie=c=d"))));
        cases.add(fine("8.3.1 host as :authority",
                c -> c.headers(1, true, request("GET", "host=app.example"))));
        return cases.stream();
    }

    @ParameterizedTest
    @MethodSource({"framing", "streams", "controls", "windows", "compression", "fields",
        "sections", "messages"})
    void whatAClientDoes_isMetAsTheStandardSays(Http2Case what) throws Exception {
        try (H2Client client = H2Client.connect(GATEWAY.gateway().address())) {
            what.frames().send(client);
            if (what.stream() == 0) {
                assertThat(client.end()).isEqualTo(what.error());
                return;
            }
            if (what.error() == ANY) {
                assertRefused(client, what.stream());
                return;
            }
            H2Response response = client.response(what.stream());
            while (what.error() != FINE && response.reset() < 0) {
                assertThat(client.read()).as("a frame").isNotNull();
            }
            assertThat(response.reset()).isEqualTo(what.error());
            if (what.error() == FINE) {
                assertThat(response.status()).isEqualTo(200);
            }
            client.headers(LATER, true, get());
            assertThat(client.response(LATER).status()).isEqualTo(200);
        }
    }

    /** By an error of the stream or of the connection. */
    private static void assertRefused(H2Client client, int stream) throws IOException {
        while (client.so(stream).reset() < 0 && client.lastGoAway() == null) {
            assertThat(client.read()).as("a frame").isNotNull();
        }
        assertThat(client.so(stream).status()).isEqualTo(-1);
    }

    @Test
    void firstFrameThatIsNotSettings_endsTheConnection() throws Exception {
        try (H2Client client = H2Client.silent(GATEWAY.gateway().address())) {
            client.withoutAcknowledging().send(H2Client.PREFACE).headers(1, true, get());
            assertThat(client.end()).isEqualTo(PROTOCOL_ERROR);
        }
    }

    @Test
    void settings_areAcknowledgedAndPingsAnswered() throws Exception {
        try (H2Client client = H2Client.connect(GATEWAY.gateway().address(), 3, 10)) {
            client.sync();
            assertThat(client.others()).anyMatch(
                    frame -> frame.type() == SETTINGS && frame.flags() == ACK);
            assertThat(client.others()).anyMatch(
                    frame -> frame.type() == PING && frame.flags() == ACK);
        }
    }

    @Test
    void responseFitsTheClientsWindow() throws Exception {
        try (H2Client client = H2Client.connect(GATEWAY.gateway().address(), 4, 1)
                .withoutWindowUpdates()) {
            client.headers(1, false, request("POST")).data(1, true, "three");
            assertThat(client.body(1, 1).text()).isEqualTo("t");
            client.sync();
            assertThat(client.so(1).text()).isEqualTo("t");
            client.window(1, 2);
            assertThat(client.body(1, 3).text()).isEqualTo("thr");
            client.settings(4, 3);
            assertThat(client.response(1).text()).isEqualTo("three");
        }
    }

    @Test
    void clientThatUpgradesByHttp1_isAnsweredByHttp1() throws Exception {
        try (RawClient client = GATEWAY.connect()) {
            assertThat(client.exchange("GET / HTTP/1.1\r\nHost: app.example\r\n"
                    + "Authorization: Bearer " + GATEWAY.reader() + "\r\nUpgrade: h2c\r\n"
                    + "Connection: Upgrade, HTTP2-Settings\r\nHTTP2-Settings: AAMAAABk\r\n\r\n")
                    .status()).isEqualTo(200);
        }
    }

    private static byte[] joined(byte[]... parts) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }

    private static String[] joined(String[] first, String[] then) {
        return Stream.concat(Arrays.stream(first), Arrays.stream(then)).toArray(String[]::new);
    }
}
