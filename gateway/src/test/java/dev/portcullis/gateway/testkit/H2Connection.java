package dev.portcullis.gateway.testkit;

import dev.portcullis.gateway.testkit.HttpMessage.Header;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The server's side of one HTTP/2 connection, frame by frame (RFC 9113). Reading acknowledges
 * settings and pings, and gives windows back, unless it is told otherwise. One thread.
 */
public final class H2Connection {
    /** Frame types. */
    public static final int DATA = 0;
    public static final int HEADERS = 1;
    public static final int RST_STREAM = 3;
    public static final int SETTINGS = 4;
    public static final int PUSH_PROMISE = 5;
    public static final int PING = 6;
    public static final int GOAWAY = 7;
    public static final int WINDOW_UPDATE = 8;

    /** Flags. */
    public static final int END_STREAM = 1;
    public static final int ACK = 1;
    public static final int END_HEADERS = 4;

    /** Errors. */
    public static final int NO_ERROR = 0;
    public static final int PROTOCOL_ERROR = 1;
    public static final int REFUSED_STREAM = 7;
    public static final int CANCEL = 8;

    /** Settings. */
    public static final int MAX_CONCURRENT_STREAMS = 3;
    public static final int INITIAL_WINDOW_SIZE = 4;
    public static final int ENABLE_CONNECT_PROTOCOL = 8;

    private static final String PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

    private final H2Upstream upstream;
    private final DataInputStream in;
    private final OutputStream out;
    private final DefaultHttp2HeadersDecoder decoder = new DefaultHttp2HeadersDecoder(true);
    private final Map<Integer, Request> requests = new LinkedHashMap<>();
    private final Set<Integer> taken = new HashSet<>();
    private boolean answersPings = true;
    private boolean givesWindows = true;

    /** A frame as it came. */
    public record Frame(int type, int flags, int stream, byte[] payload) {
        /** Whether it has a flag. */
        public boolean has(int flag) {
            return (flags & flag) != 0;
        }

        /** The first four octets of the payload as a number. */
        public int number() {
            return Unpooled.wrappedBuffer(payload).getInt(0);
        }
    }

    /** A request, whose body and trailers may not have come yet. */
    public static final class Request {
        private final int stream;
        private final List<Header> fields;
        private final ByteArrayOutputStream body = new ByteArrayOutputStream();
        private List<Header> trailers = List.of();
        private boolean ended;

        Request(int stream, List<Header> fields) {
            this.stream = stream;
            this.fields = fields;
        }

        /** The id of its stream. */
        public int stream() {
            return stream;
        }

        /** All field lines, pseudo-header fields too, in their order. */
        public List<Header> fields() {
            return fields;
        }

        /** The value of a field that stands there once, or null. */
        public String field(String name) {
            List<String> values = fields.stream().filter(line -> line.name().equals(name))
                    .map(Header::value).toList();
            if (values.size() > 1) {
                throw new AssertionError(name + " stands there twice: " + values);
            }
            return values.isEmpty() ? null : values.get(0);
        }

        /** The body so far. */
        public byte[] body() {
            return body.toByteArray();
        }

        /** The body so far, an octet a character. */
        public String text() {
            return body.toString(StandardCharsets.ISO_8859_1);
        }

        /** Its trailers. */
        public List<Header> trailers() {
            return trailers;
        }

        /** Whether all of it has come. */
        public boolean ended() {
            return ended;
        }
    }

    H2Connection(H2Upstream upstream, Socket socket) throws IOException {
        this.upstream = upstream;
        this.in = new DataInputStream(socket.getInputStream());
        this.out = socket.getOutputStream();
    }

    /** Takes octets, sends those, and ends: what speaks another protocol does so. */
    public void sayOnly(String text) throws IOException {
        in.readNBytes(PREFACE.length());
        out.write(text.getBytes(StandardCharsets.ISO_8859_1));
        in.readAllBytes();
    }

    /** Takes the preface and sends settings: ids and values in turn. */
    public H2Connection begin(int... settings) throws IOException {
        String preface = new String(in.readNBytes(PREFACE.length()), StandardCharsets.US_ASCII);
        if (!preface.equals(PREFACE)) {
            throw new MalformedMessage("not the preface: " + preface);
        }
        settings(settings);
        return this;
    }

    /** Leaves pings without an answer. */
    public H2Connection ignoringPings() {
        answersPings = false;
        return this;
    }

    /** Gives no windows back. */
    public H2Connection keepingWindows() {
        givesWindows = false;
        return this;
    }

    // ------------------------------------------------------------------ in

    /** The next frame. */
    public Frame read() throws IOException {
        int length = in.readUnsignedByte() << 16 | in.readUnsignedShort();
        int type = in.readUnsignedByte();
        int flags = in.readUnsignedByte();
        int stream = in.readInt();
        byte[] payload = in.readNBytes(length);
        if (payload.length < length) {
            throw new EOFException();
        }
        Frame frame = new Frame(type, flags, stream, payload);
        react(frame);
        return frame;
    }

