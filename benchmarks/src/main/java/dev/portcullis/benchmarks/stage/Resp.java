package dev.portcullis.benchmarks.stage;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A connection that speaks Redis' protocol, for what the stage needs. Not for several threads. */
public final class Resp implements AutoCloseable {
    private static final int TIMEOUT_MILLIS = 5_000;

    private final Socket socket = new Socket();
    private final InputStream in;

    /** Connects to a port of the loopback. */
    public Resp(int port) throws IOException {
        socket.connect(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), port), TIMEOUT_MILLIS);
        socket.setSoTimeout(TIMEOUT_MILLIS);
        in = new BufferedInputStream(socket.getInputStream());
    }

    /**
     * Asks: text and octets are taken as they are.
     *
     * @return a text, octets, a number, a list of these, or null
     * @throws RedisException when it answers with an error
     */
    public Object ask(Object... words) throws IOException {
        ByteArrayOutputStream request = new ByteArrayOutputStream();
        write(request, "*" + words.length);
        for (Object word : words) {
            byte[] octets = word instanceof byte[] given
                    ? given
                    : word.toString().getBytes(StandardCharsets.UTF_8);
            write(request, "$" + octets.length);
            request.write(octets);
            write(request, "");
        }
        socket.getOutputStream().write(request.toByteArray());
        return read();
    }

    /** What was answered to a question whose answer is text. */
    public String text(Object... words) throws IOException {
        Object answer = ask(words);
        return answer instanceof byte[] octets
                ? new String(octets, StandardCharsets.UTF_8)
                : String.valueOf(answer);
    }

    /** Redis answered with an error. */
    public static final class RedisException extends IOException {
        private static final long serialVersionUID = 1L;

        RedisException(String message) {
            super(message);
        }
    }

    private Object read() throws IOException {
        int type = in.read();
        if (type < 0) {
            throw new EOFException("Redis has closed the connection");
        }
        String line = line();
        switch (type) {
            case '+':
                return line;
            case '-':
                throw new RedisException(line);
            case ':':
                return Long.parseLong(line);
            case '$':
                return octets(Integer.parseInt(line));
            case '*':
                List<Object> items = new ArrayList<>();
                for (int left = Integer.parseInt(line); left > 0; left--) {
                    items.add(read());
                }
                return items;
            default:
                throw new IOException("not Redis: " + (char) type + line);
        }
    }

    private byte[] octets(int length) throws IOException {
        if (length < 0) {
            return null;
        }
        byte[] octets = in.readNBytes(length);
        in.readNBytes(2);
        return octets;
    }

    private String line() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int octet = in.read(); octet != '\r'; octet = in.read()) {
            if (octet < 0) {
                throw new EOFException("Redis has closed the connection");
            }
            line.write(octet);
        }
        in.read();
        return line.toString(StandardCharsets.UTF_8);
    }

    private static void write(ByteArrayOutputStream request, String line) {
        request.writeBytes((line + "\r\n").getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
