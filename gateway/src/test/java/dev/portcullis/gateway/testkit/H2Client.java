package dev.portcullis.gateway.testkit;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A client of HTTP/2 that sends whatever frames it is told to, legal or not, in clear text and with
 * prior knowledge. What comes is read frame by frame; settings are acknowledged, and windows
 * updated unless it is told not to. Every wait is bounded. Not thread-safe.
 */
public final class H2Client implements Closeable {
    /** What a client of HTTP/2 sends first. */
    public static final String PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final Socket socket;
    private final DataInputStream in;
    private final ByteArrayOutputStream gathered = new ByteArrayOutputStream();
    private final DefaultHttp2HeadersDecoder decoder =
            new DefaultHttp2HeadersDecoder(false, 1024 * 1024L);
    private final ByteArrayOutputStream block = new ByteArrayOutputStream();
    private final Map<Integer, H2Response> responses = new HashMap<>();
    private final List<H2Frame> others = new ArrayList<>();
    private boolean acknowledges = true;
    private boolean updatesWindows = true;
    private boolean gathers;
    private boolean reset;
    private H2Frame goAway;

    private H2Client(Socket socket) throws IOException {
        this.socket = socket;
        this.in = new DataInputStream(socket.getInputStream());
        socket.setTcpNoDelay(true);
        socket.setSoTimeout((int) PATIENCE.toMillis());
    }

    /** A connection on which nothing has been sent. */
    public static H2Client silent(InetSocketAddress address) throws IOException {
        return new H2Client(new Socket(address.getAddress(), address.getPort()));
    }

    /** A connection that has begun in order, with these settings (identifiers and values). */
    public static H2Client connect(InetSocketAddress address, int... settings)
            throws IOException {
        return silent(address).gather().send(PREFACE).settings(settings).release();
    }

    /** A connection that has begun in order, over a socket of one's own: TLS, say. */
    public static H2Client over(Socket socket) throws IOException {
        return new H2Client(socket).gather().send(PREFACE).settings().release();
    }

    // ------------------------------------------------------------------ sending

    /** What is sent from now on is sent together by {@link #release}. */
    public H2Client gather() {
        gathers = true;
        return this;
    }

    /** Sends what was gathered. */
    public H2Client release() throws IOException {
        gathers = false;
        byte[] octets = gathered.toByteArray();
        gathered.reset();
        return send(octets);
    }

