package dev.portcullis.gateway.wire;

import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** One end of a connection that carries {@link BulkBody bodies too large to be kept}. */
final class BulkConnection implements Closeable {
    private static final int PATIENCE_MILLIS = 120_000;

    private final Socket socket;
    private final InputStream in;
    private boolean reset;

    BulkConnection(Socket socket) throws IOException {
        this.socket = socket;
        this.in = new BufferedInputStream(socket.getInputStream(), 64 * 1024);
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(PATIENCE_MILLIS);
    }

    static BulkConnection to(InetSocketAddress address) throws IOException {
        return new BulkConnection(new Socket(address.getAddress(), address.getPort()));
    }

    BulkConnection send(String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
        return this;
    }

    BulkConnection sendBody(long count) throws IOException {
        BulkBody.write(socket.getOutputStream(), count);
        return this;
    }

    /** The next head with its empty line; empty when the connection ended before it. */
    String head() throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int octet = in.read();
            if (octet < 0 && head.length() == 0) {
                return "";
            }
            if (octet < 0) {
                throw new EOFException("the connection ended within a head: " + head);
            }
            head.append((char) octet);
        }
        return head.toString();
    }

    /** The length that a head announces; 0 when it announces none. */
    static long length(String head) {
        String name = "\r\ncontent-length: ";
        int at = head.toLowerCase(Locale.ROOT).indexOf(name);
        return at < 0 ? 0
                : Long.parseLong(head.substring(at + name.length(), head.indexOf("\r\n", at + 2)));
    }

    /** The next octets, a character for each. */
    String text(int count) throws IOException {
        byte[] octets = in.readNBytes(count);
        if (octets.length < count) {
            throw new EOFException("the connection ended within a body");
        }
        return new String(octets, StandardCharsets.ISO_8859_1);
    }

    /** Everything up to the connection's end, be it orderly or a reset. */
    String rest() throws IOException {
        StringBuilder text = new StringBuilder();
        try {
            for (int octet = in.read(); octet >= 0; octet = in.read()) {
                text.append((char) octet);
            }
        } catch (SocketException e) {
            reset = true;
        }
        return text.toString();
    }

    /** Whether {@link #rest} found a reset at the end. */
    boolean wasReset() {
        return reset;
    }

    /** The checksum of the next octets. */
    long checksum(long count) throws IOException {
        return BulkBody.read(in, count);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
