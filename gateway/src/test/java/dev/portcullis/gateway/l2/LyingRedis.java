package dev.portcullis.gateway.l2;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** Speaks as a Redis does until it is asked for a record; then it says what the test wants. */
final class LyingRedis implements AutoCloseable {
    /** Answers one question; what it throws ends the connection. */
    interface Lie {
        void tell(List<String> question, OutputStream out) throws IOException;
    }

    private final ServerSocket listener;
    private final Lie lie;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final AtomicInteger connections = new AtomicInteger();
    private final AtomicLong written = new AtomicLong();

    LyingRedis(Lie lie) throws IOException {
        this.lie = lie;
        listener = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"));
        daemon(this::accept);
    }

    private static void daemon(Runnable task) {
        Thread thread = new Thread(task, "lying-redis");
        thread.setDaemon(true);
        thread.start();
    }

    RedisConfig.Node node() {
        return new RedisConfig.Node("127.0.0.1", listener.getLocalPort());
    }

    int connections() {
        return connections.get();
    }

    /** Octets that could be said altogether. */
    long written() {
        return written.get();
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket socket = listener.accept();
                connections.incrementAndGet();
                open.add(socket);
                daemon(() -> serve(socket));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            InputStream in = new BufferedInputStream(socket.getInputStream());
            OutputStream out = counted(socket.getOutputStream());
            for (List<String> question = read(in); question != null; question = read(in)) {
                switch (question.get(0)) {
                    case "PING" -> say(out, "+PONG\r\n");
                    case "CLIENT" -> say(out, "+OK\r\n");
                    default -> lie.tell(question, out);
                }
            }
        } catch (IOException e) {
            // the other side has had enough
        } finally {
            open.remove(socket);
        }
    }

    private OutputStream counted(OutputStream to) {
        return new OutputStream() {
            @Override
            public void write(int octet) throws IOException {
                write(new byte[] {(byte) octet}, 0, 1);
            }

            @Override
            public void write(byte[] octets, int from, int length) throws IOException {
                to.write(octets, from, length);
                written.addAndGet(length);
            }
        };
    }

    static void say(OutputStream out, String text) throws IOException {
        byte[] octets = text.getBytes(StandardCharsets.US_ASCII);
        out.write(octets, 0, octets.length);
    }

    private static List<String> read(InputStream in) throws IOException {
        String count = line(in);
        if (count == null) {
            return null;
        }
        List<String> question = new ArrayList<>();
        for (int i = Integer.parseInt(count.substring(1)); i > 0; i--) {
            int length = Integer.parseInt(line(in).substring(1));
            question.add(new String(in.readNBytes(length), StandardCharsets.ISO_8859_1));
            in.skipNBytes(2);
        }
        return question;
    }

    private static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int octet = in.read(); octet != '\n'; octet = in.read()) {
            if (octet < 0) {
                return null;
            }
            line.append((char) octet);
        }
        return line.toString().trim();
    }

    @Override
    public void close() throws IOException {
        listener.close();
        for (Socket socket : open) {
            socket.close();
        }
    }
}