    /** Sends text, one octet for each character. */
    public H2Client send(String text) throws IOException {
        return send(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** Sends octets. */
    public H2Client send(byte[] octets) throws IOException {
        if (gathers) {
            gathered.writeBytes(octets);
        } else {
            socket.getOutputStream().write(octets);
        }
        return this;
    }

    /** Sends a frame of any kind. */
    public H2Client frame(int type, int flags, int stream, byte... payload) throws IOException {
        return send(ByteBuffer.allocate(9 + payload.length)
                .put((byte) (payload.length >> 16)).putShort((short) payload.length)
                .put((byte) type).put((byte) flags).putInt(stream).put(payload).array());
    }

    /** Sends a frame of any kind, each number being an octet of its payload. */
    public H2Client frame(int type, int flags, int stream, int first, int... rest)
            throws IOException {
        byte[] payload = new byte[rest.length + 1];
        payload[0] = (byte) first;
        for (int i = 0; i < rest.length; i++) {
            payload[i + 1] = (byte) rest[i];
        }
        return frame(type, flags, stream, payload);
    }

    /** Sends SETTINGS: identifiers and values. */
    public H2Client settings(int... settings) throws IOException {
        ByteBuffer payload = ByteBuffer.allocate(settings.length * 3);
        for (int i = 0; i < settings.length; i += 2) {
            payload.putShort((short) settings[i]).putInt(settings[i + 1]);
        }
        return frame(H2Frame.SETTINGS, 0, 0, payload.array());
    }

    /** Sends a whole field section in one frame: lines of {@code name=value}. */
    public H2Client headers(int stream, boolean ends, String... lines) throws IOException {
        return frame(H2Frame.HEADERS, H2Frame.END_HEADERS | (ends ? H2Frame.END_STREAM : 0),
                stream, block(lines));
    }

    /** Sends a request without a body. */
    public H2Client get(int stream, String path, String token) throws IOException {
        return headers(stream, true, request("GET", path, token));
    }

    /** The fields of a request; without a credential when there is no token. */
    public static String[] request(String method, String path, String token, String... more) {
        List<String> lines = new ArrayList<>(List.of(":method=" + method, ":scheme=http",
                ":path=" + path, ":authority=app.example"));
        if (token != null) {
            lines.add("authorization=Bearer " + token);
        }
        lines.addAll(List.of(more));
        return lines.toArray(String[]::new);
    }

    /** A field block of literals, none of which is to be remembered (RFC 7541, 6.2.2). */
    public static byte[] block(String... lines) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (String line : lines) {
            int at = line.indexOf('=');
            out.write(0);
            literal(out, line.substring(0, at));
            literal(out, line.substring(at + 1));
        }
        return out.toByteArray();
    }

    private static void literal(ByteArrayOutputStream out, String text) {
        byte[] octets = text.getBytes(StandardCharsets.ISO_8859_1);
        if (octets.length < 127) {
            out.write(octets.length);
        } else {
            out.write(127);
            int rest = octets.length - 127;
            for (; rest >= 128; rest >>= 7) {
                out.write(rest & 127 | 128);
            }
            out.write(rest);
        }
        out.writeBytes(octets);
    }

    /** Sends DATA, one octet for each character. */
    public H2Client data(int stream, boolean ends, String text) throws IOException {
        return frame(H2Frame.DATA, ends ? H2Frame.END_STREAM : 0, stream,
                text.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** Sends RST_STREAM. */
    public H2Client rst(int stream, int error) throws IOException {
        return frame(H2Frame.RST_STREAM, 0, stream, number(error));
    }

    /** Sends WINDOW_UPDATE. */
    public H2Client window(int stream, int increment) throws IOException {
        return frame(H2Frame.WINDOW_UPDATE, 0, stream, number(increment));
    }

    /** Four octets. */
    public static byte[] number(int value) {
        return ByteBuffer.allocate(4).putInt(value).array();
    }

    /** Tells the peer that nothing more will come. */
    public H2Client closeOutput() throws IOException {
        socket.shutdownOutput();
        return this;
    }

    /** Does not acknowledge settings. */
    public H2Client withoutAcknowledging() {
        acknowledges = false;
        return this;
    }

    /** Leaves the windows as they are when DATA comes. */
    public H2Client withoutWindowUpdates() {
        updatesWindows = false;
        return this;
    }

    // ------------------------------------------------------------------ receiving

    /** Reads until the response on a stream is over, one way or the other. */
    public H2Response response(int stream) throws IOException {
        H2Response response = so(stream);
        while (!response.isOver()) {
            readOrFail("the connection ended before stream " + stream + " did: " + response);
        }
        return response;
    }

    /** Reads until the fields of the response on a stream are there, or it is over. */
    public H2Response head(int stream) throws IOException {
        H2Response response = so(stream);
        while (response.fields().isEmpty() && !response.isOver()) {
            readOrFail("the connection ended before stream " + stream + " was answered");
        }
        return response;
    }

    /** What came on a stream so far. */
    public H2Response so(int stream) {
        return responses.computeIfAbsent(stream, it -> new H2Response());
    }

    /** Reads until so many octets of a body are there. */
    public H2Response body(int stream, int octets) throws IOException {
        H2Response response = so(stream);
        while (response.bodyBytes() < octets && !response.isOver()) {
            readOrFail("the connection ended within the body of stream " + stream);
        }
        return response;
    }

    private void readOrFail(String why) throws IOException {
        if (read() == null) {
            throw new EOFException(why + (goAway == null ? "" : "; " + goAway));
        }
    }

    /** Reads until a PING is answered: everything sent before it has been dealt with. */
    public H2Client sync() throws IOException {
        byte[] payload = {'s', 'y', 'n', 'c', 0, 0, 0, (byte) others.size()};
        frame(H2Frame.PING, 0, 0, payload);
        H2Frame frame;
        do {
            frame = read();
            if (frame == null) {
                throw new EOFException("the connection ended: " + goAway);
            }
        } while (frame.type() != H2Frame.PING || (frame.flags() & H2Frame.ACK) == 0);
        return this;
    }

    /**
     * Reads until the connection ends, in order or not.
     *
     * @return the error of the last GOAWAY, or -1 when there was none
     */
    public int end() throws IOException {
        while (read() != null) {
            continue;
        }
        return goAway == null ? -1 : goAway.number(4);
    }

    /** Reads until a GOAWAY comes; the error it names. */
    public int goAway() throws IOException {
        while (goAway == null && read() != null) {
            continue;
        }
        return goAway == null ? -1 : goAway.number(4);
    }

    /** The last GOAWAY that was read, or null. */
    public H2Frame lastGoAway() {
        return goAway;
    }

    /** Whether the connection was reset. */
    public boolean wasReset() {
        return reset;
    }

    /** Frames that belong to no response, in the order in which they came. */
    public List<H2Frame> others() {
        return others;
    }

    /**
     * The next frame; null when the connection has ended.
     *
     * @throws java.net.SocketTimeoutException when nothing comes
     */
    public H2Frame read() throws IOException {
        byte[] head = new byte[9];
        try {
            int first = in.read();
            if (first < 0) {
                return null;
            }
            head[0] = (byte) first;
            in.readFully(head, 1, 8);
            ByteBuffer view = ByteBuffer.wrap(head);
            int length = (view.getShort(0) & 0xffff) << 8 | head[2] & 0xff;
            byte[] payload = new byte[length];
            in.readFully(payload);
            return received(head[3], head[4], view.getInt(5), payload);
        } catch (SocketException e) {
            reset = true;
            return null;
        }
    }

    private H2Frame received(int type, int flags, int stream, byte[] payload)
            throws IOException {
        List<String> fields = List.of();
        if (type == H2Frame.HEADERS || type == H2Frame.CONTINUATION) {
            block.writeBytes(payload);
            if ((flags & H2Frame.END_HEADERS) != 0) {
                fields = decoded(stream);
            }
        }
        H2Frame frame = new H2Frame(type, flags, stream, payload, fields);
        if (stream != 0 && type <= H2Frame.RST_STREAM) {
            so(stream).add(frame);
        } else {
            others.add(frame);
        }
        react(frame);
        return frame;
    }

    private List<String> decoded(int stream) throws IOException {
        ByteBuf octets = Unpooled.wrappedBuffer(block.toByteArray());
        block.reset();
        try {
            Http2Headers headers = decoder.decodeHeaders(stream, octets);
            List<String> lines = new ArrayList<>();
            headers.forEach(line -> lines.add(line.getKey() + "=" + line.getValue()));
            return lines;
        } catch (Http2Exception e) {
            throw new IOException("a field block that cannot be decoded", e);
        }
    }

    private void react(H2Frame frame) throws IOException {
        if (frame.type() == H2Frame.GOAWAY) {
            goAway = frame;
        } else if (frame.type() == H2Frame.SETTINGS && acknowledges
                && (frame.flags() & H2Frame.ACK) == 0) {
            reply(H2Frame.SETTINGS, H2Frame.ACK, 0);
        } else if (frame.type() == H2Frame.DATA && updatesWindows && frame.payload().length > 0) {
            reply(H2Frame.WINDOW_UPDATE, 0, 0, number(frame.payload().length));
            if (!frame.ends()) {
                reply(H2Frame.WINDOW_UPDATE, 0, frame.stream(), number(frame.payload().length));
            }
        }
    }

    /** The peer may have closed its side already, which reading will show. */
    private void reply(int type, int flags, int stream, byte... payload) {
        try {
            frame(type, flags, stream, payload);
        } catch (IOException e) {
            reset = true;
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
