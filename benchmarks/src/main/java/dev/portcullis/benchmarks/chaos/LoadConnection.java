package dev.portcullis.benchmarks.chaos;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * One kept-alive HTTP/1.1 connection to a gateway, with one request on it at a time. For one
 * thread; any may close it.
 */
final class LoadConnection implements AutoCloseable {
    private static final int CONNECT_MILLIS = 2_000;

    /** Longer than any fault: what a gateway answers after it was stopped is looked at, too. */
    private static final int ANSWER_MILLIS = 60_000;

    private static final int LINE_MAX = 8_192;
    private static final int BODY_MAX = 1 << 20;

    private final int port;
    private volatile Socket socket;
    private InputStream in;

    LoadConnection(int port) {
        this.port = port;
    }

    /** Connects unless it is connected. */
    void open() throws IOException {
        if (socket != null && !socket.isClosed()) {
            return;
        }
        Socket fresh = new Socket();
        socket = fresh;
        fresh.setTcpNoDelay(true);
        fresh.setSoTimeout(ANSWER_MILLIS);
        fresh.connect(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), port), CONNECT_MILLIS);
        in = new BufferedInputStream(fresh.getInputStream());
    }

    /** The status that a request is answered with. What throws leaves the connection closed. */
    int ask(String token, boolean writes) throws IOException {
        try {
            String head = (writes ? "POST" : "GET") + " /chaos HTTP/1.1\r\nHost: localhost\r\n"
                    + (writes ? "Content-Length: 0\r\n" : "")
                    + "Authorization: Bearer " + token + "\r\n\r\n";
            socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
            String status = line();
            int length = -1;
            boolean closes = false;
            for (String field = line(); !field.isEmpty(); field = line()) {
                String lower = field.toLowerCase(Locale.ROOT);
                if (lower.startsWith("content-length:")) {
                    length = Integer.parseInt(lower.substring(15).strip());
                }
                closes |= lower.equals("connection: close");
            }
            if (length >= 0 && length < BODY_MAX) {
                in.skipNBytes(length);
            }
            if (length < 0 || closes) {
                close();
            }
            return Integer.parseInt(status.split(" ")[1]);
        } catch (IOException | RuntimeException e) {
            close();
            throw e;
        }
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int octet = in.read(); octet != '\n'; octet = in.read()) {
            if (octet < 0 || line.length() > LINE_MAX) {
                throw new EOFException();
            }
            if (octet != '\r') {
                line.append((char) octet);
            }
        }
        return line.toString();
    }

    @Override
    public void close() throws IOException {
        Socket open = socket;
        if (open != null) {
            open.close();
        }
    }
}