    private void react(Frame frame) throws IOException {
        switch (frame.type()) {
            case SETTINGS -> {
                if (!frame.has(ACK)) {
                    frame(SETTINGS, ACK, 0);
                }
            }
            case PING -> {
                if (!frame.has(ACK) && answersPings) {
                    frame(PING, ACK, 0, frame.payload());
                }
            }
            case HEADERS -> headersCame(frame);
            case DATA -> dataCame(frame);
            default -> { }
        }
    }

    private void headersCame(Frame frame) throws IOException {
        if (!frame.has(END_HEADERS)) {
            throw new MalformedMessage("a field section in pieces");
        }
        List<Header> fields = new ArrayList<>();
        ByteBuf block = Unpooled.wrappedBuffer(frame.payload());
        try {
            Http2Headers decoded = decoder.decodeHeaders(frame.stream(), block);
            decoded.forEach(line -> fields.add(
                    new Header(line.getKey().toString(), line.getValue().toString())));
        } catch (Http2Exception e) {
            throw new MalformedMessage(e.toString());
        }
        Request request = requests.get(frame.stream());
        if (request == null) {
            request = new Request(frame.stream(), fields);
            requests.put(frame.stream(), request);
            upstream.saw(request);
        } else {
            request.trailers = fields;
        }
        request.ended = frame.has(END_STREAM);
    }

    private void dataCame(Frame frame) throws IOException {
        Request request = requests.get(frame.stream());
        if (request == null || request.ended) {
            throw new MalformedMessage("data on stream " + frame.stream());
        }
        request.body.writeBytes(frame.payload());
        request.ended = frame.has(END_STREAM);
        if (givesWindows && frame.payload().length > 0) {
            windowUpdate(0, frame.payload().length);
            windowUpdate(frame.stream(), frame.payload().length);
        }
    }

    /** Reads on to the next frame of that type. */
    public Frame await(int type) throws IOException {
        Frame frame = read();
        while (frame.type() != type) {
            frame = read();
        }
        return frame;
    }

    /** Reads on to the next request's head. */
    public Request take() throws IOException {
        int before = requests.size();
        while (requests.size() == before) {
            read();
        }
        return new ArrayList<>(requests.values()).get(before);
    }

    /** Reads on until some request is there with all of its body. */
    public Request takeWhole() throws IOException {
        while (true) {
            for (Request request : requests.values()) {
                if (request.ended && taken.add(request.stream)) {
                    return request;
                }
            }
            read();
        }
    }

    // ------------------------------------------------------------------ out

    /** Sends a frame. */
    public H2Connection frame(int type, int flags, int stream, byte... payload)
            throws IOException {
        ByteBuf octets = Unpooled.buffer();
        octets.writeMedium(payload.length).writeByte(type).writeByte(flags).writeInt(stream)
                .writeBytes(payload);
        out.write(octets.array(), 0, octets.readableBytes());
        return this;
    }

    /** Sends settings: ids and values in turn. */
    public H2Connection settings(int... settings) throws IOException {
        ByteBuf payload = Unpooled.buffer();
        for (int i = 0; i < settings.length; i += 2) {
            payload.writeShort(settings[i]).writeInt(settings[i + 1]);
        }
        return frame(SETTINGS, 0, 0, octets(payload));
    }

    /** Sends a field section: names and values in turn, exactly as given. */
    public H2Connection headers(int stream, boolean end, String... fields) throws IOException {
        return frame(HEADERS, END_HEADERS | (end ? END_STREAM : 0), stream, block(fields));
    }

    /** A field block of literals that nothing is made of (RFC 7541, section 6.2.2). */
    public static byte[] block(String... fields) {
        ByteBuf block = Unpooled.buffer();
        for (int i = 0; i < fields.length; i += 2) {
            block.writeByte(0);
            literal(block, fields[i]);
            literal(block, fields[i + 1]);
        }
        return octets(block);
    }

    private static void literal(ByteBuf block, String text) {
        byte[] octets = text.getBytes(StandardCharsets.ISO_8859_1);
        if (octets.length < 127) {
            block.writeByte(octets.length);
        } else {
            block.writeByte(127);
            int rest = octets.length - 127;
            for (; rest >= 128; rest >>= 7) {
                block.writeByte(rest & 127 | 128);
            }
            block.writeByte(rest);
        }
        block.writeBytes(octets);
    }

    /** Sends a piece of a body. */
    public H2Connection data(int stream, String text, boolean end) throws IOException {
        return frame(DATA, end ? END_STREAM : 0, stream,
                text.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** Resets a stream. */
    public H2Connection reset(int stream, int error) throws IOException {
        return frame(RST_STREAM, 0, stream, number(error));
    }

    /** Says that no stream after that one was looked at, nor will be. */
    public H2Connection goAway(int lastStream, int error) throws IOException {
        return frame(GOAWAY, 0, 0,
                octets(Unpooled.buffer().writeInt(lastStream).writeInt(error)));
    }

    /** Gives a window back. */
    public H2Connection windowUpdate(int stream, int more) throws IOException {
        return frame(WINDOW_UPDATE, 0, stream, number(more));
    }

    private static byte[] number(int value) {
        return octets(Unpooled.buffer().writeInt(value));
    }

    private static byte[] octets(ByteBuf buffer) {
        byte[] octets = new byte[buffer.readableBytes()];
        buffer.readBytes(octets);
        return octets;
    }
}
