package dev.portcullis.gateway.testkit;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * A client that sends whatever octets it is told to, and reads answers strictly. Every wait is
 * bounded. Not thread-safe; sending and receiving may be done by two threads.
 */
public final class RawClient implements Closeable {
    /** How a connection stands. */
    public enum End {
        /** The peer ended it in order. */
        CLOSED,
        /** The peer reset it. */
        RESET,
        /** The peer has not ended it. */
        OPEN
    }

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final Socket socket;
    private final InputStream in;
    private final HttpReader reader;

    private RawClient(Socket socket, boolean keepBodies) throws IOException {
        this.socket = socket;
        this.in = socket.getInputStream();
        this.reader = new HttpReader(in, keepBodies);
        socket.setTcpNoDelay(true);
        socket.setSoTimeout((int) PATIENCE.toMillis());
    }

    /** A new connection. */
    public static RawClient connect(InetSocketAddress address) throws IOException {
        return new RawClient(new Socket(address.getAddress(), address.getPort()), true);
    }

    /** A connection that somebody else has made; it is closed with this. */
    public static RawClient over(Socket socket) throws IOException {
        return new RawClient(socket, true);
    }

    /** A new connection on which bodies are counted, not kept. */
    public static RawClient counting(InetSocketAddress address) throws IOException {
        return new RawClient(new Socket(address.getAddress(), address.getPort()), false);
    }

    /** A new connection that takes in no more than that at once, for a reader that is slow. */
    public static RawClient withReceiveBuffer(InetSocketAddress address, int bytes)
            throws IOException {
        Socket socket = new Socket();
        socket.setReceiveBufferSize(bytes);
        socket.connect(address);
        return new RawClient(socket, false);
    }

    /** Sends text, one octet for each character. */
    public RawClient send(String text) throws IOException {
        return send(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** Sends octets. */
    public RawClient send(byte[] octets) throws IOException {
        socket.getOutputStream().write(octets);
        return this;
    }

    /** Sends text in packets of one octet. */
    public RawClient sendByteByByte(String text) throws IOException {
        for (byte octet : text.getBytes(StandardCharsets.ISO_8859_1)) {
            socket.getOutputStream().write(octet);
        }
        return this;
    }

    /** Tells the peer that nothing more will come. */
    public RawClient closeOutput() throws IOException {
        socket.shutdownOutput();
        return this;
    }

    /** Sends a request and receives the answer to it. */
    public HttpMessage exchange(String request) throws IOException {
        send(request);
        return receive(request.substring(0, request.indexOf(' ')));
    }

    /** Receives the final response to anything but HEAD; interim ones are passed over. */
    public HttpMessage receive() throws IOException {
        return receive("GET");
    }

    /** Receives the final response to a request of that method; interim ones are passed over. */
    public HttpMessage receive(String requestMethod) throws IOException {
        HttpMessage message = receiveAny(requestMethod);
        while (message.status() < 200 && message.status() != 101) {
            message = receiveAny(requestMethod);
        }
        return message;
    }

    /**
     * Receives the next response, interim or final.
     *
     * @throws MalformedMessage when it is none
     * @throws java.io.EOFException when the connection ends within it or before it
     * @throws SocketException when the connection is reset
     */
    public HttpMessage receiveAny(String requestMethod) throws IOException {
        HttpReader.Head head = reader.responseHead();
        if (head == null) {
            throw new java.io.EOFException("the connection ended before a response");
        }
        return reader.responseBody(head, requestMethod);
    }

    /** The octets of a response that could not be received whole. */
    public String receivedSoFar() {
        return reader.rawSoFar();
    }

    /**
     * Everything from the last response on until the connection ends or is reset, well-formed or
     * not, an octet a character.
     *
     * @throws SocketTimeoutException when it does neither
     */
    public String receiveToEnd() throws IOException {
        StringBuilder text = new StringBuilder();
        try {
            HttpReader.Head head = reader.responseHead();
            while (head != null) {
                text.append(reader.responseBody(head, "GET").rawText());
                head = reader.responseHead();
            }
        } catch (SocketTimeoutException e) {
            throw e;
        } catch (IOException e) {
            text.append(rest());
        }
        return text.toString();
    }

    private String rest() throws IOException {
        try {
            reader.drain();
        } catch (SocketException e) {
            // a reset is an end too
        }
        return reader.rawSoFar();
    }

    /** Waits for the connection's end. Octets that come instead of it are an error. */
    public End end() throws IOException {
        return end(PATIENCE);
    }

    /** As {@link #end()}, but waits no longer than that. */
    public End end(Duration patience) throws IOException {
        socket.setSoTimeout((int) Math.max(1, patience.toMillis()));
        try {
            HttpReader.Head head = reader.responseHead();
            if (head != null) {
                throw new MalformedMessage("a response nobody asked for: " + reader.rawSoFar());
            }
            return End.CLOSED;
        } catch (SocketTimeoutException e) {
            return End.OPEN;
        } catch (SocketException e) {
            return End.RESET;
        } finally {
            socket.setSoTimeout((int) PATIENCE.toMillis());
        }
    }

    /** How many octets of a body to take off the connection, unparsed; fewer at its end. */
    public int skip(int bytes) throws IOException {
        return in.readNBytes(bytes).length;
    }

    /** That many octets behind the last message, an octet a character; fewer at the end. */
    public String receiveOctets(int count) throws IOException {
        return new String(reader.octets(count), StandardCharsets.ISO_8859_1);
    }

    /** Resets the connection: the peer sees an error, not an end. */
    public void reset() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    /** The client's own port, which tells its connection from others. */
    public int localPort() {
        return socket.getLocalPort();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
